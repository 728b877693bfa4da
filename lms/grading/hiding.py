"""What is hidden in a notebook, and what of it ran after something hidden.

Learners' code runs in one process from the first cell to the last. From the first hidden test on
it may know what that test knows: the text where the cell is open, the arguments where the
examiner calls. Whatever it says afterwards may tell of it.
"""

from collections.abc import Collection
from dataclasses import replace

from lms.catalogue.notebook_regions import Region, scan
from lms.catalogue.notebooks import Cell, Notebook, release
from lms.grading.laying_in import LaidIn
from lms.grading.runs import CellRun, Run


def readable(notebook: Notebook, learners: Collection[str] = ()) -> Notebook:
    """``notebook`` with the author's text as it was handed out, but for the answers.

    ``learners`` are the ids of cells whose text is the learner's and stays.
    """
    released = {cell.id: cell for cell in release(notebook).cells}

    def shown(cell: Cell) -> Cell:
        if cell.id in learners or (cell.duty is not None and cell.duty.solution):
            return cell
        handed_out = released[cell.id]
        return replace(cell, source=handed_out.source, attachments=handed_out.attachments)

    return replace(notebook, cells=tuple(map(shown, notebook.cells)))


def hiding(laid_in: LaidIn) -> frozenset[str]:
    """The ids of the code cells in which something is hidden from the learner."""
    pairs = zip(
        laid_in.notebook.cells, readable(laid_in.notebook, laid_in.learners).cells, strict=True
    )
    return frozenset(
        cell.id for cell, shown in pairs if cell.kind == "code" and cell.source != shown.source
    )


def after_hidden(laid_in: LaidIn, run: Run) -> frozenset[str]:
    """The ids of the cells that ran after something hidden had its turn in ``run``."""
    hides, runs = hiding(laid_in), {cell.id: cell for cell in run.cells}
    first = len(laid_in.notebook.cells)
    for place, cell in enumerate(laid_in.notebook.cells):
        ran = runs.get(cell.id)
        if cell.id in hides and not (ran is not None and _stopped_above(cell, ran)):
            first = place
            break
    return frozenset(cell.id for cell in laid_in.notebook.cells[first + 1 :])


def may_know(tests: Cell, ran: CellRun, after: Collection[str]) -> bool:
    """Whether the learner's code may have known of something hidden when ``tests`` failed.

    ``after`` are the cells of `after_hidden`.
    """
    if tests.id in after:
        return True
    return bool(_hidden_lines(tests)) and not _stopped_above(tests, ran)


def _stopped_above(tests: Cell, ran: CellRun) -> bool:
    """Whether the examiner stopped above all that is hidden in ``tests``.

    An open cell shows all of itself at once, wherever it stops; and what was refused may come
    of a second try, after one that went further.
    """
    if not ran.sealed or ran.refused is not None:
        return False
    lines = [line for line in (*ran.through, ran.line) if line is not None]
    hidden = _hidden_lines(tests)
    return bool(lines) and bool(hidden) and max(lines) < min(hidden)


def _hidden_lines(tests: Cell) -> frozenset[int]:
    return scan(tests.source, Region.HIDDEN_TESTS).lines
