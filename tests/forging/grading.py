"""The graders of the suite: our own with tests in the kernel or sealed, and a naive one."""

import json
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from lms.core.errors import Refused
from lms.grading.execution import mark_notebook, with_outputs
from lms.grading.runs import Run
from lms.grading.sandbox import NO_LIMITS, BehindWalls
from lms.grading.sealing import Record, author_record
from sandboxes import load_profile
from sandboxes.environments import locate

from .assembling import Assignment
from .assignments import ASSIGNMENTS
from .trick import Trick

NAIVE = Path(__file__).with_name("naive.py")


@dataclass
class Watched(BehindWalls):
    """The true sandbox, with what was run in its kernels and what came of it."""

    ran: list[bytes] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)

    def run(self, notebook, profile, **how):
        run = super().run(notebook, profile, **how)
        self.ran.append(notebook)
        self.runs.append(run)
        return run

    @property
    def shown(self):
        """What code printed or showed in the runs, as one text; errors are the kernel's words."""
        outputs = [output for run in self.runs for cell in run.cells for output in cell.outputs]
        return json.dumps([one for one in outputs if one["output_type"] != "error"])

    @property
    def within_reach(self):
        """All that a learner's code was given, and all that came of cells outside the examiner."""
        cells = [cell for run in self.runs for cell in run.cells if not cell.sealed]
        told = [[cell.outputs, cell.error and vars(cell.error)] for cell in cells]
        return json.dumps(told) + b"".join(self.ran).decode()


@dataclass(frozen=True)
class Outcome:
    """What a trick earned, and all that was shown of its run."""

    score: float
    shown: str


def openly(trick: Trick) -> Outcome:
    """Mark a trick with its tests in the learner's kernel."""
    assignment, sandbox = ASSIGNMENTS[trick.assignment], Watched()
    submission = assignment.submission(trick.answers, trick.edit)
    score, _ = _marked(assignment, submission, sandbox, trick.limits, None)
    return Outcome(score, sandbox.shown)


def recorded(assignment: Assignment) -> Record:
    """The author's record of an assignment."""
    return author_record(
        assignment.source, BehindWalls(), profile=assignment.profile, files=assignment.files
    )


def sealed(
    assignment: Assignment,
    submission: bytes,
    record: Record,
    limits: Mapping[str, float] = NO_LIMITS,
) -> Outcome:
    """Mark a submission with its tests in the examiner; shown is all that a learner may see."""
    sandbox = Watched()
    score, told = _marked(assignment, submission, sandbox, limits, record)
    assert all(
        cell.sealed for run in sandbox.runs for cell in run.cells if cell.id in record.sealed
    )
    return Outcome(score, sandbox.within_reach + told)


def _marked(
    assignment: Assignment,
    submission: bytes,
    sandbox: Watched,
    limits: Mapping[str, float],
    record: Record | None,
) -> tuple[float, str]:
    """The score, and everything that the learner is told of it."""
    try:
        marked = mark_notebook(
            assignment.source,
            submission,
            sandbox,
            profile=assignment.profile,
            limits=limits,
            files=assignment.files,
            sealing=record,
        )
    except Refused as refusal:
        return 0.0, str(refusal)
    told = repr((marked.marks, marked.message)) + with_outputs(marked).decode()
    return sum(mark.score or 0.0 for mark in marked.marks), told


def naively(trick: Trick, folder: Path) -> Outcome:
    """Mark a trick as `naive` does, in a folder where the source and a neighbour's work lie."""
    assignment = ASSIGNMENTS[trick.assignment]
    submission = assignment.submission(trick.answers, trick.edit)
    (folder / "submission.ipynb").write_bytes(submission)
    (folder / "neighbour.ipynb").write_bytes(assignment.content)
    (folder / "source.ipynb").write_bytes(assignment.content)
    python = locate(load_profile(assignment.profile)).folder / "bin" / "python"
    done = subprocess.run(
        [python, "-B", NAIVE, "submission.ipynb"], cwd=folder, capture_output=True, timeout=20
    )
    verdicts = _said(done.stdout.decode(errors="replace"))
    for cell in json.loads(submission)["cells"]:
        duty = cell["metadata"].get("nbgrader", {})
        if duty.get("grade") and duty["grade_id"] not in verdicts and done.returncode == 0:
            verdicts[duty["grade_id"]] = duty["points"]
    return Outcome(sum(verdicts.values()), done.stdout.decode(errors="replace"))


def _said(text: str) -> dict[str, float]:
    verdicts: dict[str, float] = {}
    for line in text.splitlines():
        with suppress(ValueError, KeyError, TypeError):
            told = json.loads(line)
            verdicts[told["cell"]] = told["points"]
    return verdicts
