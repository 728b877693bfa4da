"""What the set-up does on machines that lack something."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MISSING = "python3.11-venv"


class Machine:
    """A machine that has only the programs we put there; ``asked`` is what apt was told."""

    def __init__(self, folder):
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.asked = folder / "asked"
        for name in ("sh", "ls", "grep", "cat", "dirname"):
            (self.bin / name).symlink_to(shutil.which(name))
        self.has("apt-get", f'echo "$@" >>{self.asked}')

    def has(self, name, body="exit 0"):
        program = self.bin / name
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o755)

    def runs(self, script, *words):
        return subprocess.run(
            ["sh", ROOT / "requirements" / script, *words],
            env={"PATH": str(self.bin)},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path):
    """Debian without python3-venv, entered as an ordinary user."""
    made = Machine(tmp_path)
    made.has("id", "echo 1000")
    made.has("python3", 'case "$2" in *ensurepip*) exit 1 ;; *) echo 3.11 ;; esac')
    return made


def test_an_ordinary_user_is_shown_the_line_and_nothing_is_installed(machine):
    answer = machine.runs("system.sh", "serve", "python3")

    line = f"apt-get install --yes --no-install-recommends {MISSING}"
    assert answer.returncode == 1
    assert f"    su -c 'apt-get update && {line}'\n" in answer.stderr
    assert not machine.asked.exists()


def test_whoever_has_sudo_is_shown_the_line_with_it(machine):
    machine.has("sudo")

    answer = machine.runs("system.sh", "serve", "python3")

    assert "    sudo apt-get update && sudo apt-get install --yes" in answer.stderr


def test_root_gets_what_is_missing_installed(machine):
    machine.has("id", "echo 0")

    answer = machine.runs("system.sh", "serve", "python3")

    assert answer.returncode == 0
    assert machine.asked.read_text().splitlines() == [
        "update",
        f"install --yes --no-install-recommends {MISSING}",
    ]


def test_what_apt_says_is_shown_when_it_fails(machine):
    machine.has("id", "echo 0")
    machine.has("apt-get", "echo no space left; exit 100")

    answer = machine.runs("system.sh", "serve", "python3")

    assert answer.returncode == 1
    assert "no space left" in answer.stderr


def test_a_machine_that_has_everything_is_left_alone(machine):
    machine.has("python3", "echo 3.11")

    answer = machine.runs("system.sh", "serve", "python3")

    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")
    assert not machine.asked.exists()


def test_tests_need_a_browser_too(machine):
    machine.has("python3", "echo 3.11")

    answer = machine.runs("system.sh", "test", "python3")

    assert "no-install-recommends chromium-headless-shell" in answer.stderr


def test_an_older_python_is_refused_in_one_sentence(machine):
    machine.has("python3", "exit 1")

    answer = machine.runs("set-up.sh", "serve", "python3")

    assert answer.returncode == 1
    assert answer.stderr.startswith("Jazari needs Python 3.11 or newer and 'python3' is not one.")
    assert len(answer.stderr.splitlines()) == 1
    assert not machine.asked.exists()
