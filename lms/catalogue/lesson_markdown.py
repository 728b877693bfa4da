"""A lesson's Markdown as tokens: one parser, whose tokens know where they stand."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from lms.catalogue.boxes import Boxes, boxes_plugin, find_boxes

InlineRule = Callable[[StateInline, bool], bool]

#: What a fault, or a reader looking for one, may ask the line of.
_PLACED = (
    "newline",
    "escape",
    "backticks",
    "image",
    "link",
    "autolink",
    "html_inline",
    "math_inline",
    "footnote_ref",
)


@dataclass(frozen=True)
class Heading:
    """A heading below the title: its level (2 to 6), its plain text and the id it carries."""

    level: int
    text: str
    id: str


@dataclass(frozen=True)
class ParsedLesson:
    """A lesson's blocks and boxes; ``title`` is None when it does not begin with one.

    ``tokens`` are those below the title. Every ``heading_open`` among them has
    its ``id`` attribute.
    """

    title: str | None
    tokens: tuple[Token, ...]
    boxes: Boxes
    headings: tuple[Heading, ...]


def parse_lesson(source: str) -> ParsedLesson:
    """Parse ``source``, in which lines end with a line feed; nothing in it is refused here."""
    boxes = find_boxes(source)
    tokens = _PARSER.parse(source, {"boxes": boxes})
    title = None
    if len(tokens) > 2 and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        title = plain_text(tokens[1])
        tokens = tokens[3:]
    _mark_figures(tokens)
    return ParsedLesson(title, tuple(tokens), boxes, tuple(_named_headings(tokens)))


def plain_text(inline: Token) -> str:
    """The words of an inline token, without what only the eye sees."""
    words: list[str] = []
    for token in inline.children or ():
        if token.type in ("softbreak", "hardbreak"):
            words.append(" ")
        elif token.type == "image":
            words.append(plain_text(token))
        elif token.type != "html_inline":
            words.append(token.content)
    return " ".join("".join(words).split())


def is_to_be_run(token: Token) -> bool:
    """Whether a block of code is one that the reader may run: it begins with ```python run."""
    return token.type == "fence" and token.info.split()[:2] == ["python", "run"]


def inline_tokens(tokens: tuple[Token, ...]) -> Iterator[tuple[Token, int]]:
    """Every token within the text of ``tokens``, with its line, counted from 1."""
    line = 1
    for block in tokens:
        if block.map is not None:
            line = block.map[0] + 1
        if block.type == "inline":
            yield from _children(block, line)


def _children(parent: Token, first_line: int) -> Iterator[tuple[Token, int]]:
    line, counted = first_line, 0
    for token in parent.children or ():
        offset = token.meta.get("offset", counted)
        line += parent.content.count("\n", counted, offset)
        counted = max(counted, offset)  # counting on from the last place keeps this linear
        yield token, line
        if token.type in ("softbreak", "hardbreak"):
            line, counted = line + 1, counted + 1


def _mark_figures(tokens: list[Token]) -> None:
    """A picture alone in its paragraph is a figure, and needs no paragraph around it."""
    for opening, inline, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opening.type != "paragraph_open" or inline.type != "inline":
            continue
        children = inline.children or []
        if len(children) == 1 and children[0].type == "image":
            children[0].meta["figure"] = True
            opening.hidden = closing.hidden = True


def _named_headings(tokens: list[Token]) -> Iterator[Heading]:
    taken: set[str] = set()
    numbers: dict[str, Iterator[int]] = {}
    for place, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        text = plain_text(tokens[place + 1])
        # The prefix keeps an author's words apart from the ids of the page around the lesson.
        name = first = f"part-{heading_name(text)}"
        while name in taken:
            name = f"{first}-{next(numbers.setdefault(first, count(2)))}"
        taken.add(name)
        token.attrs["id"] = name
        yield Heading(int(token.tag[1]), text, name)


def heading_name(text: str) -> str:
    """``text`` as the part of an address: its letters and digits in any script, hyphenated."""
    normal = unicodedata.normalize("NFKC", text).lower()
    bare = "".join(char for char in normal if unicodedata.category(char) != "Mn")
    return "-".join(re.findall(r"\w+", bare)) or "section"


def _placed(rule: InlineRule) -> InlineRule:
    """``rule``, whose tokens note where in the text around them they begin."""

    def placed(state: StateInline, silent: bool) -> bool:
        before, offset = len(state.tokens), state.pos
        matched = rule(state, silent)
        for token in state.tokens[before:]:
            token.meta.setdefault("offset", offset)
        return matched

    return placed


def _any_address(url: str) -> bool:
    """Every address is read as a link: an unsafe one becomes a fault with its line.

    What a link may lead to is decided in lesson_links.
    """
    return True


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.use(deflist_plugin).use(footnote_plugin, inline=False).use(boxes_plugin)
    parser.use(
        dollarmath_plugin,
        allow_labels=False,
        allow_space=False,
        allow_digits=False,
        allow_blank_lines=False,
        double_inline=True,
    )
    parser.validateLink = _any_address  # type: ignore[method-assign]
    ruler = parser.inline.ruler
    rules = dict(zip(ruler.get_active_rules(), ruler.getRules(""), strict=True))
    for name in _PLACED:
        ruler.at(name, _placed(rules[name]))
    return parser


_PARSER = _parser()
