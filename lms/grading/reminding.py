"""Tells learners beforehand: work is due within two days, a course opens."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lms.catalogue.models import Assignment
from lms.core.i18n import When, best_text, say
from lms.grading import desk_queries, queries
from lms.institutes import notices
from lms.institutes.rules import News
from lms.learning.models import CourseRun, Enrolment

#: How long before its due date a learner is reminded of work.
AHEAD = timedelta(hours=48)
#: A run that opened longer ago is no news any more.
FRESH = timedelta(days=1)


def runs(session: Session, now: datetime) -> list[int]:
    """The rows of runs in which somebody may have to be told something."""
    return desk_queries.runs_at(session, now, FRESH)


def remind(session: Session, run_id: int, now: datetime) -> int:
    """Tell the learners of one run, each thing once; how many notices.

    Work is called to mind while it is not handed in, by each learner's own due date. Whoever
    has switched that kind of news off is not told.
    """
    run = desk_queries.run_held(session, run_id)
    told = _of_opening(session, run, now)
    for module in run.version.modules:
        for assignment in module.assignments:
            told += _of_due(session, run, assignment, now)
    return told


def _of_due(session: Session, run: CourseRun, assignment: Assignment, now: datetime) -> int:
    usual = queries.due(run, assignment, None)
    words = [
        _due_word(each, assignment, due)
        for each, due in desk_queries.to_remind(session, run, assignment, usual, now, AHEAD)
    ]
    notices.tell_all(session, News.DUE_SOON, words, now=now)
    return len(words)


def _due_word(each: Enrolment, assignment: Assignment, due: datetime) -> notices.Word:
    person = each.person
    sentence = say(
        "“{assignment}” is due on {day}, and you have not handed it in yet.",
        assignment=best_text(assignment.titles, person.locale)[0],
        day=When(due, notices.zone_of(person)),
    )
    return notices.Word(person, sentence, each, assignment.slug)


def _of_opening(session: Session, run: CourseRun, now: datetime) -> int:
    if not now - FRESH < run.opens <= now:
        return 0
    words = [
        notices.Word(
            each.person,
            say(
                "“{course}” is open. You can begin.",
                course=best_text(run.version.titles, each.person.locale)[0],
            ),
            each,
        )
        for each in desk_queries.to_welcome(session, run)
    ]
    notices.tell_all(session, News.RUN_OPENS, words, now=now)
    return len(words)
