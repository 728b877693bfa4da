"""Marks folders of several notebooks without server or database, as nbgrader lays them out."""

import math
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from os import fspath
from pathlib import Path
from typing import Any

from lms.catalogue.notebook_names import cell_name, matched
from lms.catalogue.notebooks import Notebook, graded_cells
from lms.core.i18n import Sentence
from lms.grading import parts
from lms.grading.marking import Mark
from lms.grading.offline import Outcome, Status, grade_file
from lms.grading.parts import Part
from lms.grading.runs import Ending
from lms.grading.sandbox import NO_FILES, Sandbox
from lms.grading.sealing import Record


@dataclass(frozen=True)
class Author:
    """One of the author's notebooks, with the profile and the record that its work is run with."""

    name: str
    notebook: Notebook
    profile: str
    sealing: Record | None


@dataclass(frozen=True)
class FolderOutcome:
    """What became of one submission: of each notebook, by name, and of all together."""

    submission: str
    notebooks: Mapping[str, Outcome]

    @property
    def status(self) -> Status:
        """Refused when a notebook is: then the work is not marked, on the site either."""
        refused = any(each.status == "refused" for each in self.notebooks.values())
        return "refused" if refused else "marked"

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks of all, each cell called as in the assignment; none of refused work."""
        return parts.marks(self._parts) if self.status == "marked" else ()

    @property
    def score(self) -> float:
        """What tests gave."""
        return math.fsum(mark.score for mark in self.marks if mark.score is not None)

    @property
    def max_score(self) -> float:
        """The points that there are."""
        return math.fsum(each.max_score for each in self.notebooks.values())

    @property
    def message(self) -> Sentence | None:
        """How it ended."""
        return parts.message(self._parts)

    @property
    def _parts(self) -> list[Part]:
        return [
            Part(name, None if each.status == "missing" else each.ending, each.marks, each.message)
            for name, each in self.notebooks.items()
        ]

    # Any: a JSON object, made to be printed and not to be read by us.
    def as_json(self) -> dict[str, Any]:
        """The object that ``lms grade --json`` prints for this submission."""
        told = {name: each.as_json() for name, each in self.notebooks.items()}
        cells = [
            {**cell, "grade_id": cell_name(name, cell["grade_id"])}
            for name, each in told.items()
            for cell in each["cells"]
        ]
        environments = (each["environment"] for each in told.values() if each["environment"])
        return {
            "submission": self.submission,
            "status": self.status,
            "ending": parts.ending(self._parts).value,
            "score": self.score,
            "max_score": self.max_score,
            "cells": cells if self.status == "marked" else [],
            "seconds": round(sum(each.seconds for each in self.notebooks.values()), 3),
            "message": str(self.message),
            "environment": next(environments, None),
            "notebooks": [
                {"notebook": name} | {key: each[key] for key in _OF_NOTEBOOK if key in each}
                for name, each in told.items()
            ],
        }


#: What is told of a notebook for itself.
_OF_NOTEBOOK = ("status", "ending", "score", "max_score", "seconds", "message", "copies")


def grade_folders(
    authors: Sequence[Author],
    submissions: Sequence[Path],
    sandbox: Sandbox,
    *,
    files: Mapping[str, bytes] = NO_FILES,
    jobs: int = 1,
    keeps_executed: bool = False,
    explains: bool = True,
) -> Iterator[FolderOutcome]:
    """Mark the notebooks in every folder, ``jobs`` folders at a time, as `grade_files` does.

    Raises NoWalls, before the outcome it belongs to, when this host cannot sandbox.
    """
    grade = partial(
        grade_file,
        sandbox=sandbox,
        files=files,
        keeps_executed=keeps_executed,
        explains=explains,
    )

    def outcome(folder: Path) -> FolderOutcome:
        there = notebooks_in(folder)
        pairs = matched([each.name for each in authors], list(there))
        found = {}
        for author in authors:
            if author.name not in pairs:
                found[author.name] = _missing(author, folder)
                continue
            path = there[pairs[author.name]]
            found[author.name] = grade(
                author.notebook, path, profile=author.profile, sealing=author.sealing
            )
        return FolderOutcome(fspath(folder), found)

    pool = ThreadPoolExecutor(jobs)
    try:
        yield from pool.map(outcome, submissions)
    finally:
        # Whoever stops reading early does not wait for what has not begun.
        pool.shutdown(cancel_futures=True)


def notebooks_in(folder: Path) -> dict[str, Path]:
    """The notebooks that lie in ``folder``, by name and in its order; links lead nowhere."""
    found = (
        path
        for path in sorted(folder.iterdir(), key=lambda each: each.name)
        if path.suffix == ".ipynb" and not path.name.startswith(".")
    )
    return {path.stem: path for path in found if path.is_file() and not path.is_symlink()}


def _missing(author: Author, folder: Path) -> Outcome:
    return Outcome(
        submission=fspath(folder / f"{author.name}.ipynb"),
        status="missing",
        ending=Ending.FINISHED,
        score=0.0,
        max_score=math.fsum(cell.possible for cell in graded_cells(author.notebook)),
        marks=parts.not_handed_in(author.name, author.notebook).marks,
        seconds=0.0,
        message=parts.NOT_HANDED_IN,
    )
