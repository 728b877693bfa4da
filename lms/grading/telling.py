"""Tells learners, when work was marked again, that their grade is another."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.orm import Session

from lms.core.i18n import Value, best_text, say
from lms.grading import queries
from lms.grading.models import GradingRun, Submission
from lms.grading.policy import Score
from lms.grading.states import State
from lms.institutes import notices
from lms.institutes.rules import News


@contextmanager
def if_regraded(session: Session, run: GradingRun, *, now: datetime) -> Iterator[None]:
    """Tell the learner if their grade changes in this block and their work had marks before."""
    work = run.submission
    had = any(other is not run and other.state is State.MARKED for other in work.runs)
    before = _grade(session, work) if had else None
    yield
    after = _grade(session, work)
    if before is not None and after is not None and before != after:
        of_grade(session, work, before, after, now=now)


def of_grade(
    session: Session,
    work: Submission,
    before: Score,
    after: Score,
    *,
    now: datetime,
    reason: str = "",
) -> None:
    """Leave the learner of ``work`` a notice with both grades, and the reason if one was given."""
    person = work.enrolment.person
    told: dict[str, Value] = {
        "assignment": best_text(work.assignment.titles, person.locale)[0],
        "before": before.points,
        "most": before.possible,
        "after": after.points,
        "possible": after.possible,
    }
    sentence = (
        say(
            "“{assignment}” was marked again. Your grade was {before} of {most} points and is now"
            " {after} of {possible}. The reason: {reason}",
            **told,
            reason=reason,
        )
        if reason
        else say(
            "“{assignment}” was marked again. Your grade was {before} of {most} points and is now"
            " {after} of {possible}.",
            **told,
        )
    )
    notices.tell(session, person, News.MARKS_CHANGED, sentence, work, now=now)


def _grade(session: Session, work: Submission) -> Score | None:
    found = queries.grades(session, [work.enrolment]).get((work.enrolment_id, work.assignment_id))
    return Score(found.score, found.max_score, found.share) if found else None
