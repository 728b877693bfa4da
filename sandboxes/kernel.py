"""Starts a kernel behind the walls and ends it with everything it started."""

import json
import os
import secrets
import select
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from sandboxes import host, syscalls, walls
from sandboxes.descriptors import Descriptors
from sandboxes.environments import Environment
from sandboxes.ground import Ground
from sandboxes.limits import Limits

CHANNELS = ("shell", "iopub", "stdin", "hb", "control")

_STARTING_SECONDS = 30.0
_MOST_FILES = 512
_SPARE_PROCESSES = 16


class UnfitFiles(ValueError):
    """The files to lay into the working folder have unfit names or do not fit in."""


@dataclass(frozen=True)
class Connection:
    """Where the kernel's sockets are, and the key that signs what passes through them."""

    folder: Path
    key: str

    @property
    def prefix(self) -> str:
        """The sockets' common path, as Jupyter's ``ip`` of an ``ipc`` connection."""
        return str(self.folder / "k")

    def path(self, channel: str) -> str:
        """The path of one channel's socket."""
        return f"{self.prefix}-{self.port(channel)}"

    @staticmethod
    def port(channel: str) -> int:
        """The number that stands for a port in an ``ipc`` connection."""
        return CHANNELS.index(channel) + 1


@dataclass(frozen=True)
class Kernel:
    """A kernel that runs; ``pidfd`` becomes readable when it has ended."""

    connection: Connection
    process: subprocess.Popen[bytes]
    pidfd: int
    first: int | None
    first_pidfd: int | None

    def stop(self) -> None:
        """Kill the first process inside, and with it the others; returns when they are gone."""
        if self.first_pidfd is not None:
            with suppress(OSError):
                signal.pidfd_send_signal(self.first_pidfd, signal.SIGKILL)
            _readable([self.first_pidfd], 5.0)
            os.close(self.first_pidfd)
        else:
            self.process.kill()
        try:
            self.process.wait(1.0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.pidfd)


def check_files(files: Mapping[str, bytes], limits: Limits) -> None:
    """Raise UnfitFiles unless every name is a plain relative path and all fits in the scratch."""
    if len(files) > _MOST_FILES:
        raise UnfitFiles(f"There are {len(files)} files; at most {_MOST_FILES} can be laid in.")
    for name in files:
        path = PurePosixPath(name)
        if str(path) != name or path.is_absolute() or ".." in path.parts or name == ".":
            raise UnfitFiles(f"{name!r} is no plain relative path.")
        if "\0" in name or any(str(parent) in files for parent in path.parents):
            raise UnfitFiles(f"{name!r} is no plain relative path.")
    if any(len(content) > limits.file_bytes for content in files.values()):
        raise UnfitFiles(f"A file is larger than {limits.file_bytes} bytes.")
    if sum(len(content) + 4096 for content in files.values()) > limits.scratch_bytes // 2:
        raise UnfitFiles(f"The files would fill half of {limits.scratch_bytes} bytes of scratch.")


def start(
    limits: Limits,
    environment: Environment,
    ground: Ground,
    files: Mapping[str, bytes],
    *,
    connection: Connection | None = None,
) -> Kernel:
    """Start a kernel behind every wall, or raise SandboxUnavailable and leave nothing.

    It listens where ``connection`` says, if one is given, as its predecessor did.
    """
    bwrap = host.bubblewrap()
    check_files(files, limits)
    connection = connection or Connection(ground.folder, secrets.token_hex(32))
    with Descriptors() as held:
        started, started_inside = held.pipe()
        info, info_inside = held.pipe()
        orders = {
            "key": connection.key,
            "sockets": {name: held.listen(connection.path(name)) for name in CHANNELS},
            "started": started_inside,
            "warm": walls.WARM,
            # Where a control group counts, it is the one to refuse: it tells us of it.
            "processes": limits.processes + (_SPARE_PROCESSES if ground.cgroup else 0),
        }
        folders = walls.readable_folders(environment)
        words = walls.arguments(
            limits,
            folders if ground.user is None else walls.staged(folders),
            {place: held.file(content) for place, content in walls.small_files().items()},
            {name: held.file(content) for name, content in files.items()},
            tuple(held.file(compiled) for compiled in syscalls.filters()),
            info_inside,
        )
        args = held.file("".join(f"{word}\0" for word in words).encode())
        inside = [*walls.COMMAND, str(held.file(json.dumps(orders).encode()))]
        plan = {
            "cgroup": [str(folder) for folder in ground.cgroup.folders] if ground.cgroup else [],
            "rlimits": walls.rlimits(limits, ground.cgroup is not None),
            "uid": ground.user,
            "stage": folders,
            "command": [bwrap, "--args", str(args), "--", *inside],
        }
        process = host.launched(held.file(json.dumps(plan).encode()), held.inside)
        held.close_inside()
        return _awaited(process, connection, started, info)


def _awaited(
    process: subprocess.Popen[bytes], connection: Connection, started: int, info: int
) -> Kernel:
    """The kernel, once its first program says that it stands behind the walls."""
    pidfd = os.pidfd_open(process.pid)
    _readable([started, pidfd], _STARTING_SECONDS)
    assert process.stderr is not None
    if started in _readable([started], 0) and os.read(started, 1):
        process.stderr.close()
        first = _first_process(info)
        first_pidfd = None
        with suppress(OSError):
            first_pidfd = None if first is None else os.pidfd_open(first)
        return Kernel(connection, process, pidfd, first, first_pidfd)
    process.kill()
    process.wait()
    os.close(pidfd)
    with process.stderr as told:
        ready = _readable([told.fileno()], 0)
        said = os.read(told.fileno(), 2000).decode(errors="replace").strip() if ready else ""
    raise host.explained(said)


def _first_process(info: int) -> int | None:
    if info not in _readable([info], 0.2):
        return None
    with suppress(ValueError, KeyError):
        told: dict[str, Any] = json.loads(os.read(info, 4096))
        return int(told["child-pid"])
    return None


def _readable(descriptors: Iterable[int], seconds: float) -> list[int]:
    poll = select.poll()
    for descriptor in descriptors:
        poll.register(descriptor, select.POLLIN | select.POLLHUP)
    until = time.monotonic() + seconds
    return [fd for fd, _ in poll.poll(max(0, (until - time.monotonic()) * 1000))]
