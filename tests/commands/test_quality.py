"""`lms quality`."""

import json
from pathlib import Path

import pytest

from lms.commands.parts import GivenSandbox
from lms.grading.sandbox import Walls

SOURCE = Path(__file__).parents[1] / "courses/first-numbers/modules/01-numbers/double.ipynb"


@pytest.fixture
def quality(run, sandbox):
    """Runs the command with a sandbox that runs nothing, and in which everything passes."""
    return lambda *arguments: run("quality", *arguments, given=GivenSandbox(sandbox))


def test_people_are_told_in_a_few_lines(quality, strict):
    done = quality(SOURCE)

    assert done.exit_code == 0
    assert done.stdout.startswith(
        "The solution earns full marks, the same in 5 runs.\n"
        "A blank notebook earns nothing.\n"
        "The tests notice 0 of 4 small mistakes in the solution (0%).\n"
        "  answer, line 3: return 2 * n  ->  return "
    )


def test_scripts_get_one_object_and_a_status(quality):
    done = quality(SOURCE, "--json", "--mutants", 2)

    told = json.loads(done.stdout)
    assert done.exit_code == 3
    assert told["sound"] is False
    assert told["given"][0]["grade_id"] == "tests"
    assert (len(told["tried"]), told["there"]) == (2, 4)


@pytest.fixture
def folder_of_two(tmp_path):
    """An assignment of two notebooks with a file beside them."""
    folder = tmp_path / "ps1"
    folder.mkdir()
    for name in ("loops", "sums"):
        (folder / f"{name}.ipynb").write_bytes(SOURCE.read_bytes())
    (folder / "data.csv").write_text("1")
    return folder


def test_an_assignment_of_several_notebooks_is_tried_as_a_whole(quality, strict, folder_of_two):
    told = quality(folder_of_two).stdout.splitlines()

    assert [line for line in told if line.endswith(".ipynb")] == ["loops.ipynb", "sums.ipynb"]
    assert told[-3:] == [
        "All 2 notebooks",
        "The tests notice 0 of 8 small mistakes (0%).",
        "Every solution earns full marks, and blank notebooks earn nothing.",
    ]
    assert all(files == {"data.csv": b"1"} for files in strict.files)


def test_one_notebook_that_is_not_sound_is_named_and_fails_the_assignment(
    quality, strict, folder_of_two
):
    loose = folder_of_two / "sums.ipynb"
    loose.write_text(loose.read_text().replace("assert double(", "(lambda n: n)("))

    people, scripts = quality(folder_of_two), quality(folder_of_two, "--json", "--mutants", 0)

    told = json.loads(scripts.stdout)
    assert (people.exit_code, scripts.exit_code) == (3, 3)
    assert people.stdout.splitlines()[-1] == "To be mended: sums."
    assert (told["sound"], told["share"]) == (False, None)
    assert [(each["notebook"], each["sound"]) for each in told["notebooks"]] == [
        ("loops", True),
        ("sums", False),
    ]


def test_a_folder_with_one_notebook_is_that_notebook_and_one_without_any_is_wrong_usage(
    quality, folder_of_two
):
    (folder_of_two / "sums.ipynb").unlink()
    alone = json.loads(quality(folder_of_two, "--json", "--mutants", 1).stdout)
    (folder_of_two / "loops.ipynb").unlink()

    assert "notebooks" not in alone
    assert quality(folder_of_two).exit_code == 2


def test_what_deserves_a_second_look_is_told(quality, tmp_path):
    told = json.loads(SOURCE.read_text())
    (tests,) = (c for c in told["cells"] if c["metadata"].get("nbgrader", {}).get("grade"))
    tests["source"] = "assert eval(double) == 1"
    (tmp_path / "loose.ipynb").write_text(json.dumps(told))

    assert "eval() runs what" in quality(tmp_path / "loose.ipynb", "--mutants", 0).stderr


def test_without_walls_nothing_is_run(quality, sandbox, monkeypatch):
    monkeypatch.setattr(sandbox, "check", lambda profile: Walls(False, "the network is open"))

    done = quality(SOURCE)

    assert done.exit_code == 1
    assert "the network is open" in done.stderr
    assert sandbox.ran == []


def test_a_source_with_faults_is_wrong_usage(quality, tmp_path):
    (tmp_path / "broken.ipynb").write_text("{")

    assert quality(tmp_path / "broken.ipynb").exit_code == 2
