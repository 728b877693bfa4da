"""What the notebooks of a piece of work came to, each marked by itself, and all together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import fsum

from lms.catalogue.notebook_names import cell_name
from lms.catalogue.notebooks import Notebook, graded_cells
from lms.core.i18n import Sentence, say
from lms.grading.endings import ending_sentence
from lms.grading.evidence import Evidence
from lms.grading.marking import Mark, Verdict
from lms.grading.runs import Ending, Environment


@dataclass(frozen=True)
class Part:
    """What became of one notebook, whose ``name`` is empty where it is the only one.

    ``ending`` is None where there was nothing to execute; ``message`` says how the run ended,
    or why there was none. Cells are called in ``marks`` as in their notebook. ``executed`` is
    the digest of the notebook to show.
    """

    name: str
    ending: Ending | None
    marks: tuple[Mark, ...]
    message: Sentence | None
    seconds: float = 0.0
    environment: Environment | None = None
    evidence: Evidence | None = None
    executed: str | None = None

    @property
    def lacks_answers(self) -> bool:
        """Whether an answer was not found in it."""
        return any(mark.verdict is Verdict.MISSING for mark in self.marks)


NOT_HANDED_IN = say("This notebook was not handed in.")


def not_handed_in(name: str, source: Notebook) -> Part:
    """What a notebook comes to that the learner did not hand in: nothing, as in nbgrader."""
    marks = tuple(
        Mark(cell.grade_id, 0.0, cell.possible, Verdict.MISSING, NOT_HANDED_IN)
        for cell in graded_cells(source)
    )
    return Part(name, None, marks, NOT_HANDED_IN)


def refused(name: str, message: Sentence) -> Part:
    """What a notebook comes to that cannot be marked at all."""
    return Part(name, Ending.REFUSED, (), message)


def marks(parts: Iterable[Part]) -> tuple[Mark, ...]:
    """The marks of all notebooks, each cell called as in the assignment."""
    return tuple(
        replace(mark, grade_id=cell_name(part.name, mark.grade_id))
        for part in parts
        for mark in part.marks
    )


def ending(parts: Sequence[Part]) -> Ending:
    """The first that was not as it should be, or that all were executed to their end."""
    endings = [part.ending for part in parts if part.ending is not None]
    return next((each for each in endings if each is not Ending.FINISHED), Ending.FINISHED)


def message(parts: Sequence[Part]) -> Sentence | None:
    """How the run of all ended, for the learner; each has a sentence of its own besides."""
    if len(parts) == 1 and not parts[0].name:
        return parts[0].message
    if named := _named(part for part in parts if part.ending is Ending.REFUSED):
        return say("These notebooks could not be marked: {named}.", named=named)
    if named := _named(part for part in parts if part.ending not in (None, Ending.FINISHED)):
        return say("These notebooks did not run to their end: {named}.", named=named)
    if named := _named(part for part in parts if part.ending is None):
        return say("These notebooks were not handed in: {named}.", named=named)
    if named := _named(part for part in parts if part.lacks_answers):
        return say("Answers are missing from these notebooks: {named}.", named=named)
    return ending_sentence(Ending.FINISHED)


def seconds(parts: Iterable[Part]) -> float:
    """How long all were executed."""
    return fsum(part.seconds for part in parts)


def environment(parts: Iterable[Part]) -> Environment | None:
    """What they were executed with; one worker marks them all, with one profile."""
    return next((part.environment for part in parts if part.environment is not None), None)


def _named(parts: Iterable[Part]) -> str:
    return ", ".join(part.name for part in parts)
