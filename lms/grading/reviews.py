"""A learner's wish that a person look at a cell again, and the answer."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.core import journal
from lms.core.errors import NotFound, Refused
from lms.core.i18n import N_
from lms.grading import by_hand, hand_queries, queries, telling
from lms.grading.agreement import Kind
from lms.grading.hand_models import ReviewRequest
from lms.grading.models import Mark, Submission
from lms.institutes.models import Person


class NotMarkedYet(Refused):
    """There is nothing to review before there are points."""

    message = N_("This cell has no points yet, so there is nothing to review.")


class AskedAlready(Refused):
    """Each cell of a grading run can be asked about once."""

    message = N_("You have asked for a review of this cell already.")


class NothingToAnswer(Refused):
    """Neither a request waits for an answer nor are there points to give."""

    message = N_("Nobody waits for an answer here. Give points to change the mark.")


def ask(
    session: Session, submission: Submission, grade_id: str, text: str, *, now: datetime
) -> ReviewRequest:
    """Ask that a person look at one cell of the latest marked run of ``submission``.

    Raises NotFound for an unknown cell, NotMarkedYet or AskedAlready.
    """
    mark = _mark(session, submission, grade_id)
    if mark.score is None:
        raise NotMarkedYet
    request = ReviewRequest(run_id=mark.run_id, grade_id=grade_id, text=text, asked=now)
    try:
        with session.begin_nested():
            session.add(request)
    except IntegrityError:
        raise AskedAlready from None
    learner = submission.enrolment.person
    journal.note(session, "review.asked", submission, at=now, by=learner, grade_id=grade_id)
    return request


def answer(
    session: Session,
    submission: Submission,
    grade_id: str,
    text: str,
    points: float | None,
    *,
    extra: float | None = None,
    by: Person,
    now: datetime,
) -> None:
    """Answer what the learner asked about a cell, with other ``points`` for it or without.

    Points may be given unasked, too, and ``extra`` credit beside them, which 0 takes back. They
    stand beside those of the tests and hold in later grading runs. The learner gets a notice.
    Raises NotFound for an unknown cell, NotMarkedYet, PointsOutOfRange, ExtraOutOfRange, or
    NothingToAnswer.
    """
    mark = _mark(session, submission, grade_id)
    hand_queries.lock(session, mark)
    if mark.score is None:
        # Else a review would spare a cell its second marker.
        raise NotMarkedYet
    waiting = open_of(session, submission, grade_id)
    if not waiting and points is None and extra is None:
        raise NothingToAnswer
    if points is not None or extra is not None:
        opinion = by_hand.Opinion(points, comment=text, extra=extra)
        by_hand.judge(session, submission, mark, opinion, kind=Kind.REVIEWED, by=by, now=now)
    for request in waiting:
        request.answer, request.answered, request.answerer_id = text, now, by.id
        journal.note(session, "review.answered", submission, at=now, by=by, grade_id=grade_id)
    telling.of_review(session, submission, grade_id, now=now)
    session.flush()


def open_of(session: Session, submission: Submission, grade_id: str) -> list[ReviewRequest]:
    """What the learner asked about this cell that nobody has answered yet."""
    asked = hand_queries.requests_of(session, submission)
    return [each for each in asked if each.grade_id == grade_id and each.answered is None]


def may_ask_about(session: Session, submission: Submission) -> list[Mark]:
    """The cells of ``submission`` that its learner may still ask about."""
    latest = queries.latest_marked(submission)
    if latest is None:
        return []
    requests = hand_queries.requests_of(session, submission)
    asked = {each.grade_id for each in requests if each.run_id == latest.id}
    return [m for m in latest.marks if m.score is not None and m.grade_id not in asked]


def _mark(session: Session, submission: Submission, grade_id: str) -> Mark:
    mark = queries.mark(session, submission, grade_id)
    if mark is None:
        raise NotFound
    return mark
