"""Wishes to have the tests of an assignment tried: made, taken by a worker, settled."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms.catalogue import service as catalogue
from lms.catalogue.models import Assignment
from lms.core import journal
from lms.grading.check_models import QualityCheck
from lms.grading.quality import Quality
from lms.institutes.models import Person

#: How often one may be claimed before it is given up.
CLAIMS_ALLOWED = 2


def latest(session: Session, assignment: Assignment) -> QualityCheck | None:
    """The last wish for an assignment, settled or not."""
    return session.scalar(
        select(QualityCheck)
        .where(QualityCheck.assignment_id == assignment.id)
        .order_by(QualityCheck.id.desc())
        .limit(1)
    )


def ask(session: Session, assignment: Assignment, *, by: Person, now: datetime) -> QualityCheck:
    """Ask for the tests to be tried; where somebody has and it was not done yet, that is it."""
    found = latest(session, assignment)
    if found is not None and found.settled is None:
        return found
    wish = QualityCheck(assignment=assignment, by=by, asked=now)
    session.add(wish)
    session.flush()
    journal.note(session, "tests.to_be_tried", wish, at=now, by=by)
    return wish


def claimable(session: Session, now: datetime) -> QualityCheck | None:
    """The wish that has waited longest and that no worker has in hand."""
    return session.scalar(
        select(QualityCheck)
        .where(
            QualityCheck.settled.is_(None),
            or_(QualityCheck.claimed_until.is_(None), QualityCheck.claimed_until < now),
        )
        .order_by(QualityCheck.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def claim(session: Session, *, lease: timedelta, now: datetime) -> QualityCheck | None:
    """Take one until ``now + lease``; one that was taken too often without an end is given up."""
    while (found := claimable(session, now)) is not None:
        if found.claims < CLAIMS_ALLOWED:
            found.claims, found.claimed_until = found.claims + 1, now + lease
            return found
        settle(session, found, None, now=now)
        session.flush()
    return None


def renew(wish: QualityCheck, *, lease: timedelta, now: datetime) -> None:
    """Keep the claim on a wish whose notebooks are still being tried until ``now + lease``."""
    if wish.settled is None:
        wish.claimed_until = now + lease


def give_back(wish: QualityCheck) -> None:
    """Let another worker take it, as if nobody had."""
    wish.claims, wish.claimed_until = wish.claims - 1, None


def settle(
    session: Session, wish: QualityCheck, found: Mapping[str, Quality] | None, *, now: datetime
) -> None:
    """Keep what came of it for each notebook, by name; None if it could not be fulfilled."""
    wish.settled, wish.claimed_until, wish.failed = now, None, found is None
    for notebook in wish.assignment.notebooks:
        if found is not None and notebook.name in found:
            catalogue.keep_quality(notebook, found[notebook.name].as_json())
    journal.note(session, "tests.tried", wish, at=now, failed=found is None)
