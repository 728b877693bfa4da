"""What a fork server forks: a process that has loaded everything and does nothing more.

Whatever a process writes to while a fork shares it is copied, and each large page that it writes
into costs every later fork 512 entries of its page table. So it is another process that reads the
requests and answers them, and a template only waits for its next turn.
"""

import gc
import json
import os
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Any, NoReturn

from . import arenas, linux

#: The user that every fork is, as seen by itself.
INNER_USER = 1000
_LARGEST_WORD, _MOST_DESCRIPTORS = 4096, 16
_LONGEST_FAULT = 2000

Body = Callable[[list[int]], None]


class NotAlone(RuntimeError):
    """A thread besides our own runs here; a fork would copy its locks and not itself."""


class TemplateEnded(Exception):
    """The template is there no more, and nothing can be forked."""


class Template:
    """A template, seen from the server whose child it is.

    ``prepare`` is called in it, and gives what its forks do with the descriptors given to them.
    """

    def __init__(self, namespaces: Sequence[str], prepare: Callable[[], Body]) -> None:
        self._way, way = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        turns, self._turns = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            _be_template(way, turns, namespaces, prepare)
        way.close()
        os.close(turns)

    def fileno(self) -> int:
        """The descriptor on which its answers come."""
        return self._way.fileno()

    def fork(self, descriptors: list[int]) -> None:
        """Have a fork made. The first descriptor is a pipe: it goes on when a byte comes there.

        Raises TemplateEnded.
        """
        try:
            socket.send_fds(self._way, [b"{}"], descriptors)
            os.write(self._turns, b"1")
        except (BrokenPipeError, ConnectionResetError):
            raise TemplateEnded from None

    def answer(self) -> tuple[dict[str, Any], list[int]]:
        """What it says next: that it is prepared, or a fork of it, with its pidfd; or a fault.

        Raises TemplateEnded.
        """
        try:
            told, given, _, _ = socket.recv_fds(self._way, _LARGEST_WORD, 1)
        except ConnectionResetError:
            raise TemplateEnded from None
        if not told:
            raise TemplateEnded
        answer: dict[str, Any] = json.loads(told)
        return answer, given

    def let_go(self) -> None:
        """Ask for no more forks; it ends with the last."""
        os.close(self._turns)


def _be_template(
    way: socket.socket, turns: int, namespaces: Sequence[str], prepare: Callable[[], Body]
) -> NoReturn:
    try:
        linux.die_with_parent()
        _keep_only({way.fileno(), turns})
        body = _prepared(way, prepare)
        fork = linux.forker(*namespaces)
        filled = _settled()
        way.send(b"{}")
        while os.read(turns, 1):
            try:
                pid = fork()
            except OSError as fault:
                _refuse(way, fault)
                continue
            if pid == 0:
                _be_fork(way, body)
        del filled
        with suppress(ChildProcessError):
            os.waitpid(-1, 0)
    finally:
        os._exit(1)


def _prepared(way: socket.socket, prepare: Callable[[], Body]) -> Body:
    try:
        body = prepare()
        threads = len(os.listdir("/proc/self/task"))
        if threads != 1:
            raise NotAlone(f"The fork server runs {threads} threads; a preload has started them.")
    except Exception as fault:
        told = f"Preparing failed: {type(fault).__name__}: {fault}"
        way.send(json.dumps({"fault": told[:_LONGEST_FAULT]}).encode())
        os._exit(1)
    return body


def _settled() -> list[object]:
    """Leave our memory as forks should find it; the result is to be kept."""
    gc.collect()
    gc.freeze()  # What all forks share is no rubbish: looking at it would copy it.
    filled = arenas.filled()
    linux.gather_pages()
    return filled


def _refuse(way: socket.socket, fault: OSError) -> None:
    for descriptor in socket.recv_fds(way, _LARGEST_WORD, _MOST_DESCRIPTORS)[1]:
        os.close(descriptor)
    way.send(json.dumps({"fault": str(fault)}).encode())


def _be_fork(way: socket.socket, body: Body) -> NoReturn:
    status = 1
    try:
        _, (gate, *descriptors), _, _ = socket.recv_fds(way, _LARGEST_WORD, _MOST_DESCRIPTORS)
        socket.send_fds(way, [b"{}"], [os.pidfd_open(os.getpid())])
        _keep_only({gate, *descriptors})
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        if os.read(gate, 1):
            os.close(gate)
            linux.become(INNER_USER)
            linux.die_with_parent()
            body(descriptors)
            status = 0
    finally:
        os._exit(status)


def _keep_only(descriptors: set[int]) -> None:
    """Close what this process must not have, such as the way to a caller."""
    bounds = [2, *sorted(descriptors), os.sysconf("SC_OPEN_MAX")]
    for before, after in pairwise(bounds):
        os.closerange(before + 1, after)
