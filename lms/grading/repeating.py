"""Marks a run once more from its evidence, and tells what came out differently.

Nothing is recorded: what was settled stays as it is.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

from lms.catalogue.notebook_names import cell_name, notebook_and_id
from lms.catalogue.notebooks import read
from lms.core.blobs import Blobs
from lms.grading.evidence import Evidence
from lms.grading.execution import Marked, mark_notebook
from lms.grading.models import GradingRun, Mark
from lms.grading.sandbox import Sandbox, profile_digest
from lms.grading.sealing import Record


@dataclass(frozen=True)
class Difference:
    """A graded cell that came out differently; None where it waits for a person or is absent."""

    grade_id: str
    then: float | None
    now: float | None


def repeat(evidence: Evidence, blobs: Blobs, sandbox: Sandbox) -> Marked:
    """Execute and mark what ``evidence`` names, under the limits that held then.

    Raises BlobMissing where something it names is not kept intact, UnknownProfile, Refused
    and NoWalls as `mark_notebook` does.
    """
    return mark_notebook(
        read(blobs.get(evidence.source)),
        blobs.get(evidence.submission),
        sandbox,
        profile=evidence.profile,
        limits=evidence.limits,
        files=blobs.all_of(evidence.files),
        sealing=Record.from_json(json.loads(blobs.get(evidence.record))),
        explains=False,  # Only points are compared.
    )


def differences(run: GradingRun, again: Mapping[str, Marked]) -> tuple[Difference, ...]:
    """The cells to which ``again`` gives other points than ``run`` did, people's left aside.

    ``again`` holds the notebooks that were marked once more, by name.
    """
    then = groupby(run.marks, key=lambda mark: notebook_and_id(mark.grade_id)[0])
    before = {name: list(marks) for name, marks in then}
    return tuple(
        each
        for name, marked in again.items()
        for each in _differences(name, before.get(name, []), marked)
    )


def _differences(name: str, before: Sequence[Mark], again: Marked) -> Iterator[Difference]:
    for then, now in zip_longest(before, again.marks):
        cell = cell_name(name, now.grade_id) if now else ""
        if (
            then is None
            or now is None
            or (then.grade_id, then.max_score, _automatic(then), then.verdict)
            != (cell, now.max_score, now.score, now.verdict)
        ):
            named = then.grade_id if then else cell
            yield Difference(named, _automatic(then), now.score if now else None)


def surroundings(run: GradingRun, evidence: Evidence, again: Marked) -> Iterator[str]:
    """What of this host is not as it was: a sentence for each, in English as on a console."""
    if profile_digest(evidence.profile) != evidence.profile_digest:
        yield f"the profile {evidence.profile} says something else than it did"
    then, now = run.environment, again.environment
    if then is None or now is None or then.digest == now.digest:
        return
    if then.python != now.python:
        yield f"Python is {now.python} and was {then.python}"
    for name in sorted(then.packages.keys() | now.packages.keys()):
        before, after = then.packages.get(name), now.packages.get(name)
        if before != after:
            yield f"{name} is {after or 'absent'} and was {before or 'absent'}"


def _automatic(mark: Mark | None) -> float | None:
    """The points that the run itself gave, whatever a person made of them."""
    if mark is None:
        return None
    return mark.score if mark.marker_id is None else mark.automatic
