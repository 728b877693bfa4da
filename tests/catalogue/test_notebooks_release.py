"""The learner's notebook, made from the author's."""

import json
import os
from pathlib import Path

import nbformat
import pytest

from lms.catalogue.notebooks import GradedKind, graded_cells, read, release, source_faults, write

ASSIGNMENTS = Path(__file__).resolve().parents[3] / "shared" / "assignments"
NAMES = ["combinatorics", "debugging", "first-lesson", "functions", "ml-formulation", "squares"]


def nbgrader(grade_id, **flags):
    duty = {"grade": False, "solution": False, "locked": False, "task": False} | flags
    return {"nbgrader": {"schema_version": 3, "grade_id": grade_id} | duty}


def cell(kind, source, metadata=None, **more):
    told = {"cell_type": kind, "metadata": metadata or {}, "source": source} | more
    return told | ({"outputs": [], "execution_count": 3} if kind == "code" else {})


def notebook(*cells, **metadata):
    told = {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return read(json.dumps(told).encode())


def released(*cells, locale=None, **metadata):
    return release(notebook(*cells, **metadata), locale)


ANSWER = nbgrader("squares", solution=True)
BY_HAND = nbgrader("why", solution=True, grade=True, points=2)
TESTS = nbgrader("squares-tests", grade=True, locked=True, points=1)
READ_ONLY = nbgrader("intro", locked=True)
TASK = nbgrader("essay", task=True, locked=True, points=4)


@pytest.mark.parametrize(
    ("kind", "metadata", "source", "expected"),
    [
        pytest.param(
            "code",
            ANSWER,
            "def f(n):\n    ### BEGIN SOLUTION\n    return n\n    ### END SOLUTION\n\nf(1)",
            "def f(n):\n    # YOUR CODE HERE\n    raise NotImplementedError()\n\nf(1)",
            id="a region keeps its indentation",
        ),
        pytest.param(
            "code",
            ANSWER,
            "### BEGIN SOLUTION\na\n### END SOLUTION\nb\n### BEGIN SOLUTION\nc\n### END SOLUTION",
            "# YOUR CODE HERE\nraise NotImplementedError()\nb\n"
            "# YOUR CODE HERE\nraise NotImplementedError()",
            id="two regions, two stubs",
        ),
        pytest.param(
            "code",
            ANSWER,
            "secret = 42",
            "# YOUR CODE HERE\nraise NotImplementedError()",
            id="an unmarked answer goes whole",
        ),
        pytest.param(
            "markdown", BY_HAND, "Because.", "YOUR ANSWER HERE", id="so does one in Markdown"
        ),
        pytest.param(
            "markdown",
            BY_HAND,
            "Say why:\n\n### BEGIN SOLUTION\nBecause.\n### END SOLUTION",
            "Say why:\n\nYOUR ANSWER HERE",
            id="a region in Markdown",
        ),
        pytest.param(
            "code",
            TESTS,
            "assert f(1)\n### BEGIN HIDDEN TESTS\nassert f(2)\n### END HIDDEN TESTS\nassert f(3)",
            "assert f(1)\nassert f(3)",
            id="hidden tests go without a trace",
        ),
        pytest.param(
            "markdown",
            TASK,
            "Write.\n=== BEGIN MARK SCHEME ===\nTwo points.\n=== END MARK SCHEME ===",
            "Write.",
            id="so does a mark scheme",
        ),
        pytest.param("code", {}, "import math", "import math", id="an ordinary cell stays"),
        pytest.param("code", READ_ONLY, "n = 9", "n = 9", id="a read-only cell stays"),
    ],
)
def test_a_release_shows_what_the_learner_may_see(kind, metadata, source, expected):
    (only,) = released(cell(kind, source, metadata)).cells

    assert only.source == expected


@pytest.mark.parametrize(
    ("language", "stub"),
    [("R", "# YOUR CODE HERE\nfail()"), ("octave", "% YOUR CODE HERE\nerror('No Answer Given!')")],
)
def test_the_stub_is_in_the_language_of_the_notebook(language, stub):
    kernelspec = {"name": "any", "display_name": "Any", "language": language}

    (only,) = released(cell("code", "secret", ANSWER), kernelspec=kernelspec).cells

    assert only.source == stub


@pytest.mark.parametrize(
    ("metadata", "kind", "deletable", "editable"),
    [
        pytest.param(ANSWER, "code", False, None, id="an answer stays and may be edited"),
        pytest.param(BY_HAND, "markdown", False, None, id="so does one marked by hand"),
        pytest.param(TESTS, "code", False, False, id="tests may not be touched"),
        pytest.param(READ_ONLY, "code", False, False, id="nor read-only cells"),
        pytest.param(TASK, "markdown", False, False, id="nor tasks"),
        pytest.param({}, "code", None, None, id="ordinary cells are free"),
    ],
)
def test_cells_are_locked_as_far_as_they_must_be(metadata, kind, deletable, editable):
    (only,) = released(cell(kind, "x", metadata)).cells

    assert only.metadata.get("deletable") is deletable
    assert only.metadata.get("editable") is editable


def test_nothing_of_the_solution_is_left_anywhere():
    told = "swordfish"
    fence = f"### BEGIN HIDDEN TESTS\nassert x == '{told}'\n### END HIDDEN TESTS"
    output = {"output_type": "stream", "name": "stdout", "text": told}
    source = notebook(
        cell("code", f"x = '{told}'", ANSWER | {"note": told}, outputs=[output]),
        cell("code", f"assert x\n{fence}", TESTS | {"jazari": {"hint": told}}),
        cell(
            "markdown",
            "![](attachment:answer.png)",
            BY_HAND,
            attachments={"answer.png": {"image/png": told}},
        ),
        cell("markdown", f"Do.\nBEGIN MARK SCHEME\n{told}\nEND MARK SCHEME", TASK),
        widgets={"state": told},
        toc={"title": told},
    )
    assert told.encode() in write(source)

    written = write(release(source))

    assert told.encode() not in written


def test_a_picture_that_the_learner_still_sees_is_kept():
    picture = {"seen.png": {"image/png": "aGk="}, "unseen.png": {"image/png": "aG8="}}

    (only,) = released(cell("markdown", "![](attachment:seen.png)", attachments=picture)).cells

    assert list(only.attachments) == ["seen.png"]


def test_text_in_other_languages_is_dropped_and_the_rest_shared():
    cells = [
        cell("markdown", "Bonjour", {"jazari": {"lang": "fr"}}),
        cell("markdown", "مرحبا", {"jazari": {"lang": "ar"}}),
        cell("markdown", "$x^2$"),
        cell("code", "x = 2"),
    ]

    french = released(*cells, locale="fr")
    every = released(*cells)

    assert [one.source for one in french.cells] == ["Bonjour", "$x^2$", "x = 2"]
    assert len(every.cells) == 4


def test_text_that_is_not_in_a_language_stands_in_that_of_the_original():
    cells = [
        cell("markdown", "Bonjour", {"jazari": {"lang": "fr"}}),
        cell("markdown", "مرحبا", {"jazari": {"lang": "ar"}}),
        cell("code", "x = 2"),
    ]

    amazigh = released(*cells, locale="zgh")

    assert [one.source for one in amazigh.cells] == ["Bonjour", "x = 2"]


def test_cells_keep_their_ids_and_points():
    release_ = released(cell("code", "assert f(1)", TESTS, id="t-1"))

    assert release_.cells[0].id == "t-1"
    assert graded_cells(release_)[0].points == 1.0


def test_graded_cells_are_named_by_how_they_come_by_points():
    source = notebook(
        cell("code", "f = 1", ANSWER),
        cell("code", "assert f", TESTS),
        cell("markdown", "Why?", BY_HAND),
        cell("markdown", "Write.", TASK),
        cell("code", "n = 9", READ_ONLY),
    )

    found = [(one.grade_id, one.kind, one.points, one.number) for one in graded_cells(source)]

    assert found == [
        ("squares-tests", GradedKind.TESTS, 1.0, 2),
        ("why", GradedKind.ANSWER, 2.0, 3),
        ("essay", GradedKind.TASK, 4.0, 4),
    ]


@pytest.fixture(params=NAMES)
def real_source(request):
    path = ASSIGNMENTS / request.param / "source.ipynb"
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{path} is needed here")
        pytest.skip("the shared assignments are not beside this checkout")
    return read(path.read_bytes())


def test_a_real_source_is_without_faults_and_its_release_valid(real_source):
    written = write(release(real_source))

    nbformat.validate(nbformat.reads(written.decode(), as_version=nbformat.NO_CONVERT))
    assert source_faults(real_source, "source.ipynb") == ()
    assert b"BEGIN SOLUTION" not in written
    assert b"HIDDEN TESTS" not in written
    assert graded_cells(read(written)) == graded_cells(real_source)
