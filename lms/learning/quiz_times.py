"""More time in quizzes for one learner: granted, changed and withdrawn by an instructor."""

from datetime import datetime

from sqlalchemy.orm import Session

from lms.core import journal
from lms.core.errors import NotAllowed
from lms.core.i18n import N_, say
from lms.institutes import notices
from lms.institutes.models import Person
from lms.institutes.rules import News
from lms.learning import quiz_queries
from lms.learning.models import Enrolment
from lms.learning.quiz_models import QuizTime
from lms.learning.quiz_rules import ends, is_over


class OwnTime(NotAllowed):
    """Whoever teaches and learns in the same institute grants themselves nothing."""

    message = N_("You cannot grant yourself more time. Ask a colleague.")


def grant(
    session: Session,
    enrolment: Enrolment,
    *,
    factor: float,
    reason: str,
    by: Person,
    now: datetime,
) -> QuizTime:
    """Give a learner ``factor`` times the time of the others, also in what is under way.

    Replaces what was granted before; the learner is told. Raises OwnTime.
    """
    if enrolment.person_id == by.id:
        raise OwnTime
    held = quiz_queries.quiz_time(session, enrolment)
    deed = "quiz_time.changed" if held else "quiz_time.granted"
    if held is None:
        held = QuizTime(enrolment_id=enrolment.id)
        session.add(held)
    held.factor, held.reason, held.granter, held.granted = factor, reason, by, now
    session.flush()
    _lengthen(session, enrolment, factor, now)
    journal.note(session, deed, enrolment, at=now, by=by, factor=factor)
    told = say("You have {times} times the usual time in quizzes.", times=factor)
    notices.tell(session, enrolment.person, News.DUE_DATE_CHANGED, told, enrolment, now=now)
    return held


def withdraw(session: Session, enrolment: Enrolment, *, by: Person, now: datetime) -> None:
    """Take it back for attempts begun from now on; those under way keep their time.

    Raises OwnTime.
    """
    if enrolment.person_id == by.id:
        raise OwnTime
    held = quiz_queries.quiz_time(session, enrolment)
    if held is None:
        return
    session.delete(held)
    session.flush()
    journal.note(session, "quiz_time.withdrawn", enrolment, at=now, by=by)
    told = say("The extra time in quizzes is withdrawn for attempts that you begin from now on.")
    notices.tell(session, enrolment.person, News.DUE_DATE_CHANGED, told, enrolment, now=now)


def _lengthen(session: Session, enrolment: Enrolment, factor: float, now: datetime) -> None:
    for attempt in quiz_queries.running(session, enrolment):
        longer = ends(attempt.begun, attempt.quiz.time_limit, factor, enrolment.run.closes)
        if attempt.ends is not None and longer is not None and not is_over(attempt.ends, now):
            attempt.ends = max(attempt.ends, longer)
    session.flush()
