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


@dataclass(frozen=True)
class Ground:
    """``user`` is a number nobody else has while the run lasts; None unless we are root."""

    folder: Path
    cgroup: Cgroup | None
    user: int | None


@contextmanager
def taken(limits: Limits) -> Iterator[Ground]:
    """Ground for one run. Afterwards nothing of it is left, and what ran on it is dead."""
    folder = _new_folder()
    _sweep(folder)
    user = _reserve_user() if host.may_become_others() else None
    group = cgroups.make(limits)
    try:
        yield Ground(folder, group, None if user is None else user[0])
    finally:
        if group is not None:
            group.kill()
        if user is not None:
            user[1].close()
        shutil.rmtree(folder, ignore_errors=True)


def _new_folder() -> Path:
    prefix = f"sandbox-{os.getpid()}-"
    folder = tempfile.mkdtemp(prefix=prefix)
    if len(folder) > _LONGEST_FOLDER:
        os.rmdir(folder)
        folder = tempfile.mkdtemp(prefix=prefix, dir="/tmp")
    return Path(folder)


def _sweep(folder: Path) -> None:
    """Remove old folders of callers that were killed before they could; they hold sockets."""
    for other in folder.parent.glob("sandbox-*-*"):
        owner = other.name.split("-")[1]
        with suppress(OSError):
            state = other.lstat()
            ours = stat.S_ISDIR(state.st_mode) and state.st_uid == os.geteuid()
            # A caller in another container has a number that means nothing to us.
            old = time.time() - state.st_mtime > _OLD_SECONDS
            if ours and old and owner.isdigit() and not Path("/proc", owner).exists():
                shutil.rmtree(other, ignore_errors=True)


def _reserve_user() -> tuple[int, socket.socket]:
    """A user number, held by a socket whose name the host frees when we are gone."""
    start = secrets.randbelow(host.USERS)
    for step in range(host.USERS):
        user = host.FIRST_USER + (start + step) % host.USERS
        held = socket.socket(socket.AF_UNIX)
        try:
            held.bind(f"\0sandboxes-user-{user}")
        except OSError:
            held.close()
        else:
            return user, held
    raise SandboxUnavailable("Every user number set aside for sandboxes is taken.")
