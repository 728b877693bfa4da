"""Reads of regrades: what they mark, how far they are, and whose tests mark a piece of work."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true, tuple_
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from lms.catalogue.models import Assignment, AssignmentNotebook, CourseVersion, Module
from lms.catalogue.notebook_names import matched
from lms.grading.comparison import Cell
from lms.grading.models import Grade, GradingRun, Mark, Regrade, Submission
from lms.grading.states import SETTLED, Decision, Scope, State
from lms.institutes.models import Institute, Person
from lms.learning.models import CourseRun, Enrolment


@dataclass(frozen=True)
class Progress:
    """How many pieces of work a regrade has, and of how many the marking is done.

    Of these ``failed`` came to no marks, and the marks of ``counted`` count.
    """

    total: int
    done: int
    failed: int
    counted: int

    @property
    def is_done(self) -> bool:
        """Whether nothing of it waits to be marked."""
        return self.done == self.total

    @property
    def marked(self) -> int:
        """How many came to marks."""
        return self.done - self.failed


@dataclass(frozen=True)
class Extent:
    """The part of a regrade that is looked at: of some enrolments, by row, and until a moment.

    None of either means all.
    """

    enrolments: Sequence[int] | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Pair:
    """The cells of a submission as they counted before a regrade, and as it marked them."""

    before: tuple[Cell, ...]
    after: tuple[Cell, ...]


def marked_with(run: GradingRun) -> Assignment:
    """The assignment whose tests and points mark ``run``: its own, or another version's."""
    return run.against or run.submission.assignment


@dataclass(frozen=True)
class Markable:
    """A piece of work that a regrade may mark, and of which assignment it is, by row and slug."""

    row: int
    assignment: int
    slug: str


def notebooks_of(run: GradingRun) -> list[tuple[AssignmentNotebook, str | None]]:
    """The author's notebooks that mark ``run``, each with the digest of the learner's.

    It is None for one that was not handed in.
    """
    authors = marked_with(run).notebooks
    there = {each.name: each.content for each in run.submission.notebooks}
    pairs = matched([each.name for each in authors], list(there))
    return [(each, there[pairs[each.name]] if each.name in pairs else None) for each in authors]


def tests_since(session: Session, run: CourseRun, assignment: Assignment) -> Assignment | None:
    """What marks work that comes in now, since a regrade was applied; None is ``assignment``.

    The latest one applied decides, so that the next attempt is marked as the last was.
    """
    other = aliased(Assignment)
    found = session.scalar(
        select(other)
        .join(other.module)
        .join(Regrade, Regrade.version_id == Module.version_id)
        .where(
            Regrade.run_id == run.id,
            Regrade.decision == Decision.APPLIED,
            or_(Regrade.assignment_id.is_(None), Regrade.assignment_id == assignment.id),
            other.slug == assignment.slug,
        )
        .order_by(Regrade.decided.desc(), Regrade.id.desc())
        .limit(1)
    )
    return None if found is None or found.id == assignment.id else found


def versions(session: Session, run: CourseRun) -> Sequence[CourseVersion]:
    """The versions whose tests may mark work of ``run``, the newest first."""
    return session.scalars(
        select(CourseVersion)
        .where(CourseVersion.course_id == run.version.course_id)
        .order_by(CourseVersion.number.desc())
    ).all()


def by_slug(session: Session, version: CourseVersion) -> Mapping[str, Assignment]:
    """The assignments of ``version``, by their slugs."""
    found = session.scalars(
        select(Assignment).join(Assignment.module).where(Module.version_id == version.id)
    )
    return {each.slug: each for each in found}


def assignments(session: Session, rows: Collection[int]) -> Sequence[Assignment]:
    """The assignments of these ``rows``."""
    return session.scalars(select(Assignment).where(Assignment.id.in_(rows))).all()


def regrade(session: Session, public_id: str) -> Regrade | None:
    """The regrade with this public identifier, with whose it is."""
    return session.scalar(
        _with_people()
        .options(joinedload(Regrade.run).joinedload(CourseRun.institute))
        .where(Regrade.public_id == public_id)
    )


def regrades_of(session: Session, run: CourseRun) -> Sequence[Regrade]:
    """The regrades of a run, the latest first."""
    return session.scalars(
        _with_people().where(Regrade.run_id == run.id).order_by(Regrade.id.desc())
    ).all()


def unfinished(session: Session, run: CourseRun) -> Sequence[Regrade]:
    """The regrades of a run that are not decided, or of which not all marks count yet."""
    return session.scalars(
        select(Regrade).where(Regrade.run_id == run.id, Regrade.finished.is_(None))
    ).all()


def is_any_to_apply(session: Session) -> bool:
    """Whether `next_to_apply` would find one."""
    return session.scalar(_to_apply().limit(1)) is not None


def next_to_apply(session: Session) -> Regrade | None:
    """The regrade that was applied first of those whose marks do not all count yet.

    It is this transaction's alone: one that another worker goes on with is passed over.
    """
    return session.scalar(_to_apply().limit(1).with_for_update(skip_locked=True))


def next_enrolments(session: Session, regrade: Regrade, most: int) -> Sequence[int]:
    """The enrolments, by row, with the next marks of ``regrade`` to count, at most so many."""
    rows = session.scalars(
        select(Submission.enrolment_id)
        .join(GradingRun, GradingRun.submission_id == Submission.id)
        .where(_still_trial(regrade))
        .order_by(GradingRun.id)
        .limit(most)
    )
    return list(dict.fromkeys(rows))


def still_trials(session: Session, regrade: Regrade, enrolments: Sequence[int]) -> Sequence[int]:
    """The runs of all attempts of these learners, by row, that have marks and do not count yet."""
    return session.scalars(
        select(GradingRun.id)
        .join(GradingRun.submission)
        .where(_still_trial(regrade), Submission.enrolment_id.in_(enrolments))
    ).all()


def to_decide(session: Session, institutes: Sequence[Institute]) -> Sequence[Regrade]:
    """The regrades of these institutes that wait for a decision, the oldest first."""
    return session.scalars(
        _with_people()
        .where(
            Regrade.run.has(CourseRun.institute_id.in_([i.id for i in institutes])),
            Regrade.decision.is_(None),
        )
        .order_by(Regrade.id)
    ).all()


def is_under_regrade(session: Session, submission: Submission) -> bool:
    """Whether a regrade that is not decided and applied through marks this work."""
    return (
        session.scalar(
            select(GradingRun.id)
            .join(Regrade, Regrade.id == GradingRun.regrade_id)
            .where(GradingRun.submission_id == submission.id, Regrade.finished.is_(None))
            .limit(1)
        )
        is not None
    )


def markable(
    session: Session,
    run: CourseRun,
    assignment: Assignment | None,
    scope: Scope,
    besides: Person,
) -> list[Markable]:
    """The work of a run that has marks and waits for none, but for that of ``besides``."""
    waits = select(GradingRun.id).where(
        GradingRun.submission_id == Submission.id, GradingRun.state.not_in(SETTLED)
    )
    found = (
        select(Submission.id, Submission.assignment_id, Assignment.slug)
        .join(Submission.enrolment)
        .join(Submission.assignment)
        .where(
            Enrolment.run_id == run.id,
            Enrolment.person_id != besides.id,
            Submission.runs.any(GradingRun.state == State.MARKED),
            ~waits.exists(),
        )
        .order_by(Submission.id)
    )
    if assignment is not None:
        found = found.where(Submission.assignment_id == assignment.id)
    if scope is Scope.COUNTING:
        found = found.where(Submission.id.in_(select(Grade.submission_id)))
    return [Markable(row, of, slug) for row, of, slug in session.execute(found)]


def progress(session: Session, regrade: Regrade) -> Progress:
    """How far a regrade is."""
    rows = session.execute(
        select(GradingRun.state, GradingRun.trial, func.count())
        .where(GradingRun.regrade_id == regrade.id)
        .group_by(GradingRun.state, GradingRun.trial)
    )
    found = {(state, trial): number for state, trial, number in rows}
    done = sum(number for (state, _), number in found.items() if state in SETTLED)
    counted, waits = (found.get((State.MARKED, trial), 0) for trial in (False, True))
    return Progress(sum(found.values()), done, done - counted - waits, counted)


def works(session: Session, regrade: Regrade, extent: Extent) -> Sequence[Submission]:
    """All work of those whose work ``regrade`` marks, by name and attempt."""
    in_time = Submission.handed_in <= extent.until if extent.until else true()
    return session.scalars(
        select(Submission)
        .join(Submission.enrolment)
        .join(Enrolment.person)
        .options(contains_eager(Submission.enrolment).contains_eager(Enrolment.person))
        .options(joinedload(Submission.assignment), joinedload(Submission.extension))
        .where(concerned(regrade, extent), in_time)
        .order_by(Person.name, Enrolment.id, Submission.assignment_id, Submission.number)
    ).all()


def pairs(session: Session, regrade: Regrade, extent: Extent) -> Mapping[int, Pair]:
    """The cells of all that work, by submission row; work without marks is not in it.

    Read as columns: there may be ten thousand pieces of work, each with its cells twice.
    """
    in_time = GradingRun.settled <= extent.until if extent.until else true()
    theirs = concerned(regrade, extent)
    before: dict[int, int] = {}
    after: dict[int, int] = {}
    for run, work, state, trial_of, trial in session.execute(
        select(
            GradingRun.id,
            GradingRun.submission_id,
            GradingRun.state,
            GradingRun.regrade_id,
            GradingRun.trial,
        )
        .join(GradingRun.submission)
        .where(theirs, in_time)
        .order_by(GradingRun.id)
    ):
        # Looked at here: SQLite would read all marked runs of the site, since an index has them.
        if state is not State.MARKED:
            continue
        if trial_of == regrade.id:
            after[work] = run
        elif not trial:
            before[work] = run
    cells: dict[int, list[Cell]] = defaultdict(list)
    for run, grade_id, score, most, extra in session.execute(
        select(Mark.run_id, Mark.grade_id, Mark.score, Mark.max_score, Mark.extra)
        .join(Mark.run)
        .join(GradingRun.submission)
        .where(theirs)
        .order_by(Mark.run_id, Mark.position)
    ):
        cells[run].append(Cell(grade_id, score, most, extra))
    return {
        work: Pair(tuple(cells[run]), tuple(cells[after.get(work, run)]))
        for work, run in before.items()
    }


def concerned(regrade: Regrade, extent: Extent | None = None) -> ColumnElement[bool]:
    """Whose work for which assignment is marked again, those attempts included that are not.

    Of some enrolments it is all that the regrade may be about: that is sought in an index.
    """
    if extent is not None and extent.enrolments is not None:
        theirs = Submission.enrolment_id.in_(extent.enrolments)
        one = regrade.assignment_id
        return theirs if one is None else and_(theirs, Submission.assignment_id == one)
    marked = aliased(Submission)
    everybody = (
        select(marked.enrolment_id, marked.assignment_id)
        .join(GradingRun, GradingRun.submission_id == marked.id)
        .where(GradingRun.regrade_id == regrade.id)
    )
    return tuple_(Submission.enrolment_id, Submission.assignment_id).in_(everybody)


def trials_of(session: Session, submission: Submission) -> Sequence[GradingRun]:
    """The marked runs of this work that do not count and may come to, by a regrade."""
    return session.scalars(
        select(GradingRun)
        .join(Regrade, Regrade.id == GradingRun.regrade_id)
        .where(
            GradingRun.submission_id == submission.id,
            GradingRun.state == State.MARKED,
            GradingRun.trial,
            Regrade.finished.is_(None),
        )
    ).all()


def _to_apply() -> Select[Regrade]:
    return (
        select(Regrade)
        .where(Regrade.decision == Decision.APPLIED, Regrade.finished.is_(None))
        .order_by(Regrade.decided, Regrade.id)
    )


def _still_trial(regrade: Regrade) -> ColumnElement[bool]:
    return and_(
        GradingRun.regrade_id == regrade.id, GradingRun.state == State.MARKED, GradingRun.trial
    )


def _with_people() -> Select[Regrade]:
    return select(Regrade).options(
        joinedload(Regrade.beginner),
        joinedload(Regrade.decider),
        joinedload(Regrade.assignment),
        joinedload(Regrade.version),
        joinedload(Regrade.run),
    )
