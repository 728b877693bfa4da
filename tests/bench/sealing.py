"""What the examiner costs: the same submissions with their tests sealed, and open."""

import time
from collections.abc import Sequence
from statistics import median

from lms.catalogue.notebooks import Notebook, read
from lms.grading.laying_in import lay_in
from lms.grading.paper import blanked
from lms.grading.runs import Ending
from lms.grading.sandbox import BehindWalls
from lms.grading.sealing import Record, author_record
from sandboxes import Profile

from . import assignment

_ROUNDS = 3


def measure(profile: Profile) -> None:
    """Measure and print the medians of what sealing adds, by test cell and by run."""
    sandbox, source = BehindWalls(), read(assignment.nbgrader_notebook())
    record = author_record(source, sandbox, profile=profile.name)
    cells: list[float] = []
    runs: list[float] = []
    for number in range(assignment.SUBMISSIONS):
        work = read(assignment.nbgrader_notebook(assignment.answers(number)))
        tries = [
            (
                _run(sandbox, profile.name, source, work, record),
                _run(sandbox, profile.name, source, work, Record()),
            )
            for _ in range(_ROUNDS)
        ]
        sealed, unsealed = (_medians([pair[side] for pair in tries]) for side in (0, 1))
        runs.append(sealed[0] - unsealed[0])
        cells += [a - b for a, b in zip(sealed[1:], unsealed[1:], strict=True)]
    print(
        f"sealing adds {median(cells) * 1000:.1f} ms to a test cell (aim 1 ms) and "
        f"{median(runs) * 1000:.0f} ms to a run (aim 100 ms), at the median"
    )


def _run(
    sandbox: BehindWalls, profile: str, source: Notebook, work: Notebook, record: Record
) -> list[float]:
    """Seconds of a whole run, then those of each test cell."""
    laid_in = lay_in(source, work)
    paper = record.paper(source, laid_in)
    begun = time.perf_counter()
    run = sandbox.run(blanked(laid_in.notebook, paper.tests), profile, paper=paper)
    seconds = time.perf_counter() - begun
    if run.ending is not Ending.FINISHED:
        raise RuntimeError(f"a run did not finish: {run.message}")
    return [seconds, *(cell.seconds for cell in run.cells if cell.id.endswith("-tests"))]


def _medians(rows: Sequence[Sequence[float]]) -> list[float]:
    return [median(column) for column in zip(*rows, strict=True)]
