"""What a regrade changes, told of everybody in numbers and of those on one page in full."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from lms.catalogue.attempts import Counts
from lms.grading import (
    comparison,
    policy,
    queries,
    regrade_queries,
    regrade_sums,
    regrading,
    service,
)
from lms.grading.comparison import Direction
from lms.grading.models import Regrade
from lms.grading.policy import LatePolicy
from lms.grading.regrade_queries import Extent
from lms.grading.regrade_sums import Sums, Work
from lms.grading.regrading import Outcome


@dataclass(frozen=True)
class Report:
    """What changes for ``learners``, each counted once for an assignment.

    For ``changed`` of them there is something to show, for those of one page in ``rows``.
    ``completed`` go down and have completed the course.
    """

    learners: int
    tally: Mapping[Direction, int]
    changed: int
    completed: int
    rows: Sequence[Outcome]


#: Of a run without cells.
_NOTHING = Sums(0.0, 0.0)


@dataclass(frozen=True)
class _Rules:
    """What an assignment says of its attempts: which counts, and what lateness costs."""

    counts: Counts
    due: datetime | None
    late: LatePolicy


def report(session: Session, regrade: Regrade, *, first: int, most: int) -> Report:
    """What ``regrade`` changes, or changed when it was decided: ``most`` rows from ``first`` on.

    It takes the same few queries however many learners there are.
    """
    until = regrade.decided
    differing = regrade_sums.differing(session, regrade, until)
    by_learner = groupby(
        regrade_sums.works(session, regrade, until), key=lambda w: (w.enrolment, w.assignment)
    )
    learners = [list(works) for _, works in by_learner]
    touched = [works for works in learners if any(each.row in differing for each in works)]
    rules = _rules(session, regrade, touched)
    sums = regrade_sums.sums(
        session, {run for works in touched for each in works for run in (each.before, each.after)}
    )
    directions, changed, completed = Counter({Direction.SAME: len(learners) - len(touched)}), [], 0
    for works in touched:
        work = works[0]
        direction, counts, moves = _change(works, rules[work.assignment], sums)
        directions[direction] += 1
        completed += work.completed and direction is Direction.DOWN
        if moves or counts.row in differing:
            changed.append((work.enrolment, work.assignment))
    return Report(
        learners=len(learners),
        tally={direction: directions[direction] for direction in Direction},
        changed=len(changed),
        completed=completed,
        rows=_in_full(session, regrade, changed[first : first + most]),
    )


def _rules(
    session: Session, regrade: Regrade, touched: Sequence[Sequence[Work]]
) -> dict[int, _Rules]:
    rows = {works[0].assignment for works in touched}
    return {
        each.id: _Rules(
            each.counts, queries.due(regrade.run, each, None), service.late_policy(each)
        )
        for each in regrade_queries.assignments(session, rows)
    }


def _change(
    works: Sequence[Work], rules: _Rules, sums: Mapping[int, Sums]
) -> tuple[Direction, Work, bool]:
    """Where the grade of one learner goes, which attempt counts then, and whether it is another."""
    before: list[float] = []
    after: list[float] = []
    for work in works:
        kept = policy.kept_share(rules.late, work.due or rules.due, work.handed_in)
        for run, shares in ((work.before, before), (work.after, after)):
            earned, possible = sums.get(run, _NOTHING)
            shares.append(policy.share(kept * earned, possible))
    # There is an attempt, so that one of them counts.
    then, now = (policy.counting(shares, rules.counts) or 0 for shares in (before, after))
    return comparison.direction(before[then], after[now]), works[now], then != now


def _in_full(
    session: Session, regrade: Regrade, shown: Sequence[tuple[int, int]]
) -> Sequence[Outcome]:
    extent = Extent([enrolment for enrolment, _ in shown], regrade.decided)
    found = {
        (each.enrolment.id, each.assignment.id): each
        for each in (regrading.outcomes(session, regrade, extent) if shown else ())
    }
    return [found[of] for of in shown]
