"""The self-test: enters a real sandbox, tries each forbidden act and says which wall held."""

import json
import os
import secrets
import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from sandboxes import cgroups, host, syscalls
from sandboxes.environments import locate
from sandboxes.errors import SandboxUnavailable
from sandboxes.limits import MIB, Limits
from sandboxes.outcome import Ending, Run
from sandboxes.probes import ACTS, EXCESSES
from sandboxes.profiles import Profile, load_profile, profile_names
from sandboxes.running import run

_HELD = "held"
_AT_ONCE = 3
_REPORT = "keep this host from running notebooks, and report this as SECURITY.md says"
_TIGHT = Limits(
    cpu_seconds=20,
    wall_seconds=60,
    cell_seconds=20,
    memory_bytes=256 * MIB,
    processes=40,
    cell_output_bytes=512 * 1024,
    frame_bytes=256 * 1024,
    file_bytes=1 * MIB,
    scratch_bytes=8 * MIB,
    scratch_inodes=256,
)


@dataclass(frozen=True)
class Wall:
    """One wall or one means of the host: whether it holds, what was found, what mends it.

    ``mend`` of a wall that holds is empty, or says what would make it stronger.
    """

    name: str
    holds: bool
    found: str
    mend: str


def available(profile: Profile) -> Wall | None:
    """The first means that this host lacks to run the profile, or None; takes milliseconds."""
    for wall in _means((profile,)):
        if not wall.holds:
            return wall
    return None


def check(profiles: tuple[str, ...] = ()) -> tuple[Wall, ...]:
    """Every means of the host and every wall, tried in real sandboxes; takes seconds.

    A kernel of each profile is entered, all there are if none is named; the acts are tried in
    the first that is built. Where no sandbox can be entered the walls are told as not holding,
    for the reason that the means give.
    """
    loaded = tuple(load_profile(name) for name in profiles or profile_names())
    means = tuple(_means(loaded))
    built = [p for p, wall in zip(loaded, means[-len(loaded) :], strict=True) if wall.holds]
    if not built or not all(wall.holds for wall in means[: -len(loaded)]):
        return means
    entered = tuple(_tried(f"kernel {one.name}", partial(_entered, one)) for one in built)
    if not entered[0].holds:
        return (*means, *entered)
    tight = replace(built[0], limits=_TIGHT)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        acts = pool.submit(_acts, tight)
        excesses = [pool.submit(_excess, tight, name) for name in EXCESSES]
        return (*means, *entered, *acts.result(), *(one.result() for one in excesses))


def _means(profiles: tuple[Profile, ...]) -> Iterator[Wall]:
    yield _tried("namespaces", _namespaces)
    yield _tried("libseccomp", lambda: f"{len(syscalls.kernel_filters())} filters compiled")
    yield _tried("Landlock", host.landlock_version)
    yield _tried("control group", lambda: cgroups.in_force(os.getpid()))
    for profile in profiles:
        yield _tried(f"environment {profile.name}", partial(_environment, profile))


def _tried(name: str, means: Callable[[], str]) -> Wall:
    try:
        return Wall(name, True, means(), "")
    except SandboxUnavailable as missing:
        return Wall(name, False, missing.reason, missing.mend)


def _namespaces() -> str:
    host.try_namespaces()
    kinds = "user, process, network, mount, ipc, host name and control group"
    return f"{kinds}; {host.whom_kernels_are()}"


def _environment(profile: Profile) -> str:
    return str(locate(profile).folder)


def _entered(profile: Profile) -> str:
    ran = run(notebook("1"), profile)
    if ran.ending is not Ending.finished:
        raise SandboxUnavailable(f"A kernel ended at once: {ran.message}")
    return f"started and answered in {ran.seconds:.2f} s"


def _acts(profile: Profile) -> tuple[Wall, ...]:
    limits = asdict(profile.limits)
    with _bait() as (port, abstract):
        outside = ["/etc/shadow", "/etc/machine-id", __file__, sys.executable]
        told = {"outside": outside, "port": port, "abstract": abstract}
        told |= {"calls": syscalls.refused_calls()}
        cells = [act.format(**told, **limits) for act in ACTS.values()]
        try:
            ran = run(notebook(*cells), profile)
        except SandboxUnavailable as missing:
            return (Wall("a sandbox", False, missing.reason, missing.mend),)
    if len(ran.cells) < len(ACTS):
        return (Wall("a sandbox", False, ran.message, ""),)
    said = [_said(ran, place) for place in range(len(ACTS))]
    return tuple(
        Wall(name, True, "tried, and refused", "")
        if one == _HELD
        else Wall(name, False, one, _REPORT)
        for name, one in zip(ACTS, said, strict=True)
    )


def _said(ran: Run, place: int) -> str:
    cell = ran.cells[place]
    if cell.error is not None:
        return f"{cell.error.name}: {cell.error.value}"
    return "".join(output.get("text", "") for output in cell.outputs).strip() or ran.message


def _excess(profile: Profile, name: str) -> Wall:
    excess = EXCESSES[name]
    try:
        ran = run(notebook(excess.code), profile.tightened(**excess.limits))
    except SandboxUnavailable as missing:
        return Wall(f"limit of {name}", False, missing.reason, missing.mend)
    holds = ran.ending is excess.ending and excess.told in ran.message
    return Wall(f"limit of {name}", holds, ran.message, "" if holds else _REPORT)


@contextmanager
def _bait() -> Iterator[tuple[int, str]]:
    """Sockets out here that a sandbox must not reach."""
    abstract = f"\0sandboxes-bait-{secrets.token_hex(8)}"
    with socket.socket() as tcp, socket.socket(socket.AF_UNIX) as unix:
        tcp.bind(("127.0.0.1", 0))
        unix.bind(abstract)
        for bait in (tcp, unix):
            bait.listen()
        yield tcp.getsockname()[1], abstract


def notebook(*sources: str) -> bytes:
    """A notebook of code cells with these sources."""
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "id": f"cell-{place}",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for place, source in enumerate(sources, 1)
    ]
    told = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(told).encode()
