"""Tells learners beforehand: work is due within two days, a course opens."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lms.catalogue.models import Assignment
from lms.core.i18n import Titled, When, say
from lms.grading import desk_queries, queries
from lms.institutes import notices
from lms.institutes.rules import News
from lms.learning import queries as learning
from lms.learning.models import CourseRun, Enrolment
from lms.learning.queries import Span

#: How long before its due date a learner is reminded of work.
AHEAD = timedelta(hours=48)
#: A run that opened longer ago is no news any more.
FRESH = timedelta(days=1)
#: Learners told in one transaction, while others wait for the database.
AT_ONCE = 1000


def runs(session: Session, now: datetime) -> list[int]:
    """The rows of runs in which somebody may have to be told something."""
    return desk_queries.runs_at(session, now, FRESH)


def remind(session: Session, run_id: int, now: datetime, *, beyond: int = 0) -> int | None:
    """Tell some learners of one run, each thing once: those enrolled next after the row ``beyond``.

    Work is called to mind while it is not handed in, by each learner's own due date. Whoever
    has switched that kind of news off is not told. Answers the last of their rows, beyond which
    the next transaction goes on, and None when nobody was left.
    """
    run = desk_queries.run_held(session, run_id)
    span = learning.next_enrolments(session, run, beyond, AT_ONCE)
    if span is None:
        return None
    _of_opening(session, run, span, now)
    for module in run.version.modules:
        for assignment in module.assignments:
            _of_due(session, run, assignment, span, now)
    return span.last


def _of_due(
    session: Session, run: CourseRun, assignment: Assignment, span: Span, now: datetime
) -> None:
    usual = queries.due(run, assignment, None)
    words = [
        _due_word(each, assignment, due)
        for each, due in desk_queries.to_remind(session, run, assignment, usual, span, now, AHEAD)
    ]
    notices.tell_all(session, News.DUE_SOON, words, now=now)


def _due_word(each: Enrolment, assignment: Assignment, due: datetime) -> notices.Word:
    person = each.person
    sentence = say(
        "“{assignment}” is due on {day}, and you have not handed it in yet.",
        assignment=Titled(assignment.titles),
        day=When(due, notices.zone_of(person)),
    )
    return notices.Word(person, sentence, each, assignment.slug)


def _of_opening(session: Session, run: CourseRun, span: Span, now: datetime) -> None:
    if not now - FRESH < run.opens <= now:
        return
    words = [
        notices.Word(
            each.person,
            say(
                "“{course}” is open. You can begin.",
                course=Titled(run.version.titles),
            ),
            each,
        )
        for each in desk_queries.to_welcome(session, run, span)
    ]
    notices.tell_all(session, News.RUN_OPENS, words, now=now)
