"""Lets the marks of a regrade that was applied count, those of some learners in a transaction."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.core import journal
from lms.grading import regrade_queries, regrading, service, telling
from lms.grading.models import GradingRun, Regrade
from lms.grading.regrade_queries import Extent

#: Pieces of work whose marks come to count in one transaction: who hands in waits no longer.
AT_ONCE = 100


def apply_some(session: Session, *, now: datetime) -> bool:
    """Let some marks count of the regrade that was applied first; whether there was one.

    Runs, grades, journal and notices change together, and a run that counts is no trial any
    more: whoever goes on after a crash finds all of a learner's work done, or nothing.
    """
    regrade = regrade_queries.next_to_apply(session)
    if regrade is None:
        return False
    enrolments = regrade_queries.next_enrolments(session, regrade, AT_ONCE)
    if enrolments:
        _count(session, regrade, enrolments, now)
    else:
        regrade.finished = now
        journal.note(session, "regrade.finished", regrade, at=now)
    return True


def _count(session: Session, regrade: Regrade, enrolments: Sequence[int], now: datetime) -> None:
    """Let the marks of these learners count: grades follow, and they are told of theirs."""
    # As it stands now, not when the regrade was decided: there may be another attempt since.
    outcomes = regrading.outcomes(session, regrade, Extent(enrolments))
    changed = [each for each in outcomes if each.change.is_any]
    trials = regrade_queries.still_trials(session, regrade, enrolments)
    session.execute(update(GradingRun).where(GradingRun.id.in_(trials)).values(trial=False))
    service.record_grades(
        session, [(each.enrolment, each.work, each.change.after) for each in changed], now=now
    )
    told = [each for each in changed if each.change.is_told]
    telling.of_grades(
        session,
        ((each.work, each.change.before, each.change.after) for each in told),
        now=now,
        reason=regrade.reason,
    )
    for each in told:
        journal.note(
            session, "grade.regraded", each.work, at=now, regrade=regrade.public_id,
            before=each.change.before.points, after=each.change.after.points,
        )  # fmt: skip
