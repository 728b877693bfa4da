"""Starts a kernel behind the walls and ends it with everything it started."""

import json
import os
import secrets
import signal
import socket
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sandboxes import host, root
from sandboxes.errors import SandboxUnavailable
from sandboxes.forkserver import ForkServer, ServerGone, in_memory, readable
from sandboxes.ground import Ground
from sandboxes.limits import Limits

CHANNELS = ("shell", "iopub", "stdin", "hb", "control")

_STARTING_SECONDS = 30.0
_TELLING_SECONDS = 2.0
_STOPPING_SECONDS = 5.0
_MOST_FILES = 512
_LONGEST_NAMES = 48 * 1024  # They travel in one packet with the other orders.
_SPARE_PROCESSES = 16
_LARGEST_WORD = 65536


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
    """A kernel behind its walls.

    ``pidfd`` becomes readable when its first process has ended, and with it all others; on
    ``control`` comes its status then. ``folder`` is a descriptor of its working folder, good
    until `close`.
    """

    connection: Connection
    pid: int
    pidfd: int
    control: socket.socket
    folder: int

    def stop(self) -> None:
        """Kill the first process inside, and with it the others; returns when they are gone."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)
        readable(_STOPPING_SECONDS, self.pidfd)

    def close(self) -> None:
        """Let go of the descriptors; a kernel that still runs ends thereby."""
        self.control.close()
        for descriptor in (self.pidfd, self.folder):
            os.close(descriptor)


def status(control: socket.socket) -> int | None:
    """With which status the kernel ended, as waitpid tells it; None if nobody can tell.

    It is told at the moment of its end, which may be seen before the word has come.
    """
    until = time.monotonic() + _TELLING_SECONDS
    with suppress(OSError, ValueError):
        while readable(until - time.monotonic(), control.fileno()):
            word = control.recv(_LARGEST_WORD, socket.MSG_DONTWAIT)
            if not word:
                break
            told = json.loads(word).get("status")
            if told is not None:
                return int(told)
    return None


def check_files(files: Mapping[str, bytes], limits: Limits) -> None:
    """Raise UnfitFiles unless every name is a plain relative path and all fits in the scratch."""
    if len(files) > _MOST_FILES:
        raise UnfitFiles(f"There are {len(files)} files; at most {_MOST_FILES} can be laid in.")
    if len(json.dumps(list(files))) > _LONGEST_NAMES:
        raise UnfitFiles("The names of the files are too long together.")
    for name in files:
        path = PurePosixPath(name)
        if str(path) != name or path.is_absolute() or ".." in path.parts or name == ".":
            raise UnfitFiles(f"{name!r} is no plain relative path.")
        if "\0" in name or any(str(parent) in files for parent in path.parents):
            raise UnfitFiles(f"{name!r} is no plain relative path.")
    if any(len(content) > limits.file_bytes for content in files.values()):
        raise UnfitFiles(f"A file is larger than {limits.file_bytes} bytes.")
    folders = {parent for name in files for parent in PurePosixPath(name).parents}
    if len(files) + len(folders) > limits.scratch_inodes // 2:
        raise UnfitFiles(f"The files would use up half of {limits.scratch_inodes} inodes.")
    if sum(len(content) + 4096 for content in files.values()) > limits.scratch_bytes // 2:
        raise UnfitFiles(f"The files would fill half of {limits.scratch_bytes} bytes of scratch.")


@dataclass(frozen=True)
class Starting:
    """A kernel that was forked and builds its walls."""

    server: ForkServer
    connection: Connection
    pid: int
    pidfd: int
    control: socket.socket

    def stand(self) -> Kernel:
        """Wait until its walls stand; raises as `start` does, and then leaves nothing."""
        try:
            folder = _folder(self.control, self.pidfd)
        except BaseException as fault:
            raise self.failed(fault) from None
        return Kernel(self.connection, self.pid, self.pidfd, self.control, folder)

    def why(self, fault: BaseException) -> BaseException:
        """What it says of its own end, if it has ended, and otherwise the ``fault``."""
        if readable(0, self.pidfd) and readable(0, self.control.fileno()):
            try:
                os.close(_folder(self.control, self.pidfd))
            except (OSError, SandboxUnavailable) as told:
                return told
        return fault

    def failed(self, fault: BaseException) -> BaseException:
        """End it; gives what to raise.

        One that has ended without a word did so with the template that it is a fork of: its
        server is asked for nothing more.
        """
        has_ended = bool(readable(0, self.pidfd))
        self.give_up()
        if not isinstance(fault, OSError):
            return fault
        if has_ended:
            self.server.release()
            return ServerGone()
        return SandboxUnavailable(f"A kernel could not be started ({fault}).")

    def give_up(self) -> None:
        """End it."""
        self.control.close()
        readable(_STOPPING_SECONDS, self.pidfd)
        os.close(self.pidfd)


def start(
    server: ForkServer,
    limits: Limits,
    ground: Ground,
    files: Mapping[str, bytes],
    *,
    connection: Connection | None = None,
    line: int | None = None,
    bridge: int | None = None,
) -> Kernel:
    """Fork a kernel and wait until its walls stand; it then begins to listen.

    Where it listens ``connection`` says, if one is given, as its predecessor did; with a ``line``,
    which is its end of a run's, there and nowhere else. With a ``bridge`` it answers an examiner
    there. Raises SandboxUnavailable, and then leaves nothing, or ServerGone.
    """
    begun = begin(server, limits, ground, files, connection=connection, line=line, bridge=bridge)
    return begun.stand()


def begin(
    server: ForkServer,
    limits: Limits,
    ground: Ground,
    files: Mapping[str, bytes],
    *,
    connection: Connection | None = None,
    line: int | None = None,
    bridge: int | None = None,
    desk: Sequence[int] = (),
) -> Starting:
    """The same without waiting; with a ``desk`` it is an examiner, and listens nowhere."""
    connection = connection or Connection(ground.folder, secrets.token_hex(32))
    channels = () if desk or line is not None else CHANNELS
    orders = {
        "limits": {
            # The control group is the one to refuse: it tells us of it.
            "processes": limits.processes + _SPARE_PROCESSES,
            "scratch_bytes": limits.scratch_bytes,
            "scratch_inodes": limits.scratch_inodes,
            "rlimits": root.rlimits(limits),
        },
        "files": {name: len(content) for name, content in files.items()},
        "key": connection.key,
        "channels": channels,
        "role": "examiner" if desk else "kernel",
        "line": line is not None,
        "bridge": bridge is not None,
    }
    lent = [*(end for end in (line, bridge) if end is not None), *desk]
    with ExitStack() as held:
        control, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        way, way_there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for end in (inside, way, way_there):
            held.enter_context(end)
        user, group = host.inner_numbers(ground.user, ground.group)
        try:
            first = server.fork(user, group, [inside.fileno()])
        except BaseException:
            control.close()
            raise
        starting = Starting(server, connection, first.pid, first.pidfd, control)
        try:
            ground.cgroup.add(first.pid)
            contents = _closed(held, in_memory(b"".join(files.values())))
            # It builds its walls while the other is forked.
            socket.send_fds(control, [json.dumps(orders).encode()], [contents, way.fileno()])
            given = [_closed(held, _listening(connection.path(name))) for name in channels]
            second = server.fork_beside(
                first.pidfd, inside.fileno(), [way_there.fileno(), *given, *lent]
            )
            os.close(second.pidfd)
            ground.cgroup.add(second.pid)
            control.send(b"go")
        except BaseException as fault:
            raise starting.failed(starting.why(fault)) from None
    return starting


def _closed(held: ExitStack, descriptor: int) -> int:
    held.callback(os.close, descriptor)
    return descriptor


def _folder(control: socket.socket, pidfd: int) -> int:
    """The descriptor that the first process sends when every wall stands."""
    if not readable(_STARTING_SECONDS, control.fileno(), pidfd):
        raise SandboxUnavailable("A kernel's walls did not stand in time.")
    word, given, _, _ = socket.recv_fds(control, _LARGEST_WORD, 1, socket.MSG_DONTWAIT)
    told = json.loads(word or b"{}")
    if "fault" in told:
        raise host.explained(told["fault"])
    if not given:
        raise ConnectionResetError("its first process ended")
    return given[0]


def _listening(path: str) -> int:
    """A socket that listens at ``path`` out here and is served in there."""
    Path(path).unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path)
        os.chmod(path, 0o666)  # Its folder says who may come this far.
        made.listen(16)
        made.setblocking(False)
        return os.dup(made.fileno())
