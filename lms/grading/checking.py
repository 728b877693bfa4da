"""Says why a visible test did not pass in the live kernel of the learner, in plain words."""

from lms.catalogue.notebooks import Cell, Notebook
from lms.core.i18n import Sentence
from lms.grading.feedback import why_not
from lms.grading.runs import CellError, CellRun
from lms.grading.visible import Visible


def explained(draft: Notebook, cell_id: str, error: CellError) -> Sentence | None:
    """Why the tests in the cell ``cell_id`` did not pass; None for a cell that is no test.

    ``draft`` holds nothing that its learner may not see, and ``error`` is what their own
    kernel told them.
    """
    tests = next((cell for cell in draft.cells if cell.id == cell_id and is_test(cell)), None)
    if tests is None:
        return None
    own = [cell for cell in draft.cells if cell.duty is None or not cell.duty.is_fixed]
    lines = _lines(draft.cells)
    authors = tuple(cell for cell in draft.cells if cell not in own)
    visible = Visible(lines, _lines(own), authors, tuple(own))
    return why_not(tests, CellRun(cell_id, "error", error=error), visible).message


def is_test(cell: Cell) -> bool:
    """Whether a cell holds tests of which the learner sees at least a part."""
    duty = cell.duty
    is_fixed = duty is not None and duty.grade and not duty.solution
    return is_fixed and cell.kind == "code" and bool(cell.source.strip())


def _lines(cells: tuple[Cell, ...] | list[Cell]) -> frozenset[str]:
    return frozenset(
        line.strip() for cell in cells if cell.kind == "code" for line in cell.source.split("\n")
    )
