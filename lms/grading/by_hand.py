"""Changes to marks that people give: alone, as one of two, and where two differ."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from lms.catalogue import notebooks, releases
from lms.catalogue.models import Assignment
from lms.catalogue.notebook_names import notebook_and_id
from lms.catalogue.notebooks import Notebook
from lms.core import journal
from lms.core.blobs import Blobs
from lms.core.errors import NotFound, Refused
from lms.core.i18n import N_
from lms.grading import hand_queries, judgements, policy, queries, regrade_queries, service, telling
from lms.grading.agreement import ChosenItem, Judged, Kind, is_final, latest_of_each
from lms.grading.answers import Answered, answered
from lms.grading.hand_models import Judgement, SecondMarking
from lms.grading.marking import Verdict
from lms.grading.models import Mark, Submission
from lms.institutes.models import Person
from lms.learning.models import CourseRun


class NotByHand(Refused):
    """The cell was marked by its tests."""

    message = N_("This cell is marked by its tests; there is nothing to give by hand.")


class PointsOutOfRange(Refused):
    """Points must lie between nothing and what the cell is worth."""

    message = N_("Give between 0 and {most} points.")


class ExtraOutOfRange(Refused):
    """Extra credit lies between nothing and the points of the whole assignment."""

    message = N_("Give between 0 and {most} points of extra credit.")


class BothHaveMarked(Refused):
    """Two markers have judged the cell, and neither alone may change that."""

    message = N_("Two markers have judged this cell. Change its points where both are shown.")


class NothingToReconcile(Refused):
    """Fewer than two markers have judged the cell."""

    message = N_("Two markers have not both judged this cell yet.")


@dataclass(frozen=True)
class Opinion:
    """What somebody thinks a cell is worth, the rubric items they chose, and their words.

    ``extra`` is credit beyond what the cell is worth. None of either leaves what there is.
    """

    points: float | None
    items: Sequence[ChosenItem] = field(default=())
    comment: str = ""
    extra: float | None = None


def give(
    session: Session,
    submission: Submission,
    grade_id: str,
    opinion: Opinion,
    *,
    by: Person,
    now: datetime,
) -> None:
    """Judge a cell that is marked by hand, or judge it anew.

    Where two markers are demanded this is one of the two, and settles nothing alone.
    Raises NotFound for an unknown cell, NotByHand, BothHaveMarked, or what `judge` does.
    """
    mark = _mark(session, submission, grade_id)
    if mark.verdict is not Verdict.MANUAL:
        raise NotByHand
    told = hand_queries.judgements(session, [submission])[submission.id, grade_id]
    alone = hand_queries.tolerance(session, submission) is None or any(map(is_final, told))
    others = [each for each in latest_of_each(told) if each.marker_id != by.id]
    if not alone and (len(others) > 1 or (others and mark.score is not None)):
        raise BothHaveMarked
    own = next((each for each in latest_of_each(told) if each.marker_id == by.id), None)
    if not alone and own is not None and opinion.extra is None:
        opinion = replace(opinion, extra=own.extra)
    kind = Kind.GIVEN if alone else Kind.INDEPENDENT
    judge(session, submission, mark, opinion, kind=kind, by=by, now=now)


def reconcile(
    session: Session,
    submission: Submission,
    grade_id: str,
    opinion: Opinion,
    *,
    by: Person,
    now: datetime,
) -> None:
    """Settle a cell with the judgements of both its markers before one's eyes.

    Raises NotFound for an unknown cell, NothingToReconcile, or what `judge` does.
    """
    mark = _mark(session, submission, grade_id)
    told = hand_queries.judgements(session, [submission])[submission.id, grade_id]
    if len(latest_of_each(each for each in told if not is_final(each))) < 2:
        raise NothingToReconcile
    judge(session, submission, mark, opinion, kind=Kind.RECONCILED, by=by, now=now)


def judge(
    session: Session,
    submission: Submission,
    mark: Mark,
    opinion: Opinion,
    *,
    kind: Kind,
    by: Person,
    now: datetime,
) -> None:
    """Record what ``by`` judged ``mark`` to be worth, and what follows from it.

    Raises PointsOutOfRange or ExtraOutOfRange.
    """
    if opinion.points is not None and not 0 <= opinion.points <= mark.max_score:
        raise PointsOutOfRange(most=mark.max_score)
    most = most_extra(submission)
    if opinion.extra is not None and not 0 <= opinion.extra <= most:
        raise ExtraOutOfRange(most=most)
    session.add(
        Judgement(
            submission_id=submission.id,
            grade_id=mark.grade_id,
            kind=kind,
            points=opinion.points,
            extra=opinion.extra,
            max_score=mark.max_score,
            items=list(opinion.items),
            comment=opinion.comment,
            marker_id=by.id,
            given=now,
        )
    )
    session.flush()
    journal.note(
        session,
        "mark.given",
        submission,
        at=now,
        by=by,
        grade_id=mark.grade_id,
        points=opinion.points,
        extra=opinion.extra,
        kind=kind.value,
    )
    _count(session, submission, [mark], now)


def most_extra(submission: Submission) -> float:
    """The most extra credit that a cell of marked work can get."""
    latest = queries.latest_marked(submission)
    return policy.most_extra(math.fsum(mark.max_score for mark in latest.marks) if latest else 0.0)


def demand_second(
    session: Session,
    run: CourseRun,
    assignment: Assignment,
    tolerance: float | None,
    *,
    by: Person,
    now: datetime,
) -> None:
    """Demand two markers who differ by at most ``tolerance``, or no longer (None).

    What is settled stays settled; what waited and needs to no more is settled now.
    """
    found = hand_queries.second_marking(session, run, assignment)
    if tolerance is None:
        if found is not None:
            session.delete(found)
    elif found is None:
        session.add(SecondMarking(run_id=run.id, assignment_id=assignment.id, tolerance=tolerance))
    else:
        found.tolerance = tolerance
    session.flush()
    journal.note(
        session, "second_marking.set", run, at=now, by=by,
        assignment=assignment.public_id, tolerance=tolerance,
    )  # fmt: skip
    for submission in hand_queries.half_judged(session, run, assignment):
        latest = queries.latest_marked(submission)
        waiting = [mark for mark in latest.marks if mark.score is None] if latest else []
        if waiting:
            _count(session, submission, waiting, now)


def told_to_learner(
    session: Session, submission: Submission
) -> list[tuple[Mark, Sequence[Judged]]]:
    """The marks that rest on what people judged, with their rubric items and comments."""
    latest = queries.latest_marked(submission)
    found: list[tuple[Mark, Sequence[Judged]]] = []
    for mark in latest.marks if latest else []:
        if mark.marker_id is not None or mark.extra:
            behind = hand_queries.standing_of(session, submission, mark).behind
            found.append((mark, behind))
    return found


def answer(blobs: Blobs, submission: Submission, grade_id: str, locale: str) -> Answered:
    """What was asked and answered in a cell. Raises NotFound for an unknown one."""
    name, cell = notebook_and_id(grade_id)
    for author, digest in regrade_queries.notebooks_of(submission.runs[-1]):
        if author.name == name:
            source = notebooks.read(blobs.get(author.source))
            work = notebooks.read(blobs.get(digest)) if digest else Notebook(cells=())
            if (found := answered(source, work, cell, locale)) is not None:
                return found
    raise NotFound


def cells(blobs: Blobs, assignment: Assignment) -> list[str]:
    """The names of the cells that people mark, in all its notebooks."""
    graded = releases.graded_cells(blobs, assignment)
    return [cell.grade_id for cell in graded if cell.kind.is_by_hand]


def answers(blobs: Blobs, submission: Submission) -> list[tuple[Mark, str]]:
    """The marks that a person gives, each with what the learner wrote for it."""
    latest = queries.latest_marked(submission)
    by_hand = [m for m in latest.marks if m.verdict is Verdict.MANUAL] if latest else []
    found = []
    for mark in by_hand:
        cells = answer(blobs, submission, mark.grade_id, "").written
        found.append((mark, "\n\n".join(cell.source for cell in cells)))
    return found


def _count(session: Session, submission: Submission, marks: Iterable[Mark], now: datetime) -> None:
    before = service.result(submission)
    for mark in marks:
        judgements.count(mark, hand_queries.standing_of(session, submission, mark))
    for trial in regrade_queries.trials_of(session, submission):
        judgements.carry_over(session, trial)
    service.settle_grade(session, submission, now=now)
    after = service.result(submission)
    if before is not None and after is not None and after.is_settled and not before.is_settled:
        telling.of_hand(session, submission, after, now=now)


def _mark(session: Session, submission: Submission, grade_id: str) -> Mark:
    mark = queries.mark(session, submission, grade_id)
    if mark is None:
        raise NotFound
    hand_queries.lock(session, mark)
    return mark
