"""Reads for those who look after a run: how often its learners tried, and when they last worked."""

from datetime import datetime

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session

from lms.catalogue.models import Assignment, Quiz
from lms.core.db import Instant
from lms.grading.models import Submission
from lms.learning.draft_models import Draft, DraftVersion
from lms.learning.models import CourseRun, Enrolment, LessonProgress, Place
from lms.learning.quiz_models import QuizAttempt
from lms.learning.rules import Kind


def tries(session: Session, run: CourseRun) -> dict[int, dict[tuple[Kind, str], int]]:
    """How often each learner of ``run`` tried each step, by the row of their enrolment."""
    handed_in = (
        select(Submission.enrolment_id, Assignment.slug, func.count())
        .join(Submission.enrolment)
        .join(Submission.assignment)
        .where(Enrolment.run_id == run.id)
        .group_by(Submission.enrolment_id, Assignment.slug)
    )
    taken = (
        select(QuizAttempt.enrolment_id, Quiz.slug, func.count())
        .join(QuizAttempt.enrolment)
        .join(QuizAttempt.quiz)
        .where(Enrolment.run_id == run.id, QuizAttempt.finished.is_not(None))
        .group_by(QuizAttempt.enrolment_id, Quiz.slug)
    )
    found: dict[int, dict[tuple[Kind, str], int]] = {}
    for kind, counted in ((Kind.ASSIGNMENT, handed_in), (Kind.QUIZ, taken)):
        for enrolment_id, slug, number in session.execute(counted):
            found.setdefault(enrolment_id, {})[kind, slug] = number
    return found


def last_worked(session: Session, run: CourseRun) -> dict[int, datetime]:
    """When each learner of ``run`` last did something that is kept, by the row of their enrolment.

    Whoever has only enrolled counts from then, or from the opening of the run if that is later.
    """
    here = select(Enrolment.id).where(Enrolment.run_id == run.id).scalar_subquery()
    deeds = union_all(
        *(
            select(table.enrolment_id.label("enrolment_id"), moment.label("at")).where(
                table.enrolment_id.in_(here), moment.is_not(None)
            )
            for table, moment in (
                (Place, Place.at),
                (LessonProgress, LessonProgress.opened),
                (LessonProgress, LessonProgress.done),
                (Submission, Submission.handed_in),
                (QuizAttempt, QuizAttempt.begun),
                (QuizAttempt, QuizAttempt.finished),
            )
        ),
        select(Draft.enrolment_id, DraftVersion.saved)
        .join(DraftVersion.draft)
        .where(Draft.enrolment_id.in_(here)),
    ).subquery()
    latest = func.max(deeds.c.at, type_=Instant)
    rows = session.execute(
        select(Enrolment.id, Enrolment.enrolled, latest)
        .outerjoin(deeds, deeds.c.enrolment_id == Enrolment.id)
        .where(Enrolment.run_id == run.id)
        .group_by(Enrolment.id, Enrolment.enrolled)
    )
    return {row: at or max(enrolled, run.opens) for row, enrolled, at in rows}
