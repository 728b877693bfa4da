"""Makes the learner's notebook, the release, from the author's, the source."""

import re
from collections.abc import Mapping
from dataclasses import replace

from lms.catalogue.notebook_format import NBGRADER_SCHEMA, Cell, CellDuty, Json, Notebook
from lms.catalogue.notebook_regions import Region, scan, without

TEXT_STUB = "YOUR ANSWER HERE"

# What nbgrader puts in place of a solution, so that tools which know its releases know ours.
_PYTHON_STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
_CODE_STUBS = {
    "python": _PYTHON_STUB,
    "R": "# YOUR CODE HERE\nfail()",
    "julia": '# YOUR CODE HERE\nerror("No answer given")',
    "octave": "% YOUR CODE HERE\nerror('No Answer Given!')",
    "matlab": "% YOUR CODE HERE\nerror('No Answer Given!')",
    "java": "// YOUR CODE HERE",
    "javascript": '// YOUR CODE HERE\nthrow new Error("No answer given");',
}

# Only what a learner's tools need passes. Anything else that an author's tools left in the
# metadata (states of widgets, times of execution, notes) may hold a piece of the solution.
_NOTEBOOK_METADATA = ("kernelspec", "language_info", "title", "authors")
_CELL_METADATA = ("tags", "slideshow", "jupyter", "format", "raw_mimetype", "name")

_ATTACHED = re.compile(r"attachment:([^\s)\"'>]+)")


def release(source: Notebook, locale: str | None = None) -> Notebook:
    """The notebook that a learner gets, in the language ``locale`` or in all of them.

    Where none of its text is in ``locale``, it is in that of the original, the first there is.
    Solutions become stubs at their indentation, or the whole cell does when it marks none;
    hidden tests and mark schemes go, and so do attachments that nothing left refers to and
    metadata that learners' tools do not need. Fixed cells can neither be edited nor deleted,
    answers cannot be deleted. Cells keep their ids. The source must be without faults.
    """
    metadata = {key: source.metadata[key] for key in _NOTEBOOK_METADATA if key in source.metadata}
    if locale is not None:
        metadata["jazari"] = {"lang": locale}
    told = _told_in(source, locale)
    cells = [
        _released(cell, source.language)
        for cell in source.cells
        if locale is None or cell.lang in (None, told)
    ]
    return Notebook(cells=tuple(cells), metadata=metadata)


def _told_in(source: Notebook, locale: str | None) -> str | None:
    languages = [cell.lang for cell in source.cells if cell.lang is not None]
    return locale if locale in languages else next(iter(languages), locale)


def _released(cell: Cell, language: str) -> Cell:
    source = released_text(cell, language)
    named = set(_ATTACHED.findall(source))
    return replace(
        cell,
        source=source,
        metadata=_metadata(cell),
        attachments={name: item for name, item in cell.attachments.items() if name in named},
    )


def released_text(cell: Cell, language: str) -> str:
    """What a learner sees in place of the author's text of ``cell``."""
    stub = TEXT_STUB if cell.kind != "code" else _CODE_STUBS.get(language, _PYTHON_STUB)
    is_answer = cell.duty is not None and cell.duty.solution
    if is_answer and not scan(cell.source, Region.SOLUTION).regions:
        return stub
    text = without(cell.source, Region.SOLUTION, instead=stub)
    return without(without(text, Region.HIDDEN_TESTS), Region.MARK_SCHEME)


def _metadata(cell: Cell) -> Mapping[str, Json]:
    metadata = {key: cell.metadata[key] for key in _CELL_METADATA if key in cell.metadata}
    if cell.lang is not None:
        metadata["jazari"] = {"lang": cell.lang}
    if cell.duty is not None:
        metadata["nbgrader"] = _nbgrader(cell.duty)
        if cell.duty.is_fixed or cell.duty.solution:
            metadata["deletable"] = False
        if cell.duty.is_fixed:
            metadata["editable"] = False
    return metadata


def _nbgrader(duty: CellDuty) -> dict[str, Json]:
    told: dict[str, Json] = {
        "grade": duty.grade,
        "grade_id": duty.grade_id,
        "locked": duty.locked,
        "schema_version": NBGRADER_SCHEMA,
        "solution": duty.solution,
        "task": duty.task,
    }
    if duty.grade or duty.task:
        told["points"] = duty.points
    return told
