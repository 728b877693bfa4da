"""An author's limits: told in course.toml and in a notebook, and what is wrong with them."""

import json
import re
from dataclasses import asdict, fields
from pathlib import Path

import pytest

import sandboxes
from lms.catalogue.limits import LIMITS, limit_faults, sound_limits
from lms.catalogue.notebooks import read, source_faults

AUTHORING = Path(__file__).resolve().parents[2] / "docs" / "authoring.md"

TOML = "course.toml"
COURSE_KEY = 'profile = "python-ml"\n'
ITEM_KEY = "minutes = 60\n"


def told(limits):
    return [str(sentence) for _name, sentence in limit_faults(limits)]


def test_the_names_are_those_of_the_sandboxes():
    assert list(LIMITS) == [field.name for field in fields(sandboxes.Limits)]


def test_the_documentation_tells_every_limit_with_its_least_and_what_is_shipped():
    rows = re.findall(
        r"^\| `(\w+)` \| ([\d.]+) \| ([\d.]+) \|", AUTHORING.read_text("utf-8"), re.MULTILINE
    )

    assert {name: (float(shipped), float(least)) for name, shipped, least in rows} == {
        name: (value, LIMITS[name].least) for name, value in asdict(sandboxes.Limits()).items()
    }


@pytest.mark.parametrize("name", LIMITS)
def test_the_least_that_may_be_asked_is_what_the_sandboxes_take(name):
    kind = LIMITS[name]
    is_whole = isinstance(getattr(sandboxes.Limits(), name), int)

    tight = sandboxes.Limits().tightened(**{name: kind.least})

    assert getattr(tight, name) == kind.least
    assert kind.whole is is_whole


@pytest.mark.parametrize(
    "limits",
    [
        {},
        {"cell_seconds": 5},
        {"cell_seconds": 0.5, "memory_bytes": 2**28},
        {name: kind.most for name, kind in LIMITS.items()},
    ],
    ids=["none", "one", "a part of a second", "more than any profile gives"],
)
def test_sound_limits_are_kept_as_they_are(limits):
    assert told(limits) == []
    assert sound_limits(limits) == limits


WRONG = {
    "an unknown name near a known one": ("cell_second", 5, "Did you mean cell_seconds?"),
    "an unknown name near none": (
        "colour",
        5,
        "colour is not known here. What may stand here: cpu",
    ),
    "a text": ("cell_seconds", "5", "cell_seconds must be a number."),
    "true": ("cell_seconds", True, "cell_seconds must be a number."),
    "nothing": ("cell_seconds", None, "cell_seconds must be a number."),
    "zero": ("cell_seconds", 0, "cell_seconds must be between 0.1 and"),
    "below nothing": ("processes", -5, "processes must be between 24 and"),
    "not a number": ("cell_seconds", float("nan"), "must be between"),
    "without end": ("cell_seconds", float("inf"), "must be between"),
    "a part of a process": ("processes", 30.5, "processes must be a whole number."),
    "less than a kernel needs": ("memory_bytes", 1000, "must be between 134217728 and"),
    "a name without end": ("x" * 5000, 1, f"{'x' * 40} is not known"),
}


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_told_and_not_kept(name, value, sentence):
    (only,) = told({"wall_seconds": 60, name: value})

    assert sentence in only
    assert sound_limits({"wall_seconds": 60, name: value}) == {"wall_seconds": 60}


def test_a_course_without_limits_has_none(course):
    read_course = course.read()

    assert read_course.limits == {}
    assert read_course.limits_of(read_course.assignments[0]) == {}


def test_limits_of_a_course_hold_for_its_assignments_and_an_assignment_s_own_go_before(course):
    course.change(TOML, "[title]", "[limits]\ncell_seconds = 10\nwall_seconds = 60\n[title]")
    course.change(TOML, ITEM_KEY, f"{ITEM_KEY}limits = {{ cell_seconds = 2.5 }}\n")

    read_course = course.read()

    assert read_course.limits == {"cell_seconds": 10, "wall_seconds": 60}
    assert read_course.limits_of(read_course.assignments[0]) == {
        "cell_seconds": 2.5,
        "wall_seconds": 60,
    }


IN_COURSE_TOML = {
    "a course's unknown name": (COURSE_KEY, "limits.cell_second = 5\n", 7, "Did you mean cell_s"),
    "a course's text": (COURSE_KEY, 'limits.cell_seconds = "5"\n', 7, "must be a number"),
    "a course's number for a table": (COURSE_KEY, "limits = 5\n", 7, "limits must be a table"),
    "a course's name misspelt": (COURSE_KEY, "limit = {}\n", 7, "Did you mean limits?"),
    "an assignment's unknown name": (
        ITEM_KEY,
        "limits = { colour = 5 }\n",
        44,
        "colour is not known here",
    ),
    "an assignment's nothing": (
        ITEM_KEY,
        "limits = { cell_seconds = 0 }\n",
        44,
        "cell_seconds must be between",
    ),
    "an assignment's name misspelt": (ITEM_KEY, "limit = {}\n", 44, "Did you mean limits?"),
    "a lesson's": ("minutes = 12\n", "limits = {}\n", 38, "limits is not known here"),
}


@pytest.mark.parametrize(
    ("after", "new", "line", "sentence"), IN_COURSE_TOML.values(), ids=IN_COURSE_TOML.keys()
)
def test_a_fault_in_limits_is_told_with_its_line(course, after, new, line, sentence):
    course.change(TOML, after, after + new)

    (only,) = course.faults()

    assert only.startswith(f"{TOML}:{line}: ")
    assert sentence in only


def notebook(limits):
    document = {
        "cells": [{"cell_type": "markdown", "metadata": {"limits": 1}, "source": '"limits": {'}],
        "metadata": {"jazari": {"profile": "python", "limits": limits}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return read(json.dumps(document, indent=1).encode())


def test_a_notebook_tells_its_own_limits():
    source = notebook({"cell_seconds": 5})

    assert source_faults(source, "a.ipynb") == ()
    assert (source.profile, source.limits) == ("python", {"cell_seconds": 5})


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        ({"cell_second": 5}, "Did you mean cell_seconds?"),
        ({"cell_seconds": "5"}, "cell_seconds must be a number."),
        ([], "metadata.jazari.limits must be an object."),
        (5, "metadata.jazari.limits must be an object."),
    ],
    ids=["an unknown name", "a text", "a list", "a number"],
)
def test_faulty_limits_of_a_notebook_are_told_with_their_line(limits, sentence):
    source = notebook(limits)

    (fault,) = source_faults(source, "a.ipynb")

    assert sentence in str(fault)
    assert source.limits == {}
    if limits != 5:
        assert source.text.split("\n")[fault.line - 1].strip().startswith('"limits": ')
        assert fault.line > source.text.count("\n") - 10


def source_with(cell_limits, kind="code"):
    cell = {"cell_type": kind, "metadata": {"jazari": {"limits": cell_limits}}, "source": "1"}
    told = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return read(json.dumps(told, indent=1).encode())


def test_a_cell_may_have_a_time_of_its_own():
    source = source_with({"cell_seconds": 5})

    assert source_faults(source, "a.ipynb") == ()
    assert source.cells[0].seconds == 5


@pytest.mark.parametrize(
    ("limits", "kind", "sentence"),
    [
        ({"cell_seconds": 0}, "code", "cell_seconds must be between 0.1 and"),
        ({"cell_seconds": "5"}, "code", "cell_seconds must be a number."),
        ({"wall_seconds": 5}, "code", "Cell 1: metadata.jazari.limits of a cell must"),
        ({"cell_seconds": 5, "processes": 30}, "code", "Cell 1: metadata.jazari.limits"),
        ([5], "code", "Cell 1: metadata.jazari.limits of a cell must be an object"),
        ({"cell_seconds": 5}, "markdown", "and the cell must be code."),
    ],
    ids=["no time", "a text", "another limit", "one too many", "a list", "a cell of text"],
)
def test_a_faulty_limit_of_a_cell_is_told_with_its_line(limits, kind, sentence):
    source = source_with(limits, kind)

    (fault,) = source_faults(source, "a.ipynb")

    assert sentence in str(fault)
    assert fault.line == 3
