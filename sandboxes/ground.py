"""What a run takes from the host and gives back: a folder, a control group, a user number."""

import os
import secrets
import shutil
import socket
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sandboxes import cgroups, host
from sandboxes.cgroups import Cgroup
from sandboxes.errors import SandboxUnavailable
from sandboxes.limits import Limits

_OLD_SECONDS = 600.0
_LONGEST_FOLDER = 100  # The address of a socket holds 107 bytes, its name included.
_last_sweep = 0.0


@dataclass(frozen=True)
class Ground:
    """``user`` is the host's number for whoever runs here: nobody else's while we are root."""

    folder: Path
    cgroup: Cgroup
    user: int
    group: int


@contextmanager
def taken(limits: Limits, near: int) -> Iterator[Ground]:
    """Ground for one run, its control group beside that of the process ``near``.

    Afterwards nothing of it is left, and what ran on it is dead. Raises SandboxUnavailable.
    """
    user, held = _reserve_user() if host.may_become_others() else (os.getuid(), None)
    try:
        group = cgroups.make(limits, near)
        folder = _new_folder()
        try:
            _sweep(folder, near)
            if held is not None:
                os.chown(folder, user, user)  # Whoever reads the kernel finds its sockets there.
            yield Ground(folder, group, user, user if held else os.getgid())
        finally:
            group.kill()
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        if held is not None:
            held.close()


def _new_folder() -> Path:
    prefix = f"sandbox-{os.getpid()}-"
    folder = tempfile.mkdtemp(prefix=prefix)
    if len(folder) > _LONGEST_FOLDER:
        os.rmdir(folder)
        folder = tempfile.mkdtemp(prefix=prefix, dir="/tmp")
    return Path(folder)


def _sweep(folder: Path, near: int) -> None:
    """Now and then remove what callers left that were killed before they could."""
    global _last_sweep
    if time.monotonic() < _last_sweep + _OLD_SECONDS and _last_sweep:
        return
    _last_sweep = time.monotonic()
    cgroups.sweep(near)
    for other in folder.parent.glob("sandbox-*-*"):
        owner = other.name.split("-")[1]
        with suppress(OSError):
            state = other.lstat()
            # A caller in another container has a number that means nothing to us.
            old = time.time() - state.st_mtime > _OLD_SECONDS
            gone = owner.isdigit() and not Path("/proc", owner).exists()
            if stat.S_ISDIR(state.st_mode) and old and gone:
                shutil.rmtree(other, ignore_errors=True)


def _reserve_user() -> tuple[int, socket.socket]:
    """A user number, held by a socket whose name the host frees when we are gone."""
    numbers = host.USERS - 1  # The first one is the fork servers' own.
    start = secrets.randbelow(numbers)
    for step in range(numbers):
        user = host.FIRST_USER + 1 + (start + step) % numbers
        held = socket.socket(socket.AF_UNIX)
        try:
            held.bind(f"\0sandboxes-user-{user}")
        except OSError:
            held.close()
        else:
            return user, held
    raise SandboxUnavailable("Every user number set aside for sandboxes is taken.")
