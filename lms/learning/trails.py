"""Lets what is kept of how far learners have come follow what they do.

`forget` belongs beside every change to lessons done, quizzes taken, work handed in and grades.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.learning.models import Enrolment


def forget(session: Session, enrolments: Iterable[Enrolment]) -> None:
    """Let the trails of these learners be worked out again from the rows that they repeat.

    The rows are written also where nothing is known already: whoever works out a trail at this
    moment waits for this transaction, or this one for them.
    """
    session.execute(
        update(Enrolment).where(Enrolment.id.in_([each.id for each in enrolments])).values(trail="")
    )


def note_work(session: Session, enrolment: Enrolment, now: datetime) -> None:
    """Note that the learner did something now that leaves them where they were."""
    session.execute(update(Enrolment).where(Enrolment.id == enrolment.id).values(worked=now))
