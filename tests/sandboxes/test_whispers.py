"""What one run says is not heard by the next one, nor by one that runs at the same time."""

import secrets
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from .attacks.attack import telling
from .attacks.leftovers import LEFTOVERS
from .attacks.neighbours import NEIGHBOURS
from .attacks.worlds import Bare, Sandboxed, shown

pytestmark = pytest.mark.kernel


def cases(whispers):
    return [pytest.param(whisper, id=whisper.name) for whisper in whispers]


def new_secret() -> str:
    return "secret-" + secrets.token_hex(16)


def is_heard(secret: str, text: str) -> bool:
    """Six digits are enough, for what can say no more than a few bits."""
    return secret.removeprefix("secret-")[:6] in text or "a signal was heard" in text


def heard(secret, ran, whispers, first):
    return {
        whisper.name: is_heard(secret, shown(ran, first + place))
        for place, whisper in enumerate(whispers)
    }


@pytest.fixture(scope="module")
def next_run(python):
    """What the second of two runs, one after the other, hears of the first."""
    secret = new_secret()
    with Sandboxed(python) as world:
        world.execute(*telling(secret, LEFTOVERS))
        told = world.ran
        world.execute(*(whisper.listens for whisper in LEFTOVERS))
        assert [cell.status for cell in told.cells] == ["ok"] * len(LEFTOVERS)
        return heard(secret, world.ran, LEFTOVERS, 0)


@pytest.fixture(scope="module")
def run_beside(python):
    """What one of two runs hears of the other while both run."""
    secret = new_secret()
    begin, end = time.time() + 4.0, time.time() + 16.0
    stay = f"import time\nprint(time.time())\ntime.sleep({end} - time.time())"
    tells = [*telling(secret, NEIGHBOURS), stay]
    listens = [
        f"import time\ntime.sleep(max(0, {begin} - time.time()))",
        *(whisper.listens for whisper in NEIGHBOURS),
        "import time\nprint(time.time())",
    ]
    with ThreadPoolExecutor(2) as pool, Sandboxed(python) as here, Sandboxed(python) as there:
        speaking = pool.submit(here.execute, *tells)
        listening = pool.submit(there.execute, *listens)
        assert speaking.result().told
        assert listening.result().told
        assert {cell.status for cell in here.ran.cells} == {"ok"}
        ready, done = (float(world.ran.cells[-1].outputs[0]["text"]) for world in (here, there))
        assert ready < begin, "The speaker was late."
        assert done < end, "The listener was late."
        return heard(secret, there.ran, NEIGHBOURS, 1)


@pytest.mark.parametrize("whisper", cases(LEFTOVERS))
def test_the_next_run_does_not_hear_it(next_run, whisper):
    assert not next_run[whisper.name]


@pytest.mark.parametrize("whisper", cases(NEIGHBOURS))
def test_a_run_at_the_same_time_does_not_hear_it(run_beside, whisper):
    assert not run_beside[whisper.name]


def test_an_honest_run_follows(next_run, run_beside, honest):
    assert honest()


@pytest.mark.parametrize("whisper", cases(LEFTOVERS))
def test_without_walls_the_next_one_in_the_same_place_hears_it(whisper):
    secret = new_secret()

    with Bare(patience=4) as world:
        seen = world.execute(*telling(secret, (whisper,)), whisper.listens)

        assert is_heard(secret, seen.text), world.complaints()


@pytest.mark.parametrize("whisper", cases(NEIGHBOURS))
def test_without_walls_one_that_runs_at_the_same_time_hears_it(whisper):
    secret = new_secret()
    (tells,) = telling(secret, (whisper,))
    speaker = (
        f"import os, time\nif os.fork() == 0:\n    exec({tells!r}, kept := {{}})\n"
        "    time.sleep(60)\n    os._exit(0)\ntime.sleep(0.5)"
    )

    with Bare(patience=5) as world:
        seen = world.execute(speaker, whisper.listens)

        assert is_heard(secret, seen.text), world.complaints()
