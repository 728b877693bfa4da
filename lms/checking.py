"""Tries the tests of assignments for whom asked on the site, one assignment after the other."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lms.bootstrap import Lms
from lms.catalogue import notebooks
from lms.catalogue import service as catalogue
from lms.catalogue.notebooks import Notebook
from lms.grading import checks
from lms.grading.check_models import QualityCheck
from lms.grading.quality import Quality
from lms.grading.sandbox import NoWalls
from lms.grading.sealing import Record, author_record
from lms.grading.trying import Conditions, try_tests

log = logging.getLogger("lms.worker")

#: How long a claim lasts: longer than trying a notebook takes, so that only a dead worker's
#: runs out.
LEASE = timedelta(minutes=30)
#: How long the small mistakes of one assignment may take, in seconds of one processor.
WITHIN = 60.0


@dataclass(frozen=True)
class _Wish:
    """What is needed of a claimed wish, read before its transaction closed."""

    id: int
    assignment: str
    tasks: tuple["_Task", ...]
    conditions: Conditions


@dataclass(frozen=True)
class _Task:
    """One notebook whose tests are tried; ``row`` is its own, ``source`` a digest."""

    row: int
    name: str
    source: str
    sealing: Record | None


def try_next(lms: Lms, now: Callable[[], datetime]) -> bool:
    """Try the tests that have waited longest; False when none wait. No transaction stays open.

    Raises NoWalls where nothing can be run here; the wish waits on.
    """
    with lms.database.reading() as session:
        if checks.claimable(session, now()) is None:
            return False
    with lms.database.writing() as session:
        claimed = checks.claim(session, lease=LEASE, now=now())
        wish = _read(lms, claimed) if claimed is not None else None
    if wish is None:
        return False
    found, waits_on = None, False
    try:
        found = _tried(lms, wish, now)
    except NoWalls:
        waits_on = True
        raise
    finally:
        # Whatever went wrong, whoever asked is told, and may ask again.
        with lms.database.writing() as session:
            claimed = session.get_one(QualityCheck, wish.id)
            if waits_on:
                checks.give_back(claimed)
            else:
                checks.settle(session, claimed, found, now=now())
    took = sum(each.seconds for each in found.values())
    log.info("tests of assignment %s tried in %.1f s", wish.assignment, took)
    return True


def _read(lms: Lms, claimed: QualityCheck) -> _Wish:
    of = claimed.assignment
    conditions = Conditions(lms.sandbox, of.profile, of.limits, lms.blobs.all_of(of.digests))
    tasks = (
        _Task(
            each.id,
            each.name,
            each.source,
            None if each.record is None else Record.from_json(each.record),
        )
        for each in of.notebooks
    )
    return _Wish(claimed.id, of.public_id, tuple(tasks), conditions)


def _tried(lms: Lms, wish: _Wish, now: Callable[[], datetime]) -> dict[str, Quality]:
    """What trying has shown of each notebook; they share the time for small mistakes."""
    within = WITHIN / len(wish.tasks)
    found: dict[str, Quality] = {}
    for task in wish.tasks:
        if found:
            with lms.database.writing() as session:
                checks.renew(session.get_one(QualityCheck, wish.id), lease=LEASE, now=now())
        source = notebooks.read(lms.blobs.get(task.source))
        sealing = task.sealing or _made(lms, wish, task, source)
        found[task.name] = try_tests(
            source, replace(wish.conditions, sealing=sealing), within=within
        )
    return found


def _made(lms: Lms, wish: _Wish, task: _Task, source: Notebook) -> Record:
    given = wish.conditions
    made = author_record(
        source, lms.sandbox, profile=given.profile, limits=given.limits, files=given.files
    )
    with lms.database.writing() as session:
        catalogue.keep_record(session, task.row, made.as_json())
    return made
