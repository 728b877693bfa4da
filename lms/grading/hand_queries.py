"""Reads of what marking by hand needs: queues, rubrics, judgements, requests for review."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from lms.catalogue.models import Assignment
from lms.grading.agreement import Standing, standing
from lms.grading.hand_models import HandCell, Judgement, ReviewRequest, SecondMarking
from lms.grading.models import GradingRun, Mark, Submission
from lms.grading.states import State
from lms.institutes.models import Institute, Person
from lms.learning.models import CourseRun, Enrolment


def cell(session: Session, run: CourseRun, slug: str, grade_id: str) -> HandCell | None:
    """The rubric and comments that the institute of ``run`` keeps for a cell, if any."""
    return session.scalar(
        select(HandCell)
        .options(selectinload(HandCell.items), selectinload(HandCell.comments))
        .where(
            HandCell.institute_id == run.institute_id,
            HandCell.course_id == run.version.course_id,
            HandCell.slug == slug,
            HandCell.grade_id == grade_id,
        )
    )


def second_marking(
    session: Session, run: CourseRun, assignment: Assignment
) -> SecondMarking | None:
    """What is demanded of second markers, if anything is."""
    return session.scalar(
        select(SecondMarking).where(
            SecondMarking.run_id == run.id, SecondMarking.assignment_id == assignment.id
        )
    )


def tolerance(session: Session, submission: Submission) -> float | None:
    """How far two marks of this work may differ; None when one marker is enough."""
    found = second_marking(session, submission.enrolment.run, submission.assignment)
    return found.tolerance if found else None


def judgements(
    session: Session, submissions: Sequence[Submission]
) -> dict[tuple[int, str], list[Judgement]]:
    """Everything that was judged of these, the earliest first, by (submission row, grade id)."""
    found: dict[tuple[int, str], list[Judgement]] = defaultdict(list)
    for each in session.scalars(
        select(Judgement)
        .options(joinedload(Judgement.marker))
        .where(Judgement.submission_id.in_([submission.id for submission in submissions]))
        .order_by(Judgement.id)
    ):
        found[each.submission_id, each.grade_id].append(each)
    return found


def standing_of(session: Session, submission: Submission, mark: Mark) -> Standing:
    """What the judgements of a cell come to."""
    told = judgements(session, [submission])[submission.id, mark.grade_id]
    return standing(told, tolerance(session, submission), mark.max_score)


def lock(session: Session, mark: Mark) -> None:
    """Let nobody else settle ``mark`` before this transaction ends."""
    session.refresh(mark, ["score", "automatic", "marker_id", "marked"], with_for_update=True)


def handed_in(session: Session, run: CourseRun, assignment: Assignment) -> Sequence[Submission]:
    """Marked work for an assignment of a run, in the order of enrolment and attempt."""
    return session.scalars(
        select(Submission)
        .join(Submission.enrolment)
        .options(contains_eager(Submission.enrolment).joinedload(Enrolment.person))
        .options(selectinload(Submission.runs).selectinload(GradingRun.marks))
        .where(
            Enrolment.run_id == run.id,
            Submission.assignment_id == assignment.id,
            Submission.runs.any(GradingRun.state == State.MARKED),
        )
        .order_by(Enrolment.id, Submission.number)
    ).all()


def numbers(session: Session, run: CourseRun) -> dict[int, int]:
    """A number for each enrolment row of ``run`` that tells nothing and does not change."""
    rows = session.scalars(
        select(Enrolment.id).where(Enrolment.run_id == run.id).order_by(Enrolment.id)
    )
    return {row: number for number, row in enumerate(rows, start=1)}


def queues(
    session: Session, institutes: Sequence[Institute], marker: Person
) -> list[tuple[CourseRun, Assignment, int]]:
    """The assignments with cells that wait for a person, and how many; nobody waits for oneself."""
    newest = (
        select(func.max(GradingRun.id))
        .where(
            GradingRun.submission_id == Submission.id,
            GradingRun.state == State.MARKED,
            GradingRun.trial.is_(False),
        )
        .correlate(Submission)
        .scalar_subquery()
    )
    rows = session.execute(
        select(CourseRun, Assignment, func.count(Mark.id))
        .select_from(Mark)
        .join(Mark.run)
        .join(GradingRun.submission)
        .join(Submission.enrolment)
        .join(Enrolment.run)
        .join(Submission.assignment)
        .where(
            CourseRun.institute_id.in_([i.id for i in institutes]),
            Enrolment.person_id != marker.id,
            Mark.run_id == newest,
            Mark.score.is_(None),
        )
        .group_by(CourseRun.id, Assignment.id)
        .order_by(CourseRun.id.desc(), Assignment.id)
    )
    return [(run, assignment, count) for run, assignment, count in rows]


def requests_of(session: Session, submission: Submission) -> Sequence[ReviewRequest]:
    """What the learner asked about any run of ``submission``, the earliest first."""
    return session.scalars(
        select(ReviewRequest)
        .join(ReviewRequest.run)
        .options(contains_eager(ReviewRequest.run))
        .where(GradingRun.submission_id == submission.id)
        .order_by(ReviewRequest.id)
    ).all()


def open_requests(
    session: Session, institutes: Sequence[Institute], reader: Person
) -> Sequence[ReviewRequest]:
    """Requests that an instructor of these institutes has still to answer, the oldest first."""
    return session.scalars(
        select(ReviewRequest)
        .join(ReviewRequest.run)
        .join(GradingRun.submission)
        .join(Submission.enrolment)
        .join(Enrolment.run)
        .options(
            contains_eager(ReviewRequest.run)
            .contains_eager(GradingRun.submission)
            .options(
                joinedload(Submission.assignment),
                contains_eager(Submission.enrolment).options(
                    joinedload(Enrolment.person), contains_eager(Enrolment.run)
                ),
            )
        )
        .where(
            CourseRun.institute_id.in_([i.id for i in institutes]),
            Enrolment.person_id != reader.id,
            ReviewRequest.answered.is_(None),
        )
        .order_by(ReviewRequest.id)
    ).all()
