"""What is wrong in one lesson, as far as the lesson alone can tell."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from markdown_it.token import Token

from lms.catalogue.code_colours import LANGUAGES
from lms.catalogue.lesson_links import Target, TargetKind, target_of
from lms.catalogue.lesson_markdown import (
    ParsedLesson,
    heading_name,
    inline_tokens,
    is_to_be_run,
    plain_text,
)
from lms.catalogue.mathematics import FaultyMathematics, mathml
from lms.catalogue.media import is_played
from lms.core.faults import Fault
from lms.core.i18n import Sentence, say

_FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\]")

#: Faults as they are found: the line, counted from 1, and what is wrong there.
Found = Iterator[tuple[int, Sentence]]


@dataclass(frozen=True)
class Reference:
    """One place of a lesson that points at another lesson or a file of the course."""

    path: str
    line: int
    target: Target
    is_figure: bool


def lesson_faults(path: str, parsed: ParsedLesson) -> tuple[Fault, ...]:
    """All faults of a lesson, in the order of its lines."""
    found = [
        *((line + 1, sentence) for line, sentence in parsed.boxes.faults),
        *_title_faults(parsed),
        *_heading_faults(parsed),
        *_box_faults(parsed),
        *_block_faults(parsed),
        *_inline_faults(parsed),
    ]
    found.sort(key=lambda each: each[0])
    return tuple(Fault(path, line, sentence) for line, sentence in found)


def text_faults(parsed: ParsedLesson) -> Found:
    """The faults of a text that is no whole lesson, in no order."""
    yield from _block_faults(parsed)
    yield from _inline_faults(parsed)


def references(path: str, parsed: ParsedLesson) -> tuple[Reference, ...]:
    """What the lesson points at inside the course, in the order of its lines."""
    kinds = (TargetKind.lesson, TargetKind.asset)
    return tuple(
        Reference(path, line, target, token.type == "image")
        for token, line in inline_tokens(parsed.tokens)
        if token.type in ("image", "link_open")
        and (target := target_of(_address(token))).kind in kinds
    )


def _title_faults(parsed: ParsedLesson) -> Found:
    if parsed.title is None:
        yield 1, say("A lesson begins with its title: '# ' and the title on the first line.")
    elif not parsed.title:
        yield 1, say("The title of the lesson is empty.")


def _heading_faults(parsed: ParsedLesson) -> Found:
    above = 1
    for opening, inline in zip(parsed.tokens, parsed.tokens[1:], strict=False):
        if opening.type != "heading_open":
            continue
        level, line = int(opening.tag[1]), _line(opening)
        if level == 1 and parsed.title is not None:
            yield line, say("A lesson has one title; begin the headings below it with '## '.")
        elif level > above + 1:
            yield (
                line,
                say(
                    "This heading goes {skipped} levels down at once; go down one at a time.",
                    skipped=level - above,
                ),
            )
        if not plain_text(inline):
            yield line, say("This heading is empty.")
        above = level


def _box_faults(parsed: ParsedLesson) -> Found:
    names: list[str] = []
    starts: list[Token] = []
    seen: set[str] = set()
    answered: set[int] = set()
    for token, after in zip(parsed.tokens, (*parsed.tokens[1:], None), strict=False):
        if token.type == "box_open":
            yield from _opened_box_faults(token, after, names)
            if token.info == "answer" and "check" in names:
                answered.update(id(start) for start in starts if start.info == "check")
            names.append(token.info)
            starts.append(token)
            seen.add(token.info)
        elif token.type == "box_close":
            names.pop()
            start = starts.pop()
            if start.info == "check" and id(start) not in answered:
                yield _line(start), say("This check has no answer: add '::: answer' inside it.")
    for name in ("outcome", "check"):
        if name not in seen:
            yield 1, say("The lesson has no '::: {name}' box.", name=name)


def _opened_box_faults(token: Token, after: Token | None, around: list[str]) -> Found:
    line = _line(token)
    if token.info == "answer" and "check" not in around:
        yield line, say("An answer stands inside a check.")
    elif token.info in ("outcome", "check") and around:
        yield line, say("'::: {name}' may not stand inside another box.", name=token.info)
    if token.info in ("outcome", "check", "answer") and token.meta["title"]:
        yield line, say("'::: {name}' takes no title of its own.", name=token.info)
    if after is not None and after.type == "box_close":
        yield line, say("This box is empty.")


def _block_faults(parsed: ParsedLesson) -> Found:
    for token in parsed.tokens:
        if token.type == "html_block":
            yield _line(token), _html_sentence(token)
        elif token.type == "math_block":
            yield from _formula_faults(token.content, _line(token), display=True)
        elif token.type == "fence":
            yield from _language_faults(token)


def _language_faults(token: Token) -> Found:
    written = token.info.split()
    if written[1:] and not is_to_be_run(token):
        sentence = say(
            "After the language of code only 'run' may stand, and only after python: "
            "'```python run' lets readers run the code."
        )
        yield _line(token), sentence
    if not written or written[0].lower() in LANGUAGES:
        return
    near = get_close_matches(written[0].lower(), [name for name in LANGUAGES if name], n=1)
    yield (
        _line(token),
        say(
            "Code in {language} is not known here. Did you mean {near}?",
            language=written[0],
            near=near[0] if near else "text",
        ),
    )


def _inline_faults(parsed: ParsedLesson) -> Found:
    for token, line in inline_tokens(parsed.tokens):
        if token.type == "html_inline" and not token.content.startswith("</"):
            yield line, _html_sentence(token)
        elif token.type in ("math_inline", "math_inline_double"):
            yield from _formula_faults(token.content, line, display=token.type != "math_inline")
        elif token.type == "image":
            yield from ((line, sentence) for sentence in _figure_faults(token))
        elif token.type == "link_open":
            yield from ((line, sentence) for sentence in _link_faults(token, parsed))
        elif token.type == "text":
            yield from ((line, sentence) for sentence in _text_faults(token.content))


def _formula_faults(tex: str, line: int, *, display: bool) -> Found:
    try:
        mathml(tex, display=display)
    except FaultyMathematics as error:
        yield line, error.sentence


def _figure_faults(token: Token) -> Iterator[Sentence]:
    target = target_of(_address(token))
    if not plain_text(token):
        yield say(
            "This picture has no description. Say between the brackets what it shows, "
            "for those who cannot see it: ![description](...)."
        )
    if target.kind is TargetKind.asset:
        if is_played(target.name) and not token.meta.get("figure"):
            yield say("A video or a sound stands alone in its paragraph.")
        return
    if target.kind in (TargetKind.outside, TargetKind.unsafe):
        yield say(
            "A picture may not come from elsewhere. Put it into assets/ and refer to it "
            "as assets/name.svg."
        )
    else:
        yield say(
            "{address} is no figure of this course; refer to it as assets/name.svg, "
            "from the top of the course folder.",
            address=target.name or "''",
        )


def _link_faults(token: Token, parsed: ParsedLesson) -> Iterator[Sentence]:
    target = target_of(_address(token))
    if target.kind is TargetKind.unsafe:
        yield say(
            "A link may lead to http:, https: or mailto:, not to {address}.", address=target.name
        )
    elif target.kind is TargetKind.unknown:
        yield say(
            "{address} is no address in this course. Refer to a lesson by its short name, "
            "without folder, language or .md; and to a file as assets/name.",
            address=target.name or "''",
        )
    elif target.kind is TargetKind.part:
        yield from part_faults(target.part, tuple(each.id for each in parsed.headings))


def part_faults(part: str, ids: tuple[str, ...]) -> Iterator[Sentence]:
    """A fault when no heading among ``ids`` is named ``part``, with the nearest that is."""
    names = [each.removeprefix("part-") for each in ids]
    wanted = heading_name(part.removeprefix("part-"))
    if wanted in names:
        return
    near = get_close_matches(wanted, names, n=1)
    if near:
        yield say("There is no heading #{part}. Did you mean #{near}?", part=part, near=near[0])
    else:
        yield say("There is no heading #{part}.", part=part)


def _text_faults(text: str) -> Iterator[Sentence]:
    if "$$" in text:
        yield say(
            "A formula between '$$' is not closed, or holds an empty line. "
            "If dollars are meant, write '\\$'."
        )
    for footnote in _FOOTNOTE.findall(text):
        yield say("There is no footnote [^{name}].", name=footnote)


def _html_sentence(token: Token) -> Sentence:
    written = token.content.strip().splitlines()[0][:40] if token.content.strip() else "<"
    return say(
        "HTML is not read in lessons: {written}. Use Markdown, or put it between backticks "
        "if it is to be shown.",
        written=written,
    )


def _address(token: Token) -> str:
    return str(token.attrs.get("src" if token.type == "image" else "href", ""))


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1
