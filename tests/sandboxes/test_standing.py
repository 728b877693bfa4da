"""What the host shows of a kernel's process after it has tried to become more than it is."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .attacks import host, observers
from .attacks.attack import Attack
from .attacks.privileges import GRAB
from .attacks.worlds import Plain, Sandboxed

pytestmark = pytest.mark.kernel

NAMESPACES = ("user", "pid", "net", "mnt", "ipc", "uts", "cgroup")
CAPABILITIES = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
NUMBERS = ("Uid", "Gid")
GRABBING = Attack("grabbing", GRAB, observers.says(""))


def portrait(pid: int) -> dict[str, object]:
    """All that is told of a process by its status, its namespaces, its root and its files."""
    told: dict[str, object] = dict(host.status(pid))
    for kind in NAMESPACES:
        told[kind] = os.readlink(f"/proc/{pid}/ns/{kind}")
    root = os.stat(f"/proc/{pid}/root/")
    told["root"] = (root.st_dev, root.st_ino)
    told["environment"] = Path(f"/proc/{pid}/environ").read_bytes()
    told["groups"] = Path(f"/proc/{pid}/cgroup").read_text()
    return told


@contextmanager
def painter(mark: str) -> Iterator[dict[str, object]]:
    """Draws the first process that bears the mark."""
    drawn: dict[str, object] = {}
    over = threading.Event()

    def look() -> None:
        while not drawn and not over.wait(0.02):
            for pid in host.named(mark):
                drawn.update(portrait(pid))
                break

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield drawn
    finally:
        over.set()
        thread.join()


def drawn_in(world) -> dict[str, object]:
    mark = observers.new_mark()
    with painter(mark) as drawn:
        world.execute(GRABBING.cell(mark))
    assert drawn, "The process was not seen."
    return drawn


@pytest.fixture(scope="module")
def inside(python):
    os.environ["BAIT_FOR_KERNELS"] = "1"
    try:
        with Sandboxed(python) as world:
            drawn = drawn_in(world)
            assert world.ran.ending == "finished"
            return drawn
    finally:
        del os.environ["BAIT_FOR_KERNELS"]


@pytest.fixture(scope="module")
def outside():
    os.environ["BAIT_FOR_KERNELS"] = "1"
    try:
        with Plain() as world:
            return drawn_in(world)
    finally:
        del os.environ["BAIT_FOR_KERNELS"]


def own() -> dict[str, object]:
    return portrait(os.getpid())


def is_capable(drawn) -> bool:
    return any(int(str(drawn[name]), 16) for name in CAPABILITIES)


def may_gain(drawn) -> bool:
    return drawn["NoNewPrivs"] == "0"


def is_unfiltered(drawn) -> bool:
    return int(drawn["Seccomp_filters"]) <= int(own()["Seccomp_filters"])


def is_our_user(drawn) -> bool:
    return any(drawn[name] == own()[name] for name in NUMBERS)


def has_our_root(drawn) -> bool:
    return drawn["root"] == own()["root"]


def has_our_environment(drawn) -> bool:
    return b"BAIT_FOR_KERNELS" in drawn["environment"]


def is_in_our_group(drawn) -> bool:
    return drawn["groups"] == own()["groups"]


def shares(kind: str):
    def shares_it(drawn) -> bool:
        return drawn[kind] == own()[kind]

    shares_it.__name__ = f"shares our {kind} namespace"
    return shares_it


CLAIMS = (
    is_capable,
    may_gain,
    is_unfiltered,
    is_our_user,
    has_our_root,
    has_our_environment,
    is_in_our_group,
    *(shares(kind) for kind in NAMESPACES),
)


def needs_root(claim) -> bool:
    return claim is is_our_user and os.geteuid() != 0


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.__name__.replace("_", " "))
def test_it_is_not_so_behind_the_walls(inside, claim):
    if needs_root(claim):
        pytest.skip("An ordinary user's kernels run as that user.")

    assert not claim(inside)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.__name__.replace("_", " "))
def test_it_is_so_where_there_are_no_walls(outside, claim):
    if claim is may_gain and may_gain(own()) is False:
        pytest.skip("These tests may gain nothing themselves.")

    assert claim(outside)


def test_an_honest_run_follows(inside, honest):
    assert honest()
