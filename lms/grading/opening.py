"""A notebook from a file, laid into the page: the answers of the file, the cells of the release."""

from dataclasses import dataclass

from lms.catalogue.notebooks import Notebook
from lms.core.errors import Refused
from lms.core.i18n import N_
from lms.grading.laying_in import lay_in
from lms.learning.draft_rules import drafted


class ForeignNotebook(Refused):
    """The file holds none of the answers that the assignment asks for."""

    message = N_(
        "This file holds none of the answers of this assignment, so nothing was changed. Choose "
        "the notebook that you downloaded here and worked in."
    )


@dataclass(frozen=True)
class Opened:
    """What the page is to show, and how many answers came from the file, of how many."""

    notebook: Notebook
    found: int
    answers: int


def opened(release: Notebook, file: Notebook) -> Opened:
    """``release`` with the answers and the own cells of ``file``, found as when it is handed in.

    An answer that the file lacks is as it was given. Raises ForeignNotebook and CopiedCell.
    """
    laid_in = lay_in(release, file)
    answers = {cell.grade_id: cell for cell in release.cells if cell.duty and cell.duty.solution}
    found = len(answers) - len(laid_in.missing)
    if answers and not found:
        raise ForeignNotebook
    told = [
        {"id": cell.id, "kind": cell.kind, "source": cell.source}
        for cell in laid_in.notebook.cells
        if cell.grade_id not in laid_in.missing
    ]
    return Opened(drafted(release, told), found, len(answers))
