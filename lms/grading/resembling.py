"""Wishes to have many works compared: made, taken by a worker, settled with their pairs."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from lms.catalogue.models import Assignment
from lms.core import journal
from lms.grading import pair_queries
from lms.grading.pair_models import SimilarityCheck, SimilarPair
from lms.grading.resemblance import NOTES_KEPT, Compared
from lms.institutes.models import Person
from lms.learning.models import CourseRun

#: How often one may be claimed before it is given up.
CLAIMS_ALLOWED = 3


def ask(
    session: Session, run: CourseRun, assignment: Assignment, *, by: Person, now: datetime
) -> SimilarityCheck:
    """Ask for works to be compared; where somebody has and it was not done yet, that is it."""
    found = pair_queries.latest(session, run, assignment)
    if found is not None and found.settled is None:
        return found
    check = SimilarityCheck(run=run, assignment=assignment, by_id=by.id, asked=now)
    check.works = pair_queries.number(session, run, assignment)
    session.add(check)
    session.flush()
    journal.note(
        session, "works.to_be_compared", run, at=now, by=by, assignment=assignment.public_id
    )
    return check


def claimable(session: Session, now: datetime) -> SimilarityCheck | None:
    """The wish that has waited longest and that no worker has in hand."""
    return session.scalar(
        select(SimilarityCheck)
        .where(
            SimilarityCheck.settled.is_(None),
            or_(SimilarityCheck.claimed_until.is_(None), SimilarityCheck.claimed_until < now),
        )
        .order_by(SimilarityCheck.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def claim(session: Session, *, lease: timedelta, now: datetime) -> SimilarityCheck | None:
    """Take one until ``now + lease``; one that was taken too often without an end is given up."""
    while (found := claimable(session, now)) is not None:
        if found.claims < CLAIMS_ALLOWED:
            found.claims, found.claimed_until, found.read = found.claims + 1, now + lease, 0
            return found
        settle(session, found, None, now=now)
        session.flush()
    return None


def settle(
    session: Session, check: SimilarityCheck, found: Compared | None, *, now: datetime
) -> None:
    """Keep what comparing found; None if it could not be done. Settling twice changes nothing.

    What an earlier one found of the same works goes.
    """
    if check.settled is not None:
        return
    check.settled, check.claimed_until, check.failed = now, None, found is None
    if found is None:
        return
    _forget(
        session,
        (SimilarityCheck.run_id == check.run_id)
        & (SimilarityCheck.assignment_id == check.assignment_id)
        & (SimilarityCheck.id < check.id),
    )
    check.works, check.unread, check.pairs = found.works, found.unread, found.total
    check.read = found.works + found.unread
    session.add_all(
        SimilarPair(
            check_id=check.id,
            first_id=each.first,
            second_id=each.second,
            overlap=each.overlap,
            holders={str(one): number for one, number in each.holders.items()},
        )
        for each in found.pairs
    )


def forget(session: Session, *, now: datetime) -> None:
    """Delete what was found long ago."""
    _forget(session, SimilarityCheck.settled < now - NOTES_KEPT)


def _forget(session: Session, which: ColumnElement[bool]) -> None:
    checks = select(SimilarityCheck.id).where(which)
    session.execute(delete(SimilarPair).where(SimilarPair.check_id.in_(checks)))
    session.execute(delete(SimilarityCheck).where(which))
