"""Reads of what marking by hand needs: queues, rubrics, judgements, requests for review."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from lms.catalogue.models import Assignment
from lms.grading import queries
from lms.grading.agreement import Standing, standing
from lms.grading.hand_models import HandCell, Judgement, ReviewRequest, SecondMarking
from lms.grading.marking import Verdict
from lms.grading.models import GradingRun, Mark, Submission
from lms.institutes.models import Institute, Person
from lms.learning.models import CourseRun, Enrolment


@dataclass(frozen=True)
class Answer:
    """An answer that a person marks: which work it is in, whose that is, and its mark.

    A value and no row of a table: a queue has thousands of them.
    """

    row: int
    submission: str
    attempt: int
    enrolment: int
    learner: str
    grade_id: str
    position: int
    score: float | None
    max_score: float
    extra: float


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
    rows = [submission.id for submission in submissions]
    return _by_cell(session, select(Judgement).where(Judgement.submission_id.in_(rows)))


def standing_of(session: Session, submission: Submission, mark: Mark) -> Standing:
    """What the judgements of a cell come to."""
    told = judgements(session, [submission])[submission.id, mark.grade_id]
    return standing(told, tolerance(session, submission), mark.max_score)


def lock(session: Session, mark: Mark) -> None:
    """Let nobody else settle ``mark`` before this transaction ends."""
    session.refresh(mark, ["score", "automatic", "marker_id", "marked"], with_for_update=True)


def answers(
    session: Session, run: CourseRun, assignment: Assignment, marker: Person
) -> list[Answer]:
    """What people mark of an assignment, or have marked, in the order of enrolment and attempt.

    Answers that were left empty need nobody; they are there once a person has marked them.
    Those of ``marker`` are for others.
    """
    rows = session.execute(
        select(
            Submission.id,
            Submission.public_id,
            Submission.number,
            Enrolment.id,
            Person.name,
            Mark.grade_id,
            Mark.position,
            Mark.score,
            Mark.max_score,
            Mark.extra,
        )
        .select_from(Mark)
        .join(Mark.run)
        .join(GradingRun.submission)
        .join(Submission.enrolment)
        .join(Enrolment.person)
        .where(
            Enrolment.run_id == run.id,
            Enrolment.person_id != marker.id,
            Submission.assignment_id == assignment.id,
            Mark.run_id == queries.newest_marked(),
            Mark.verdict == Verdict.MANUAL,
            or_(Mark.score.is_(None), Mark.marker_id.is_not(None)),
        )
        .order_by(Enrolment.id, Submission.number, Mark.position)
    )
    return [Answer(*tuple(row)) for row in rows]


def judged(
    session: Session, run: CourseRun, assignment: Assignment
) -> dict[tuple[int, str], list[Judgement]]:
    """As `judgements`, of all work for an assignment of a run."""
    return _by_cell(
        session,
        select(Judgement)
        .join(Judgement.submission)
        .join(Submission.enrolment)
        .where(Enrolment.run_id == run.id, Submission.assignment_id == assignment.id),
    )


def half_judged(session: Session, run: CourseRun, assignment: Assignment) -> Sequence[Submission]:
    """Work for an assignment of a run with cells that wait although somebody judged some."""
    return session.scalars(
        select(Submission)
        .join(Submission.enrolment)
        .options(contains_eager(Submission.enrolment).joinedload(Enrolment.person))
        .options(selectinload(Submission.runs).selectinload(GradingRun.marks))
        .where(
            Enrolment.run_id == run.id,
            Submission.assignment_id == assignment.id,
            select(Mark.id)
            .where(Mark.run_id == queries.newest_marked(), Mark.score.is_(None))
            .exists(),
            select(Judgement.id).where(Judgement.submission_id == Submission.id).exists(),
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
    waiting = queries.waiting_runs()
    rows = session.execute(
        select(CourseRun, Assignment, func.sum(waiting.c.cells))
        .select_from(waiting)
        .join(GradingRun, GradingRun.id == waiting.c.run_id)
        .join(GradingRun.submission)
        .join(Submission.enrolment)
        .join(Enrolment.run)
        .join(Submission.assignment)
        .where(
            CourseRun.institute_id.in_([i.id for i in institutes]),
            Enrolment.person_id != marker.id,
            GradingRun.id == queries.newest_marked(),
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


def _by_cell(session: Session, wanted: Select[Judgement]) -> dict[tuple[int, str], list[Judgement]]:
    found: dict[tuple[int, str], list[Judgement]] = defaultdict(list)
    wanted = wanted.options(joinedload(Judgement.marker)).order_by(Judgement.id)
    for each in session.scalars(wanted):
        found[each.submission_id, each.grade_id].append(each)
    return found
