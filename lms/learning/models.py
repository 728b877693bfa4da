"""Tables of course runs, enrolments and lesson progress."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.catalogue.models import CourseVersion, Lesson
from lms.core.db import Base, Id, Instant, Moment, PublicId, one_of, personal
from lms.institutes.models import Institute, Person
from lms.learning.rules import Access


class CourseRun(Base):
    """A version of a course, offered by an institute between two dates.

    Created by a registrar. The version stays; the end and the way in may change.
    """

    __tablename__ = "course_run"
    __table_args__ = (
        CheckConstraint(
            "(access = 'invitation') = (invitation_code IS NOT NULL)", name="invitation"
        ),
        CheckConstraint("closes IS NULL OR closes > opens", name="dates"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    institute_id: Mapped[int] = mapped_column(ForeignKey("institute.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), index=True)
    opens: Mapped[Moment]
    closes: Mapped[datetime | None] = mapped_column(Instant)
    access: Mapped[Access] = mapped_column(one_of(Access))
    invitation_code: Mapped[str | None] = mapped_column(String(40))

    institute: Mapped[Institute] = relationship()
    version: Mapped[CourseVersion] = relationship()


#: In the words of the database, because a partial index takes no others.
_UNKNOWN = text("trail = ''")


class Enrolment(Base):
    """A person's place in a run. Appears once and stays; ``completed`` is set once.

    ``trail`` is one letter for each step, as in `lms.learning.trail`, and ``worked`` when the
    learner last did something that is kept. Both repeat what other rows say, so that a page
    about a whole run reads no more than this one of each learner. Whatever changes those rows
    empties the trail (`lms.learning.trails`), and the worker fills it again.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("run_id", "person_id"),
        Index("ix_enrolment_trail_unknown", "id", sqlite_where=_UNKNOWN, postgresql_where=_UNKNOWN),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    run_id: Mapped[int] = mapped_column(ForeignKey("course_run.id"))
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"),
        index=True,
        info=personal("says who learns here", "as long as the institute keeps its records"),
    )
    enrolled: Mapped[Moment]
    completed: Mapped[datetime | None] = mapped_column(Instant)
    trail: Mapped[str] = mapped_column(
        Text,
        default="",
        server_default="",
        info=personal("shows those who teach how far all have come", "with the enrolment"),
    )
    worked: Mapped[datetime | None] = mapped_column(
        Instant, info=personal("shows those who teach who may need help", "with the enrolment")
    )

    run: Mapped[CourseRun] = relationship()
    person: Mapped[Person] = relationship()


class LessonProgress(Base):
    """That a learner opened a lesson, and when they said it was done. ``done`` may be unset."""

    __tablename__ = "lesson_progress"
    __table_args__ = (UniqueConstraint("enrolment_id", "lesson_id"),)

    id: Mapped[Id]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    opened: Mapped[Moment] = mapped_column(
        info=personal("lets the learner continue", "with the enrolment")
    )
    done: Mapped[datetime | None] = mapped_column(
        Instant, info=personal("shows what is done", "with the enrolment")
    )

    lesson: Mapped[Lesson] = relationship()


class Place(Base):
    """Where a learner was last in a run: the step called ``slug``. One row, which moves on."""

    __tablename__ = "place"
    __table_args__ = (UniqueConstraint("enrolment_id"),)

    id: Mapped[Id]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    slug: Mapped[str] = mapped_column(
        String(80), info=personal("lets the learner go on there", "with the enrolment")
    )
    at: Mapped[Moment] = mapped_column(
        info=personal("tells which course was used last", "with the enrolment")
    )


_FEED = "until the address is taken away, at most as long as the account"


class CalendarFeed(Base):
    """That a person has an address at which calendar programs read their dates.

    ``public_id`` changes with each new address, and the row goes when they take it away. The
    address carries a seal of the site's key too, so this table alone opens nothing.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (UniqueConstraint("person_id"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId] = mapped_column(info=personal("is half of the address", _FEED))
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), info=personal("says whose dates", _FEED)
    )
    made: Mapped[Moment]

    person: Mapped[Person] = relationship()
