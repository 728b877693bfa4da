"""Tables of what a learner keeps for themselves beside a lesson: notes and bookmarks."""

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.catalogue.models import Lesson
from lms.core.db import Base, Id, Moment, personal
from lms.learning.models import Enrolment

_KEPT = "with the enrolment, unless the learner removes it"


class LessonNote(Base):
    """What a learner wrote for themselves beside a lesson. Nobody else is ever shown it.

    Appears with the first save. ``number`` counts the saves; who saves says which one they
    began with, so that no two tabs overwrite one another. An emptied note stays as a row
    without text.
    """

    __tablename__ = "lesson_note"
    __table_args__ = (UniqueConstraint("enrolment_id", "lesson_id"),)

    id: Mapped[Id]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), index=True)
    number: Mapped[int]
    saved: Mapped[Moment] = mapped_column(info=personal("shows when the note was saved", _KEPT))
    text: Mapped[str] = mapped_column(
        Text, info=personal("the learner's private note, shown to nobody else", _KEPT)
    )

    enrolment: Mapped[Enrolment] = relationship()
    lesson: Mapped[Lesson] = relationship()


class Bookmark(Base):
    """A lesson, or a part of it, to which a learner wants to come back.

    ``part`` is the number of a heading, counted from 1, and 0 the whole lesson. Texts never
    change and have the same headings in every language, so the number holds in all of them.
    """

    __tablename__ = "bookmark"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "lesson_id", "part"),
        CheckConstraint("part >= 0", name="part"),
    )

    id: Mapped[Id]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), index=True)
    part: Mapped[int]
    made: Mapped[Moment] = mapped_column(
        info=personal("lets the learner come back to a place in a lesson", _KEPT)
    )

    lesson: Mapped[Lesson] = relationship()
