"""What an author has to mend in a source notebook before it can be published."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lms.catalogue.limits import limit_faults
from lms.catalogue.notebook_format import NBGRADER_SCHEMA, Cell, Json, Notebook, readable_points
from lms.catalogue.notebook_lines import CellLines
from lms.catalogue.notebook_regions import Region, Scan, Slip, scan
from lms.core.faults import Fault
from lms.core.i18n import LOCALES, Sentence, say

#: What nbgrader's schema allows; such an id also fits in a file name and an address.
GRADE_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")

_FLAGS = ("grade", "solution", "locked", "task")


@dataclass(frozen=True)
class _Finding:
    """A sentence about a cell, and the line of its text that it is about, if one is."""

    number: int
    line: int | None
    sentence: Sentence


def source_faults(source: Notebook, path: str) -> tuple[Fault, ...]:
    """Everything that keeps ``source`` from being published: limits, then cells in order.

    ``path`` is the name of the file to give in the faults; their lines are those of that
    file, so that any editor finds them.
    """
    findings = [
        finding
        for number, cell in enumerate(source.cells, start=1)
        for finding in _cell_findings(cell, number)
    ]
    findings += _repeated(source)
    in_cells = _faults(source, path, sorted(findings, key=lambda one: (one.number, one.line or 0)))
    return (*_limits(source, path), *in_cells)


def source_cautions(source: Notebook, path: str) -> tuple[Fault, ...]:
    """What does not keep ``source`` from being published but is probably not meant."""
    findings = [
        _Finding(number, line, _AUTOTEST)
        for number, cell in enumerate(source.cells, start=1)
        if (line := _autotest(cell)) is not None
    ]
    return _faults(source, path, findings)


def _autotest(cell: Cell) -> int | None:
    """The first line of graded code in ``cell`` that is a directive to nbgrader alone."""
    if cell.kind != "code" or cell.duty is None or not cell.duty.grade:
        return None
    for number, line in enumerate(cell.source.split("\n"), start=1):
        if line.lstrip().startswith("#") and "AUTOTEST" in line:
            return number
    return None


_AUTOTEST = say(
    "This line asks nbgrader to write tests (AUTOTEST), which Jazari does not do: it tests "
    "nothing here. Write the tests with assert, or run nbgrader generate_assignment first."
)


def _limits(source: Notebook, path: str) -> tuple[Fault, ...]:
    told = source.told_limits
    if told is None:
        return ()
    line = CellLines(source.text).of_limits()
    if not isinstance(told, dict):
        return (Fault(path, line, say("metadata.jazari.limits must be an object.")),)
    return tuple(Fault(path, line, sentence) for _name, sentence in limit_faults(told))


def _faults(source: Notebook, path: str, findings: list[_Finding]) -> tuple[Fault, ...]:
    if not findings:
        return ()
    lines = CellLines(source.text)
    return tuple(Fault(path, _line(lines, finding), finding.sentence) for finding in findings)


def _line(lines: CellLines, finding: _Finding) -> int | None:
    if finding.line is None:
        return lines.of_cell(finding.number)
    return lines.of_source(finding.number, finding.line)


def _cell_findings(cell: Cell, number: int) -> Iterator[_Finding]:
    told = cell.metadata.get("nbgrader")
    sentences = [*_lang(cell, number)]
    if told is not None:
        sentences += _duty(cell, told, number)
    yield from (_Finding(number, None, sentence) for sentence in sentences)
    for region in Region:
        found = scan(cell.source, region)
        yield from _slips(found, region, number)
        if found.regions and (sentence := _misplaced(cell, region, number)) is not None:
            yield _Finding(number, found.regions[0].start, sentence)


def _lang(cell: Cell, number: int) -> Iterator[Sentence]:
    if cell.lang is None:
        return
    if cell.lang not in LOCALES:
        yield say(
            'Cell {number} is in the language "{lang}", which is none of {known}.',
            number=number,
            lang=cell.lang[:20],
            known=", ".join(LOCALES),
        )
    if cell.duty is not None and (cell.duty.grade or cell.duty.solution or cell.duty.task):
        yield say(
            "Cell {number} is graded or an answer and belongs to one language only, so other "
            "releases would lack it. Put the wording into a cell of its own.",
            number=number,
        )


def _duty(cell: Cell, told: Json, number: int) -> Iterator[Sentence]:
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


def _slips(found: Scan, region: Region, number: int) -> Iterator[_Finding]:
    for line, slip in found.slips:
        if slip is Slip.NEVER_ENDS:
            sentence = say(
                'Cell {number}: the region that "{begin}" opens never ends; '
                'add a line with "### {end}".',
                number=number,
                begin=region.begin,
                end=region.end,
            )
        elif slip is Slip.NEVER_BEGINS:
            sentence = say(
                'Cell {number}: "{end}" closes a region that was never opened.',
                number=number,
                end=region.end,
            )
        else:
            sentence = say(
                'Cell {number}: "{begin}" stands inside a region that it opens itself; '
                'close the first with "### {end}".',
                number=number,
                begin=region.begin,
                end=region.end,
            )
        yield _Finding(number, line, sentence)


def _misplaced(cell: Cell, region: Region, number: int) -> Sentence | None:
    duty = cell.duty
    if region is Region.SOLUTION and not (duty is not None and duty.solution):
        return say(
            "Cell {number} marks a solution but is not a solution cell, so learners' answers "
            "would have no place. Mark the cell as an answer in nbgrader's toolbar.",
            number=number,
        )
    if region is Region.HIDDEN_TESTS and not (duty is not None and duty.grade):
        return say(
            "Cell {number} marks hidden tests but is not a graded cell, so they would never "
            "count. Mark the cell as autograder tests in nbgrader's toolbar.",
            number=number,
        )
    if region is Region.MARK_SCHEME and not (duty is not None and duty.task):
        return say(
            "Cell {number} holds a mark scheme but is not a task. Mark the cell as a manually "
            "graded task in nbgrader's toolbar.",
            number=number,
        )
    return None


def _repeated(source: Notebook) -> Iterator[_Finding]:
    first: dict[str, int] = {}
    for number, cell in enumerate(source.cells, start=1):
        if cell.duty is None:
            continue
        grade_id = cell.duty.grade_id
        if grade_id in first:
            sentence = say(
                'Cell {number} has the grade_id "{grade_id}" of cell {other}; give it its own.',
                number=number,
                grade_id=grade_id[:120],
                other=first[grade_id],
            )
            yield _Finding(number, None, sentence)
        else:
            first[grade_id] = number
