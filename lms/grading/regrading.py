"""Marks work again: one piece at once, or many as a trial that somebody applies or discards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from lms.catalogue.models import Assignment, CourseVersion
from lms.core import journal
from lms.core.errors import Refused
from lms.core.i18n import N_
from lms.grading import comparison, policy, queries, regrade_queries, service
from lms.grading.comparison import Attempt, Change
from lms.grading.models import GradingRun, Regrade, Submission
from lms.grading.regrade_queries import Extent, Markable
from lms.grading.states import SETTLED, Decision, Scope, State
from lms.institutes.models import Person
from lms.learning.models import CourseRun, Enrolment


class StillQueued(Refused):
    """Marking again waits until the marking under way has ended."""

    message = N_("This work waits to be marked already.")


class UnderRegrade(Refused):
    """A regrade that is not decided and applied through marks this work already."""

    message = N_(
        "A regrade of this work is not decided yet, or still being applied. Decide it, or wait"
        " until it is applied."
    )


class NothingToRegrade(Refused):
    """No work has marks, or none of it has tests in the version chosen."""

    message = N_("There is no marked work here that these tests can mark.")


class StillMarking(Refused):
    """A regrade is applied when all of its work has been marked."""

    message = N_("Some of the work still waits to be marked. Apply the regrade when it is done.")


class DecidedAlready(Refused):
    """A regrade is applied or discarded once."""

    message = N_("This regrade is decided already.")


@dataclass(frozen=True)
class Outcome:
    """What a regrade changes for one learner and one assignment.

    ``work`` is the attempt that counts after it.
    """

    enrolment: Enrolment
    assignment: Assignment
    work: Submission
    change: Change


def mark_again(
    session: Session, submission: Submission, *, by: Person, now: datetime
) -> GradingRun:
    """Queue ``submission`` to be marked again, with what marked it last; earlier runs are kept.

    Raises StillQueued while it waits or is being marked, and UnderRegrade while a regrade
    that marks it is not finished.
    """
    last = submission.runs[-1]
    if last.state not in SETTLED:
        raise StillQueued
    if regrade_queries.is_under_regrade(session, submission):
        raise UnderRegrade
    run = GradingRun(submission=submission, against=last.against, queued=now)
    session.add(run)
    session.flush()
    journal.note(session, "run.queued", run, at=now, by=by)
    return run


def begin(
    session: Session,
    run: CourseRun,
    assignment: Assignment | None,
    version: CourseVersion,
    *,
    scope: Scope,
    reason: str,
    by: Person,
    now: datetime,
) -> Regrade:
    """Queue work of ``run`` to be marked with the tests of ``version``, as a trial.

    Of one assignment or of all (None), each marked by that of the same slug. The work of
    ``by`` is left out, and so is what waits to be marked. Raises UnderRegrade where another
    regrade of the same work is not finished, and NothingToRegrade.
    """
    session.refresh(run, with_for_update=True)  # Of two that begin at once, one waits here.
    for other in regrade_queries.unfinished(session, run):
        if assignment is None or other.assignment_id in (None, assignment.id):
            raise UnderRegrade
    tests = regrade_queries.by_slug(session, version)
    works = [
        work
        for work in regrade_queries.markable(session, run, assignment, scope, besides=by)
        if work.slug in tests
    ]
    if not works:
        raise NothingToRegrade
    regrade = Regrade(
        run=run,
        assignment=assignment,
        version=version,
        scope=scope,
        reason=reason,
        beginner=by,
        begun=now,
    )
    session.add(regrade)
    session.flush()
    session.execute(insert(GradingRun), [_trial(regrade, work, tests, now) for work in works])
    journal.note(
        session, "regrade.begun", regrade, at=now, by=by,
        run=run.public_id, version=version.public_id, works=len(works),
    )  # fmt: skip
    return regrade


def outcomes(session: Session, regrade: Regrade, extent: Extent | None = None) -> list[Outcome]:
    """What ``regrade`` changes, or changed when it was decided, for each learner, by name.

    Those for whom nothing changes are among them. Another ``extent`` may be looked at.
    """
    extent = extent or Extent(until=regrade.decided)
    pairs = regrade_queries.pairs(session, regrade, extent)
    marked = [work for work in regrade_queries.works(session, regrade, extent) if work.id in pairs]
    found = []
    for _, attempts in groupby(marked, key=lambda work: (work.enrolment_id, work.assignment_id)):
        works = list(attempts)
        told = [_attempt(work, pairs[work.id], regrade.run) for work in works]
        change = comparison.change(told, works[0].assignment.counts)
        if change is not None:
            work = next(each for each in works if each.number == change.number)
            found.append(Outcome(work.enrolment, work.assignment, work, change))
    return found


def apply(session: Session, regrade: Regrade, *, by: Person, now: datetime) -> None:
    """Decide that the marks of ``regrade`` count: the worker lets them, some after others.

    What came to no marks keeps those it had. Work that comes in from now on is marked with the
    same tests. Raises DecidedAlready or StillMarking.
    """
    _must_be_undecided(session, regrade)
    progress = regrade_queries.progress(session, regrade)
    if not progress.is_done:
        raise StillMarking
    _decide(regrade, Decision.APPLIED, by, now)
    journal.note(session, "regrade.applied", regrade, at=now, by=by, works=progress.marked)


def discard(session: Session, regrade: Regrade, *, by: Person, now: datetime) -> None:
    """Let the marks of ``regrade`` never count; what of it still waits is marked no more.

    Raises DecidedAlready, also while it is being applied.
    """
    _must_be_undecided(session, regrade)
    session.execute(
        delete(GradingRun).where(
            GradingRun.regrade_id == regrade.id, GradingRun.state == State.QUEUED
        )
    )
    _decide(regrade, Decision.DISCARDED, by, now)
    regrade.finished = now
    session.flush()
    journal.note(session, "regrade.discarded", regrade, at=now, by=by)


def _must_be_undecided(session: Session, regrade: Regrade) -> None:
    session.refresh(regrade, ["decision"], with_for_update=True)
    if regrade.decision is not None:
        raise DecidedAlready


def _decide(regrade: Regrade, decision: Decision, by: Person, now: datetime) -> None:
    regrade.decision, regrade.decided, regrade.decider = decision, now, by


def _trial(
    regrade: Regrade, work: Markable, tests: Mapping[str, Assignment], now: datetime
) -> dict[str, object]:
    other = tests[work.slug]
    return {
        "submission_id": work.row,
        "regrade_id": regrade.id,
        "against_id": None if other.id == work.assignment else other.id,
        "trial": True,
        "state": State.QUEUED,
        "queued": now,
    }


def _attempt(work: Submission, pair: regrade_queries.Pair, run: CourseRun) -> Attempt:
    due = queries.due(run, work.assignment, work.extension)
    kept = policy.kept_share(service.late_policy(work.assignment), due, work.counts_from)
    return Attempt(work.public_id, work.number, kept, pair.before, pair.after)
