"""Tables of works that resemble one another, and of what people found who looked at them."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.catalogue.models import Assignment
from lms.core.db import Base, Id, Instant, Moment, one_of, personal
from lms.grading.models import Submission
from lms.grading.similarity import Finding
from lms.institutes.models import Person
from lms.learning.models import CourseRun

_KEPT = "two years"


class PairNote(Base):
    """What somebody found who looked at two works side by side, and their words.

    ``first_id`` is the lower of the two. It never changes; who looks again adds another. Only
    those who teach at the institute see it, and the worker deletes it after two years.
    """

    __tablename__ = "pair_note"
    __table_args__ = (CheckConstraint("first_id < second_id", name="order"),)

    id: Mapped[Id]
    first_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    finding: Mapped[Finding] = mapped_column(
        one_of(Finding), info=personal("says that a person judged what a program showed", _KEPT)
    )
    text: Mapped[str] = mapped_column(
        Text, info=personal("what whoever looked wants to remember", _KEPT)
    )
    by_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), info=personal("says who looked", _KEPT)
    )
    at: Mapped[Moment]

    by: Mapped[Person] = relationship()
    first: Mapped[Submission] = relationship(foreign_keys=[first_id])
    second: Mapped[Submission] = relationship(foreign_keys=[second_id])


class SimilarityCheck(Base):
    """Somebody's wish to have the many works for an assignment in a run compared.

    A worker claims it until ``claimed_until``, ``claims`` counts how often, and says how many
    works it has ``read`` out of ``works``. It ends ``settled``, with its pairs, of ``pairs`` that
    there are, unless it ``failed``. ``unread`` works could not be read. The worker deletes it
    after two years, and what an earlier one found when the next is settled.
    """

    __tablename__ = "similarity_check"
    __table_args__ = (Index(None, "run_id", "assignment_id"), Index(None, "settled"))

    id: Mapped[Id]
    run_id: Mapped[int] = mapped_column(ForeignKey("course_run.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    asked: Mapped[Moment]
    by_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), info=personal("says who asked", _KEPT)
    )
    claimed_until: Mapped[datetime | None] = mapped_column(Instant)
    claims: Mapped[int] = mapped_column(default=0)
    works: Mapped[int] = mapped_column(default=0)
    read: Mapped[int] = mapped_column(default=0)
    unread: Mapped[int] = mapped_column(default=0)
    pairs: Mapped[int] = mapped_column(default=0)
    settled: Mapped[datetime | None] = mapped_column(Instant)
    failed: Mapped[bool] = mapped_column(default=False)

    run: Mapped[CourseRun] = relationship()
    assignment: Mapped[Assignment] = relationship()


class SimilarPair(Base):
    """Two works that a check found alike; its rows are in the order in which they are shown.

    ``first_id`` is the lower of the two. ``holders`` are the fingerprints that they share, each
    with how many works have it.
    """

    __tablename__ = "similar_pair"
    __table_args__ = (
        UniqueConstraint("check_id", "first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="order"),
    )

    id: Mapped[Id]
    check_id: Mapped[int] = mapped_column(ForeignKey("similarity_check.id"))
    first_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    overlap: Mapped[float] = mapped_column(info=personal("shows a person what to look at", _KEPT))
    holders: Mapped[dict[str, int]] = mapped_column(JSON)
