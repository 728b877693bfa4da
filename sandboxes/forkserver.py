"""Our end of a fork server: asks a process that is warm for one fork after the other."""

import json
import os
import select
import socket
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sandboxes.errors import SandboxUnavailable
from sandboxes.inside import linux

_STARTING_SECONDS = 180.0  # Cold, a slow disk reads some hundred megabytes of packages.
_FORKING_SECONDS = 10.0
_LARGEST_ANSWER = 4096


class ServerGone(SandboxUnavailable):
    """The fork server does not answer; another one has to take its place."""

    def __init__(self) -> None:
        super().__init__("The process that starts kernels has ended.")


@dataclass(frozen=True)
class Fork:
    """A process that was forked: its number out here, and a pidfd, readable when it has ended."""

    pid: int
    pidfd: int


class ForkServer:
    """A fork server that runs; safe to be asked from several threads.

    ``command`` is given two descriptors as further arguments: a control socket and, to be read,
    ``orders``. Raises SandboxUnavailable, as ``explained`` makes it of the server's last words,
    when the server does not start.
    """

    def __init__(
        self,
        command: Sequence[str],
        orders: Mapping[str, Any],
        explained: Callable[[str], SandboxUnavailable],
        *,
        environment: Mapping[str, str],
    ) -> None:
        self.forks = 0
        self._turn = threading.Lock()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        told = in_memory(json.dumps(orders).encode())
        with theirs:
            self._process = subprocess.Popen(
                [*command, str(theirs.fileno()), str(told)],
                pass_fds=(theirs.fileno(), told),
                env=dict(environment),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        os.close(told)
        # By it the server sees that we have died, however many hold the other end of its socket.
        ourselves = os.pidfd_open(os.getpid())
        socket.send_fds(self._control, [b"{}"], [ourselves])
        os.close(ourselves)
        fault = self._starting_fault()
        if fault is not None:
            self.kill()
            raise explained(fault)

    @property
    def pid(self) -> int:
        """The number of the process that we started; the server itself may be its child."""
        return self._process.pid

    def lives(self) -> bool:
        """Whether the server can be asked for a fork."""
        return self._control.fileno() >= 0 and self._process.poll() is None

    def fork(self, user: int, group: int, descriptors: Sequence[int]) -> Fork:
        """A fork that is given these descriptors and these numbers, as the server counts them.

        Raises ServerGone, or SandboxUnavailable with another reason.
        """
        made = self._forked({"user": user, "group": group}, descriptors)
        self.forks += 1
        return made

    def fork_beside(self, process: int, status: int, descriptors: Sequence[int]) -> Fork:
        """A fork among the processes of the one with this pidfd, which it entered before.

        On the socket ``status`` the server says ``{"status": N}`` when it has ended. Raises as
        `fork` does.
        """
        return self._forked({}, [process, status, *descriptors])

    def _forked(self, request: Mapping[str, Any], descriptors: Sequence[int]) -> Fork:
        with self._turn:
            if self._control.fileno() < 0:
                raise ServerGone  # Released meanwhile; what it has forked goes on.
            try:
                socket.send_fds(self._control, [json.dumps(request).encode()], descriptors)
                told, given = self._answer(_FORKING_SECONDS)
            except OSError:
                self.kill()
                raise ServerGone from None
        if "fault" in told:
            raise SandboxUnavailable(f"No sandbox could be entered ({told['fault']}).")
        return Fork(linux.number_of(given[0]), given[0])

    def release(self) -> None:
        """Ask for nothing more; the server ends when its last fork has."""
        with self._turn:
            self._control.close()

    def abandon(self) -> None:
        """In a fork of this process: leave the server to whom it belongs."""
        self._control.close()

    def kill(self) -> None:
        """End the server and every fork of it, and bury it."""
        self._control.close()
        self._process.kill()
        self._process.wait()
        if self._process.stderr is not None:
            self._process.stderr.close()

    def bury(self) -> bool:
        """Whether a server that was released has ended."""
        return self._process.poll() is not None

    def _answer(self, seconds: float) -> tuple[dict[str, Any], list[int]]:
        if not readable(seconds, self._control.fileno()):
            raise TimeoutError
        told, given, _, _ = socket.recv_fds(self._control, _LARGEST_ANSWER, 1)
        if not told:
            raise ConnectionResetError
        answer: dict[str, Any] = json.loads(told)
        return answer, given

    def _starting_fault(self) -> str | None:
        assert self._process.stderr is not None
        with suppress(OSError):
            told, _ = self._answer(_STARTING_SECONDS)
            return told.get("fault")
        self._process.kill()
        with suppress(OSError):
            return self._process.stderr.read().decode(errors="replace").strip()
        return ""


def readable(seconds: float, *descriptors: int) -> list[int]:
    """Those of the descriptors on which there is something by then, or whose end has come."""
    poll = select.poll()  # Unlike select it takes descriptors of any number.
    for descriptor in descriptors:
        poll.register(descriptor, select.POLLIN)
    return [descriptor for descriptor, _ in poll.poll(max(0.0, seconds) * 1000)]


def in_memory(content: bytes) -> int:
    """A descriptor of a file in memory with this content, to be read from its beginning."""
    descriptor = os.memfd_create("content", os.MFD_CLOEXEC)
    with os.fdopen(os.dup(descriptor), "wb") as written:
        written.write(content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor
