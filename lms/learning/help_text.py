"""What people write in questions and answers: a small Markdown, safe whoever wrote it."""

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.dollarmath import dollarmath_plugin

from lms.catalogue.lesson_html import LessonRenderer, Places
from lms.catalogue.lesson_safety import clean
from lms.catalogue.lesson_words import WORDS
from lms.learning.help_rules import LONGEST_TEXT

#: Neither pictures nor headings, rules or HTML: a question is a few paragraphs and code.
_LEFT_OUT = ["image", "heading", "lheading", "hr", "html_block", "html_inline", "reference"]

_HOST = re.compile(r"[a-z0-9.-]+")

#: A search engine gives such a link no weight, and nobody there learns where the reader was.
_REL = "nofollow ugc noopener noreferrer"


class _PostRenderer(LessonRenderer):
    """Writes a post as lessons are written, with links that show where they lead."""

    def __init__(self, locale: str) -> None:
        words = WORDS.get(locale, WORDS["en"])
        super().__init__(locale, words, Places(lambda _slug: "", lambda _path: "", {}))
        self._hosts: list[str] = []

    def link_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        address = str(tokens[idx].attrs.get("href", ""))
        host = _host(address)
        self._hosts.append(host)
        return f'<a href="{escape(address)}" class="external" rel="{_REL}">' if host else ""

    def link_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        host = self._hosts.pop()
        return f'</a> (<code dir="ltr">{escape(host)}</code>)' if host else ""


def rendered(text: str, locale: str) -> str:
    """``text`` as HTML that is safe to insert; words that the page adds are in ``locale``.

    Text beyond what a post may hold is cut off, which bounds the work.
    """
    return _rendered(text[:LONGEST_TEXT], locale)


@lru_cache(maxsize=256)
def _rendered(text: str, locale: str) -> str:
    tokens = _PARSER.parse(text, {})
    return clean(_PostRenderer(locale).render(tokens, _PARSER.options, {}))


def _host(address: str) -> str:
    """The host that an address of the web leads to; empty for every other address.

    Markdown's own normalisation has written it in ASCII, so that it looks like what it is.
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return ""
    return host if parts.scheme in ("http", "https") and _HOST.fullmatch(host) else ""


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").disable(_LEFT_OUT)
    return parser.use(
        dollarmath_plugin,
        allow_labels=False,
        allow_space=False,
        allow_digits=False,
        allow_blank_lines=False,
        double_inline=True,
    )


_PARSER = _parser()
