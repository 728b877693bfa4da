"""Tables of quizzes taken: attempts, answers, time granted, and lessons known beforehand."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.catalogue.models import Lesson, Quiz
from lms.core.db import Base, Id, Instant, Moment, personal
from lms.institutes.models import Person
from lms.learning.models import Enrolment

_KEPT = "with the enrolment"


class QuizAttempt(Base):
    """One learner's try at a quiz. Appears when it is begun, and is finished once.

    ``layout`` is what was drawn and in which order it is shown, so that a reload shows the same.
    ``ends`` is when answers stop counting, None for never. ``score`` is settled when it is
    finished, by its learner or because its time is over.
    """

    __tablename__ = "quiz_attempt"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "quiz_id", "number"),
        CheckConstraint("(finished IS NULL) = (score IS NULL)", name="finished"),
    )

    id: Mapped[Id]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"), index=True)
    number: Mapped[int]
    layout: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    begun: Mapped[Moment] = mapped_column(info=personal("measures the time allowed", _KEPT))
    ends: Mapped[datetime | None] = mapped_column(Instant, index=True)
    finished: Mapped[datetime | None] = mapped_column(
        Instant, info=personal("shows when the quiz was handed in", _KEPT)
    )
    score: Mapped[float | None] = mapped_column(info=personal("what was earned", _KEPT))
    possible: Mapped[float]

    enrolment: Mapped[Enrolment] = relationship()
    quiz: Mapped[Quiz] = relationship()
    answers: Mapped[list["QuizAnswer"]] = relationship(order_by="QuizAnswer.id")


class QuizAnswer(Base):
    """What was answered to one question of an attempt; saved as it is given.

    What comes when the time is over is kept as ``late`` and never counts. ``points`` are settled
    with the attempt; ``possible`` are those of the question.
    """

    __tablename__ = "quiz_answer"
    __table_args__ = (UniqueConstraint("attempt_id", "question"),)

    id: Mapped[Id]
    attempt_id: Mapped[int] = mapped_column(ForeignKey("quiz_attempt.id"))
    question: Mapped[str] = mapped_column(String(80))
    given: Mapped[Any] = mapped_column(
        JSON(none_as_null=True), nullable=True, info=personal("the answer that is marked", _KEPT)
    )
    saved: Mapped[Moment] = mapped_column(info=personal("shows when it was saved", _KEPT))
    late: Mapped[Any] = mapped_column(
        JSON(none_as_null=True),
        nullable=True,
        info=personal("an answer that came too late", _KEPT),
    )
    points: Mapped[float | None] = mapped_column(info=personal("what was earned", _KEPT))
    possible: Mapped[float]


class QuizTime(Base):
    """More time in the quizzes of a run for one learner: ``factor`` times that of the others.

    Granted by an instructor, may be changed, and goes when it is withdrawn.
    """

    __tablename__ = "quiz_time"
    __table_args__ = (
        UniqueConstraint("enrolment_id"),
        CheckConstraint("factor > 1 AND factor <= 4", name="factor"),
    )

    id: Mapped[Id]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    factor: Mapped[float] = mapped_column(info=personal("gives the time that is needed", _KEPT))
    reason: Mapped[str] = mapped_column(Text, info=personal("says why, to those who teach", _KEPT))
    granter_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), info=personal("says who granted it", _KEPT)
    )
    granted: Mapped[Moment]

    granter: Mapped[Person] = relationship()


class KnownLesson(Base):
    """A lesson that a learner went past, because a pre-test showed that they know it."""

    __tablename__ = "known_lesson"
    __table_args__ = (UniqueConstraint("enrolment_id", "lesson_id"),)

    id: Mapped[Id]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    attempt_id: Mapped[int] = mapped_column(
        ForeignKey("quiz_attempt.id"), info=personal("shows what a pre-test has shown", _KEPT)
    )
    placed: Mapped[Moment]

    lesson: Mapped[Lesson] = relationship()
