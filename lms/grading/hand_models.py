"""Tables of marking by hand: rubrics, judgements, second markers, requests for review."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, Id, Instant, Moment, PublicId, Slug, one_of, personal
from lms.grading.agreement import ChosenItem, Kind
from lms.grading.models import GradingRun, Submission
from lms.institutes.models import Person

_RECORDS = "as long as the institute keeps its records"


class HandCell(Base):
    """A graded cell as an institute marks it, through all versions of its course.

    Appears with the first rubric item or saved comment, and stays.
    """

    __tablename__ = "hand_cell"
    __table_args__ = (UniqueConstraint("institute_id", "course_id", "slug", "grade_id"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    institute_id: Mapped[int] = mapped_column(ForeignKey("institute.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    slug: Mapped[Slug]
    grade_id: Mapped[str] = mapped_column(String(200))

    items: Mapped[list["RubricItem"]] = relationship(
        order_by="RubricItem.position, RubricItem.id", cascade="all, delete-orphan"
    )
    comments: Mapped[list["SavedComment"]] = relationship(
        order_by="SavedComment.id", cascade="all, delete-orphan"
    )


class RubricItem(Base):
    """One line of a cell's rubric; points below 0 take away.

    Instructors change and remove it. Judgements keep what it said when it was chosen.
    """

    __tablename__ = "rubric_item"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    cell_id: Mapped[int] = mapped_column(ForeignKey("hand_cell.id"), index=True)
    position: Mapped[int]
    label: Mapped[str] = mapped_column(String(300))
    points: Mapped[float]


class SavedComment(Base):
    """A comment kept to be used again for the same cell. It goes when an instructor removes it."""

    __tablename__ = "saved_comment"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    cell_id: Mapped[int] = mapped_column(ForeignKey("hand_cell.id"), index=True)
    text: Mapped[str] = mapped_column(Text)


class SecondMarking(Base):
    """That an assignment of a run needs two independent marks for each cell marked by hand.

    There while it is demanded. Marks that differ by at most ``tolerance`` agree.
    """

    __tablename__ = "second_marking"
    __table_args__ = (
        UniqueConstraint("run_id", "assignment_id"),
        CheckConstraint("tolerance >= 0", name="tolerance"),
    )

    id: Mapped[Id]
    run_id: Mapped[int] = mapped_column(ForeignKey("course_run.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    tolerance: Mapped[float]


class Judgement(Base):
    """What one person judged one cell of a submission to be worth, and why.

    It never changes; who thinks again adds another. It belongs to the submission, whose
    text never changes either, so that it outlives each grading run. ``extra`` is extra credit,
    beside ``points``; None of either leaves what there is.
    """

    __tablename__ = "judgement"
    __table_args__ = (
        CheckConstraint("points >= 0 AND points <= max_score", name="points"),
        CheckConstraint("extra >= 0", name="extra"),
        CheckConstraint("points IS NOT NULL OR extra IS NOT NULL", name="something"),
    )

    id: Mapped[Id]
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    grade_id: Mapped[str] = mapped_column(String(200))
    kind: Mapped[Kind] = mapped_column(one_of(Kind))
    points: Mapped[float | None]
    extra: Mapped[float | None]
    max_score: Mapped[float]
    items: Mapped[list[ChosenItem]] = mapped_column(JSON)
    comment: Mapped[str] = mapped_column(Text, info=personal("tells the learner why", _RECORDS))
    marker_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), info=personal("says who judged", _RECORDS)
    )
    given: Mapped[Moment]

    marker: Mapped[Person] = relationship()
    submission: Mapped[Submission] = relationship()


class ReviewRequest(Base):
    """A learner's wish that a person look again at one cell of one grading run.

    Appears once for each of them and is answered once.
    """

    __tablename__ = "review_request"
    __table_args__ = (
        UniqueConstraint("run_id", "grade_id"),
        CheckConstraint("(answer IS NULL) = (answered IS NULL)", name="answer"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    run_id: Mapped[int] = mapped_column(ForeignKey("grading_run.id"))
    grade_id: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(
        Text, info=personal("what the learner asks to have looked at", _RECORDS)
    )
    asked: Mapped[Moment]
    answer: Mapped[str | None] = mapped_column(
        Text, info=personal("what the learner is answered", _RECORDS)
    )
    answered: Mapped[datetime | None] = mapped_column(Instant)
    answerer_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id"), info=personal("says who answered", _RECORDS)
    )

    run: Mapped[GradingRun] = relationship()
