"""Tables of submissions, grading runs, marks and grades."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.catalogue.models import Assignment, CourseVersion
from lms.core.db import Base, Digest, Id, Instant, Marked, Moment, PublicId, one_of, personal
from lms.core.i18n import Sentence
from lms.grading.marking import Verdict
from lms.grading.states import Decision, Scope, State
from lms.institutes.models import Person
from lms.learning.models import CourseRun, Enrolment

_RECORDS = "as long as the institute keeps its records"


class SubmissionNotebook(Base):
    """One notebook of a submission, called as in its assignment. It never changes.

    One that the learner did not hand in has no row.
    """

    __tablename__ = "submission_notebook"
    __table_args__ = (UniqueConstraint("submission_id", "name"),)

    id: Mapped[Id]
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    content: Mapped[Digest] = mapped_column(info=personal("the work that is marked", _RECORDS))


class Submission(Base):
    """One piece of work, handed in by one learner for one assignment.

    The work never changes. A second try is a second row with the next
    number, and a regrade adds a grading run to the row it regrades. ``runs`` are
    those that count or may come to count; trials are not among them.
    ``accepted_time`` is when work that waited on a device was done, once whoever
    teaches has accepted it; before, and for all other work, the arrival counts.
    """

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("enrolment_id", "assignment_id", "number"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)
    number: Mapped[int]
    handed_in: Mapped[Moment] = mapped_column(info=personal("decides lateness", _RECORDS))
    accepted_time: Mapped[datetime | None] = mapped_column(
        Instant, info=personal("decides lateness in place of the arrival", _RECORDS)
    )

    enrolment: Mapped[Enrolment] = relationship()
    assignment: Mapped[Assignment] = relationship()
    notebooks: Mapped[list[SubmissionNotebook]] = relationship(order_by=SubmissionNotebook.position)
    extension: Mapped["Extension | None"] = relationship(
        primaryjoin="and_(foreign(Submission.enrolment_id) == Extension.enrolment_id,"
        " foreign(Submission.assignment_id) == Extension.assignment_id)",
        viewonly=True,
    )
    runs: Mapped[list["GradingRun"]] = relationship(
        primaryjoin="and_(Submission.id == GradingRun.submission_id, GradingRun.trial.is_(False))",
        back_populates="submission",
        order_by="GradingRun.id",
    )

    @property
    def counts_from(self) -> datetime:
        """The moment by which lateness is judged."""
        return self.accepted_time or self.handed_in


class Extension(Base):
    """A later due date of one learner for one assignment, or more attempts, or both.

    Appears when an instructor grants it, changes when they change it and goes when they
    withdraw it; the journal keeps each of that. ``due`` None leaves the run's date.
    ``reason`` is for those who teach, and is shown to no learner.
    """

    __tablename__ = "extension"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "assignment_id"),
        CheckConstraint(
            "extra_attempts >= 0 AND (due IS NOT NULL OR extra_attempts > 0)", name="granted"
        ),
    )

    id: Mapped[Id]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    due: Mapped[datetime | None] = mapped_column(
        Instant, info=personal("gives the learner more time", _RECORDS)
    )
    extra_attempts: Mapped[int] = mapped_column(
        info=personal("gives the learner more attempts", _RECORDS)
    )
    reason: Mapped[str] = mapped_column(
        Text, info=personal("tells colleagues why it was granted", _RECORDS)
    )
    granter_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), info=personal("says who granted it", _RECORDS)
    )
    granted: Mapped[Moment]

    granter: Mapped[Person] = relationship()


class Regrade(Base):
    """Work of a run that is marked again together, of one assignment or of all (None).

    Appears with its grading runs, which are trials: they show what would change. It is
    applied, and they come to count one after another, or discarded, once; ``finished`` is when
    nothing more comes of that. ``version`` is the one whose tests and points mark, which may be
    the run's own. ``reason`` is told to the learners whose grade changes.
    """

    __tablename__ = "regrade"
    __table_args__ = (
        CheckConstraint(
            "(decision IS NULL) = (decided IS NULL) AND (decision IS NULL) = (decider_id IS NULL)",
            name="decided",
        ),
        CheckConstraint("finished IS NULL OR decided IS NOT NULL", name="finished"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    run_id: Mapped[int] = mapped_column(ForeignKey("course_run.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    scope: Mapped[Scope] = mapped_column(one_of(Scope))
    reason: Mapped[str] = mapped_column(Text)
    beginner_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), info=personal("says who began it", _RECORDS)
    )
    begun: Mapped[Moment]
    decision: Mapped[Decision | None] = mapped_column(one_of(Decision))
    decided: Mapped[datetime | None] = mapped_column(Instant)
    decider_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id"), info=personal("says who decided it", _RECORDS)
    )
    finished: Mapped[datetime | None] = mapped_column(Instant)

    run: Mapped[CourseRun] = relationship()
    assignment: Mapped[Assignment | None] = relationship()
    version: Mapped[CourseVersion] = relationship()
    beginner: Mapped[Person] = relationship(foreign_keys=beginner_id)
    decider: Mapped[Person | None] = relationship(foreign_keys=decider_id)

    @property
    def is_being_applied(self) -> bool:
        """Whether some of its marks may have still to come to count."""
        return self.decided is not None and self.finished is None


class Environment(Base):
    """What runs were executed with: a profile, and the versions of Python and its packages.

    Appears with the first run of this content and never changes; ``digest`` is
    that of the content.
    """

    __tablename__ = "environment"

    id: Mapped[Id]
    digest: Mapped[Digest] = mapped_column(unique=True)
    profile: Mapped[str] = mapped_column(String(60))
    python: Mapped[str] = mapped_column(String(40))
    packages: Mapped[dict[str, str]] = mapped_column(JSON)


class RunNotebook(Base):
    """What became of one notebook of an assignment in a grading run.

    Appears when the run is settled. ``ending`` is None where there was nothing to execute, and
    ``message`` then says why. What was executed has ``evidence``, which is
    `lms.grading.evidence.Evidence` as JSON, and ``executed``, the notebook to show with its
    outputs; neither has what is from before they were kept.
    """

    __tablename__ = "run_notebook"
    __table_args__ = (UniqueConstraint("run_id", "name"),)

    id: Mapped[Id]
    run_id: Mapped[int] = mapped_column(ForeignKey("grading_run.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    ending: Mapped[str | None] = mapped_column(String(20))
    message: Mapped[Sentence | None] = mapped_column(
        Marked, info=personal("tells the learner how it ended, and may quote the work", _RECORDS)
    )
    seconds: Mapped[float | None]
    # Any: a JSON object, which `Evidence` reads.
    evidence: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    executed: Mapped[str | None] = mapped_column(
        String(64), info=personal("shows what the work put out", _RECORDS)
    )


class GradingRun(Base):
    """One execution and marking of a submission.

    Queued with the submission; a worker claims it until ``claimed_until``; it
    ends settled, with its marks. A claim that ran out may be taken by another
    worker, ``claims`` counts how often. ``ending``, ``message`` and ``seconds`` are of all its
    ``notebooks`` together. A run in which nothing was executed has no ``environment``, and
    neither have those from before it was recorded.

    ``against`` is the assignment of another version whose tests and points mark it; None is
    the submission's own. The runs of a ``regrade`` are trials until it is applied to them: a
    ``trial`` counts for nothing and no learner is shown it.
    """

    __tablename__ = "grading_run"
    # With the regrade in it, so that the first that waits is found apart from those of regrades.
    __table_args__ = (Index(None, "state", "regrade_id", "id"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    state: Mapped[State] = mapped_column(one_of(State), default=State.QUEUED)
    queued: Mapped[Moment]
    claimed_until: Mapped[datetime | None] = mapped_column(Instant)
    claims: Mapped[int] = mapped_column(default=0)
    settled: Mapped[datetime | None] = mapped_column(Instant)
    ending: Mapped[str | None] = mapped_column(String(20))
    message: Mapped[Sentence | None] = mapped_column(
        Marked, info=personal("tells the learner how it ended, and may quote the work", _RECORDS)
    )
    seconds: Mapped[float | None]
    environment_id: Mapped[int | None] = mapped_column(ForeignKey("environment.id"))
    against_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    regrade_id: Mapped[int | None] = mapped_column(ForeignKey("regrade.id"), index=True)
    trial: Mapped[bool] = mapped_column(default=False, server_default=false())

    submission: Mapped[Submission] = relationship(back_populates="runs")
    against: Mapped[Assignment | None] = relationship()
    environment: Mapped[Environment | None] = relationship()
    notebooks: Mapped[list[RunNotebook]] = relationship(order_by=RunNotebook.position)
    marks: Mapped[list["Mark"]] = relationship(back_populates="run", order_by="Mark.position")


#: In the words of the database, because a partial index takes no others.
_WAITS = text("score IS NULL")


class Mark(Base):
    """The points of one graded cell in one run.

    ``grade_id`` is the name of the cell in its assignment, with that of its notebook where there
    are several. A mark given by hand has no score until an instructor gives it, with their
    name and the moment; they may change it. Where a person gave other points than
    the run did, ``automatic`` keeps the run's. ``extra`` is extra credit that people gave,
    not in ``score`` and not bound by ``max_score``. ``refused`` is for instructors only;
    ``message``, ``code`` and ``hint`` are for the learner.
    """

    __tablename__ = "mark"
    __table_args__ = (
        UniqueConstraint("run_id", "position"),
        Index("ix_mark_waiting", "run_id", sqlite_where=_WAITS, postgresql_where=_WAITS),
        CheckConstraint("score IS NULL OR score >= 0", name="score"),
        CheckConstraint("extra >= 0", name="extra"),
    )

    id: Mapped[Id]
    run_id: Mapped[int] = mapped_column(ForeignKey("grading_run.id"))
    position: Mapped[int]
    grade_id: Mapped[str] = mapped_column(String(200))
    score: Mapped[float | None]
    max_score: Mapped[float]
    verdict: Mapped[Verdict] = mapped_column(one_of(Verdict))
    message: Mapped[Sentence | None] = mapped_column(
        Marked, info=personal("tells the learner why, and may quote the work", _RECORDS)
    )
    marker_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id"), info=personal("says who gave the mark", _RECORDS)
    )
    marked: Mapped[datetime | None] = mapped_column(Instant)
    automatic: Mapped[float | None]
    extra: Mapped[float] = mapped_column(default=0.0, server_default="0")
    code: Mapped[str | None] = mapped_column(Text)
    hint: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    refused: Mapped[str | None] = mapped_column(
        Text, info=personal("tells instructors what the examiner refused of the work", _RECORDS)
    )

    run: Mapped[GradingRun] = relationship(back_populates="marks")
    marker: Mapped[Person | None] = relationship()


class Grade(Base):
    """The settled result of a learner for an assignment: that of the submission that counts.

    Appears with the first marked submission and follows the one that counts: the
    best, the last or the first, as the assignment says. ``share`` is the part of
    the points that counts, after lateness; ``extra`` is what extra credit has in ``score``.
    """

    __tablename__ = "grade"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "assignment_id"),
        CheckConstraint("share BETWEEN 0 AND 1", name="share"),
    )

    id: Mapped[Id]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    score: Mapped[float]
    max_score: Mapped[float]
    share: Mapped[float]
    extra: Mapped[float] = mapped_column(default=0.0, server_default="0")
    settled: Mapped[Moment]

    submission: Mapped[Submission] = relationship()


class WorkerBeat(Base):
    """A sign of life of one worker, renewed every few seconds, and how its walls stand."""

    __tablename__ = "worker_beat"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    at: Mapped[Moment]
    walls_stand: Mapped[bool]
    found: Mapped[str] = mapped_column(Text)
    mend: Mapped[str] = mapped_column(Text)
