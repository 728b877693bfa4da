"""A small assignment and a sandbox that does as it is told."""

import json
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from lms.catalogue.notebooks import read
from lms.grading import queries, service
from lms.grading.runs import CellError, CellRun, Ending, Environment, Run
from lms.grading.sandbox import Walls


def told_cell(kind, source, grade_id=None, **more):
    """A cell as a notebook's file has it; flags and points make it nbgrader's."""
    flags = {
        name: more.pop(name) for name in ("grade", "solution", "locked", "task") if name in more
    }
    duty = {"schema_version": 3, "grade": False, "solution": False, "locked": False} | flags
    if "points" in more:
        duty["points"] = more.pop("points")
    metadata = {} if grade_id is None else {"nbgrader": duty | {"grade_id": grade_id}}
    told = {"cell_type": kind, "metadata": metadata, "source": source} | more
    return told | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def answer(source, grade_id="double", **more):
    return told_cell("code", source, grade_id, solution=True, **more)


def checks(source, grade_id="double-tests", points=2, **more):
    return told_cell("code", source, grade_id, grade=True, locked=True, points=points, **more)


def by_hand(source, grade_id="why", points=3, **more):
    return told_cell("markdown", source, grade_id, grade=True, solution=True, points=points, **more)


def file(*cells, minor=5):
    told = {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": minor}
    return json.dumps(told).encode()


SOLUTION = "def double(n):\n    ### BEGIN SOLUTION\n    return 2 * n\n    ### END SOLUTION"
TESTS = (
    "assert double(1) == 2\n"
    "### BEGIN HIDDEN TESTS\n"
    "assert double(21) == 42, 'the answer'\n"
    "### END HIDDEN TESTS"
)


@dataclass(frozen=True)
class Make:
    """The builders of cells and files, under one name."""

    cell = staticmethod(told_cell)
    answer = staticmethod(answer)
    checks = staticmethod(checks)
    by_hand = staticmethod(by_hand)
    file = staticmethod(file)

    @staticmethod
    def notebook(*cells, minor=5):
        return read(file(*cells, minor=minor))


@pytest.fixture
def make():
    return Make()


@pytest.fixture
def source():
    """One answer with tests of two points, and one question of three points by hand."""
    return read(
        file(
            told_cell("code", "import math", id="imports"),
            answer(SOLUTION, id="answer"),
            checks(TESTS, id="tests"),
            by_hand("Because.", id="reason"),
        )
    )


NUMPY = {"numpy": "2.4.6"}


@dataclass
class ScriptedSandbox:
    """Runs nothing: every code cell does well unless ``fails`` names a text in it.

    ``ends`` maps a text in a cell to the ending of the run at that cell.
    """

    fails: dict[str, CellError] = field(default_factory=dict)
    ends: dict[str, Ending] = field(default_factory=dict)
    walls: Walls = field(default_factory=lambda: Walls(stand=True, found="all of them"))
    ran: list[str] = field(default_factory=list)
    files: list[dict] = field(default_factory=list)
    profiles: list[str] = field(default_factory=list)
    limits: list[dict] = field(default_factory=list)

    def check(self, profile="python-ml"):
        self.profiles.append(profile)
        return self.walls

    def run(self, notebook, profile, *, limits=(), files=(), paper=None):
        self.limits.append(dict(limits))
        self.profiles.append(profile)
        self.files.append(dict(files))
        self.ran.append(notebook.decode())
        cells, ending, where = [], Ending.FINISHED, None
        for cell in read(notebook).cells:
            if cell.kind != "code":
                continue
            if where is not None:
                cells.append(CellRun(cell.id, "skipped"))
                continue
            ends = next((end for text, end in self.ends.items() if text in cell.source), None)
            error = next((err for text, err in self.fails.items() if text in cell.source), None)
            if ends is not None:
                ending, where = ends, cell.id
            status = "error" if error or ends else "ok"
            cells.append(CellRun(cell.id, status, error=error))
        found = None if ending is Ending.REFUSED else Environment(profile, "3.11.2", NUMPY)
        return Run(ending, tuple(cells), 0.25, "what the sandbox says", where, found)


@pytest.fixture
def scripted_sandbox():
    return ScriptedSandbox


@pytest.fixture
def claim(session, noon):
    """Takes the next run from the queue, some time after noon, for ten minutes."""
    return lambda after=timedelta(0): service.claim(
        session, lease=timedelta(minutes=10), now=noon + after
    )


@pytest.fixture
def grade(session):
    """The settled grade of an enrolment for an assignment."""

    def of(place, assignment):
        return queries.grades(session, [place]).get((place.id, assignment.id))

    return of
