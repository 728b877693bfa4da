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


def test_without_walls_nothing_is_run(quality, sandbox, monkeypatch):
    monkeypatch.setattr(sandbox, "check", lambda profile: Walls(False, "the network is open"))

    done = quality(SOURCE)

    assert done.exit_code == 1
    assert "the network is open" in done.stderr
    assert sandbox.ran == []


def test_a_source_with_faults_is_wrong_usage(quality, tmp_path):
    (tmp_path / "broken.ipynb").write_text("{")

    assert quality(tmp_path / "broken.ipynb").exit_code == 2
