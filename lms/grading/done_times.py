"""Work handed in without a link: taken once, and counted from when it was done if accepted."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from lms.catalogue.models import Assignment
from lms.core import journal
from lms.core.blobs import Blobs
from lms.core.errors import NotAllowed, NotFound
from lms.core.i18n import N_, Sentence, Titled, Value, When, say
from lms.grading import done_queries, policy, queries, service
from lms.grading.done_models import DoneTime
from lms.grading.done_rules import Standing, believable, standing
from lms.grading.models import Submission
from lms.institutes import notices
from lms.institutes.models import Person
from lms.institutes.rules import News
from lms.learning.models import Enrolment


class OwnDoneTime(NotAllowed):
    """Whoever teaches and learns in the same institute accepts nothing of their own."""

    message = N_("You cannot decide this for yourself. Ask a colleague.")


def hand_in(
    session: Session,
    blobs: Blobs,
    enrolment: Enrolment,
    assignment: Assignment,
    work: Mapping[str, bytes],
    *,
    deed: str,
    done: datetime,
    since: datetime | None = None,
    now: datetime,
) -> Submission:
    """Take work that a device has kept, under the device's own name ``deed`` for it.

    The same deed is the same submission, however often it is sent. ``done`` is when it was done
    by the clock of the device, and ``since`` when the site last gave that device something to
    begin with. Lateness goes by the arrival until somebody accepts the moment. Raises what
    `service.hand_in` raises.
    """
    if known := done_queries.by_deed(session, enrolment, deed):
        return known.submission
    submission = service.hand_in(session, blobs, enrolment, assignment, work, now=now)
    if done_queries.of_submission(session, submission) is not None:
        return submission  # The same work again, from another page.
    floor = max(filter(None, (enrolment.run.opens, enrolment.enrolled, since)))
    told = believable(done, since=floor, arrived=submission.handed_in)
    session.add(
        DoneTime(
            enrolment_id=enrolment.id,
            submission=submission,
            deed=deed,
            done=told,
            standing=_standing(submission, told),
        )
    )
    session.flush()
    return submission


def decide(
    session: Session,
    submission: Submission,
    *,
    accepted: bool,
    reason: str,
    by: Person,
    now: datetime,
) -> None:
    """Let the work count from when it was done, or from its arrival; its learner is told why.

    Its grade is settled anew at once. It may be decided again. Raises OwnDoneTime, or NotFound
    where no device has told a moment.
    """
    if submission.enrolment.person_id == by.id:
        raise OwnDoneTime
    found = done_queries.of_submission(session, submission)
    if found is None or found.done is None:
        raise NotFound
    found.standing = Standing.ACCEPTED if accepted else Standing.DECLINED
    found.decided, found.decider, found.reason = now, by, reason
    submission.accepted_time = found.done if accepted else None
    deed = "done_time.accepted" if accepted else "done_time.declined"
    journal.note(session, deed, submission, at=now, by=by, done=found.done.isoformat())
    service.settle_grade(session, submission, now=now)
    learner = submission.enrolment.person
    sentence = _news(submission, found.done, reason, accepted=accepted)
    notices.tell(session, learner, News.DONE_TIME_DECIDED, sentence, submission, now=now)


def _standing(submission: Submission, done: datetime | None) -> Standing:
    if done is None:
        return Standing.NEEDLESS
    assignment = submission.assignment
    due = queries.due(submission.enrolment.run, assignment, submission.extension)
    lateness = service.late_policy(assignment)
    return standing(
        policy.kept_share(lateness, due, submission.handed_in),
        policy.kept_share(lateness, due, done),
    )


def _news(submission: Submission, done: datetime, reason: str, *, accepted: bool) -> Sentence:
    run = submission.enrolment.run
    told: dict[str, Value] = {
        "assignment": Titled(submission.assignment.titles),
        "moment": When(done, run.institute.time_zone),
    }
    if accepted and reason:
        return say(
            "Your work for “{assignment}” counts as done on {moment}: {reason}",
            **told,
            reason=reason,
        )
    if accepted:
        return say("Your work for “{assignment}” counts as done on {moment}.", **told)
    return say(
        "Your work for “{assignment}” counts from its arrival, not from {moment}: {reason}",
        **told,
        reason=reason,
    )
