"""Tells learners what became of their work: marked, marked again or by hand, looked at again."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.orm import Session

from lms.core.i18n import Titled, Value, say
from lms.grading import queries
from lms.grading.models import GradingRun, Submission
from lms.grading.policy import Score
from lms.grading.states import State
from lms.institutes import notices
from lms.institutes.rules import News


def of_marks(session: Session, run: GradingRun, worth: Score, *, now: datetime) -> None:
    """Leave the learner of a run that was just marked a notice, if their work had no marks yet.

    What waits for a person then is told when it has its points.
    """
    work = run.submission
    if any(other is not run and other.state is State.MARKED for other in work.runs):
        return
    told: dict[str, Value] = {
        "assignment": _title(work),
        "points": worth.points,
        "possible": worth.possible,
    }
    sentence = (
        say("“{assignment}” is marked: {points} of {possible} points.", **told)
        if worth.is_settled
        else say(
            "“{assignment}” is marked: {points} of {possible} points so far."
            " An instructor gives the rest.",
            **told,
        )
    )
    notices.tell(session, work.enrolment.person, News.MARKS_READY, sentence, work, now=now)


@contextmanager
def if_regraded(session: Session, run: GradingRun, *, now: datetime) -> Iterator[None]:
    """Tell the learner if their grade changes in this block and their work had marks before."""
    work = run.submission
    had = any(other is not run and other.state is State.MARKED for other in work.runs)
    before = _grade(session, work) if had else None
    yield
    after = _grade(session, work)
    if before is not None and after is not None and before != after:
        of_grades(session, [(work, before, after)], now=now)


def of_grades(
    session: Session,
    changed: Iterable[tuple[Submission, Score, Score]],
    *,
    now: datetime,
    reason: str = "",
) -> None:
    """Leave the learner of each work a notice with the grade before and after.

    They read the reason, if one was given.
    """
    words = [_word(work, before, after, reason) for work, before, after in changed]
    notices.tell_all(session, News.MARKS_CHANGED, words, now=now)


def _word(work: Submission, before: Score, after: Score, reason: str) -> notices.Word:
    told: dict[str, Value] = {
        "assignment": _title(work),
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
    return notices.Word(work.enrolment.person, sentence, work)


def of_hand(session: Session, work: Submission, worth: Score, *, now: datetime) -> None:
    """Leave the learner of ``work`` a notice that people have given all that waited for them."""
    sentence = say(
        "“{assignment}” is marked to its end now: {points} of {possible} points.",
        assignment=_title(work),
        points=worth.points,
        possible=worth.possible,
    )
    notices.tell(session, work.enrolment.person, News.MARKS_CHANGED, sentence, work, now=now)


def of_review(session: Session, work: Submission, grade_id: str, *, now: datetime) -> None:
    """Leave the learner of ``work`` a notice that somebody has looked at a cell again."""
    sentence = say(
        "An instructor has answered your request to look again at the cell {cell} of"
        " “{assignment}”.",
        cell=grade_id,
        assignment=_title(work),
    )
    notices.tell(session, work.enrolment.person, News.REVIEW_ANSWERED, sentence, work, now=now)


def _title(work: Submission) -> Titled:
    return Titled(work.assignment.titles)


def _grade(session: Session, work: Submission) -> Score | None:
    found = queries.grades(session, [work.enrolment]).get((work.enrolment_id, work.assignment_id))
    if found is None:
        return None
    return Score(found.score, found.max_score, found.share, extra=found.extra)
