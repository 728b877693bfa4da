"""The self-test: enters a real sandbox, tries each forbidden act and says which wall held."""

import json
import os
import secrets
import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sandboxes import cgroups, host, syscalls
from sandboxes.environments import locate
from sandboxes.errors import SandboxUnavailable
from sandboxes.limits import MIB, Limits
from sandboxes.outcome import Ending, Run
from sandboxes.probes import ACTS, EXCESSES
from sandboxes.profiles import Profile, load_profile
from sandboxes.running import run

_HELD = "held"
_TIGHT = Limits(
    cpu_seconds=4,
    wall_seconds=8,
    cell_seconds=3,
    memory_bytes=256 * MIB,
    processes=40,
    cell_output_bytes=64 * 1024,
    file_bytes=1 * MIB,
    scratch_bytes=8 * MIB,
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


def check(profiles: tuple[str, ...] = ("python", "python-ml")) -> tuple[Wall, ...]:
    """Every means of the host and every wall, tried in a real sandbox; takes seconds.

    The acts are tried in the first of the profiles that is built. Where no sandbox can be
    entered the walls are told as not holding, for the reason that the means give.
    """
    loaded = tuple(load_profile(name) for name in profiles)
    means = tuple(_means(loaded))
    built = [p for p, wall in zip(loaded, means[-len(loaded) :], strict=True) if wall.holds]
    if not built or not all(wall.holds for wall in means[: -len(loaded)]):
        return means
    tight = replace(built[0], limits=_TIGHT)
    with ThreadPoolExecutor(1 + len(EXCESSES)) as pool:
        acts = pool.submit(_acts, tight)
        excesses = [pool.submit(_excess, tight, name) for name in EXCESSES]
        tried = acts.result()
        if len(tried) < len(ACTS):  # No sandbox was entered: one reason is enough.
            return (*means, *tried)
        return (*means, *tried, *(one.result() for one in excesses))


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
    return "user, process, network, mount, ipc, host name and control group"


def _environment(profile: Profile) -> str:
    return str(locate(profile).folder)


def _acts(profile: Profile) -> tuple[Wall, ...]:
    with _bait() as (port, abstract):
        outside = ["/etc/shadow", "/etc/machine-id", __file__, sys.executable]
        told = {"outside": outside, "port": port, "abstract": abstract}
        cells = [act.format(**told, file_bytes=profile.limits.file_bytes) for act in ACTS.values()]
        try:
            ran = run(notebook(*cells), profile)
        except SandboxUnavailable as missing:
            return (Wall("a sandbox", False, missing.reason, missing.mend),)
    if len(ran.cells) < len(ACTS):
        return (Wall("a sandbox", False, ran.message, ""),)
    said = [_said(ran, place) for place in range(len(ACTS))]
    return tuple(
        Wall(name, one == _HELD, "tried, and refused" if one == _HELD else one, "")
        for name, one in zip(ACTS, said, strict=True)
    )


def _said(ran: Run, place: int) -> str:
    cell = ran.cells[place]
    if cell.error is not None:
        return f"{cell.error.name}: {cell.error.value}"
    return "".join(output.get("text", "") for output in cell.outputs).strip() or ran.message


def _excess(profile: Profile, name: str) -> Wall:
    try:
        ran = run(notebook(EXCESSES[name]), profile)
    except SandboxUnavailable as missing:
        return Wall(f"{name} limit", False, missing.reason, missing.mend)
    return Wall(f"{name} limit", ran.ending is Ending(name), ran.message, "")


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
