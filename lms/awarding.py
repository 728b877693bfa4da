"""Where grading meets credentials: work is signed for, and what a completed course earns."""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from lms.bootstrap import Lms
from lms.core.errors import LmsError
from lms.core.i18n import best_text, say
from lms.credentials import queries as issued
from lms.credentials import receipts
from lms.credentials import service as credentials
from lms.credentials.document import Result
from lms.grading import queries
from lms.grading.models import Submission
from lms.institutes import notices
from lms.institutes.rules import News
from lms.learning import quiz_queries
from lms.learning.models import Enrolment
from lms.learning.quiz_rules import counting

#: What signing may raise: a ValueError where no identity can be made of the site's address.
_CANNOT_SIGN = (LmsError, ValueError)

log = logging.getLogger("lms.worker")


def award(session: Session, lms: Lms, enrolment: Enrolment, *, now: datetime) -> str:
    """Sign what a completed ``enrolment`` has earned, once, with the points of its assignments.

    The learner is told.

    When an institute's key is missing, or what is to be signed is unfit for it, the marks
    stand and the credential stays owed until it can be signed. The answer then says why not;
    it is empty when nothing is owed.
    """
    if enrolment.completed is None or issued.of_enrolment(session, enrolment):
        return ""
    version, grades = enrolment.run.version, queries.grades(session, [enrolment])
    results = []
    for assignment in (a for module in version.modules for a in module.assignments):
        grade = grades[enrolment.id, assignment.id]
        title = best_text(assignment.titles, enrolment.person.locale)[0]
        needed = version.minimum_score * grade.max_score
        points = min(grade.score, grade.max_score)  # A credential knows no extra points.
        results.append(Result(title, points, grade.max_score, needed))
    results += _of_quizzes(session, enrolment)
    base_url = lms.settings.base_url
    try:
        with session.begin_nested():
            earned = credentials.award(session, lms.keys, base_url, enrolment, results, now=now)
            name = best_text(version.credential_names, enrolment.person.locale)[0]
            told = say("You have earned the credential “{credential}”.", credential=name)
            notices.tell(session, enrolment.person, News.CREDENTIAL_EARNED, told, earned, now=now)
    except _CANNOT_SIGN as error:
        return str(error)
    return ""


def _of_quizzes(session: Session, enrolment: Enrolment) -> list[Result]:
    """The points of the graded quizzes of a completed enrolment."""
    version, taken = enrolment.run.version, quiz_queries.taken(session, [enrolment])
    results = []
    for quiz in (each for module in version.modules for each in module.quizzes if each.graded):
        counts = counting(taken.get((enrolment.id, quiz.id), ()), quiz.counts)
        if counts is not None:
            title = best_text(quiz.titles, enrolment.person.locale)[0]
            needed = version.minimum_score * counts.possible
            results.append(Result(title, counts.score, counts.possible, needed))
    return results


def receipt(session: Session, lms: Lms, submission: Submission, *, now: datetime) -> None:
    """Sign for ``submission``. Where that cannot be, the work stands and the fault is logged."""
    try:
        with session.begin_nested():
            receipts.give(session, lms.keys, lms.settings.base_url, submission, now=now)
    except _CANNOT_SIGN as error:
        log.error("submission %s is owed a receipt: %s", submission.public_id, error)
