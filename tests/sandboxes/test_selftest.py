"""The self-test says of every wall whether it holds, and what mends it."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from sandboxes import SandboxUnavailable, available, check, run
from sandboxes.__main__ import main
from sandboxes.host import explained
from sandboxes.probes import ACTS, EXCESSES
from sandboxes.selftest import notebook


@pytest.mark.kernel
def test_every_wall_holds_on_this_host(python, python_ml):
    walls = check()

    assert [wall for wall in walls if not wall.holds] == []
    assert {wall.name for wall in walls} >= {*ACTS, *(f"{name} limit" for name in EXCESSES)}


@pytest.mark.parametrize("name", [name for name in ACTS if name != "file size"])
def test_each_forbidden_act_succeeds_where_there_are_no_walls(name, listener):
    if name == "writing outside" and os.geteuid():
        pytest.skip("only root may write there even without walls")
    told = {"outside": [__file__], "port": listener[1], "abstract": "\0nobody", "file_bytes": 1}
    act = ACTS[name].format(**told)

    done = subprocess.run([sys.executable, "-c", act], capture_output=True, text=True, check=True)

    assert done.stdout.strip() not in ("", "held")


def test_a_profile_without_its_environment_is_named_with_the_line_that_mends_it(
    python, monkeypatch, tmp_path
):
    monkeypatch.setenv("JAZARI_ENVIRONMENTS", str(tmp_path))

    lacking = available(python)

    assert lacking is not None
    assert lacking.found == "The environment of the profile python has not been built."
    assert lacking.mend.endswith("-m sandboxes build python")
    assert [wall.holds for wall in check() if wall.name.startswith("environment")] == [False] * 2


def test_nothing_is_run_where_nothing_can_be_sandboxed(python, monkeypatch, tmp_path):
    monkeypatch.setenv("JAZARI_ENVIRONMENTS", str(tmp_path))

    with pytest.raises(SandboxUnavailable, match="has not been built"):
        run(notebook("1"), python)


def test_a_host_without_namespaces_is_explained_in_one_sentence():
    told = explained("bwrap: No permissions to create new namespace, likely because ...")

    assert told.reason.startswith("This host forbids the namespaces that the walls are made of")
    assert told.mend


def test_a_changed_lock_puts_an_environment_out_of_date(python, tmp_path):
    lock = tmp_path / "python.lock"
    lock.write_text(python.lock.read_text() + "# changed\n")

    lacking = available(replace(python, lock=lock))

    assert lacking is not None
    assert "out of date" in lacking.found


@pytest.mark.kernel
def test_the_command_runs_a_notebook_and_writes_what_came_of_it(python, tmp_path, capsys):
    file = tmp_path / "one.ipynb"
    file.write_bytes(notebook("6 * 7"))

    status = main(["run", str(file), "--json", "-"])

    assert status == 0
    assert '"text/plain": "42"' in capsys.readouterr().out


def test_the_command_refuses_an_unknown_profile(tmp_path, capsys):
    file = tmp_path / "one.ipynb"
    file.write_bytes(notebook())

    status = main(["run", str(file), "--profile", "pascal"])

    assert status == 2
    assert "There is no profile 'pascal'" in capsys.readouterr().err


def test_a_missing_notebook_is_wrong_usage(capsys):
    assert main(["run", str(Path("nowhere.ipynb"))]) == 2
    assert "nowhere.ipynb" in capsys.readouterr().err
