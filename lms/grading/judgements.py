"""Lets what people judged count: in the mark of a cell, and again in each later grading run."""

from sqlalchemy.orm import Session

from lms.core.i18n import say
from lms.grading import hand_queries
from lms.grading.agreement import Standing
from lms.grading.marking import Verdict
from lms.grading.models import GradingRun, Mark


def carry_over(session: Session, run: GradingRun) -> None:
    """Give the marks of ``run`` the points that people gave the same cells before.

    A cell that is worth other points now waits to be judged anew.
    """
    session.flush()
    for mark in run.marks:
        count(mark, hand_queries.standing_of(session, run.submission, mark))


def count(mark: Mark, found: Standing) -> None:
    """Let ``found`` be the points of ``mark``; a cell that still waits stays as it is."""
    if found.extra is not None:
        mark.extra = found.extra
    if found.points is None:
        return
    if mark.marker_id is None:
        mark.automatic = mark.score
    last = [each for each in found.behind if each.points is not None][-1]
    mark.score, mark.marker_id, mark.marked = found.points, last.marker_id, last.given
    if mark.verdict is Verdict.MANUAL:
        mark.message = say("A person has marked this.")
