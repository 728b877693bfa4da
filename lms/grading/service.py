"""Changes to submissions, grading runs, marks and grades."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms.catalogue.models import Assignment
from lms.catalogue.notebooks import LARGEST_WORK
from lms.core import journal
from lms.core.blobs import Blobs
from lms.core.errors import Refused
from lms.core.i18n import N_, Sentence
from lms.grading import (
    judgements,
    parts,
    policy,
    queries,
    recording,
    regrade_queries,
    states,
    telling,
)
from lms.grading.models import (
    Extension,
    Grade,
    GradingRun,
    Submission,
    SubmissionNotebook,
    WorkerBeat,
)
from lms.grading.parts import Part
from lms.grading.runs import Ending
from lms.grading.states import Stage, State
from lms.learning import queries as enrolments
from lms.learning import rules, trails
from lms.learning import service as learning
from lms.learning.models import Enrolment
from lms.learning.rules import meets_criteria

#: How often a run may be claimed before it is given up.
CLAIMS_ALLOWED = 3


class AttemptsUsedUp(Refused):
    """Every attempt has been used."""

    message = N_("You have used all {allowed} attempts at this assignment.")


class NothingHandedIn(Refused):
    """Not one notebook came."""

    message = N_("Choose at least one notebook to hand in.")


class WorkTooLarge(Refused):
    """All notebooks together are more than a piece of work may be."""

    message = N_(
        "A notebook may be at most 5 MB, and all of an assignment together {megabytes} MB."
        " Clear the outputs of the largest and save it again."
    )

    def __init__(self) -> None:
        super().__init__(megabytes=LARGEST_WORK // (1024 * 1024))


class RunNotOpen(Refused):
    """Work is taken only while the run lasts."""

    message = N_("This run of the course does not take work now. Look at its dates.")


def hand_in(
    session: Session,
    blobs: Blobs,
    enrolment: Enrolment,
    assignment: Assignment,
    work: Mapping[str, bytes],
    *,
    now: datetime,
) -> Submission:
    """Store a learner's work, which are notebooks by name, and queue it for marking.

    An only notebook has the empty name; of several, those that are missing count as unanswered.
    Work identical to the learner's last submission is that submission. Raises NothingHandedIn
    without any notebook of the assignment, WorkTooLarge, RunNotOpen outside the run's dates,
    unless an extension lasts longer, and AttemptsUsedUp when no further attempt is allowed.
    """
    named = [each.name for each in assignment.notebooks if each.name in work]
    if not named:
        raise NothingHandedIn
    if sum(len(work[name]) for name in named) > LARGEST_WORK:
        raise WorkTooLarge
    enrolments.hold(session, enrolment)
    extension = queries.extension(session, enrolment, assignment)
    if not takes_work(enrolment, extension, now):
        raise RunNotOpen
    earlier = queries.submissions(session, enrolment, assignment)
    contents = {name: blobs.put(work[name]) for name in named}
    if earlier and contents == {each.name: each.content for each in earlier[-1].notebooks}:
        return earlier[-1]
    allowed = attempts_allowed(assignment, extension)
    if attempts_used(earlier) >= allowed:
        raise AttemptsUsedUp(allowed=allowed)
    against = regrade_queries.tests_since(session, enrolment.run, assignment)
    submission = Submission(
        enrolment=enrolment,
        assignment=assignment,
        number=len(earlier) + 1,
        handed_in=now,
        notebooks=[
            SubmissionNotebook(position=place, name=name, content=content)
            for place, (name, content) in enumerate(contents.items())
        ],
        runs=[GradingRun(queued=now, against=against)],
    )
    session.add(submission)
    session.flush()
    trails.forget(session, [enrolment])
    journal.note(session, "submission.handed_in", submission, at=now, by=enrolment.person)
    return submission


def takes_work(enrolment: Enrolment, extension: Extension | None, now: datetime) -> bool:
    """Whether a learner may hand in: while the run lasts, or until what was granted to them."""
    run = enrolment.run
    if rules.takes_work(run.opens, run.closes, now):
        return True
    granted = extension.due if extension else None
    return granted is not None and run.opens <= now <= granted


def attempts_allowed(assignment: Assignment, extension: Extension | None) -> int:
    """How many attempts a learner has: those of everybody, and what was granted to them."""
    return assignment.attempts_allowed + (extension.extra_attempts if extension else 0)


def attempts_used(submissions: Sequence[Submission]) -> int:
    """How many of ``submissions`` count; a file that could not be marked at all does not."""
    free = {State.REFUSED, State.GIVEN_UP}
    return sum(any(run.state not in free for run in work.runs) for work in submissions)


def claim(session: Session, *, lease: timedelta, now: datetime) -> GradingRun | None:
    """Take the run that has waited longest, until ``now + lease``; None when none waits.

    A run that was claimed too often without an end is given up on the way.
    """
    while run := queries.next_claimable(session, now):
        if run.claims < CLAIMS_ALLOWED:
            run.state, run.claims, run.claimed_until = State.RUNNING, run.claims + 1, now + lease
            return run
        run.state, run.settled, run.claimed_until = State.GIVEN_UP, now, None
        run.message = Sentence(
            N_(
                "The grader could not finish with this notebook. It costs no attempt;"
                " your instructor can see it."
            )
        )
        journal.note(session, "run.given_up", run, at=now)
        session.flush()
    return None


def give_back(session: Session, run: GradingRun) -> None:
    """Queue a claimed run again, as if nobody had taken it; it keeps its place.

    One that another worker has settled meanwhile stays settled.
    """
    if run.state is not State.RUNNING:
        return
    run.state, run.claims, run.claimed_until = State.QUEUED, run.claims - 1, None


def renew(run: GradingRun, *, lease: timedelta, now: datetime) -> None:
    """Keep the claim on a run that is still being marked until ``now + lease``."""
    if run.state is State.RUNNING:
        run.claimed_until = now + lease


def refuse(session: Session, run: GradingRun, found: Sequence[Part], *, now: datetime) -> None:
    """Settle a run with the notebooks that cannot be marked; it costs the learner no attempt.

    One that is settled already stays as it is.
    """
    if run.state is not State.RUNNING:
        return
    run.state, run.settled, run.claimed_until = State.REFUSED, now, None
    run.ending, run.message = Ending.REFUSED.value, parts.message(found)
    run.notebooks = recording.notebooks(found)
    journal.note(session, "run.refused", run, at=now)


def settle(session: Session, run: GradingRun, found: Sequence[Part], *, now: datetime) -> None:
    """Record what a run came to, and the grade that follows. Settling twice changes nothing.

    ``found`` are the notebooks of the assignment in their order. What people judged of the same
    cells in earlier runs holds in this one too. No grade follows from a trial.
    """
    if run.state is not State.RUNNING:
        return
    ending = parts.ending(found)
    run.state, run.settled, run.claimed_until = State.MARKED, now, None
    run.ending, run.message, run.seconds = ending.value, parts.message(found), parts.seconds(found)
    run.environment = recording.environment(session, parts.environment(found))
    run.notebooks, run.marks = recording.notebooks(found), recording.marks(found)
    journal.note(session, "run.marked", run, at=now, ending=ending.value)
    judgements.carry_over(session, run)
    if not run.trial:
        with telling.if_regraded(session, run, now=now):
            settle_grade(session, run.submission, now=now)
        if worth := result(run.submission):
            telling.of_marks(session, run, worth, now=now)


def keep_executed(run: GradingRun, name: str, executed: str) -> None:
    """Let ``run`` show the notebook of this digest, which holds more than the one before."""
    for each in run.notebooks:
        if each.name == name:
            each.executed = executed


def beat(
    session: Session, worker: str, *, walls_stand: bool, found: str, mend: str, now: datetime
) -> None:
    """Give a sign of life of ``worker`` and say how its walls stand; long silent ones go."""
    session.execute(delete(WorkerBeat).where(WorkerBeat.at < now - timedelta(days=1)))
    session.merge(WorkerBeat(name=worker, at=now, walls_stand=walls_stand, found=found, mend=mend))


def result(submission: Submission) -> policy.Score | None:
    """What a submission is worth after lateness; None before it is marked.

    Its latest marked run counts: one that was refused or given up after it, when
    it was marked again, takes nothing away.
    """
    run = queries.latest_marked(submission)
    if run is None:
        return None
    due = queries.due(submission.enrolment.run, submission.assignment, submission.extension)
    kept = policy.kept_share(late_policy(submission.assignment), due, submission.counts_from)
    return policy.score(run.marks, kept=kept)


def stage(submission: Submission) -> Stage:
    """What is said of a submission: it is not marked while a person owes it marks."""
    worth = result(submission)
    return states.stage(submission.runs[-1].state, waits=worth is not None and not worth.is_settled)


def is_late(submission: Submission) -> bool:
    """Whether a submission counts from after its due date and the grace that follows it."""
    enrolment, assignment = submission.enrolment, submission.assignment
    return would_be_late(enrolment, assignment, submission.extension, submission.counts_from)


def would_be_late(
    enrolment: Enrolment, assignment: Assignment, extension: Extension | None, at: datetime
) -> bool:
    """Whether work of this learner that is handed in at that moment is late."""
    due = queries.due(enrolment.run, assignment, extension)
    return policy.is_late(late_policy(assignment), due, at)


def late_policy(assignment: Assignment) -> policy.LatePolicy:
    """What late work for ``assignment`` loses."""
    grace = timedelta(minutes=assignment.grace_minutes)
    return policy.LatePolicy(assignment.loss_per_day, assignment.least_share, grace)


def settle_grade(session: Session, submission: Submission, *, now: datetime) -> None:
    """Let the grade follow the attempt that counts, and the course be completed by it."""
    session.flush()
    enrolment, assignment = submission.enrolment, submission.assignment
    marked = [
        (work, worth)
        for work in queries.submissions(session, enrolment, assignment)
        if (worth := result(work)) is not None
    ]
    place = policy.counting([worth.share for _work, worth in marked], assignment.counts)
    if place is None:
        return
    work, worth = marked[place]
    record_grades(session, [(enrolment, work, worth)], now=now)


def record_grades(
    session: Session,
    worths: Sequence[tuple[Enrolment, Submission, policy.Score]],
    *,
    now: datetime,
) -> None:
    """Let each learner's grade be what that attempt is worth, and courses be completed by it."""
    enrolments = [enrolment for enrolment, _work, _worth in worths]
    found = queries.grades(session, enrolments)
    for enrolment, work, worth in worths:
        grade = found.get((enrolment.id, work.assignment_id))
        if grade is None:
            grade = Grade(enrolment_id=enrolment.id, assignment_id=work.assignment_id)
            session.add(grade)
        grade.submission, grade.settled = work, now
        grade.score, grade.max_score, grade.share = worth.points, worth.possible, worth.share
        grade.extra = worth.extra
    trails.forget(session, enrolments)
    complete_earned(session, enrolments, now=now)


def complete_earned(session: Session, enrolments: Sequence[Enrolment], *, now: datetime) -> None:
    """Complete the courses of these enrolments whose criteria are met by now."""
    session.flush()
    steps = queries.steps_of(session, enrolments)
    for enrolment in enrolments:
        if meets_criteria(steps[enrolment.id]):
            learning.complete(session, enrolment, now=now)
