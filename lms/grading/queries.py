"""Reads of submissions, grading runs, marks and grades."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ScalarSelect, Subquery, and_, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from lms.catalogue.models import Assignment
from lms.catalogue.queries import WITH_OUTLINE
from lms.grading.models import (
    Environment,
    Extension,
    Grade,
    GradingRun,
    Mark,
    RunNotebook,
    Submission,
    WorkerBeat,
)
from lms.grading.states import State
from lms.institutes.models import Institute, Person
from lms.learning import quiz_queries
from lms.learning.learned import Learned
from lms.learning.models import CourseRun, Enrolment
from lms.learning.rules import Kind, Step, due_date

#: A worker that has been silent for longer than this is taken for dead.
BEAT_LASTS = timedelta(seconds=20)
#: So many of the works that wait for a person are named at once.
MOST_AWAITING = 50


def submission(session: Session, public_id: str) -> Submission | None:
    """The submission with this public identifier, with its runs, marks, learner and assignment."""
    return session.scalar(
        select(Submission)
        .options(
            selectinload(Submission.runs).options(
                selectinload(GradingRun.marks), joinedload(GradingRun.environment)
            )
        )
        .options(
            joinedload(Submission.enrolment).options(
                joinedload(Enrolment.person),
                joinedload(Enrolment.run).joinedload(CourseRun.institute),
            )
        )
        .options(joinedload(Submission.assignment).joinedload(Assignment.module))
        .options(joinedload(Submission.extension))
        .where(Submission.public_id == public_id)
    )


def with_evidence(session: Session, most: int | None = None) -> Sequence[str]:
    """The public identifiers of submissions with evidence of their marks, newest marked first."""
    newest = func.max(GradingRun.settled)
    return session.scalars(
        select(Submission.public_id)
        .join(Submission.runs)
        .join(GradingRun.notebooks)
        .where(GradingRun.state == State.MARKED, RunNotebook.evidence.is_not(None))
        .group_by(Submission.id)
        .order_by(newest.desc(), Submission.id.desc())
        .limit(most)
    ).all()


def submissions(
    session: Session, enrolment: Enrolment, assignment: Assignment
) -> Sequence[Submission]:
    """What a learner handed in for an assignment, the first attempt first."""
    return session.scalars(
        select(Submission)
        .options(selectinload(Submission.runs).selectinload(GradingRun.marks))
        .options(joinedload(Submission.extension))
        .where(Submission.enrolment_id == enrolment.id, Submission.assignment_id == assignment.id)
        .order_by(Submission.number)
    ).all()


def submissions_of(session: Session, enrolment: Enrolment) -> Sequence[Submission]:
    """Everything a learner handed in during a run, the latest first."""
    return session.scalars(
        select(Submission)
        .options(selectinload(Submission.runs).selectinload(GradingRun.marks))
        .options(joinedload(Submission.assignment), joinedload(Submission.extension))
        .where(Submission.enrolment_id == enrolment.id)
        .order_by(Submission.handed_in.desc())
    ).all()


def grades(session: Session, enrolments: Sequence[Enrolment]) -> dict[tuple[int, int], Grade]:
    """The settled grades, by (enrolment row, assignment row)."""
    rows = session.scalars(
        select(Grade)
        .options(joinedload(Grade.submission))
        .where(Grade.enrolment_id.in_([e.id for e in enrolments]))
    )
    return {(grade.enrolment_id, grade.assignment_id): grade for grade in rows}


def counts(session: Session, submission: Submission) -> bool:
    """Whether this is the attempt that counts at present."""
    return session.scalar(select(Grade.id).where(Grade.submission_id == submission.id)) is not None


def steps(session: Session, enrolment: Enrolment) -> list[Step]:
    """The lessons, assignments and quizzes of an enrolment in order, with what is done of each."""
    return steps_of(session, [enrolment])[enrolment.id]


def steps_of(session: Session, enrolments: Sequence[Enrolment]) -> dict[int, list[Step]]:
    """The same for many enrolments, by row."""
    learned = quiz_queries.learned(session, enrolments)
    settled, granted = _shares(session, enrolments), extensions(session, enrolments)
    return {e.id: _steps(e, learned, settled, granted) for e in enrolments}


def steps_for_all(run: CourseRun) -> list[Step]:
    """The steps of ``run`` as they lie before somebody who has done nothing yet."""
    somebody = Enrolment(run=run)  # In no session, so that nothing comes of it.
    return _steps(somebody, Learned(set(), {}, set()), {}, {})


def _shares(
    session: Session, enrolments: Sequence[Enrolment]
) -> dict[tuple[int, int], tuple[float, float]]:
    """Of each settled grade the share and the extra credit, by (enrolment row, assignment row).

    As values: a run may have ten thousand learners with all their grades.
    """
    rows = session.execute(
        select(Grade.enrolment_id, Grade.assignment_id, Grade.share, Grade.extra).where(
            Grade.enrolment_id.in_([e.id for e in enrolments])
        )
    )
    return {(enrolment, assignment): (share, extra) for enrolment, assignment, share, extra in rows}


def _steps(
    enrolment: Enrolment,
    learned: Learned,
    settled: dict[tuple[int, int], tuple[float, float]],
    granted: dict[tuple[int, int], Extension],
) -> list[Step]:
    version = enrolment.run.version
    steps: list[Step] = []
    for module in version.modules:
        here = learned.steps(enrolment, module)
        for assignment in module.assignments:
            share, extra = settled.get((enrolment.id, assignment.id), (None, 0.0))
            extension = granted.get((enrolment.id, assignment.id))
            step = Step(
                Kind.ASSIGNMENT,
                assignment.slug,
                assignment.titles,
                assignment.minutes,
                share is not None and share >= version.minimum_score,
                module.position,
                share=share,
                extra=extra,
                due=due(enrolment.run, assignment, extension),
                extended=extension is not None and extension.due is not None,
            )
            here.append((assignment.position, step))
        steps += [step for _position, step in sorted(here, key=lambda pair: pair[0])]
    return steps


def extension(session: Session, enrolment: Enrolment, assignment: Assignment) -> Extension | None:
    """What was granted to this learner for this assignment, if anything was."""
    return extensions(session, [enrolment]).get((enrolment.id, assignment.id))


def extensions(
    session: Session, enrolments: Sequence[Enrolment]
) -> dict[tuple[int, int], Extension]:
    """What was granted to these learners, by (enrolment row, assignment row)."""
    rows = session.scalars(
        select(Extension)
        .options(joinedload(Extension.granter))
        .where(Extension.enrolment_id.in_([e.id for e in enrolments]))
    )
    return {(each.enrolment_id, each.assignment_id): each for each in rows}


def due(run: CourseRun, assignment: Assignment, extension: Extension | None) -> datetime | None:
    """When work for ``assignment`` is due in ``run`` from whoever has this ``extension``.

    The one place that decides it. Without an extension it is the date of everybody.
    """
    if extension is not None and extension.due is not None:
        return extension.due
    return due_date(run.opens, assignment.due_after_days, run.institute.time_zone)


def next_claimable(session: Session, now: datetime) -> GradingRun | None:
    """The run to take next: claimed by a worker that did not finish, or queued, by its age.

    Those of a regrade are taken when nothing else waits, so that nobody's work waits behind
    ten thousand others. Each look is a seek in one index, however long the queue is.
    """
    left = and_(GradingRun.state == State.RUNNING, GradingRun.claimed_until < now)
    queued = GradingRun.state == State.QUEUED
    first = select(GradingRun).order_by(GradingRun.regrade_id, GradingRun.id).limit(1)
    for which in (GradingRun.regrade_id.is_(None), GradingRun.regrade_id.is_not(None)):
        for waits in (left, queued):
            wanted = first.where(which, waits).with_for_update(skip_locked=True)
            if found := session.scalar(wanted):
                return found
    return None


def place_in_line(session: Session, run: GradingRun) -> int:
    """How many runs will be taken before this queued one of no regrade, itself included."""
    return (
        session.scalar(
            select(func.count()).where(
                GradingRun.state == State.QUEUED,
                GradingRun.regrade_id.is_(None),
                GradingRun.id <= run.id,
            )
        )
        or 0
    )


def queue_length(session: Session) -> int:
    """How many runs wait or are being marked."""
    return (
        session.scalar(
            select(func.count()).where(GradingRun.state.in_([State.QUEUED, State.RUNNING]))
        )
        or 0
    )


def grading_run(session: Session, public_id: str) -> GradingRun | None:
    """A grading run with all that marking it needs."""
    return session.scalar(
        select(GradingRun)
        .join(GradingRun.submission)
        .options(
            contains_eager(GradingRun.submission).options(
                joinedload(Submission.assignment),
                joinedload(Submission.enrolment)
                .joinedload(Enrolment.run)
                .options(
                    joinedload(CourseRun.institute),
                    joinedload(CourseRun.version).options(*WITH_OUTLINE),
                ),
                joinedload(Submission.enrolment).joinedload(Enrolment.person),
            )
        )
        .where(GradingRun.public_id == public_id)
    )


def environment(session: Session, digest: str) -> Environment | None:
    """The environment of this content, if a run was executed with it."""
    return session.scalar(select(Environment).where(Environment.digest == digest))


def mark(session: Session, submission: Submission, grade_id: str) -> Mark | None:
    """The mark of one cell in the latest run of ``submission`` that came to marks."""
    found = latest_marked(submission)
    marks = found.marks if found else []
    return next((mark for mark in marks if mark.grade_id == grade_id), None)


def latest_marked(submission: Submission) -> GradingRun | None:
    """The run whose marks count: one refused or given up after it takes nothing away."""
    return next((run for run in reversed(submission.runs) if run.state is State.MARKED), None)


def newest_marked() -> ScalarSelect[int]:
    """What `latest_marked` is, by row, for the submission of the query around it."""
    return (
        select(func.max(GradingRun.id))
        .where(
            GradingRun.submission_id == Submission.id,
            GradingRun.state == State.MARKED,
            GradingRun.trial.is_(False),
        )
        .correlate(Submission)
        .scalar_subquery()
    )


def waiting_runs() -> Subquery:
    """The runs with cells that wait for a person, by ``run_id``, and how many ``cells`` each has.

    It is where a query about them begins: there are few, and an index has nothing else.
    """
    return (
        select(Mark.run_id, func.count().label("cells"))
        .where(Mark.score.is_(None))
        .group_by(Mark.run_id)
        .subquery()
    )


def awaiting_hand(
    session: Session, institutes: Sequence[Institute], marker: Person
) -> Sequence[Submission]:
    """Submissions with cells that ``marker`` may mark in these institutes, oldest first.

    Nobody marks their own work. No more than `MOST_AWAITING`: a queue leads through all that
    waits in an assignment.
    """
    waiting = waiting_runs()
    return session.scalars(
        select(Submission)
        .join(GradingRun, GradingRun.submission_id == Submission.id)
        .join(waiting, waiting.c.run_id == GradingRun.id)
        .join(Submission.enrolment)
        .join(Enrolment.run)
        .options(joinedload(Submission.assignment))
        .options(
            contains_eager(Submission.enrolment).options(
                joinedload(Enrolment.person), contains_eager(Enrolment.run)
            )
        )
        .where(
            CourseRun.institute_id.in_([i.id for i in institutes]),
            Enrolment.person_id != marker.id,
            GradingRun.id == newest_marked(),
        )
        .order_by(Submission.handed_in)
        .limit(MOST_AWAITING)
    ).all()


def living_workers(session: Session, now: datetime) -> Sequence[WorkerBeat]:
    """The workers that gave a sign of life lately, those with standing walls first."""
    return session.scalars(
        select(WorkerBeat)
        .where(WorkerBeat.at > now - BEAT_LASTS)
        .order_by(WorkerBeat.walls_stand.desc(), WorkerBeat.name)
    ).all()


def marking_is_paused(session: Session, now: datetime) -> bool:
    """Whether nobody marks at present: no worker lives, or none has walls."""
    return not any(beat.walls_stand for beat in living_workers(session, now))
