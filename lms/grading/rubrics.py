"""Changes to what an institute keeps for a cell it marks by hand: its rubric and comments."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.catalogue.models import Assignment
from lms.core import journal
from lms.grading import hand_queries
from lms.grading.hand_models import HandCell, RubricItem, SavedComment
from lms.institutes.models import Person
from lms.learning.models import CourseRun


@dataclass(frozen=True)
class Line:
    """One line of a rubric; ``public_id`` is that of the item it replaces, if any."""

    label: str
    points: float
    public_id: str = ""


def write(
    session: Session,
    run: CourseRun,
    assignment: Assignment,
    grade_id: str,
    lines: Sequence[Line],
    *,
    without: Collection[str] = (),
    by: Person,
    now: datetime,
) -> None:
    """Let the rubric of a cell be ``lines``, and forget the saved comments ``without``.

    The cell is that of the institute of ``run``, in every version of the course.
    """
    cell = _cell(session, run, assignment, grade_id)
    known = {item.public_id: item for item in cell.items}
    items = []
    for position, line in enumerate(lines):
        item = known.get(line.public_id) or RubricItem()
        item.position, item.label, item.points = position, line.label, line.points
        items.append(item)
    cell.items = items
    cell.comments = [each for each in cell.comments if each.public_id not in without]
    session.flush()
    journal.note(
        session, "rubric.written", cell, at=now, by=by, grade_id=grade_id, lines=len(items)
    )


def keep_comment(
    session: Session, run: CourseRun, assignment: Assignment, grade_id: str, text: str
) -> None:
    """Keep ``text`` to be used again for this cell; what is kept already stays once."""
    cell = _cell(session, run, assignment, grade_id)
    if all(each.text != text for each in cell.comments):
        cell.comments.append(SavedComment(text=text))
        session.flush()


def _cell(session: Session, run: CourseRun, assignment: Assignment, grade_id: str) -> HandCell:
    found = hand_queries.cell(session, run, assignment.slug, grade_id)
    if found is not None:
        return found
    row = HandCell(
        institute_id=run.institute_id,
        course_id=run.version.course_id,
        slug=assignment.slug,
        grade_id=grade_id,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # A colleague has made the same one meanwhile.
        return _cell(session, run, assignment, grade_id)
    return row
