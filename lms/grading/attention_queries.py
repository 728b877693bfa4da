"""Reads for those who look after a run: how far each of its learners has come, and since when."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, literal_column, select, union_all
from sqlalchemy.orm import Session, contains_eager, joinedload

from lms.catalogue.models import Assignment, Quiz
from lms.catalogue.queries import WITH_OUTLINE
from lms.core.db import Instant
from lms.grading import queries
from lms.grading.models import Extension, Submission
from lms.institutes.models import Person
from lms.institutes.queries import of_people_called
from lms.learning.draft_models import Draft, DraftVersion
from lms.learning.models import CourseRun, Enrolment, LessonProgress, Place
from lms.learning.quiz_models import QuizAttempt
from lms.learning.rules import Kind
from lms.learning.trail import Tries, trail

#: Trails are worked out for so many learners at a time, however many there are.
AT_ONCE = 100

#: A trail, and when its learner last worked, if they ever did.
Way = tuple[str, datetime | None]


class Walker(NamedTuple):
    """A learner of a run in few words, for pages about all of them; a value and no row of a table.

    ``row`` is that of the enrolment. ``last`` is when they last worked or, of whoever has not
    yet, since when they could.
    """

    row: int
    is_through: bool
    trail: str
    last: datetime


def walkers(session: Session, run: CourseRun) -> list[Walker]:
    """Everybody who is enrolled in ``run``, by name. Trails that are not kept are worked out."""
    rows = session.execute(
        select(
            Enrolment.id,
            Enrolment.completed.is_not(None),
            Enrolment.trail,
            func.coalesce(Enrolment.worked, Enrolment.enrolled),
        )
        .join(Enrolment.person)
        .where(Enrolment.run_id == run.id)
        .order_by(Person.name, Enrolment.id)
    ).all()
    unknown = [row for row, _is_through, letters, _last in rows if not letters]
    found: dict[int, tuple[str, datetime]] = {}
    for first in range(0, len(unknown), AT_ONCE):
        some = learners(session, unknown[first : first + AT_ONCE])
        for row, (letters, worked) in ways(session, list(some.values())).items():
            found[row] = letters, worked or some[row].enrolled
    walkers = []
    for row, is_through, letters, last in rows:
        known = (letters, last) if letters else found[row]
        walkers.append(Walker(row, is_through, known[0], max(known[1], run.opens)))
    return walkers


def rows_called(session: Session, run: CourseRun, words: str) -> set[int]:
    """The enrolments of ``run``, by row, of whoever has all ``words`` in their names."""
    listed = select(Enrolment.id).join(Enrolment.person).where(Enrolment.run_id == run.id)
    return set(of_people_called(session, listed, words, by_address=False))


def learners(session: Session, rows: Sequence[int]) -> dict[int, Enrolment]:
    """The enrolments of these ``rows`` with their people, by row."""
    found = session.scalars(
        select(Enrolment)
        .join(Enrolment.person)
        .options(contains_eager(Enrolment.person))
        .where(Enrolment.id.in_(rows))
    )
    return {each.id: each for each in found}


def any_unknown(session: Session) -> bool:
    """Whether there is a trail that is not kept: a look that takes no lock."""
    return session.scalar(select(Enrolment.id).where(_is_unknown()).limit(1)) is not None


def unknown(session: Session) -> Sequence[Enrolment]:
    """Enrolments whose trails are not kept, `AT_ONCE` at most, with outlines.

    They are held: whoever changes what these learners have done comes before or after.
    """
    return session.scalars(
        select(Enrolment)
        .options(joinedload(Enrolment.run).joinedload(CourseRun.institute))
        .options(joinedload(Enrolment.run).joinedload(CourseRun.version).options(*WITH_OUTLINE))
        .where(_is_unknown())
        .order_by(Enrolment.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, of=Enrolment)
    ).all()


def _is_unknown() -> ColumnElement[bool]:
    # As the index has it: SQLite does not see that a value given later would be the same.
    return Enrolment.trail == literal_column("''")


def ways(session: Session, enrolments: Sequence[Enrolment]) -> dict[int, Way]:
    """What is to be kept of these learners, by row, worked out from all that they did."""
    rows = [each.id for each in enrolments]
    steps, tried = queries.steps_of(session, enrolments), tries(session, rows)
    last = _last_worked(session, rows)
    return {row: (trail(steps[row], tried.get(row, {})), last.get(row)) for row in rows}


def tries(session: Session, rows: Sequence[int]) -> dict[int, Tries]:
    """How often each learner tried each step, by the row of their enrolment."""
    handed_in = (
        select(Submission.enrolment_id, Assignment.slug, func.count())
        .join(Submission.assignment)
        .where(Submission.enrolment_id.in_(rows))
        .group_by(Submission.enrolment_id, Assignment.slug)
    )
    taken = (
        select(QuizAttempt.enrolment_id, Quiz.slug, func.count())
        .join(QuizAttempt.quiz)
        .where(QuizAttempt.enrolment_id.in_(rows), QuizAttempt.finished.is_not(None))
        .group_by(QuizAttempt.enrolment_id, Quiz.slug)
    )
    found: dict[int, dict[tuple[Kind, str], int]] = {}
    for kind, counted in ((Kind.ASSIGNMENT, handed_in), (Kind.QUIZ, taken)):
        for enrolment_id, slug, number in session.execute(counted):
            found.setdefault(enrolment_id, {})[kind, slug] = number
    return dict(found)


def _last_worked(session: Session, rows: Sequence[int]) -> dict[int, datetime]:
    """When each learner last did something that is kept, by row; who never did is left out."""
    deeds = union_all(
        *(
            select(table.enrolment_id.label("enrolment_id"), moment.label("at")).where(
                table.enrolment_id.in_(rows), moment.is_not(None)
            )
            for table, moment in (
                (Place, Place.at),
                (LessonProgress, LessonProgress.opened),
                (LessonProgress, LessonProgress.done),
                (Submission, Submission.handed_in),
                (QuizAttempt, QuizAttempt.begun),
                (QuizAttempt, QuizAttempt.finished),
            )
        ),
        # The newest version is never thinned out.
        select(Draft.enrolment_id, DraftVersion.saved)
        .join(DraftVersion.draft)
        .where(Draft.enrolment_id.in_(rows), DraftVersion.number == Draft.number),
    ).subquery()
    found = session.execute(
        select(deeds.c.enrolment_id, func.max(deeds.c.at, type_=Instant)).group_by(
            deeds.c.enrolment_id
        )
    )
    return {row: at for row, at in found}


def own_dates(session: Session, run: CourseRun) -> dict[int, dict[str, datetime]]:
    """The due dates that learners of ``run`` have for themselves, by row and assignment."""
    rows = session.execute(
        select(Extension.enrolment_id, Assignment.slug, Extension.due)
        .join(Enrolment, Enrolment.id == Extension.enrolment_id)
        .join(Assignment, Assignment.id == Extension.assignment_id)
        .where(Enrolment.run_id == run.id)
    )
    found: dict[int, dict[str, datetime]] = {}
    for row, slug, due in rows:
        if due is not None:
            found.setdefault(row, {})[slug] = due
    return found
