"""The two graders of the controls: our own with tests in the learner's kernel, and a naive one."""

import json
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from lms.core.errors import Refused
from lms.grading.execution import mark_notebook
from lms.grading.runs import Run
from lms.grading.sandbox import BehindWalls
from sandboxes import load_profile
from sandboxes.environments import locate

from .assignments import ASSIGNMENTS
from .trick import Trick

NAIVE = Path(__file__).with_name("naive.py")


@dataclass
class Watched(BehindWalls):
    """The true sandbox, and what came of everything that was run in it."""

    runs: list[Run] = field(default_factory=list)

    def run(self, notebook, profile, **how):
        run = super().run(notebook, profile, **how)
        self.runs.append(run)
        return run

    @property
    def shown(self):
        """What code printed or showed in the runs, as one text; errors are the kernel's words."""
        outputs = [output for run in self.runs for cell in run.cells for output in cell.outputs]
        return json.dumps([one for one in outputs if one["output_type"] != "error"])


@dataclass(frozen=True)
class Outcome:
    """What a trick earned, and all that was shown of its run."""

    score: float
    shown: str


def openly(trick: Trick) -> Outcome:
    """Mark a trick with its tests in the learner's kernel."""
    assignment, sandbox = ASSIGNMENTS[trick.assignment], Watched()
    try:
        marked = mark_notebook(
            assignment.source,
            assignment.submission(trick.answers, trick.edit),
            sandbox,
            profile=assignment.profile,
            limits=trick.limits,
            files=assignment.files,
        )
    except Refused as refusal:
        return Outcome(0.0, str(refusal))
    return Outcome(sum(mark.score or 0.0 for mark in marked.marks), sandbox.shown)


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
