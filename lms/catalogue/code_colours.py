"""Code in lessons, coloured by classes, and the one stylesheet that gives them colour."""

from dataclasses import dataclass
from functools import cache

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import (
    STANDARD_TYPES,
    Comment,
    Error,
    Generic,
    Keyword,
    Literal,
    Name,
    Number,
    Operator,
    String,
    _TokenType,
)

#: The languages that code in a lesson may be in, and the name of each one's lexer.
LANGUAGES = {
    "python": "python", "pycon": "pycon", "traceback": "pytb", "bash": "bash",
    "console": "console", "json": "json", "toml": "toml", "yaml": "yaml", "sql": "sql",
    "html": "html", "css": "css", "javascript": "javascript", "markdown": "markdown",
    "csv": "text", "output": "text", "text": "text", "": "text",
}  # fmt: skip


@dataclass(frozen=True)
class Colour:
    """The colours of some kinds of token on light and on dark paper."""

    kinds: tuple[_TokenType, ...]
    light: str
    dark: str


#: Each stands out by at least 4.5 to 1 on --sunk (#F1EFE7, and #0B1215 in the dark).
#: A more special kind comes after the kind it belongs to.
COLOURS = (
    Colour((Comment, Generic.Output, Generic.Prompt), "#55636B", "#A9B6BA"),
    Colour((Keyword, Operator.Word), "#0B5D52", "#4FC3AE"),
    Colour((Name.Builtin, Name.Decorator, Keyword.Constant), "#7A3E00", "#EAB765"),
    Colour((Name.Function, Name.Class, Name.Tag, Generic.Heading), "#0A4F86", "#8CC4F0"),
    Colour((String, Literal.Date, Generic.Inserted), "#1B6137", "#7CCB93"),
    Colour((String.Interpol, String.Escape, Name.Attribute), "#6B2C7A", "#D6A4E3"),
    Colour((Number,), "#6B2C7A", "#D6A4E3"),
    Colour((Error, Generic.Error, Generic.Deleted, Name.Exception), "#A3201D", "#F29A94"),
)

#: The classes that coloured code may carry.
CODE_CLASSES = frozenset(STANDARD_TYPES.values()) - {""}

_FORMATTER = HtmlFormatter(nowrap=True)


def code_html(source: str, language: str) -> str:
    """``source`` as escaped HTML with a ``<span class>`` around each coloured token.

    Code in a language that is not in LANGUAGES stays without colour.
    """
    return str(highlight(source, _lexer(LANGUAGES.get(language, "text")), _FORMATTER))


@cache
def _lexer(name: str) -> Lexer:
    lexer: Lexer = get_lexer_by_name(name, stripnl=False, ensurenl=False)
    return lexer


def highlight_css() -> str:
    """The stylesheet for ``code_html`` within ``.code``; light or dark as its page is."""
    return "".join(_rule(colour) for colour in COLOURS)


def _rule(colour: Colour) -> str:
    classes = [
        f".code .{short}"
        for kind, short in sorted(STANDARD_TYPES.items(), key=lambda each: each[1])
        if short and any(_is_within(kind, above) for above in colour.kinds)
    ]
    return f"{', '.join(classes)} {{ color: light-dark({colour.light}, {colour.dark}); }}\n"


def _is_within(kind: _TokenType, above: _TokenType) -> bool:
    return kind[: len(above)] == above
