"""The table of announcements."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, Id, Instant, Moment, PublicId, personal
from lms.institutes.models import Person
from lms.learning.models import CourseRun

_RECORDS = "as long as the institute keeps its records"


class Announcement(Base):
    """What somebody who teaches has to say to everybody in a run.

    Appears when it is made, may be put right (``changed``), and is ``withdrawn`` for good:
    learners see it no more, those who teach do. ``told`` is the last enrolment, by row, whose
    learner has a notice of it, 0 at first; it is None when everybody has.
    """

    __tablename__ = "announcement"
    __table_args__ = (Index(None, "run_id", "made"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    run_id: Mapped[int] = mapped_column(ForeignKey("course_run.id"))
    by_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), info=personal("says who announced it", _RECORDS)
    )
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    made: Mapped[Moment]
    changed: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn: Mapped[datetime | None] = mapped_column(Instant)
    told: Mapped[int | None]

    run: Mapped[CourseRun] = relationship()
    author: Mapped[Person] = relationship()
