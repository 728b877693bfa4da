"""Starts a kernel behind the walls and ends it with everything it started."""

import json
import os
import secrets
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from sandboxes import launch, syscalls, walls
from sandboxes.environments import Environment
from sandboxes.errors import SandboxUnavailable
from sandboxes.ground import Ground
from sandboxes.limits import Limits

CHANNELS = ("shell", "iopub", "stdin", "hb", "control")

_HERE = Path(__file__).parent
_STARTING_SECONDS = 30.0
_MOST_FILES = 512
_USERNS_MEND = "sysctl -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=15000"


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
    limits: Limits, environment: Environment, ground: Ground, files: Mapping[str, bytes]
) -> Kernel:
    """Start a kernel behind every wall, or raise SandboxUnavailable and leave nothing."""
    bwrap = walls.bubblewrap()
    check_files(files, limits)
    connection = Connection(ground.folder, secrets.token_hex(32))
    with _Descriptors() as held:
        started, started_inside = held.pipe()
        info, info_inside = held.pipe()
        orders = {
            "key": connection.key,
            "sockets": {name: held.listen(connection.path(name)) for name in CHANNELS},
            "started": started_inside,
            "warm": "/opt/environment/warm",
            "processes": limits.processes + (16 if ground.cgroup else 0),
        }
        orders_inside = held.file(json.dumps(orders).encode())
        folders = walls.readable_folders(environment)
        fixed = walls.small_files((_HERE / "inside.py").read_bytes())
        words = walls.arguments(
            limits,
            folders if ground.user is None else walls.staged(folders),
            {place: held.file(content) for place, content in fixed.items()},
            {name: held.file(content) for name, content in files.items()},
            tuple(held.file(compiled) for compiled in syscalls.filters()),
            info_inside,
        )
        args = held.file("".join(f"{word}\0" for word in words).encode())
        plan = {
            "cgroup": [str(folder) for folder in ground.cgroup.folders] if ground.cgroup else [],
            "rlimits": walls.rlimits(limits, ground.cgroup is not None),
            "uid": ground.user,
            "stage": folders,
            "command": [bwrap, "--args", str(args), "--", *walls.command(), str(orders_inside)],
        }
        plan_inside = held.file(json.dumps(plan).encode())
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", launch.__file__, str(plan_inside)],
            pass_fds=held.inside,
            env={},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
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
    raise SandboxUnavailable(*_explained(said))


def _explained(said: str) -> tuple[str, str]:
    """What a launch that failed means, and the line that mends it."""
    last = said.splitlines()[-1] if said else "it did not start in time"
    lowered = last.lower()
    if "namespace" in lowered or "uid map" in lowered or "unshare" in lowered:
        return f"This host forbids user namespaces, which the walls are made of ({last}).", (
            _USERNS_MEND
        )
    if "proc" in lowered and "mount" in lowered:
        return (
            f"This host forbids a process list of our own, as containers often do ({last}).",
            "run outside the container, or with --security-opt unmask=/proc",
        )
    return f"The sandbox could not be set up ({last}).", ""


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


class _Descriptors:
    """Descriptors on their way into a sandbox; closed out here whatever happens."""

    def __init__(self) -> None:
        self._ours: list[int] = []
        self.inside: list[int] = []

    def __enter__(self) -> "_Descriptors":
        return self

    def __exit__(self, *_: object) -> None:
        self.close_inside()
        for descriptor in self._ours:
            os.close(descriptor)

    def close_inside(self) -> None:
        """Close what the sandbox holds by now."""
        for descriptor in self.inside:
            os.close(descriptor)
        self.inside.clear()

    def file(self, content: bytes) -> int:
        """A file in memory with this content, to be read from its beginning."""
        descriptor = os.memfd_create("data", os.MFD_CLOEXEC)
        self.inside.append(descriptor)
        with os.fdopen(os.dup(descriptor), "wb") as written:
            written.write(content)
        os.lseek(descriptor, 0, os.SEEK_SET)
        return descriptor

    def pipe(self) -> tuple[int, int]:
        """A pipe out of the sandbox: our reading end and its writing end."""
        ours, theirs = os.pipe()
        self._ours.append(ours)
        self.inside.append(theirs)
        return ours, theirs

    def listen(self, path: str) -> int:
        """A socket that listens at ``path`` out here and is served in there."""
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path)
            made.listen(16)
            made.setblocking(False)
            descriptor = os.dup(made.fileno())
        self.inside.append(descriptor)
        return descriptor
