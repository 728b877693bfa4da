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
from functools import partial
from itertools import pairwise
from typing import Any, NoReturn

from . import arenas, linux

#: The user that every fork is, as seen by itself.
INNER_USER = 1000
_LARGEST_WORD, _MOST_DESCRIPTORS = 4096, 16
_MOST_BURIED = 100  # At a time, so that one answer has room for them.
_FORK, _BURY = b"f", b"b"
_LONGEST_FAULT = 2000

Body = Callable[[list[int]], None]


class NotAlone(RuntimeError):
    """A thread besides our own runs here; a fork would copy its locks and not itself."""


class TemplateEnded(Exception):
    """The template is there no more, and nothing can be forked."""


class Template:
    """A template, seen from the server whose child it is.

    ``prepare`` is called in it, and gives what its forks do with the descriptors given to them.
    A fork enters new ``namespaces``; where there are none to enter, it is made beside another
    process, among whose processes it is counted, and how it ends can be asked.
    """

    def __init__(self, namespaces: Sequence[str], prepare: Callable[[], Body]) -> None:
        self._way, way = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        turns, self._turns = os.pipe()
        pid = os.fork()
        if pid == 0:
            _be_template(way, turns, namespaces, prepare)
        way.close()
        os.close(turns)

    def fileno(self) -> int:
        """The descriptor on which its answers come."""
        return self._way.fileno()

    def fork(self, descriptors: list[int], beside: int | None = None) -> None:
        """Have a fork made. The first descriptor is a pipe: it goes on when a byte comes there.

        ``beside`` is the pidfd of the process beside which it is made. Raises TemplateEnded.
        """
        if beside is not None:
            self._send([beside])
        self._send(descriptors)
        self._turn(_FORK)

    def bury(self) -> None:
        """Have it bury those of its forks that ended: its answer names each, and how it ended.

        Raises TemplateEnded.
        """
        self._turn(_BURY)

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

    def _send(self, descriptors: list[int]) -> None:
        try:
            socket.send_fds(self._way, [b"{}"], descriptors)
        except (BrokenPipeError, ConnectionResetError):
            raise TemplateEnded from None

    def _turn(self, word: bytes) -> None:
        try:
            os.write(self._turns, word)
        except BrokenPipeError:
            raise TemplateEnded from None


def become_inner_user() -> None:
    """What a fork does once its namespaces are its own and its user is known there."""
    linux.become(INNER_USER)
    linux.die_with_parent()


def _be_template(
    way: socket.socket, turns: int, namespaces: Sequence[str], prepare: Callable[[], Body]
) -> NoReturn:
    try:
        linux.die_with_parent()
        _keep_only({way.fileno(), turns})
        body = _prepared(way, prepare)
        if namespaces:
            fork = linux.forker(*namespaces)
        else:
            fork = partial(_forked_beside, way)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # The dead stay until we are asked.
        filled = _settled()
        way.send(b"{}")
        while word := os.read(turns, 1):
            if word == _BURY:
                way.send(json.dumps({"ended": _buried()}).encode())
                continue
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


def _forked_beside(way: socket.socket) -> int:
    """A fork among the processes of the one whose pidfd comes first; as os.fork tells."""
    _, (process,), _, _ = socket.recv_fds(way, _LARGEST_WORD, 1)
    try:
        linux.enter(process, "pid")
        return os.fork()
    finally:
        os.close(process)


def _buried() -> list[tuple[int, int]]:
    """The numbers of the forks that have ended, with their status as from waitpid."""
    found: list[tuple[int, int]] = []
    with suppress(ChildProcessError):
        while len(found) < _MOST_BURIED:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            found.append((pid, status))
    return found


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
            body(descriptors)
            status = 0
    finally:
        os._exit(status)


def _keep_only(descriptors: set[int]) -> None:
    """Close what this process must not have, such as the way to a caller."""
    bounds = [2, *sorted(descriptors), os.sysconf("SC_OPEN_MAX")]
    for before, after in pairwise(bounds):
        os.closerange(before + 1, after)
