"""Reads of the moments at which work was done, as devices without a link tell them."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from lms.core.paging import Page, window
from lms.grading.done_models import DoneTime
from lms.grading.done_rules import SAME_MOMENT, Standing
from lms.grading.models import Submission
from lms.institutes.models import Institute, Person
from lms.learning.models import CourseRun, Enrolment

#: How many works stand on one page of those that wait.
PAGE_SIZE = 50


def by_deed(session: Session, enrolment: Enrolment, deed: str) -> DoneTime | None:
    """What a device has sent before under the name ``deed``."""
    return session.scalar(
        select(DoneTime)
        .options(joinedload(DoneTime.submission))
        .where(DoneTime.enrolment_id == enrolment.id, DoneTime.deed == deed)
    )


def of_submission(session: Session, submission: Submission) -> DoneTime | None:
    """What the device told of a submission, if it came from a kept page."""
    return session.scalar(
        select(DoneTime)
        .options(joinedload(DoneTime.decider))
        .where(DoneTime.submission_id == submission.id)
    )


def worth_telling(session: Session, submission: Submission) -> DoneTime | None:
    """The same where it says something that the arrival does not.

    So does a moment that could not be true: whoever worked without a link expects it to count.
    """
    found = of_submission(session, submission)
    if found is None or found.done is None:
        return found
    is_same = submission.handed_in - found.done < SAME_MOMENT
    return None if is_same and found.standing is Standing.NEEDLESS else found


def waiting(session: Session, run: CourseRun, wanted: int = 1) -> Page[DoneTime]:
    """The moments in ``run`` that nobody has decided, what arrived first standing first."""
    waits = (DoneTime.standing == Standing.WAITING, Enrolment.run_id == run.id)
    total = session.scalar(
        select(func.count(DoneTime.id))
        .join(DoneTime.submission)
        .join(Submission.enrolment)
        .where(*waits)
    )
    shown = window(total or 0, wanted, PAGE_SIZE)
    items = session.scalars(
        select(DoneTime)
        .join(DoneTime.submission)
        .join(Submission.enrolment)
        .options(
            contains_eager(DoneTime.submission).options(
                contains_eager(Submission.enrolment).joinedload(Enrolment.person),
                joinedload(Submission.assignment),
            )
        )
        .where(*waits)
        .order_by(Submission.handed_in, DoneTime.id)
        .offset(shown.offset)
        .limit(shown.size)
    ).all()
    return Page(items, shown)


def waiting_runs(
    session: Session, institutes: Sequence[Institute], person: Person
) -> list[tuple[CourseRun, int]]:
    """The runs with moments to decide, and how many; nobody decides of their own work."""
    rows = session.execute(
        select(CourseRun, func.count(DoneTime.id))
        .join(Enrolment, Enrolment.run_id == CourseRun.id)
        .join(Submission, Submission.enrolment_id == Enrolment.id)
        .join(DoneTime, DoneTime.submission_id == Submission.id)
        .where(
            DoneTime.standing == Standing.WAITING,
            CourseRun.institute_id.in_([each.id for each in institutes]),
            Enrolment.person_id != person.id,
        )
        .group_by(CourseRun.id)
        .order_by(CourseRun.opens)
    )
    return [(run, number) for run, number in rows]
