"""Explains failed tests also where the learner's code may have known of hidden ones by then.

What the learner's code returns or raises is told to the learner. After hidden tests it could
return what they handed to it. So there the words come from a second run of the same work, in
which nothing is hidden because it is not there.
"""

from dataclasses import dataclass

from lms.catalogue.notebooks import Cell, Notebook
from lms.core.i18n import say
from lms.grading.feedback import Why, why_not
from lms.grading.hiding import after_hidden, may_know
from lms.grading.laying_in import LaidIn
from lms.grading.runs import CellRun, Run
from lms.grading.visible import Visible


@dataclass(frozen=True)
class Words:
    """The second run, with the notebooks that it was of."""

    source: Notebook
    laid_in: LaidIn
    run: Run

    def why(self, first: Why, cell_id: str) -> Why:
        """What this run says of the test that ``first`` is about; briefly if it is another one."""
        tests = next(cell for cell in self.source.cells if cell.id == cell_id)
        ran = next((cell for cell in self.run.cells if cell.id == cell_id), None)
        if ran is not None and ran.error is not None and ran.refused is None:
            found = why_not(tests, ran, Visible.in_notebook(self.laid_in))
            if found.code == first.code:
                return found
        return _briefly(first)


@dataclass(frozen=True)
class Explaining:
    """Explains the failed tests of one run."""

    visible: Visible
    after: frozenset[str]
    words: Words | None = None

    @classmethod
    def of(cls, laid_in: LaidIn, run: Run, words: Words | None = None) -> "Explaining":
        """For a ``run`` of ``laid_in``, with the words of a second one if there was one."""
        return cls(Visible.in_notebook(laid_in), after_hidden(laid_in, run), words)

    def why(self, tests: Cell, ran: CellRun) -> Why:
        """Why the cell ``tests`` of the source did not pass, for the learner."""
        found = why_not(tests, ran, self.visible)
        if not self._is_worded(found, tests, ran):
            return found
        return _briefly(found) if self.words is None else self.words.why(found, tests.id)

    def is_short_of(self, tests: Cell, ran: CellRun) -> bool:
        """Whether a second run would let this say more of ``tests``, which failed."""
        return self._is_worded(why_not(tests, ran, self.visible), tests, ran)

    def _is_worded(self, found: Why, tests: Cell, ran: CellRun) -> bool:
        """Whether something hidden may be in ``found`` by the learner's doing."""
        return bool(found.message.values) and may_know(tests, ran, self.after)


def _briefly(found: Why) -> Why:
    if found.code is None:
        return Why(say("The tests of this cell did not pass."))
    return Why(say("This test did not pass."), found.code)
