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
from sandboxes.syscalls import refused_calls

# Without walls these would harm the machine that tests; the others suffice to show the act.
HARMFUL = {"acct", "kexec_load", "reboot", "setdomainname", "sethostname", "vhangup"}
# Their own first process is one that they may hurt.
APART = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
# A shell is the first, and lives through the signals that the act sends it to tell of the rest.
APART += ["sh", "-c", 'trap "" INT; "$@"; exit "$?"', "sh"]


@pytest.mark.kernel
def test_every_wall_holds_on_this_host(python, python_ml):
    walls = check()

    assert [wall for wall in walls if not wall.holds] == []
    assert {wall.name for wall in walls} >= {*ACTS, *(f"limit of {name}" for name in EXCESSES)}
    assert {wall.name for wall in walls} >= {"kernel python", "kernel python-ml"}


@pytest.mark.parametrize("name", ACTS)
def test_each_forbidden_act_succeeds_where_there_are_no_walls(name, listener, tmp_path):
    if os.geteuid():
        pytest.skip("only root may do all of this even without walls")
    told = {"outside": [__file__], "port": listener[1], "abstract": "\0nobody"}
    told |= {"calls": [call for call in refused_calls() if call[0] not in HARMFUL]}
    act = ACTS[name].format(**told, file_bytes=1, scratch_bytes=1, scratch_inodes=1)
    apart = APART if name in ("control of the first process", "system calls") else []

    done = subprocess.run(
        [*apart, sys.executable, "-c", act],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() not in ("", "held")


@pytest.mark.kernel
@pytest.mark.parametrize("name", EXCESSES)
def test_no_limit_is_exceeded_by_an_honest_notebook(name, python):
    excess = EXCESSES[name]

    ran = run(notebook("len(bytearray(2**20))"), python.tightened(**excess.limits))

    assert ran.ending == "finished"


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
