"""Reads of runs, enrolments and progress."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from lms.catalogue.models import CourseVersion, Lesson
from lms.catalogue.queries import WITH_OUTLINE
from lms.institutes.models import Institute, Person
from lms.learning.models import CalendarFeed, CourseRun, Enrolment, LessonProgress, Place

#: A run with whose it is and which course it offers.
_WITH_COURSE = (
    joinedload(CourseRun.institute),
    joinedload(CourseRun.version).joinedload(CourseVersion.course),
)


def run(session: Session, public_id: str) -> CourseRun | None:
    """The run with this public identifier, with its institute, version and course."""
    return session.scalar(
        select(CourseRun).options(*_WITH_COURSE).where(CourseRun.public_id == public_id)
    )


def current_runs(session: Session, now: datetime) -> Sequence[CourseRun]:
    """Every run that has not ended, the earliest first."""
    return session.scalars(
        select(CourseRun)
        .options(*_WITH_COURSE)
        .where(or_(CourseRun.closes.is_(None), CourseRun.closes > now))
        .order_by(CourseRun.opens, CourseRun.id)
    ).all()


def runs_of(session: Session, institutes: Sequence[Institute]) -> Sequence[CourseRun]:
    """The runs that these institutes offer or offered, the latest first."""
    return session.scalars(
        select(CourseRun)
        .options(*_WITH_COURSE)
        .where(CourseRun.institute_id.in_([i.id for i in institutes]))
        .order_by(CourseRun.opens.desc(), CourseRun.id.desc())
    ).all()


def runs_taught(
    session: Session, institutes: Sequence[int], since: datetime, *, most: int = 100
) -> Sequence[CourseRun]:
    """The latest runs of these institutes, by row, that had not closed ``since``, with outlines."""
    return session.scalars(
        select(CourseRun)
        .options(joinedload(CourseRun.institute))
        .options(joinedload(CourseRun.version).options(*WITH_OUTLINE))
        .where(CourseRun.institute_id.in_(institutes))
        .where(or_(CourseRun.closes.is_(None), CourseRun.closes > since))
        .order_by(CourseRun.opens.desc(), CourseRun.id.desc())
        .limit(most)
    ).all()


def enrolment(session: Session, public_id: str) -> Enrolment | None:
    """The enrolment with this public identifier, with its run, person and outline."""
    return session.scalar(
        select(Enrolment)
        .join(Enrolment.run)
        .options(contains_eager(Enrolment.run).joinedload(CourseRun.institute))
        .options(contains_eager(Enrolment.run).joinedload(CourseRun.version).options(*WITH_OUTLINE))
        .options(joinedload(Enrolment.person))
        .where(Enrolment.public_id == public_id)
    )


def hold(session: Session, enrolment: Enrolment) -> None:
    """Keep other requests of this learner waiting until this one is done: two tabs, one attempt."""
    session.execute(select(Enrolment.id).where(Enrolment.id == enrolment.id).with_for_update())


def enrolment_of(session: Session, run: CourseRun, person: Person) -> Enrolment | None:
    """The place of ``person`` in ``run``."""
    return session.scalar(
        select(Enrolment).where(Enrolment.run_id == run.id, Enrolment.person_id == person.id)
    )


def enrolments_of(session: Session, person: Person) -> Sequence[Enrolment]:
    """Everything ``person`` is or was enrolled in, the latest first, with outlines."""
    return session.scalars(
        select(Enrolment)
        .options(joinedload(Enrolment.run).joinedload(CourseRun.institute))
        .options(joinedload(Enrolment.run).joinedload(CourseRun.version).options(*WITH_OUTLINE))
        .where(Enrolment.person_id == person.id)
        .order_by(Enrolment.id.desc())
    ).all()


@dataclass(frozen=True)
class Span:
    """Some enrolments of a run that follow one another, by the first row and the last."""

    first: int
    last: int


def next_enrolments(session: Session, run: CourseRun, beyond: int, most: int) -> Span | None:
    """The next enrolments of ``run`` after the row ``beyond``, at most so many; None: no more."""
    rows = session.scalars(
        select(Enrolment.id)
        .where(Enrolment.run_id == run.id, Enrolment.id > beyond)
        .order_by(Enrolment.id)
        .limit(most)
    ).all()
    return Span(rows[0], rows[-1]) if rows else None


def is_in(run: CourseRun, span: Span) -> ColumnElement[bool]:
    """The condition that an enrolment is of ``run`` and in ``span``."""
    return and_(Enrolment.run_id == run.id, Enrolment.id.between(span.first, span.last))


def learners(session: Session, run: CourseRun, span: Span) -> Sequence[Enrolment]:
    """Who is enrolled in ``run`` and in ``span``."""
    return session.scalars(
        select(Enrolment)
        .join(Enrolment.person)
        .options(contains_eager(Enrolment.person))
        .where(is_in(run, span))
        .order_by(Enrolment.id)
    ).all()


def progress(session: Session, enrolment: Enrolment, lesson: Lesson) -> LessonProgress | None:
    """What is known of this learner and this lesson."""
    return session.scalar(
        select(LessonProgress).where(
            LessonProgress.enrolment_id == enrolment.id, LessonProgress.lesson_id == lesson.id
        )
    )


def lessons_done(session: Session, enrolments: Sequence[Enrolment]) -> set[tuple[int, int]]:
    """The pairs (enrolment row, lesson row) that are done."""
    rows = session.execute(
        select(LessonProgress.enrolment_id, LessonProgress.lesson_id).where(
            LessonProgress.enrolment_id.in_([e.id for e in enrolments]),
            LessonProgress.done.is_not(None),
        )
    )
    return {(enrolment_id, lesson_id) for enrolment_id, lesson_id in rows}


def places(session: Session, enrolments: Sequence[Enrolment]) -> dict[int, Place]:
    """Where these learners were last, by enrolment row."""
    rows = session.scalars(select(Place).where(Place.enrolment_id.in_([e.id for e in enrolments])))
    return {place.enrolment_id: place for place in rows}


def feed_of(session: Session, person: Person) -> CalendarFeed | None:
    """The calendar address of ``person``, if they have one."""
    return session.scalar(select(CalendarFeed).where(CalendarFeed.person_id == person.id))


def feed(session: Session, public_id: str) -> CalendarFeed | None:
    """The calendar address with this public identifier, and whose it is."""
    return session.scalar(
        select(CalendarFeed)
        .options(joinedload(CalendarFeed.person, innerjoin=True))
        .where(CalendarFeed.public_id == public_id)
    )
