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
from lms.grading.runs import CellRun


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


def after_hidden(laid_in: LaidIn) -> frozenset[str]:
    """The ids of the cells that run after one in which something is hidden."""
    hides = hiding(laid_in)
    ids = [cell.id for cell in laid_in.notebook.cells]
    first = next((place for place, name in enumerate(ids) if name in hides), len(ids))
    return frozenset(ids[first + 1 :])


def may_know(tests: Cell, ran: CellRun, after: Collection[str]) -> bool:
    """Whether the learner's code may have known of something hidden when ``tests`` failed.

    ``after`` are the cells of `after_hidden`. An open cell shows all of itself at once.
    """
    if tests.id in after:
        return True
    hidden = scan(tests.source, Region.HIDDEN_TESTS).lines
    return any(ran.line is None or line < ran.line for line in hidden)
