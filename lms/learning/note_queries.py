"""Reads of a learner's own notes and bookmarks."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, defer, joinedload

from lms.catalogue.models import Lesson, LessonText
from lms.core.folding import holds, sought
from lms.core.i18n import best_text
from lms.learning.models import Enrolment
from lms.learning.note_models import Bookmark, LessonNote


@dataclass(frozen=True)
class Marked:
    """A bookmark as it is shown: the words and the id of its heading, empty for the lesson."""

    part: int
    words: str
    anchor: str


@dataclass(frozen=True)
class Kept:
    """What a learner has kept of one lesson: bookmarks in order, and a note that has text."""

    lesson: Lesson
    bookmarks: tuple[Marked, ...]
    note: LessonNote | None


def note(
    session: Session, enrolment: Enrolment, lesson: Lesson, *, to_write: bool = False
) -> LessonNote | None:
    """The learner's note beside a lesson; ``to_write`` has other writers wait."""
    wanted = select(LessonNote).where(
        LessonNote.enrolment_id == enrolment.id, LessonNote.lesson_id == lesson.id
    )
    return session.scalar(wanted.with_for_update() if to_write else wanted)


def bookmark(session: Session, enrolment: Enrolment, lesson: Lesson, part: int) -> Bookmark | None:
    """One bookmark, if the learner has made it."""
    return session.scalar(
        select(Bookmark).where(
            Bookmark.enrolment_id == enrolment.id,
            Bookmark.lesson_id == lesson.id,
            Bookmark.part == part,
        )
    )


def marked_parts(session: Session, enrolment: Enrolment, lesson: Lesson) -> frozenset[int]:
    """The numbers of the parts of a lesson that the learner has marked."""
    found = session.scalars(
        select(Bookmark.part).where(
            Bookmark.enrolment_id == enrolment.id, Bookmark.lesson_id == lesson.id
        )
    )
    return frozenset(found)


def kept(session: Session, enrolment: Enrolment, locale: str, words: str = "") -> list[Kept]:
    """All that a learner has kept of a course, in its order; only what holds all ``words``.

    Headings are in ``locale``, or in the original's language.
    """
    notes = {
        note.lesson_id: note
        for note in session.scalars(
            select(LessonNote).where(LessonNote.enrolment_id == enrolment.id, LessonNote.text != "")
        )
    }
    marked = _marked(session, enrolment, locale)
    lessons = [lesson for module in enrolment.run.version.modules for lesson in module.lessons]
    everything = [
        Kept(lesson, tuple(marked.get(lesson.id, ())), notes.get(lesson.id))
        for lesson in lessons
        if lesson.id in notes or lesson.id in marked
    ]
    wanted = sought(words)
    return [each for each in everything if _holds(each, wanted)]


def _holds(each: Kept, wanted: Sequence[str]) -> bool:
    texts = [*each.lesson.titles.values(), *(mark.words for mark in each.bookmarks)]
    if each.note is not None:
        texts.append(each.note.text)
    return holds("\n".join(texts), wanted)


def _marked(session: Session, enrolment: Enrolment, locale: str) -> dict[int, list[Marked]]:
    """The bookmarks of a learner by lesson, with the words of their headings."""
    made = session.scalars(
        select(Bookmark)
        .options(joinedload(Bookmark.lesson))
        .where(Bookmark.enrolment_id == enrolment.id)
        .order_by(Bookmark.part)
    ).all()
    texts = session.scalars(
        select(LessonText)
        .options(defer(LessonText.html))
        .where(LessonText.lesson_id.in_({each.lesson_id for each in made if each.part}))
    )
    headings = {(text.lesson_id, text.locale): text.headings for text in texts}
    marked: dict[int, list[Marked]] = {}
    for each in made:
        shown = best_text(each.lesson.titles, locale)[1]
        parts = headings.get((each.lesson_id, shown), [])
        heading = parts[each.part - 1] if 0 < each.part <= len(parts) else {"text": "", "id": ""}
        marked.setdefault(each.lesson_id, []).append(
            Marked(each.part, heading["text"], heading["id"])
        )
    return marked
