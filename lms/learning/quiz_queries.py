"""Reads of attempts at quizzes, time granted, lessons known, and how questions went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload, undefer

from lms.catalogue.models import Quiz
from lms.catalogue.queries import WITH_OUTLINE
from lms.institutes.models import Person
from lms.learning import queries
from lms.learning.learned import Learned
from lms.learning.models import CourseRun, Enrolment
from lms.learning.quiz_models import KnownLesson, QuizAnswer, QuizAttempt, QuizTime
from lms.learning.quiz_rules import SLACK, Taken, counting

#: An attempt with what its pages show.
_WHOLE = (
    selectinload(QuizAttempt.answers),
    joinedload(QuizAttempt.quiz).options(undefer(Quiz.content)),
)


@dataclass(frozen=True)
class QuestionRate:
    """How a question went in a run: answered so often, and the share of its points earned."""

    question: str
    answered: int
    share: float


@dataclass(frozen=True)
class LearnerResult:
    """A learner's attempts at a quiz: how many are finished, and the share that counts."""

    enrolment: Enrolment
    attempts: int
    share: float | None


def attempt(
    session: Session, enrolment: Enrolment, quiz: Quiz, number: int, *, to_write: bool = False
) -> QuizAttempt | None:
    """The attempt of that number, with its answers and questions; locked if it will change."""
    wanted = (
        select(QuizAttempt)
        .options(*_WHOLE)
        .where(
            QuizAttempt.enrolment_id == enrolment.id,
            QuizAttempt.quiz_id == quiz.id,
            QuizAttempt.number == number,
        )
    )
    return session.scalar(wanted.with_for_update(of=QuizAttempt) if to_write else wanted)


def attempts(session: Session, enrolment: Enrolment, quiz: Quiz) -> Sequence[QuizAttempt]:
    """A learner's attempts at a quiz, the first one first, without their answers."""
    return session.scalars(
        select(QuizAttempt)
        .where(QuizAttempt.enrolment_id == enrolment.id, QuizAttempt.quiz_id == quiz.id)
        .order_by(QuizAttempt.number)
    ).all()


def attempts_of(session: Session, enrolment: Enrolment) -> Sequence[QuizAttempt]:
    """Everything a learner tried in quizzes of a run, the latest first, with their quizzes."""
    return session.scalars(
        select(QuizAttempt)
        .options(joinedload(QuizAttempt.quiz))
        .where(QuizAttempt.enrolment_id == enrolment.id)
        .order_by(QuizAttempt.begun.desc(), QuizAttempt.id.desc())
    ).all()


def taken(session: Session, enrolments: Sequence[Enrolment]) -> dict[tuple[int, int], list[Taken]]:
    """The finished attempts by (enrolment row, quiz row)."""
    rows = session.execute(
        select(
            QuizAttempt.enrolment_id,
            QuizAttempt.quiz_id,
            QuizAttempt.number,
            QuizAttempt.score,
            QuizAttempt.possible,
        ).where(
            QuizAttempt.enrolment_id.in_([each.id for each in enrolments]),
            QuizAttempt.finished.is_not(None),
        )
    )
    found: dict[tuple[int, int], list[Taken]] = {}
    for enrolment_id, quiz_id, number, score, possible in rows:
        found.setdefault((enrolment_id, quiz_id), []).append(Taken(number, score or 0.0, possible))
    return found


def known_lessons(session: Session, enrolments: Sequence[Enrolment]) -> set[tuple[int, int]]:
    """The pairs (enrolment row, lesson row) that a pre-test has shown to be known."""
    rows = session.execute(
        select(KnownLesson.enrolment_id, KnownLesson.lesson_id).where(
            KnownLesson.enrolment_id.in_([each.id for each in enrolments])
        )
    )
    return {(enrolment_id, lesson_id) for enrolment_id, lesson_id in rows}


def learned(session: Session, enrolments: Sequence[Enrolment]) -> Learned:
    """What these learners have done of lessons and quizzes."""
    return Learned(
        queries.lessons_done(session, enrolments),
        taken(session, enrolments),
        known_lessons(session, enrolments),
    )


def quiz_time(session: Session, enrolment: Enrolment) -> QuizTime | None:
    """The time granted to this learner, if any was."""
    return session.scalar(
        select(QuizTime)
        .options(joinedload(QuizTime.granter))
        .where(QuizTime.enrolment_id == enrolment.id)
    )


def running(session: Session, enrolment: Enrolment) -> Sequence[QuizAttempt]:
    """The attempts of a learner that are not finished, with their quizzes."""
    return session.scalars(
        select(QuizAttempt)
        .options(joinedload(QuizAttempt.quiz))
        .where(QuizAttempt.enrolment_id == enrolment.id, QuizAttempt.finished.is_(None))
    ).all()


def expired(session: Session, now: datetime, most: int = 50) -> Sequence[QuizAttempt]:
    """Attempts whose time is over and that nobody has finished, with what marking them needs."""
    return session.scalars(
        select(QuizAttempt)
        .options(*_WHOLE)
        .options(
            joinedload(QuizAttempt.enrolment).options(
                joinedload(Enrolment.person),
                joinedload(Enrolment.run).options(
                    joinedload(CourseRun.institute),
                    joinedload(CourseRun.version).options(*WITH_OUTLINE),
                ),
            )
        )
        .where(QuizAttempt.ends < now - SLACK, QuizAttempt.finished.is_(None))
        .order_by(QuizAttempt.ends)
        .limit(most)
        .with_for_update(skip_locked=True, of=QuizAttempt)
    ).all()


def has_expired(session: Session, now: datetime) -> bool:
    """Whether there is any such attempt: a look that takes no lock."""
    return (
        session.scalar(
            select(QuizAttempt.id)
            .where(QuizAttempt.ends < now - SLACK, QuizAttempt.finished.is_(None))
            .limit(1)
        )
        is not None
    )


def question_rates(session: Session, run: CourseRun, quiz: Quiz) -> dict[str, QuestionRate]:
    """How each question went in the finished attempts of a run, by its name."""
    rows = session.execute(
        select(
            QuizAnswer.question,
            func.count(),
            func.sum(QuizAnswer.points),
            func.sum(QuizAnswer.possible),
        )
        .join(QuizAttempt, QuizAttempt.id == QuizAnswer.attempt_id)
        .join(Enrolment, Enrolment.id == QuizAttempt.enrolment_id)
        .where(
            QuizAttempt.quiz_id == quiz.id,
            QuizAttempt.finished.is_not(None),
            Enrolment.run_id == run.id,
        )
        .group_by(QuizAnswer.question)
    )
    return {
        name: QuestionRate(name, number, (points or 0.0) / possible if possible else 0.0)
        for name, number, points, possible in rows
    }


def results(
    session: Session, run: CourseRun, quiz: Quiz, *, first: int, most: int
) -> tuple[list[LearnerResult], int]:
    """A page of the learners of a run with their results, and how many learners there are.

    Those with the lowest best share stand first; who has not taken the quiz comes last.
    """
    best = (
        select(
            QuizAttempt.enrolment_id.label("enrolment_id"),
            func.max(QuizAttempt.score / QuizAttempt.possible).label("share"),
        )
        .where(QuizAttempt.quiz_id == quiz.id, QuizAttempt.finished.is_not(None))
        .group_by(QuizAttempt.enrolment_id)
        .subquery()
    )
    enrolments = session.scalars(
        select(Enrolment)
        .join(Enrolment.person)
        .options(contains_eager(Enrolment.person))
        .outerjoin(best, best.c.enrolment_id == Enrolment.id)
        .where(Enrolment.run_id == run.id)
        .order_by(best.c.share.is_(None), best.c.share, Person.name, Enrolment.id)
        .offset(first)
        .limit(most)
    ).all()
    number = session.scalar(select(func.count()).where(Enrolment.run_id == run.id)) or 0
    found = taken(session, enrolments)
    page = []
    for enrolment in enrolments:
        tries = found.get((enrolment.id, quiz.id), [])
        counts = counting(tries, quiz.counts)
        page.append(LearnerResult(enrolment, len(tries), counts.share if counts else None))
    return page, number


def content(session: Session, quiz: Quiz) -> Quiz:
    """``quiz`` with its questions, which an outline leaves out."""
    return session.scalars(
        select(Quiz)
        .options(undefer(Quiz.content))
        .where(Quiz.id == quiz.id)
        .execution_options(populate_existing=True)
    ).one()
