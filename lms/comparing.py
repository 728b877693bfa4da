"""Compares the works for whom asked on the site where they are many, one assignment at a time."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from lms.bootstrap import Lms
from lms.grading import pair_queries, resemblance, resembling
from lms.grading.pair_models import SimilarityCheck

log = logging.getLogger("lms.worker")

#: How long a claim lasts that is not renewed, so that only a dead worker's runs out.
LEASE = timedelta(minutes=5)
#: After so many works it is said how many have been read: about a second.
TOLD_EVERY = 250


class _Stopped(Exception):
    """The worker was told to stop."""


@dataclass(frozen=True)
class _Wish:
    """What is needed of a claimed wish while no transaction is open."""

    id: int
    assignment: str
    sources: dict[str, str]
    works: list[resemblance.Handed]


def compare_next(lms: Lms, now: Callable[[], datetime], goes_on: Callable[[], bool]) -> bool:
    """Compare the works that have waited longest; False when none wait. Stops between two works."""
    with lms.database.reading() as session:
        if resembling.claimable(session, now()) is None:
            return False
    with lms.database.writing() as session:
        claimed = resembling.claim(session, lease=LEASE, now=now())
    if claimed is None:
        return False
    wish = _read(lms, claimed.id)

    def tell(read: int) -> None:
        if not goes_on():
            raise _Stopped
        if read % TOLD_EVERY == 0:
            with lms.database.writing() as session:
                check = session.get_one(SimilarityCheck, wish.id)
                check.read, check.claimed_until = read, now() + LEASE

    found, is_stopped = None, False
    try:
        found = resemblance.compare(lms.blobs, wish.sources, wish.works, tell)
    except _Stopped:
        is_stopped = True
    finally:
        # Whatever went wrong, whoever asked is told, and may ask again.
        with lms.database.writing() as session:
            check = session.get_one(SimilarityCheck, wish.id)
            if is_stopped:
                check.claims, check.claimed_until = check.claims - 1, None
            else:
                resembling.settle(session, check, found, now=now())
    log.info("%d works of assignment %s compared", len(wish.works), wish.assignment)
    return not is_stopped


def _read(lms: Lms, row: int) -> _Wish:
    with lms.database.reading() as session:
        check = session.get_one(SimilarityCheck, row)
        assignment = check.assignment
        works = pair_queries.works(session, check.run, assignment)
        return _Wish(
            row,
            assignment.public_id,
            resemblance.sources_of(assignment),
            [resemblance.handed(each) for each in works],
        )
