"""Which lines of a notebook its learner may see, and which are their own."""

from collections.abc import Iterable
from dataclasses import dataclass

from lms.catalogue.notebook_regions import Region, scan
from lms.catalogue.notebooks import Cell
from lms.grading.laying_in import LaidIn
from lms.grading.runs import CellRun


@dataclass(frozen=True)
class Visible:
    """The code that this learner may see: all of it, and their own."""

    lines: frozenset[str]
    own: frozenset[str]
    authors: tuple[Cell, ...] = ()
    learners: tuple[Cell, ...] = ()

    @classmethod
    def in_notebook(cls, laid_in: LaidIn) -> "Visible":
        """What is visible in a notebook that was executed."""
        own = [cell for cell in laid_in.notebook.cells if cell.id in laid_in.learners]
        authors = [cell for cell in laid_in.notebook.cells if cell.id not in laid_in.learners]
        # A line that also stands among hidden tests is hidden: learners may have guessed it.
        hidden = set(_lines(authors, hidden=True))
        written = set(_lines(own, hidden=False)) | set(_lines(own, hidden=True))
        given = set(_lines(authors, hidden=False))
        lines, theirs = frozenset((given | written) - hidden), frozenset(written - hidden)
        return cls(lines, theirs, tuple(authors), tuple(own))

    def own_place(self, ran: CellRun) -> tuple[Cell, int, str] | None:
        """The learner's cell, line and text where an exception was raised, if that is true.

        The kernel's word counts where just this line stands there in the notebook.
        """
        for number, text in ran.places:
            for cell in self.learners if text in self.own else ():
                lines = cell.source.split("\n")
                # IPython drops the empty lines that a cell begins with before it counts.
                place = number + next((n for n, line in enumerate(lines) if line.strip()), 0)
                if 1 <= place <= len(lines) and lines[place - 1].strip() == text:
                    return cell, place, text
        return None


def _lines(cells: Iterable[Cell], *, hidden: bool) -> Iterable[str]:
    """The lines of code in ``cells`` that stand in hidden tests, or those that do not."""
    for cell in cells:
        if cell.kind == "code":
            fenced = scan(cell.source, Region.HIDDEN_TESTS).lines
            for number, line in enumerate(cell.source.split("\n"), start=1):
                if (number in fenced) is hidden:
                    yield line.strip()
