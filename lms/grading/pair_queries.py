"""Reads of works beside one another: which there are, and what people found in them."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from lms.catalogue.models import Assignment
from lms.grading.models import Grade, Submission
from lms.grading.pair_models import PairNote, SimilarityCheck, SimilarPair
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


def number(session: Session, run: CourseRun, assignment: Assignment) -> int:
    """How many learners of ``run`` have handed in work for ``assignment``."""
    return (
        session.scalar(
            select(func.count(Submission.enrolment_id.distinct()))
            .join(Submission.enrolment)
            .where(Enrolment.run_id == run.id, Submission.assignment_id == assignment.id)
        )
        or 0
    )


def latest(
    session: Session, run: CourseRun, assignment: Assignment, *, with_pairs: bool = False
) -> SimilarityCheck | None:
    """The last wish to have these works compared; or the last that was fulfilled."""
    found = select(SimilarityCheck).where(
        SimilarityCheck.run_id == run.id, SimilarityCheck.assignment_id == assignment.id
    )
    if with_pairs:
        found = found.where(SimilarityCheck.settled.is_not(None), SimilarityCheck.failed.is_(False))
    return session.scalar(found.order_by(SimilarityCheck.id.desc()).limit(1))


def similar(session: Session, check: SimilarityCheck) -> Sequence[SimilarPair]:
    """The pairs that a check found, in the order in which they are shown."""
    return session.scalars(
        select(SimilarPair).where(SimilarPair.check_id == check.id).order_by(SimilarPair.id)
    ).all()


def similar_pair(
    session: Session, check: SimilarityCheck, rows: tuple[int, int]
) -> SimilarPair | None:
    """These two works, the lower row first, if the check found them alike."""
    return session.scalar(
        select(SimilarPair).where(
            SimilarPair.check_id == check.id,
            SimilarPair.first_id == rows[0],
            SimilarPair.second_id == rows[1],
        )
    )


def with_learners(session: Session, rows: Sequence[int]) -> dict[int, Submission]:
    """These works, by row, with whose they are."""
    found = session.scalars(
        select(Submission)
        .options(joinedload(Submission.enrolment).joinedload(Enrolment.person))
        .where(Submission.id.in_(rows))
    )
    return {each.id: each for each in found}


def notes(session: Session, submissions: Sequence[Submission]) -> Sequence[PairNote]:
    """What people found in pairs of these works, the earliest first."""
    rows = [each.id for each in submissions]
    return session.scalars(
        select(PairNote)
        .options(joinedload(PairNote.by))
        .where(PairNote.first_id.in_(rows), PairNote.second_id.in_(rows))
        .order_by(PairNote.id)
    ).all()
