"""What a learner keeps for themselves: notes, never saved over what was not seen; bookmarks."""

from datetime import datetime

from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.catalogue.models import Lesson
from lms.core.errors import NotFound, Refused
from lms.core.i18n import N_
from lms.learning import note_queries
from lms.learning.models import Enrolment
from lms.learning.note_models import Bookmark, LessonNote

#: The longest note, in characters: some eight printed pages.
LONGEST_NOTE = 20_000


class NoteConflict(Refused):
    """The note was saved elsewhere since the writer saw it: ``theirs``."""

    message = N_("This note was changed in another tab or on another device.")

    def __init__(self, theirs: LessonNote) -> None:
        super().__init__()
        self.theirs = theirs


class NoteTooLong(Refused):
    """More text than a note may hold."""

    message = N_("A note may have at most 20,000 characters. Move some of it elsewhere.")


def save(
    session: Session, enrolment: Enrolment, lesson: Lesson, text: str, *, base: int, now: datetime
) -> LessonNote:
    """Keep ``text`` as the note beside a lesson; ``base`` is the number it began with, 0 for none.

    Saving what is kept already changes nothing, whatever its base: an answer may have been lost
    on the way. Raises NoteConflict and NoteTooLong.
    """
    if len(text) > LONGEST_NOTE:
        raise NoteTooLong
    note = note_queries.note(session, enrolment, lesson, to_write=True)
    if note is not None and note.text == text:
        return note
    if note is not None and note.number != base:
        raise NoteConflict(note)
    if note is None:
        note = LessonNote(enrolment_id=enrolment.id, lesson_id=lesson.id, number=0)
        session.add(note)
    note.number, note.saved, note.text = note.number + 1, now, text
    session.flush()
    return note


def set_bookmark(
    session: Session, enrolment: Enrolment, lesson: Lesson, part: int, *, kept: bool, now: datetime
) -> None:
    """Mark a part of a lesson, or take the mark away; doing it twice changes nothing.

    Raises NotFound when the lesson has no such part.
    """
    headings = catalogue.lesson_text(session, lesson, "").headings
    if not 0 <= part <= len(headings):
        raise NotFound
    found = note_queries.bookmark(session, enrolment, lesson, part)
    if kept and found is None:
        made = Bookmark(lesson_id=lesson.id, part=part, made=now)
        made.enrolment_id = enrolment.id
        session.add(made)
    elif not kept and found is not None:
        session.delete(found)
    session.flush()
