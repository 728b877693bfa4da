"""Marking files without server or database; the sandbox does as it is told."""

import json
import os
from dataclasses import replace

import pytest

from lms.catalogue.notebooks import LARGEST_NOTEBOOK
from lms.grading.execution import NoWalls
from lms.grading.offline import MOST_FILE_BYTES, MOST_FILES, files_beside, grade_files, usual_jobs
from lms.grading.runs import CellError, Ending

GOOD = "def double(n):\n    return n + n"


@pytest.fixture
def hand_in(make, tmp_path):
    """Writes a submission with this answer and gives its path."""

    def _hand_in(name, answer=GOOD):
        path = tmp_path / name
        content = answer if isinstance(answer, bytes) else make.file(make.answer(answer))
        path.write_bytes(content)
        return path

    return _hand_in


@pytest.fixture
def graded(source):
    def _graded(submissions, sandbox, **more):
        return list(grade_files(source, submissions, sandbox, profile="python", **more))

    return _graded


def test_an_outcome_tells_the_marks_in_the_form_that_is_documented(
    hand_in, graded, scripted_sandbox
):
    (outcome,) = graded([hand_in("salma.ipynb")], scripted_sandbox())

    told = json.loads(json.dumps(outcome.as_json()))

    assert told.pop("submission").endswith("salma.ipynb")
    assert told == {
        "status": "marked",
        "ending": "finished",
        "score": 2.0,
        "max_score": 5.0,
        "cells": [
            {
                "grade_id": "double-tests",
                "score": 2.0,
                "max_score": 2.0,
                "verdict": "passed",
                "message": "All tests of this cell passed.",
                "code": None,
                "hint": None,
            },
            {
                "grade_id": "why",
                "score": 0.0,
                "max_score": 3.0,
                "verdict": "missing",
                "message": told["cells"][1]["message"],
                "code": None,
                "hint": None,
            },
        ],
        "seconds": 0.25,
        "message": "These answers are missing from the notebook: why.",
        "environment": {"profile": "python", "python": "3.11.2", "packages": {"numpy": "2.4.6"}},
    }


@pytest.mark.parametrize("jobs", [1, 3])
def test_outcomes_come_in_the_order_of_the_submissions(hand_in, graded, scripted_sandbox, jobs):
    paths = [hand_in(f"{name}.ipynb") for name in "dacbe"]

    outcomes = graded(paths, scripted_sandbox(), jobs=jobs)

    assert [outcome.submission for outcome in outcomes] == [str(path) for path in paths]


@pytest.mark.parametrize(
    ("processors", "gigabytes", "jobs"), [(2, 8, 3), (2, 4, 2), (1, 1, 1), (16, 64, 17)]
)
def test_what_is_usual_keeps_processors_busy_within_memory(
    monkeypatch, processors, gigabytes, jobs
):
    sizes = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": gigabytes * 2**30 // 4096}
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(processors)))
    monkeypatch.setattr("os.sysconf", sizes.__getitem__)

    assert usual_jobs() == jobs


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"not json", "line 1", id="not JSON"),
        pytest.param(b'{"nbformat": 3}', "nbconvert", id="too old"),
        pytest.param(b" " * (LARGEST_NOTEBOOK + 1), "5 MB", id="too large"),
    ],
)
def test_a_refused_file_says_why_and_the_others_go_on(
    hand_in, graded, scripted_sandbox, content, told
):
    paths = [hand_in("a.ipynb"), hand_in("b.ipynb", content), hand_in("c.ipynb")]

    outcomes = graded(paths, scripted_sandbox())

    assert [outcome.status for outcome in outcomes] == ["marked", "refused", "marked"]
    assert (outcomes[1].ending, outcomes[1].score, outcomes[1].max_score) == (
        Ending.REFUSED,
        0.0,
        5.0,
    )
    assert told in str(outcomes[1].message)


def test_a_refused_file_was_executed_with_nothing(hand_in, graded, scripted_sandbox):
    sandbox = scripted_sandbox(ends={"odd": Ending.REFUSED})
    paths = [hand_in("a.ipynb", b"{"), hand_in("b.ipynb", "odd")]

    outcomes = graded(paths, sandbox)

    assert [outcome.as_json()["environment"] for outcome in outcomes] == [None, None]


@pytest.mark.parametrize("limits", [{}, {"cell_seconds": 5}], ids=["none", "one"])
def test_the_limits_of_the_source_tighten_its_profile(
    make, hand_in, scripted_sandbox, source, limits
):
    sandbox = scripted_sandbox()
    author = replace(source, metadata={"jazari": {"limits": limits}})

    list(grade_files(author, [hand_in("a.ipynb")], sandbox, profile="python"))

    assert sandbox.limits == [limits]


def test_a_learner_cannot_set_limits(make, hand_in, graded, scripted_sandbox):
    sandbox = scripted_sandbox()
    told = json.loads(make.file(make.answer(GOOD)))
    told["metadata"] = {"jazari": {"limits": {"cell_seconds": 1000}, "profile": "other"}}

    graded([hand_in("a.ipynb", json.dumps(told).encode())], sandbox)

    assert (sandbox.limits, sandbox.profiles) == ([{}], ["python"])


def test_a_copied_answer_is_refused_with_its_name(make, hand_in, graded, scripted_sandbox):
    twice = make.file(make.answer("a"), make.answer("b"))

    (outcome,) = graded([hand_in("a.ipynb", twice)], scripted_sandbox())

    assert outcome.status == "refused"
    assert '"double"' in str(outcome.message)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_a_file_that_may_not_be_read_is_refused(hand_in, graded, scripted_sandbox):
    path = hand_in("a.ipynb")
    path.chmod(0)

    (outcome,) = graded([path], scripted_sandbox())

    assert outcome.status == "refused"


def test_a_file_that_vanished_is_refused(tmp_path, graded, scripted_sandbox):
    (outcome,) = graded([tmp_path / "gone.ipynb"], scripted_sandbox())

    assert outcome.status == "refused"


@pytest.mark.parametrize(
    "ending", [Ending.TIMEOUT, Ending.MEMORY, Ending.OUTPUT, Ending.PROCESSES, Ending.CRASHED]
)
def test_a_bad_ending_is_told_and_does_not_touch_the_next(
    hand_in, graded, scripted_sandbox, ending
):
    sandbox = scripted_sandbox(ends={"naughty": ending})

    bad, good = graded([hand_in("a.ipynb", "naughty"), hand_in("b.ipynb")], sandbox)

    assert (bad.status, bad.ending, bad.score) == ("marked", ending, 0.0)
    assert (good.ending, good.score) == (Ending.FINISHED, 2.0)


def test_a_notebook_that_the_sandbox_refuses_is_refused(hand_in, graded, scripted_sandbox):
    sandbox = scripted_sandbox(ends={"odd": Ending.REFUSED})

    (outcome,) = graded([hand_in("a.ipynb", "odd")], sandbox)

    assert (outcome.status, outcome.ending) == ("refused", Ending.REFUSED)
    assert "what the sandbox says" in str(outcome.message)


def test_without_walls_nothing_is_marked(hand_in, graded, scripted_sandbox):
    sandbox = scripted_sandbox(ends={"double": Ending.UNAVAILABLE})

    with pytest.raises(NoWalls, match="what the sandbox says"):
        graded([hand_in("a.ipynb")], sandbox)


def test_a_failed_test_costs_its_points_only(hand_in, graded, scripted_sandbox):
    sandbox = scripted_sandbox(fails={"assert double(1)": CellError("AssertionError", "42")})

    (outcome,) = graded([hand_in("a.ipynb")], sandbox)

    assert (outcome.ending, outcome.score) == (Ending.FINISHED, 0.0)
    assert "42" not in json.dumps(outcome.as_json() | {"submission": ""})


def test_the_sandbox_gets_the_tests_of_the_author_and_no_solution(
    hand_in, graded, scripted_sandbox
):
    sandbox = scripted_sandbox()

    graded([hand_in("a.ipynb")], sandbox, files={"data.csv": b"1"})

    assert "double(21) == 42" in sandbox.ran[0]
    assert "return 2 * n" not in sandbox.ran[0]
    assert (sandbox.files, sandbox.profiles) == ([{"data.csv": b"1"}], ["python"])


def test_files_beside_the_source_are_found_with_those_in_folders(tmp_path):
    for name in ("data.csv", "deep/er/more.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)

    found, beyond = files_beside(tmp_path / "source.ipynb", [])

    assert found == {"data.csv": b"data.csv", "deep/er/more.txt": b"deep/er/more.txt"}
    assert beyond == 0


def test_neither_notebooks_nor_hidden_nor_linked_files_nor_others_work_come_along(tmp_path):
    handed_in = tmp_path / "submitted" / "salma.ipynb"
    for name in ("source.ipynb", ".env", "__pycache__/a.pyc", "submitted/notes.txt", "x/old.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("secret")
    (tmp_path / "link.txt").symlink_to(tmp_path / ".env")
    (tmp_path / "loop").symlink_to(tmp_path)
    handed_in.write_text("{}")

    assert files_beside(tmp_path / "source.ipynb", [handed_in]) == ({}, 0)


def test_files_beyond_the_limits_are_counted_and_left_out(tmp_path):
    for number in range(MOST_FILES + 2):
        (tmp_path / f"{number:03}.txt").touch()
    with (tmp_path / "000-large.bin").open("wb") as file:
        file.truncate(MOST_FILE_BYTES + 1)

    found, beyond = files_beside(tmp_path / "source.ipynb", [])

    assert (len(found), beyond) == (MOST_FILES, 3)
    assert "000-large.bin" not in found
