"""`lms doctor`: what was found of every part, and the line that mends it."""

import hashlib
import re

import pytest

from lms.commands.doctor import doctor
from lms.commands.parts import GivenSandbox
from lms.grading.sandbox import Wall

PARTS = ("python", "data folder", "session key", "database", "key of fez", "key of rabat", "fonts")


@pytest.fixture
def examine(run, folder):
    """What the doctor says of every part but the walls, which depend on the host."""

    def examine():
        lines = run("doctor", "--data", folder).stdout.splitlines()
        return {
            line[4:24].strip(): (line[:3] == "ok ", after.partition("mend it:")[2].strip())
            for line, after in zip(lines, [*lines[1:], ""], strict=True)
            if not line.startswith("    ")
        }

    return examine


def test_what_is_not_well_is_told_with_the_line_that_mends_it(examine, lms, folder):
    (lms.keys.path / "fez" / "key-2026-1.pem").unlink()
    (folder / "session.key").chmod(0o644)

    found = examine()

    ill = {part: mend for part, (is_well, mend) in found.items() if part in PARTS and not is_well}
    assert ill.keys() == {"key of fez", "session key"}
    assert "lms keys new fez" in ill["key of fez"]
    assert ill["session key"] == f"chmod 600 {folder / 'session.key'}"
    assert "clock" in found


@pytest.mark.parametrize(("secret", "is_well"), [("d6" * 16, True), ("the name of my cat", False)])
def test_a_session_key_that_was_set_needs_no_file_and_has_to_be_long(
    examine, folder, monkeypatch, secret, is_well
):
    (folder / "session.key").unlink()
    monkeypatch.setenv("JAZARI_SECRET", secret)

    found = examine()

    assert found["session key"][0] is is_well
    assert found["data folder"][0]
    assert "folders" not in found


@pytest.fixture
def told(run, folder, sandbox):
    """What the doctor prints, and its exit status, where the walls stand as told."""

    def told(*walls):
        sandbox.walls = walls
        done = run("doctor", "--data", folder, given=GivenSandbox(sandbox))
        return done.exit_code, done.stdout.splitlines()

    return told


def test_a_relay_that_does_not_run_is_told_and_is_no_illness(told, monkeypatch):
    monkeypatch.setenv("JAZARI_RELAY", "ws://127.0.0.1:9/kernels")
    _, lines = told(Wall("memory limit", True, "tried, and refused"))

    line = next(line for line in lines if " relay " in line)
    assert line.startswith("ok ")
    assert "does not answer at ws://127.0.0.1:9/kernels" in line


def test_every_wall_that_does_not_hold_is_told_with_the_line_that_mends_it(told):
    status, lines = told(
        Wall("bubblewrap", False, "not installed", "apt-get install bubblewrap"),
        Wall("memory limit", True, "tried, and refused"),
        Wall("network", False, "it was reached", "sysctl -w a.b=1"),
    )

    assert status == 1
    for name, found, mend in (
        ("bubblewrap", "not installed", "apt-get install bubblewrap"),
        ("network", "it was reached", "sysctl -w a.b=1"),
    ):
        (at,) = (n for n, line in enumerate(lines) if line.startswith(f"BAD {name}"))
        assert lines[at].endswith(found)
        assert lines[at + 1] == f"    to mend it:         {mend}"
    assert "ok  memory limit         tried, and refused" in lines


def test_walls_that_hold_are_well_and_nothing_is_to_mend(told):
    status, lines = told(Wall("network", True, "tried, and refused", "a stronger wall"))

    assert status == 0
    assert not any(line.startswith("BAD") or "to mend it" in line for line in lines)


def test_a_site_that_is_not_there_is_told_and_not_made(run, tmp_path):
    done = run("doctor", "--data", tmp_path / "new")

    assert done.exit_code == 1
    assert "does not exist" in done.stdout
    assert f"lms init --data {tmp_path / 'new'}" in done.stdout
    assert not (tmp_path / "new").exists()


def test_a_release_to_practise_with_is_told_with_its_digests(told, released, monkeypatch):
    monkeypatch.setenv("JAZARI_PYODIDE", str(folder := released()))
    status, lines = told()

    assert status == 0
    assert any(re.match(r"ok  practice .*Python 3\.14\.2.*3 of 4 packages", each) for each in lines)
    digest = hashlib.sha256((folder / "pyodide.asm.wasm").read_bytes()).hexdigest()
    assert any(line.startswith("ok  pyodide.asm.wasm") and digest in line for line in lines)


def test_a_release_with_a_fault_is_told_with_what_mends_it(told, released, monkeypatch):
    monkeypatch.setenv("JAZARI_PYODIDE", str(released(**{"pyodide.asm.wasm": None})))
    status, lines = told()

    (at,) = (n for n, line in enumerate(lines) if line.startswith("BAD practice"))
    assert status == 1
    assert lines[at].endswith("has no pyodide.asm.wasm")
    assert "unpack the release anew" in lines[at + 1]


def test_help_tells_the_exit_status():
    assert "Exits with 0 when all is well" in doctor.help
