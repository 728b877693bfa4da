"""Every attack fires where there are no walls and does not where there are.

An observer out here judges both times. After an attack an honest notebook is run as it
should; attacks that leave the kernel as it is share one run, each in a cell of its own.
"""

import builtins
import os
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from sandboxes import CellError, Profile, Run

from .attacks import (
    bombs,
    crashing,
    filling,
    jupyter,
    lasting,
    memory,
    network,
    outliving,
    output,
    privileges,
    reading,
    writing,
)
from .attacks.attack import Attack, Seen
from .attacks.worlds import Bare, Sandboxed, shown

pytestmark = pytest.mark.kernel

QUIET = (reading, writing, network, privileges)
ONLY_ROOT = "Only root can do this, walls or not."
LOUD = (memory, bombs, filling, output, lasting, crashing, jupyter, outliving)


def cases(*modules):
    return [
        pytest.param(attack, id=f"{module.__name__.rpartition('.')[2]}: {attack.name}")
        for module in modules
        for attack in module.ATTACKS
    ]


@dataclass(frozen=True)
class Together:
    """What came of attacks that shared a run."""

    ran: Run
    fired: dict[str, bool]
    errors: dict[str, CellError | None]
    honest_afterwards: bool


def together(attacks: tuple[Attack, ...], python: Profile) -> Together:
    with ExitStack() as held:
        world = held.enter_context(Sandboxed(python, cell_seconds=5))
        attacks = tuple(attack for attack in attacks if is_possible(attack))
        watches = [held.enter_context(attack.observer(world)) for attack in attacks]
        cells = [a.cell(watch.bait) for a, watch in zip(attacks, watches, strict=True)]
        seen = world.execute(*cells)
        ran = world.ran
        assert ran is not None
        fired = {}
        for place, (attack, watch) in enumerate(zip(attacks, watches, strict=True)):
            text = shown(ran, place)
            own = Seen(text, len(text), seen.seconds, seen.ended, seen.told)
            fired[attack.name] = watch.fired(own)
    errors = {a.name: cell.error for a, cell in zip(attacks, ran.cells, strict=True)}
    return Together(ran, fired, errors, is_honest(python))


def is_possible(attack: Attack) -> bool:
    """Whether whoever runs the tests may lay the bait and, without walls, take it."""
    return os.geteuid() == 0 or not attack.needs_root


def is_honest(python: Profile) -> bool:
    with Sandboxed(python) as world:
        seen = world.execute("sum(range(5))")
        return world.ran is not None and world.ran.ending == "finished" and '"10"' in seen.text


def is_a_refusal(error: CellError | None) -> bool:
    """Whether a cell ended well, or by the host's answer to what it asked for."""
    if error is None or error.name in ("gaierror", "TimeoutExpired"):
        return True
    kind = getattr(builtins, error.name, None)
    return isinstance(kind, type) and issubclass(kind, OSError | ValueError | MemoryError)


@pytest.fixture(scope="module")
def quiet_runs(python) -> dict[str, Together]:
    return {}


@pytest.fixture
def quiet_run(quiet_runs, python):
    def run_of(attack: Attack) -> Together:
        module = next(module for module in QUIET if attack in module.ATTACKS)
        if module.__name__ not in quiet_runs:
            quiet_runs[module.__name__] = together(module.ATTACKS, python)
        return quiet_runs[module.__name__]

    return run_of


@pytest.mark.parametrize("attack", cases(*QUIET))
def test_a_quiet_attack_does_not_fire_behind_the_walls(quiet_run, attack):
    if not is_possible(attack):
        pytest.skip(ONLY_ROOT)
    run = quiet_run(attack)

    assert not run.fired[attack.name]
    assert is_a_refusal(run.errors[attack.name]), run.errors[attack.name]
    assert run.ran.ending == "finished"
    assert run.honest_afterwards


@pytest.mark.parametrize("attack", cases(*LOUD))
def test_a_loud_attack_does_not_fire_behind_the_walls(python, honest, attack):
    with Sandboxed(python, **attack.limits) as world, attack.observer(world) as watch:
        seen = world.execute(attack.cell(watch.bait))

        assert not watch.fired(seen)
        assert seen.ended
        assert world.ran is not None
        assert world.ran.ending in attack.endings, world.ran.message
    if world.ran.ending == "finished":
        (cell,) = world.ran.cells
        assert cell.stopped or is_a_refusal(cell.error), cell.error
    assert honest()


@pytest.mark.parametrize("attack", cases(*QUIET, *LOUD))
def test_an_attack_fires_where_there_are_no_walls(jupyter_python, attack):
    if not is_possible(attack):
        pytest.skip(ONLY_ROOT)
    python = jupyter_python if attack.jupyter else None

    with Bare(python, patience=attack.patience) as world, attack.observer(world) as watch:
        seen = world.execute(attack.cell(watch.bait))

        assert watch.fired(seen), world.complaints()
