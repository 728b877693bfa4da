"""Marks files without server or database, through the same code as the site."""

import math
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeAlias

from lms.catalogue.notebooks import LARGEST_NOTEBOOK, Notebook, graded_cells, read
from lms.core.errors import Refused
from lms.core.i18n import N_, Sentence
from lms.grading.execution import Marked, mark_notebook, with_outputs
from lms.grading.hints import hint_for
from lms.grading.laying_in import CopiedCell, Copy, copies
from lms.grading.marking import Mark
from lms.grading.runs import Ending, Environment
from lms.grading.sandbox import NO_FILES, Sandbox
from lms.grading.sealing import Record

MOST_FILES = 200
MOST_FILE_BYTES = 20 * 1024 * 1024

# A folder of thousands of entries is no assignment's; to list it all would take long.
_MOST_ENTRIES = 5000
# What a notebook may need while it is marked: docs/operating.md says so too.
_MEMORY_EACH = 2 * 1024**3


#: What became of a file: ``missing`` is one of several that were to be handed in and was not.
Status: TypeAlias = Literal["marked", "refused", "missing"]


class FileNotRead(Refused):
    """The operating system would not let us read a submission."""

    message = N_("This file cannot be read: {found}")


@dataclass(frozen=True)
class Outcome:
    """What became of one submission; for a refused one ``message`` says why.

    ``environment`` is what it was executed with, None for a refused one; ``executed`` the
    notebook to show of it, where that was wanted, and ``copies`` the cells because of which
    it was refused.

    ``score`` sums the points that tests gave; cells that a person marks have theirs in
    ``max_score`` only, as in nbgrader.
    """

    submission: str
    status: Status
    ending: Ending
    score: float
    max_score: float
    marks: tuple[Mark, ...]
    seconds: float
    message: Sentence
    environment: Environment | None = None
    executed: bytes | None = None
    copies: tuple[Copy, ...] = ()

    @property
    def waiting(self) -> float:
        """The points of the cells that a person has still to mark."""
        return math.fsum(mark.max_score for mark in self.marks if mark.score is None)

    # Any: a JSON object, made to be printed and not to be read by us.
    def as_json(self) -> dict[str, Any]:
        """The object that ``lms grade --json`` prints for this submission."""
        copies = [
            {"grade_id": copy.grade_id, "number": copy.number, "source": copy.source}
            for copy in self.copies
        ]
        told = {
            "submission": self.submission,
            "status": self.status,
            "ending": self.ending.value,
            "score": self.score,
            "max_score": self.max_score,
            "cells": [
                {
                    "grade_id": mark.grade_id,
                    "score": mark.score,
                    "max_score": mark.max_score,
                    "verdict": mark.verdict.value,
                    "message": str(mark.message),
                    "code": mark.code,
                    "hint": hint_for(mark.hint, "en")[0] if mark.hint else None,
                }
                for mark in self.marks
            ],
            "seconds": round(self.seconds, 3),
            "message": str(self.message),
            "environment": self.environment.as_json() if self.environment else None,
        }
        return told | {"copies": copies} if copies else told


def usual_jobs() -> int:
    """How many notebooks to mark at the same time to keep this machine busy.

    One more than it has processors, because a run waits for its own processes now and then; less
    where memory is short.
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(len(os.sched_getaffinity(0)) + 1, memory // _MEMORY_EACH))


def grade_files(
    source: Notebook,
    submissions: Sequence[Path],
    sandbox: Sandbox,
    *,
    profile: str,
    files: Mapping[str, bytes] = NO_FILES,
    jobs: int = 1,
    sealing: Record | None = None,
    keeps_executed: bool = False,
    explains: bool = True,
) -> Iterator[Outcome]:
    """Mark every submission, ``jobs`` at a time, and give the outcomes in their order.

    The limits that the author set in ``source`` tighten those of ``profile``. The tests that
    ``sealing`` holds are run by the examiner; without it all are open. With
    ``keeps_executed`` outcomes hold the executed notebooks; ``explains`` is as in
    `mark_notebook`.
    One that cannot be read or marked is refused and the others go on.
    Raises NoWalls, before the outcome it belongs to, when this host cannot sandbox.
    """
    grade = partial(
        grade_file,
        source,
        sandbox=sandbox,
        profile=profile,
        files=files,
        sealing=sealing,
        keeps_executed=keeps_executed,
        explains=explains,
    )
    pool = ThreadPoolExecutor(jobs)
    try:
        yield from pool.map(grade, submissions)
    finally:
        # Whoever stops reading early does not wait for what has not begun.
        pool.shutdown(cancel_futures=True)


def files_beside(source: Path, leave_out: Collection[Path]) -> tuple[dict[str, bytes], int]:
    """What lies beside ``source`` and below, for its code to read, by path relative to it.

    Left out are notebooks, which may hold solutions or other people's work, whatever is
    hidden or linked, and ``leave_out`` with the folders that hold any of it. The second
    value counts the files that went beyond MOST_FILES or MOST_FILE_BYTES together.
    """
    root = source.resolve().parent
    avoided = {path.resolve() for path in leave_out}
    avoided |= {path.parent for path in avoided if path.parent != root}
    found: dict[str, bytes] = {}
    beyond, room = 0, MOST_FILE_BYTES
    for path in _files_below(root, avoided):
        try:
            size = path.stat().st_size
            if len(found) >= MOST_FILES or size > room:
                beyond += 1
                continue
            content = path.read_bytes()
        except OSError:
            beyond += 1
            continue
        found[path.relative_to(root).as_posix()] = content
        room -= len(content)
    return found, beyond


def _files_below(root: Path, avoided: Collection[Path]) -> Iterator[Path]:
    """The files in ``root`` first, then those in its folders, each level by name."""
    folders, seen = [root], 0
    while folders:
        folder = folders.pop(0)
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            path = Path(entry.path)
            seen += 1
            if seen > _MOST_ENTRIES:
                return
            if entry.name.startswith((".", "__")) or path in avoided:
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(path)
            elif entry.is_file(follow_symlinks=False) and path.suffix != ".ipynb":
                yield path


def grade_file(
    source: Notebook,
    path: Path,
    *,
    sandbox: Sandbox,
    profile: str,
    files: Mapping[str, bytes] = NO_FILES,
    sealing: Record | None = None,
    keeps_executed: bool = False,
    explains: bool = True,
) -> Outcome:
    """Mark one submission, as `grade_files` does. Raises NoWalls."""
    name = os.fspath(path)
    content = b""
    try:
        content = _content(path)
        marked = mark_notebook(
            source,
            content,
            sandbox,
            profile=profile,
            limits=source.limits,
            files=files,
            sealing=sealing,
            explains=explains,
        )
        if not keeps_executed:
            return _marked(name, marked)
        kept = with_outputs(marked)
        return replace(_marked(name, marked), executed=kept)
    except CopiedCell as refusal:
        found = copies(source, read(content))
        return replace(_refused(name, source, refusal.sentence), copies=found)
    except Refused as refusal:
        return _refused(name, source, refusal.sentence)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_NOTEBOOK + 1)
    except OSError as fault:
        raise FileNotRead(found=fault.strerror or str(fault)) from None


def _marked(name: str, marked: Marked) -> Outcome:
    return Outcome(
        submission=name,
        status="marked",
        ending=marked.ending,
        score=math.fsum(mark.score for mark in marked.marks if mark.score is not None),
        max_score=math.fsum(mark.max_score for mark in marked.marks),
        marks=marked.marks,
        seconds=marked.seconds,
        message=marked.message,
        environment=marked.environment,
    )


def _refused(name: str, source: Notebook, message: Sentence) -> Outcome:
    return Outcome(
        submission=name,
        status="refused",
        ending=Ending.REFUSED,
        score=0.0,
        max_score=math.fsum(cell.possible for cell in graded_cells(source)),
        marks=(),
        seconds=0.0,
        message=message,
    )
