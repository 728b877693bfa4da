"""Reads the works of a regrade as sums, so that ten thousand of them make one page in time."""

from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from sqlalchemy import CTE, ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from lms.grading.models import Extension, GradingRun, Mark, Regrade, Submission
from lms.grading.regrade_queries import concerned
from lms.grading.states import State
from lms.institutes.models import Person
from lms.learning.models import Enrolment

#: Runs whose sums are read with one query: a database takes only so many values at once.
AT_ONCE = 5000


class Work(NamedTuple):
    """A piece of work that is marked: of whom and for which assignment, by row.

    ``due`` is the learner's own date, if they have one. ``before`` is the run that counted
    and ``after`` the one that would, by row: the same where it was not marked again.
    """

    row: int
    enrolment: int
    assignment: int
    completed: bool
    handed_in: datetime
    due: datetime | None
    before: int
    after: int


class Sums(NamedTuple):
    """What the cells of one run give together, extra credit included, of how many points."""

    earned: float
    possible: float


def works(session: Session, regrade: Regrade, until: datetime | None) -> list[Work]:
    """All marked work of those whose work ``regrade`` marks, by name and attempt.

    As it stood at the moment ``until``, or stands now.
    """
    pairs = _pairs(regrade, until)
    in_time = Submission.handed_in <= until if until else true()
    rows = session.execute(
        select(
            Submission.id,
            Submission.enrolment_id,
            Submission.assignment_id,
            Enrolment.completed.is_not(None),
            func.coalesce(Submission.accepted_time, Submission.handed_in),
            Extension.due,
            pairs.c.before,
            func.coalesce(pairs.c.after, pairs.c.before),
        )
        .join(pairs, pairs.c.work == Submission.id)
        .join(Submission.enrolment)
        .join(Enrolment.person)
        .outerjoin(
            Extension,
            and_(
                Extension.enrolment_id == Submission.enrolment_id,
                Extension.assignment_id == Submission.assignment_id,
            ),
        )
        .where(in_time)
        .order_by(Person.name, Enrolment.id, Submission.assignment_id, Submission.number)
    )
    return [Work(*row) for row in rows]


def differing(session: Session, regrade: Regrade, until: datetime | None) -> set[int]:
    """The works, by row, of which a cell differs between the two runs, or is in one alone."""
    pairs, cell = _pairs(regrade, until), aliased(Mark)
    differs = (
        select(cell.id)
        .where(
            cell.run_id == pairs.c.before,
            # Nearly all stand at the same place, which is one seek in an index.
            ~_has_alike(cell, pairs, by_place=True),
            ~_has_alike(cell, pairs, by_place=False),
        )
        .correlate(pairs)
        .exists()
    )
    found = select(pairs.c.work).where(
        pairs.c.after.is_not(None),
        or_(_cells_of(pairs.c.before) != _cells_of(pairs.c.after), differs),
    )
    return set(session.scalars(found))


def sums(session: Session, runs: Collection[int]) -> dict[int, Sums]:
    """The sums of these runs, by row. One without cells is left out."""
    earned = func.coalesce(func.sum(Mark.score), 0.0) + func.sum(Mark.extra)
    found: dict[int, Sums] = {}
    left: Iterable[int] = iter(runs)
    while some := list(islice(left, AT_ONCE)):
        rows = session.execute(
            select(Mark.run_id, earned, func.sum(Mark.max_score))
            .where(Mark.run_id.in_(some))
            .group_by(Mark.run_id)
        )
        found.update((run, Sums(points or 0.0, possible or 0.0)) for run, points, possible in rows)
    return found


def _pairs(regrade: Regrade, until: datetime | None) -> CTE:
    """For each piece of work the run that counted before, and that of the regrade, if marked."""
    # Within a case, or SQLite would read all marked runs of the site, since an index has them.
    marked: ColumnElement[bool] = GradingRun.state == State.MARKED
    if until:
        marked = and_(marked, GradingRun.settled <= until)
    of_it = GradingRun.regrade_id == regrade.id
    other = or_(GradingRun.regrade_id.is_(None), GradingRun.regrade_id != regrade.id)
    before = func.max(case((and_(marked, other, GradingRun.trial.is_(False)), GradingRun.id)))
    after = func.max(case((and_(marked, of_it), GradingRun.id)))
    return (
        select(GradingRun.submission_id.label("work"), before.label("before"), after.label("after"))
        .join(GradingRun.submission)
        .where(concerned(regrade))
        .group_by(GradingRun.submission_id)
        .having(before.is_not(None))
        .cte("pairs")
    )


def _has_alike(cell: type[Mark], pairs: CTE, *, by_place: bool) -> ColumnElement[bool]:
    """Whether the run of the regrade has the same points in the cell of this name."""
    other = aliased(Mark)
    return (
        select(other.id)
        .where(
            other.run_id == pairs.c.after,
            other.position == cell.position if by_place else true(),
            other.grade_id == cell.grade_id,
            other.score.is_not_distinct_from(cell.score),
            other.max_score == cell.max_score,
            other.extra == cell.extra,
        )
        .correlate(pairs, cell)
        .exists()
    )


def _cells_of(run: ColumnElement[int]) -> ColumnElement[int]:
    mark = aliased(Mark)
    return select(func.count()).where(mark.run_id == run).scalar_subquery()
