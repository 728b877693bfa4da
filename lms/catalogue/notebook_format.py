"""A notebook as a value: its cells, and what each is there for when work is marked."""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Literal, TypeAlias

from lms.catalogue.limits import Limits, sound_limits

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
CellKind = Literal["code", "markdown", "raw"]

#: The form in which notebooks leave us: cells carry ids from 4.5 on.
NBFORMAT = 4
NBFORMAT_MINOR = 5

#: The newest nbgrader metadata there is; versions 1 and 2 differ from it only by lacking tasks.
NBGRADER_SCHEMA = 3

#: The only limit that a cell can have for itself.
CELL_LIMIT = "cell_seconds"

#: What nbformat 4.5 allows as the id of a cell.
CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class GradedKind(StrEnum):
    """How a graded cell comes by its points."""

    TESTS = "tests"
    ANSWER = "answer"
    TASK = "task"

    @property
    def is_by_hand(self) -> bool:
        """Whether a person has to read the work to give it points."""
        return self is not GradedKind.TESTS


@dataclass(frozen=True)
class CellDuty:
    """nbgrader's word on one cell, in the terms of its metadata schema 3.

    ``points`` is 0.0 where the metadata give none that we can read.
    """

    grade_id: str
    grade: bool = False
    solution: bool = False
    locked: bool = False
    task: bool = False
    points: float = 0.0

    @property
    def is_fixed(self) -> bool:
        """Whether the text is the author's and never the learner's."""
        return self.task or (not self.solution and (self.grade or self.locked))


@dataclass(frozen=True)
class Cell:
    """One cell without its outputs, which serve nobody: they can be made again or made up."""

    kind: CellKind
    id: str
    source: str
    metadata: Mapping[str, Json] = field(default_factory=dict)
    attachments: Mapping[str, Json] = field(default_factory=dict)

    @cached_property
    def duty(self) -> CellDuty | None:
        """What nbgrader's metadata say of the cell, or None for an ordinary one."""
        return _duty(self.metadata.get("nbgrader"))

    @property
    def grade_id(self) -> str | None:
        """The grade id in the metadata, whatever else they say; a learner may have edited them."""
        told = self.metadata.get("nbgrader")
        grade_id = told.get("grade_id") if isinstance(told, dict) else None
        return grade_id if isinstance(grade_id, str) and grade_id else None

    @property
    def lang(self) -> str | None:
        """The language that this cell is for, or None when it is for all."""
        lang = _ours(self.metadata, "lang")
        return lang if isinstance(lang, str) else None

    @property
    def told_bonus(self) -> Json:
        """What the author wrote of extra points (``metadata.jazari.bonus``), sound or not."""
        return _ours(self.metadata, "bonus")

    @property
    def told_limits(self) -> Json:
        """What the author wrote as limits (``metadata.jazari.limits``), sound or not."""
        return _ours(self.metadata, "limits")

    @property
    def seconds(self) -> float | None:
        """How long the author lets this cell run, or None where the profile alone says it."""
        told = self.told_limits
        return sound_limits(told).get(CELL_LIMIT) if isinstance(told, dict) else None


@dataclass(frozen=True)
class Notebook:
    """A notebook that passed `read`; every cell has an id that is its own.

    ``own_ids`` are those ids that the file itself gave; elsewhere ours stand in, since
    nbformat has ids only from 4.5 on. ``text`` is the file, kept to name lines in it.
    """

    cells: tuple[Cell, ...]
    metadata: Mapping[str, Json] = field(default_factory=dict)
    own_ids: frozenset[str] = frozenset()
    text: str = field(default="", repr=False, compare=False)

    @property
    def language(self) -> str:
        """The programming language of the code cells; "python" when nothing says otherwise."""
        spec = self.metadata.get("kernelspec")
        language = spec.get("language") if isinstance(spec, dict) else None
        return language if isinstance(language, str) else "python"

    @property
    def lang(self) -> str | None:
        """The language that a release was made in (``metadata.jazari.lang``), if it says one."""
        lang = _ours(self.metadata, "lang")
        return lang if isinstance(lang, str) else None

    @property
    def profile(self) -> str | None:
        """The sandbox profile that the author asks for (``metadata.jazari.profile``)."""
        profile = _ours(self.metadata, "profile")
        return profile if isinstance(profile, str) else None

    @property
    def told_limits(self) -> Json:
        """What the author wrote as limits (``metadata.jazari.limits``), sound or not."""
        return _ours(self.metadata, "limits")

    @property
    def limits(self) -> Limits:
        """The limits that the author sets below those of the profile."""
        told = self.told_limits
        return sound_limits(told) if isinstance(told, dict) else {}


@dataclass(frozen=True)
class GradedCell:
    """A cell with points; ``number`` counts the notebook's cells from 1.

    The points of a ``bonus`` come on top: nobody needs them for a full score.
    """

    grade_id: str
    cell_id: str
    kind: GradedKind
    points: float
    number: int
    bonus: bool = False

    @property
    def possible(self) -> float:
        """What the cell adds to the points of the whole: 0 for a bonus."""
        return 0.0 if self.bonus else self.points


def graded_cells(source: Notebook) -> tuple[GradedCell, ...]:
    """The cells of ``source`` that carry points, in order."""
    found = []
    for number, cell in enumerate(source.cells, start=1):
        if cell.duty is not None and (kind := _graded_kind(cell)) is not None:
            duty = cell.duty
            bonus = cell.told_bonus is True and kind is GradedKind.TESTS
            found.append(GradedCell(duty.grade_id, cell.id, kind, duty.points, number, bonus))
    return tuple(found)


def write(notebook: Notebook, *, indented: bool = True) -> bytes:
    """``notebook`` as a file in nbformat 4.5, without outputs: the same bytes every time.

    What no person will read need not be ``indented``, which takes ten times as long.
    """
    document = {
        "cells": [_cell_document(cell) for cell in notebook.cells],
        "metadata": dict(notebook.metadata),
        "nbformat": NBFORMAT,
        "nbformat_minor": NBFORMAT_MINOR,
    }
    # Jupyter's own layout, so that saving an untouched notebook changes nothing in it.
    indent = 1 if indented else None
    text = json.dumps(document, ensure_ascii=False, indent=indent, sort_keys=True, allow_nan=False)
    return f"{text}\n".encode()


def _graded_kind(cell: Cell) -> GradedKind | None:
    duty = cell.duty
    if duty is None or not (duty.grade or duty.task):
        return None
    if duty.task:
        return GradedKind.TASK
    if duty.solution or cell.kind != "code":
        return GradedKind.ANSWER
    return GradedKind.TESTS


def _ours(metadata: Mapping[str, Json], name: str) -> Json:
    ours = metadata.get("jazari")
    return ours.get(name) if isinstance(ours, dict) else None


def _duty(told: Json) -> CellDuty | None:
    if not isinstance(told, dict):
        return None
    grade_id = told.get("grade_id")
    flags = {name: told.get(name) is True for name in ("grade", "solution", "locked", "task")}
    if not isinstance(grade_id, str) or not grade_id or not any(flags.values()):
        return None
    return CellDuty(grade_id, **flags, points=readable_points(told) or 0.0)


def readable_points(told: Mapping[str, Json]) -> float | None:
    """The points in nbgrader's metadata, or None where there is no number of 0 or more.

    Metadata from before schema 1 are upgraded as nbgrader does it: text becomes a number,
    and what is empty, missing or below 0 becomes 0.
    """
    points = told.get("points")
    oldest = told.get("schema_version", 0) == 0
    if oldest and isinstance(points, str):
        try:
            points = float(points or 0)
        except ValueError:
            return None
    if oldest and points is None:
        return 0.0
    if isinstance(points, bool) or not isinstance(points, int | float):
        return None
    # A whole number of hundreds of digits is no number of points, and float() would raise.
    if abs(points) > 1e9 or not math.isfinite(points):
        return None
    if points < 0:
        return 0.0 if oldest else None
    return float(points)


def _cell_document(cell: Cell) -> dict[str, Json]:
    document: dict[str, Json] = {
        "cell_type": cell.kind,
        "id": cell.id,
        "metadata": dict(cell.metadata),
        "source": list(cell.source.splitlines(keepends=True)),
    }
    if cell.kind == "code":
        document |= {"execution_count": None, "outputs": []}
    elif cell.attachments:
        document["attachments"] = dict(cell.attachments)
    return document
