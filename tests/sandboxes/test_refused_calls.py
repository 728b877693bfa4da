"""System calls that are refused behind the walls and, by the same caller, not elsewhere."""

import errno
import platform
import subprocess
import sys

import pytest

from .attacks import observers
from .attacks.attack import Attack
from .attacks.syscalls import CELLS, OLD_DOOR, REFUSALS
from .attacks.worlds import Bare, Sandboxed

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.skipif(platform.machine() != "x86_64", reason="The numbers are x86-64's."),
]

OLD = Attack(
    "the old door",
    OLD_DOOR,
    observers.says("was let in"),
    ("finished", "crashed"),
)


@pytest.fixture(scope="module")
def answers(python) -> dict[str, int]:
    """How the host answers each call behind the walls."""
    with Sandboxed(python) as world:
        world.execute(*CELLS.values())
        assert world.ran.ending == "finished", world.ran.message
        cells = zip(CELLS, world.ran.cells, strict=True)
        return {name: int(cell.outputs[0]["text"]) for name, cell in cells}


@pytest.fixture(scope="module")
def answers_without_walls() -> dict[str, int]:
    """How it answers the same calls elsewhere; each is made by a process of its own."""
    apart = "import os\nif os.fork() == 0:\n    exec({!r}, {{}})\n    os._exit(0)\nos.wait()"
    with Bare() as world:
        seen = world.execute(*(apart.format(cell) for cell in CELLS.values()))
        return dict(zip(CELLS, map(int, seen.text.split()), strict=True))


@pytest.mark.parametrize("name", CELLS)
def test_a_call_is_refused_behind_the_walls_and_only_there(answers, answers_without_walls, name):
    if answers_without_walls[name] == errno.ENOSYS:
        pytest.skip("This host's kernel was built without it.")

    assert answers[name] in REFUSALS
    assert answers_without_walls[name] not in REFUSALS


def test_an_honest_run_follows(answers, honest):
    assert honest()


def test_the_old_door_is_shut_behind_the_walls(python, honest):
    with Sandboxed(python, cell_seconds=2) as world, OLD.observer(world) as watch:
        seen = world.execute(OLD.cell(watch.bait))

        assert not watch.fired(seen)
        assert world.ran.ending in OLD.endings
    assert honest()


def test_the_old_door_is_open_where_there_are_no_walls():
    with Bare() as world, OLD.observer(world) as watch:
        seen = world.execute(OLD.cell(watch.bait))

        if not watch.fired(seen) and "SIGSEGV" in seen.text + world.complaints():
            pytest.skip("This host has no such door.")
        assert watch.fired(seen)


def test_a_program_that_reads_kernels_may_open_no_way_to_anybody():
    tried = """
import ctypes, errno, os, socket, sys
from sandboxes import syscalls
from sandboxes.inside import linux
filters = syscalls.reader_filters()
there, here = socket.socketpair()
linux.give_up_rights()
for program in filters:
    linux.load_filter(program)
libc = ctypes.CDLL(None, use_errno=True)
def number_of(deed):
    try:
        return 0 if deed() != -1 else ctypes.get_errno()
    except OSError as fault:
        return fault.errno
deeds = [socket.socket, lambda: socket.socket(socket.AF_UNIX), lambda: there.connect("\\0a")]
deeds += [lambda: libc.shmget(0, 4096, 0o1600), lambda: libc.semget(0, 1, 0o1600)]
deeds += [lambda: libc.msgget(0, 0o1600), lambda: os.execv("/bin/true", ["true"])]
told = [number_of(deed) for deed in deeds]
there.send(b"on the line that it has")
print(told, here.recv(99).decode())
"""
    ran = subprocess.run([sys.executable, "-c", tried], capture_output=True, text=True, check=True)

    assert ran.stdout == f"{[errno.EPERM] * 7} on the line that it has\n"
