"""What ``lms grade`` tells a person of a submission."""

import click

from lms.grading.hints import hint_for
from lms.grading.marking import Mark
from lms.grading.offline import Outcome
from lms.grading.offline_folders import FolderOutcome


def _points(mark: Mark) -> str:
    if mark.score and not mark.max_score:
        return f"{f'+{mark.score:g}':>5} extra  "
    points = "?" if mark.score is None else f"{mark.score:g}"
    return f"{points:>5} / {mark.max_score:<5g}"


def told(outcome: Outcome) -> str:
    """What became of a file."""
    name = click.format_filename(outcome.submission)
    if outcome.status == "missing":
        return f"{name}: 0 of {outcome.max_score:g} points. {outcome.message}"
    if outcome.status == "refused":
        cells = [f"  cell {copy.number}: {copy.beginning}" for copy in outcome.copies]
        return "\n".join([f"{name}: refused. {outcome.message}", *cells])
    rows = [
        f"{name}: {outcome.score:g} of {outcome.max_score:g} points, "
        f"{outcome.ending.value} after {outcome.seconds:.1f} s. {outcome.message}"
    ]
    widest = max((len(mark.grade_id) for mark in outcome.marks), default=0)
    for mark in outcome.marks:
        rows.append(
            f"  {mark.grade_id:<{widest}}  {mark.verdict.value:<7}  {_points(mark)}  {mark.message}"
        )
        if mark.hint:
            rows.append(f"  {'':<{widest}}  hint: {hint_for(mark.hint, 'en')[0]}")
    if outcome.waiting:
        rows.append(f"  Points that wait for a person: {outcome.waiting:g}.")
    return "\n".join(rows)


def told_of_all(whole: FolderOutcome) -> str:
    """What became of a folder, and of each notebook in it."""
    name = click.format_filename(whole.submission)
    if whole.status == "refused":
        head = f"{name}: refused. {whole.message}"
    else:
        head = f"{name}: {whole.score:g} of {whole.max_score:g} points. {whole.message}"
    each = "\n".join(map(told, whole.notebooks.values()))
    return "\n".join([head, *(f"  {line}" for line in each.splitlines())])
