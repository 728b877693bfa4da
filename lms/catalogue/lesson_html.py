"""A parsed lesson as HTML, before the last gate."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from lms.catalogue.code_colours import LANGUAGES, code_html
from lms.catalogue.lesson_links import TargetKind, target_of
from lms.catalogue.lesson_markdown import heading_name, is_to_be_run, plain_text
from lms.catalogue.lesson_words import LessonWords
from lms.catalogue.mathematics import FaultyMathematics, mathml
from lms.catalogue.media import Player
from lms.catalogue.media_html import player_html
from lms.catalogue.pictures import Picture

_ALIGNMENTS = {
    "text-align:left": "align-start",
    "text-align:center": "align-center",
    "text-align:right": "align-end",
}


@dataclass(frozen=True)
class Places:
    """Where other things are: addresses of lessons (by slug) and of files (by path).

    ``pictures`` and ``players`` say by path what is known of figures and of what is played.
    """

    link: Callable[[str], str]
    asset: Callable[[str], str]
    pictures: Mapping[str, Picture]
    players: Mapping[str, Player] = field(default_factory=dict)


class LessonRenderer(RendererHTML):
    """Writes one lesson; the methods are named for the tokens they write."""

    def __init__(self, locale: str, words: LessonWords, places: Places) -> None:
        super().__init__()
        self._locale = locale
        self._words = words
        self._places = places
        self._boxes = 0
        self._tables = 0
        self._closing: list[str] = []

    def heading_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        # A second title would be a fault; in a page it may not compete with the first.
        tag = "h2" if tokens[idx].tag == "h1" else tokens[idx].tag
        return f'<{tag} id="{escape(str(tokens[idx].attrs.get("id", "")))}">'

    def heading_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        tag = "h2" if tokens[idx].tag == "h1" else tokens[idx].tag
        return f"</{tag}>\n"

    def box_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        name, title = tokens[idx].info, tokens[idx].meta["title"]
        if name == "answer":
            self._closing.append("</details>\n")
            return f'<details class="answer"><summary>{escape(self._words.answer)}</summary>\n'
        self._boxes += 1
        label = f"box-{self._boxes}"
        element = "div" if name in ("note", "warning") else "section"
        role = ' role="note"' if element == "div" else ""
        heading = "h2" if name in ("outcome", "check") else "p"
        shown = escape(str(getattr(self._words, name, name)))
        if title:
            shown += f' <span class="box-title">{escape(title)}</span>'
        self._closing.append(f"</{element}>\n")
        return (
            f'<{element} class="box {escape(name)}"{role} aria-labelledby="{label}">\n'
            f'<{heading} class="box-name" id="{label}">{shown}</{heading}>\n'
        )

    def box_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return self._closing.pop()

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        written = tokens[idx].info.split()
        language = written[0].lower() if written else ""
        shown = f' class="language-{language}"' if language and language in LANGUAGES else ""
        code = code_html(tokens[idx].content, language)
        block = (
            f'<pre class="code" dir="ltr" tabindex="0" role="group" '
            f'aria-label="{escape(self._words.code)}"><code dir="ltr"{shown}>{code}</code></pre>\n'
        )
        return f'<div class="runnable">{block}</div>\n' if is_to_be_run(tokens[idx]) else block

    def code_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return self.fence(tokens, idx, options, env)

    def code_inline(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return f'<code dir="ltr">{escape(tokens[idx].content)}</code>'

    def html_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return f"<p>{escape(tokens[idx].content)}</p>\n"

    def html_inline(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return escape(tokens[idx].content)

    def math_inline(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return _formula(tokens[idx].content, display=False)

    def math_inline_double(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return _formula(tokens[idx].content, display=True)

    def math_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        label = escape(self._words.formula)
        formula = _formula(tokens[idx].content, display=True)
        return (
            f'<div class="formula" dir="ltr" tabindex="0" role="group" aria-label="{label}">'
            f"{formula}</div>\n"
        )

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        alt = plain_text(token)
        target = target_of(str(token.attrs.get("src", "")))
        if target.kind is not TargetKind.asset:
            return escape(alt)  # a fault when publishing; here the words stand for the picture
        caption = str(token.attrs.get("title", ""))
        if (player := self._places.players.get(target.name)) and token.meta.get("figure"):
            return player_html(
                target.name, player, alt, caption, self._locale, self._words, self._places.asset
            )
        picture = self._places.pictures.get(target.name)
        size = f' width="{picture.width}" height="{picture.height}"' if picture else ""
        shown = (
            f'<img src="{escape(self._places.asset(target.name))}" alt="{escape(alt)}"'
            f'{size} loading="lazy">'
        )
        if not token.meta.get("figure"):
            return shown
        below = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
        return f"<figure>{shown}{below}</figure>\n"

    def link_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        token = tokens[idx]
        title = str(token.attrs.get("title", ""))
        shown = f' title="{escape(title)}"' if title else ""
        return f"<a{self._destination(str(token.attrs.get('href', '')))}{shown}>"

    def _destination(self, address: str) -> str:
        """The attributes of a link to ``address``; none when it may not be followed."""
        target = target_of(address)
        part = f"#part-{heading_name(target.part.removeprefix('part-'))}" if target.part else ""
        if target.kind is TargetKind.outside:
            return f' href="{escape(address)}" class="external" rel="noopener noreferrer"'
        if target.kind is TargetKind.part and part:
            return f' href="{escape(part)}"'
        if target.kind is TargetKind.lesson:
            return f' href="{escape(self._places.link(target.name) + part)}"'
        if target.kind is TargetKind.asset:
            return f' href="{escape(self._places.asset(target.name))}"'
        return ""

    def table_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        self._tables += 1
        label = escape(self._words.table.format(number=self._tables))
        return f'<div class="table" role="region" aria-label="{label}" tabindex="0">\n<table>\n'

    def table_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return "</table>\n</div>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f'<th scope="col"{_alignment(tokens[idx])}>'

    def td_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"<td{_alignment(tokens[idx])}>"

    def footnote_ref(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        number, again = _footnote(tokens[idx])
        label = escape(self._words.footnote.format(number=number))
        return (
            f'<sup class="footnote"><a href="#note-{number}" id="note-{number}-from{again}" '
            f'aria-label="{label}">{number}</a></sup>'
        )

    def footnote_block_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return f'<section class="footnotes" aria-label="{escape(self._words.footnotes)}">\n<ol>\n'

    def footnote_block_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return "</ol>\n</section>\n"

    def footnote_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return f'<li id="note-{_footnote(tokens[idx])[0]}">'

    def footnote_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return "</li>\n"

    def footnote_anchor(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        number, again = _footnote(tokens[idx])
        label = escape(self._words.back.format(number=number))
        return (
            f' <a class="footnote-back" href="#note-{number}-from{again}" '
            f'aria-label="{label}">\N{UPWARDS ARROW}</a>'
        )


def _formula(tex: str, *, display: bool) -> str:
    try:
        return mathml(tex, display=display)
    except FaultyMathematics:  # a fault when publishing; here its author's words stand
        return f'<code dir="ltr">{escape(tex)}</code>'


def _alignment(token: Token) -> str:
    found = _ALIGNMENTS.get(str(token.attrs.get("style", "")))
    return f' class="{found}"' if found else ""


def _footnote(token: Token) -> tuple[int, str]:
    """The number of a footnote from 1, and what tells a second reference to it apart."""
    meta: Mapping[str, Any] = token.meta  # markdown-it leaves these values untyped
    again = int(meta.get("subId", 0))
    return int(meta["id"]) + 1, f"-{again + 1}" if again > 0 else ""
