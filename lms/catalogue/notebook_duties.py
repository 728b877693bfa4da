"""What an author has to mend in nbgrader's metadata of one cell, whatever version wrote them."""

import re
from collections.abc import Iterator

from lms.catalogue.notebook_format import NBGRADER_SCHEMA, Cell, Json, readable_points
from lms.core.i18n import Sentence, say

#: What nbgrader's schema allows; such an id also fits in a file name and an address.
GRADE_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")

_FLAGS = ("grade", "solution", "locked", "task")


def duty_faults(cell: Cell, told: Json, number: int) -> Iterator[Sentence]:
    """What is wrong with ``told``, the metadata of ``cell``, the cell of that number."""
    if not isinstance(told, dict):
        yield say("Cell {number}: the nbgrader metadata must be an object.", number=number)
        return
    version = told.get("schema_version", 0)
    if isinstance(version, bool) or not isinstance(version, int) or version < 0:
        yield say("Cell {number}: schema_version must be a whole number.", number=number)
    elif version > NBGRADER_SCHEMA:
        yield say(
            "Cell {number}: its nbgrader metadata have schema_version {version}; "
            "versions up to {known} are understood.",
            number=number,
            version=min(version, 999),
            known=NBGRADER_SCHEMA,
        )
    for flag in _FLAGS:
        if not isinstance(told.get(flag, False), bool):
            yield say('Cell {number}: "{flag}" must be true or false.', number=number, flag=flag)
    if any(told.get(flag) is True for flag in _FLAGS):
        yield from _grade_id(told.get("grade_id"), number)
        yield from _points(told, number)
        yield from _combination(cell, told, number)


def _grade_id(grade_id: Json, number: int) -> Iterator[Sentence]:
    if not isinstance(grade_id, str) or not grade_id:
        yield say("Cell {number} has a duty in nbgrader's metadata but no grade_id.", number=number)
    elif not GRADE_ID.fullmatch(grade_id):
        yield say(
            'Cell {number}: the grade_id "{grade_id}" may hold only letters without accents, '
            "digits, - and _, and at most 100 of them.",
            number=number,
            grade_id=grade_id[:120],
        )


def _points(told: dict[str, Json], number: int) -> Iterator[Sentence]:
    if told.get("grade") is not True and told.get("task") is not True:
        return
    points = told.get("points")
    if readable_points(told) is not None:
        return
    if points is None:
        yield say("Cell {number} is graded but has no number of points.", number=number)
    elif isinstance(points, int | float) and not isinstance(points, bool) and points < 0:
        yield say("Cell {number} has fewer than 0 points.", number=number)
    else:
        yield say("Cell {number}: its points are not a number that can be used.", number=number)


def _combination(cell: Cell, told: dict[str, Json], number: int) -> Iterator[Sentence]:
    grade, solution, task = (told.get(flag) is True for flag in ("grade", "solution", "task"))
    if task and (grade or solution):
        yield say(
            "Cell {number} is a task and cannot be an answer or tests as well.", number=number
        )
    elif task and cell.kind != "markdown":
        yield say("Cell {number} is a task and must therefore be Markdown.", number=number)
    elif cell.kind == "raw" and (grade or solution):
        yield say(
            "Cell {number} is raw text, which can be neither answer nor tests.", number=number
        )
    elif cell.kind == "markdown" and grade and not solution:
        yield say(
            "Cell {number} is Markdown, which cannot test anything: mark it as a manually "
            "graded answer or make it a code cell.",
            number=number,
        )
    elif cell.kind == "markdown" and solution and not grade:
        yield say(
            "Cell {number} is a Markdown answer without points: no test can mark it, so mark it "
            "as a manually graded answer.",
            number=number,
        )
