"""Lessons: a Markdown file in one language, read, checked and turned into safe HTML."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil

from markdown_it import MarkdownIt
from markdown_it.token import Token

from lms.catalogue.code_colours import highlight_css
from lms.catalogue.lesson_faults import Reference, lesson_faults, references
from lms.catalogue.lesson_html import LessonRenderer, Places
from lms.catalogue.lesson_markdown import (
    Heading,
    ParsedLesson,
    is_to_be_run,
    parse_lesson,
    plain_text,
)
from lms.catalogue.lesson_safety import clean
from lms.catalogue.lesson_words import WORDS
from lms.catalogue.media import Player
from lms.catalogue.pictures import Picture
from lms.core.errors import Refused
from lms.core.faults import Fault
from lms.core.i18n import N_, say

__all__ = [
    "Heading",
    "LessonPage",
    "LessonText",
    "LessonTooLong",
    "highlight_css",
    "read_lesson",
    "render",
]

#: The longest lesson, in bytes of UTF-8: some thirty printed pages. It bounds
#: the work that a text made to be slow can cause.
LARGEST_LESSON = 200 * 1024

#: Slower than novels are read: a learner stops to think, and often reads a second language.
_WORDS_A_MINUTE = 150
_LINES_OF_CODE_A_MINUTE = 12


class LessonTooLong(Refused):
    """A lesson that nobody would read to its end."""

    message = N_("A lesson may have at most {most} KB of text.")


@dataclass(frozen=True)
class LessonText:
    """A lesson in one language, without faults of its own.

    ``source`` is its Markdown, decoded; ``outcome`` the plain words of its
    outcome boxes; ``reading_minutes`` an estimate. ``references`` are the
    lessons, parts and files it points at, for whoever knows whether they exist;
    ``has_code_to_run`` says whether some of its code is marked to be run.
    """

    locale: str
    title: str
    source: str
    outcome: str
    reading_minutes: int
    headings: tuple[Heading, ...]
    references: tuple[Reference, ...]
    has_code_to_run: bool = False


@dataclass(frozen=True)
class LessonPage:
    """A lesson ready to be shown below its title; ``html`` is safe to insert as it is."""

    title: str
    html: str
    outline: tuple[Heading, ...]


def read_lesson(path: str, content: bytes, locale: str, faults: list[Fault]) -> LessonText | None:
    """The lesson in the file ``path``, or None after its faults were added to ``faults``."""
    source = _decoded(path, content, faults)
    if source is None:
        return None
    parsed = parse_lesson(source)
    found = lesson_faults(path, parsed)
    if found:
        faults.extend(found)
        return None
    return LessonText(
        locale=locale,
        title=parsed.title or "",
        source=source,
        outcome=_outcome(parsed),
        reading_minutes=_reading_minutes(parsed),
        headings=parsed.headings,
        references=references(path, parsed),
        has_code_to_run=any(is_to_be_run(token) for token in parsed.tokens),
    )


def render(
    source: str,
    locale: str,
    *,
    link: Callable[[str], str],
    asset: Callable[[str], str],
    pictures: Mapping[str, Picture],
    players: Mapping[str, Player] | None = None,
) -> LessonPage:
    """The page of a lesson: the same for the same values, and safe whatever ``source`` holds.

    ``link`` gives the address of the lesson with a slug, ``asset`` that of a
    file by its path in the course, and ``pictures`` the sizes of figures by
    the same path, so that nothing jumps while they load; ``players`` are the
    videos and sounds, likewise. Words that the page
    adds are in ``locale``, in English when there are none. Raises
    LessonTooLong.
    """
    if len(source.encode("utf-8", "replace")) > LARGEST_LESSON:
        raise LessonTooLong(most=LARGEST_LESSON // 1024)
    parsed = parse_lesson(source)
    places = Places(link, asset, pictures, players or {})
    renderer = LessonRenderer(locale, WORDS.get(locale, WORDS["en"]), places)
    html = renderer.render(list(parsed.tokens), _OPTIONS, {})
    return LessonPage(parsed.title or "", clean(html), parsed.headings)


_OPTIONS = MarkdownIt("commonmark").options


def _decoded(path: str, content: bytes, faults: list[Fault]) -> str | None:
    if len(content) > LARGEST_LESSON:
        sentence = say("A lesson may have at most {most} KB of text.", most=LARGEST_LESSON // 1024)
        faults.append(Fault(path, None, sentence))
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        faults.append(Fault(path, line, say("The text is not in UTF-8. Save it as UTF-8.")))
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _outcome(parsed: ParsedLesson) -> str:
    """The words of the outcome boxes, one line for each paragraph or item."""
    lines: list[str] = []
    names: list[str] = []
    for token in parsed.tokens:
        if token.type == "box_open":
            names.append(token.info)
        elif token.type == "box_close":
            names.pop()
        elif token.type == "inline" and "outcome" in names:
            lines.append(plain_text(token))
    return "\n".join(lines)


def _reading_minutes(parsed: ParsedLesson) -> int:
    words = sum(len(re.findall(r"\w+", plain_text(token))) for token in _of_type(parsed, "inline"))
    lines = sum(token.content.count("\n") for token in _of_type(parsed, "fence", "code_block"))
    return max(1, ceil(words / _WORDS_A_MINUTE + lines / _LINES_OF_CODE_A_MINUTE))


def _of_type(parsed: ParsedLesson, *types: str) -> list[Token]:
    return [token for token in parsed.tokens if token.type in types]
