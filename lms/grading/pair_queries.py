"""Reads of works beside one another: which there are, and what people found in them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from lms.catalogue.models import Assignment
from lms.grading.models import Grade, Submission
from lms.grading.pair_models import PairNote
from lms.learning.models import CourseRun, Enrolment


def works(session: Session, run: CourseRun, assignment: Assignment) -> list[Submission]:
    """One work of each learner of ``run``, in the order of enrolment.

    It is the one that counts, or the latest of a learner who has no grade yet.
    """
    counting = set(
        session.scalars(
            select(Grade.submission_id)
            .join(Enrolment, Enrolment.id == Grade.enrolment_id)
            .where(Enrolment.run_id == run.id, Grade.assignment_id == assignment.id)
        )
    )
    chosen: dict[int, Submission] = {}
    for each in session.scalars(
        select(Submission)
        .join(Submission.enrolment)
        .options(contains_eager(Submission.enrolment).joinedload(Enrolment.person))
        .options(selectinload(Submission.notebooks))
        .where(Enrolment.run_id == run.id, Submission.assignment_id == assignment.id)
        .order_by(Enrolment.id, Submission.number)
    ):
        held = chosen.get(each.enrolment_id)
        if held is None or held.id not in counting:
            chosen[each.enrolment_id] = each
    return list(chosen.values())


def notes(session: Session, submissions: Sequence[Submission]) -> Sequence[PairNote]:
    """What people found in pairs of these works, the earliest first."""
    rows = [each.id for each in submissions]
    return session.scalars(
        select(PairNote)
        .options(joinedload(PairNote.by))
        .where(PairNote.first_id.in_(rows), PairNote.second_id.in_(rows))
        .order_by(PairNote.id)
    ).all()
