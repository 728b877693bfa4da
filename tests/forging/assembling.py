"""What an assignment of the suite is put together from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lms.catalogue.notebooks import Notebook, graded_cells, read, release, write

from .trick import Edit

#: Stands in hidden tests only, so whoever shows it has seen them.
SECRET = "zellige-84417-moucharabieh"


@dataclass(frozen=True)
class Assignment:
    """An author's notebook, the profile it needs and the files beside it."""

    profile: str
    cells: tuple[dict[str, Any], ...]
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """The author's file; handed in, it is the honest solution."""
        told = {"cells": self.cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        return json.dumps(told).encode()

    @property
    def source(self) -> Notebook:
        return read(self.content)

    @property
    def points(self) -> float:
        return sum(cell.points for cell in graded_cells(self.source))

    def submission(self, answers: Mapping[str, str], edit: Edit | None = None) -> bytes:
        """The release with these answers by grade id, edited as a learner may."""
        told = json.loads(write(release(self.source, "en")))
        known = {_grade_id(cell): cell for cell in told["cells"]}
        for grade_id, answer in answers.items():
            known[grade_id]["source"] = answer
        if edit is not None:
            edit(told)
        return json.dumps(told).encode()


def code(source: str, grade_id: str | None = None, **duty: Any) -> dict[str, Any]:
    """A code cell; with a grade id it is nbgrader's."""
    flags = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}
    metadata = {} if grade_id is None else {"nbgrader": flags | {"grade_id": grade_id} | duty}
    cell = {"cell_type": "code", "metadata": metadata, "source": source.strip("\n")}
    return cell | {"outputs": [], "execution_count": None, "id": grade_id or "extra"}


def _grade_id(cell: dict[str, Any]) -> str | None:
    return cell["metadata"].get("nbgrader", {}).get("grade_id")


def given(source: str) -> dict[str, Any]:
    return code(source, "given", locked=True)


def answer(grade_id: str, source: str) -> dict[str, Any]:
    return code(source, grade_id, solution=True)


def tests(grade_id: str, points: float, visible: str, hidden: str) -> dict[str, Any]:
    source = f"{visible.strip()}\n### BEGIN HIDDEN TESTS\nsecret = {SECRET!r}\n{hidden.strip()}\n"
    return code(source + "### END HIDDEN TESTS", grade_id, grade=True, locked=True, points=points)
