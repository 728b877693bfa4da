"""What an author has to mend in a source notebook before it can be published."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from lms.catalogue.limits import limit_faults
from lms.catalogue.notebook_duties import duty_faults
from lms.catalogue.notebook_format import (
    CELL_LIMIT,
    NBGRADER_SCHEMA,
    Cell,
    CellKind,
    Notebook,
)
from lms.catalogue.notebook_lines import CellLines
from lms.catalogue.notebook_regions import Region, Scan, Slip, scan
from lms.core.faults import Fault
from lms.core.i18n import LOCALES, Sentence, say

_TYPES = frozenset[str](get_args(CellKind))


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
    findings = []
    seen: set[int] = set()
    for number, cell in enumerate(source.cells, start=1):
        if (was := _was_another_type(cell)) is not None:
            sentence = say(
                "Cell {number} was of the type {was} when nbgrader last saw it and is {now} now. "
                "It counts as what it is now.",
                number=number,
                was=was,
                now=cell.kind,
            )
            findings.append(_Finding(number, None, sentence))
        if (version := _older_schema(cell)) is not None and version not in seen:
            seen.add(version)
            sentence = say(
                "Cell {number}, and perhaps others, has nbgrader's metadata of schema_version "
                "{version}. The release has them in {known}; your file stays as it is.",
                number=number,
                version=version,
                known=NBGRADER_SCHEMA,
            )
            findings.append(_Finding(number, None, sentence))
        if (line := _autotest(cell)) is not None:
            findings.append(_Finding(number, line, _AUTOTEST))
    return _faults(source, path, findings)


def _older_schema(cell: Cell) -> int | None:
    """The version of nbgrader's metadata in ``cell``, if they have to be upgraded."""
    told = cell.metadata.get("nbgrader")
    if not isinstance(told, dict) or cell.duty is None:
        return None
    version = told.get("schema_version", 0)
    return version if isinstance(version, int) and version < NBGRADER_SCHEMA else None


def _was_another_type(cell: Cell) -> str | None:
    """The type that nbgrader noted in ``cell``, if it is another one."""
    told = cell.metadata.get("nbgrader")
    was = told.get("cell_type") if isinstance(told, dict) and cell.duty is not None else None
    return was if isinstance(was, str) and was in _TYPES and was != cell.kind else None


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
    sentences = [*_lang(cell, number), *_cell_limits(cell, number), *_bonus(cell, number)]
    if told is not None:
        sentences += duty_faults(cell, told, number)
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


def _bonus(cell: Cell, number: int) -> Iterator[Sentence]:
    told, duty = cell.told_bonus, cell.duty
    if told in (None, False):
        return
    is_tests = cell.kind == "code" and duty is not None and duty.grade and not duty.solution
    if told is not True or not is_tests:
        yield say(
            "Cell {number}: metadata.jazari.bonus must be true or false, and only a cell of "
            "autograder tests can be a bonus.",
            number=number,
        )


def _cell_limits(cell: Cell, number: int) -> Iterator[Sentence]:
    told = cell.told_limits
    if told is None:
        return
    if not isinstance(told, dict) or cell.kind != "code" or set(told) != {CELL_LIMIT}:
        yield say(
            "Cell {number}: metadata.jazari.limits of a cell must be an object that gives "
            "{limit} and nothing else, and the cell must be code.",
            number=number,
            limit=CELL_LIMIT,
        )
        return
    for _name, sentence in limit_faults(told):
        yield sentence


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
