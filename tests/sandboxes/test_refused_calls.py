"""System calls that are refused behind the walls and, by the same caller, not elsewhere."""

import errno
import platform

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
