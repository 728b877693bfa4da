"""The loop of a fork server: one request, one fork into namespaces of its own.

The caller first sends a pidfd of its own: when it dies, the server and its forks die at once.
A request is a packet of JSON, ``{"user": N, "group": N}``, with descriptors for the fork. The
answer is ``{"pid": N}`` with a pidfd, or ``{"fault": TEXT}``. When the caller closes its end
nothing more is forked, and the server ends with its last fork.
"""

import gc
import json
import os
import select
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Any, NoReturn

from . import arenas, linux

#: The user that every fork is, as seen by itself.
INNER_USER = 1000
_LARGEST_REQUEST, _MOST_DESCRIPTORS = 4096, 16

Body = Callable[[list[int]], None]


class NotAlone(RuntimeError):
    """A thread besides our own runs here; a fork would copy its locks and not itself."""


def meet(control: socket.socket) -> int:
    """The pidfd of our caller, which is the first that it sends."""
    return socket.recv_fds(control, _LARGEST_REQUEST, 1)[1][0]


def serve(control: socket.socket, caller: int, namespaces: Sequence[str], body: Body) -> None:
    """Say that we are ready, then fork for each request until the caller lets go.

    In the fork ``body`` gets the request's descriptors; when it returns, the fork ends.
    """
    gc.collect()
    gc.freeze()  # What all forks share is no rubbish: looking at it would copy it.
    filled = arenas.filled()  # noqa: F841 - kept for as long as we serve.
    linux.gather_pages()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # The host buries our forks at once.
    try:
        _check_alone()
    except NotAlone as fault:
        control.send(json.dumps({"fault": str(fault)}).encode())
        return
    control.send(b"{}")
    while _waits(control.fileno(), caller):
        request, descriptors, _, _ = socket.recv_fds(control, _LARGEST_REQUEST, _MOST_DESCRIPTORS)
        if not request:
            break
        _answer(control, json.loads(request), descriptors, namespaces, body)
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) is not None:
            _waits(caller, seconds=1.0)


def _waits(*descriptors: int, seconds: float | None = None) -> bool:
    """Wait for a sign on one of them; the last is our caller's pidfd and ends us for good."""
    ready = select.select(descriptors, [], [], seconds)[0]
    if descriptors[-1] in ready:
        os._exit(0)
    return True


def _check_alone() -> None:
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        raise NotAlone(f"The fork server runs {threads} threads; a preload has started them.")


def _answer(
    control: socket.socket,
    request: dict[str, Any],
    descriptors: list[int],
    namespaces: Sequence[str],
    body: Body,
) -> None:
    gate_inside, gate = os.pipe()
    pidfd = -1
    try:
        _check_alone()
        pid, pidfd = linux.fork_into(*namespaces)
        if pid == 0:
            _become_fork(gate_inside, descriptors, body)
        _map_user(pid, request["user"], request["group"])
        os.write(gate, b"1")
        socket.send_fds(control, [json.dumps({"pid": pid}).encode()], [pidfd])
    except (OSError, NotAlone) as fault:
        # Its gate closes unopened, and so a fork that was made ends by itself.
        control.send(json.dumps({"fault": str(fault)}).encode())
    finally:
        for descriptor in (gate_inside, gate, pidfd, *descriptors):
            if descriptor >= 0:
                os.close(descriptor)


def _keep_only(descriptors: set[int]) -> None:
    """Close what a fork must not have, such as the way to our caller."""
    bounds = [2, *sorted(descriptors), os.sysconf("SC_OPEN_MAX")]
    for before, after in pairwise(bounds):
        os.closerange(before + 1, after)


def _map_user(pid: int, user: int, group: int) -> None:
    for name, line in (
        ("setgroups", "deny"),
        ("uid_map", f"{INNER_USER} {user} 1"),
        ("gid_map", f"{INNER_USER} {group} 1"),
    ):
        with open(f"/proc/{pid}/{name}", "w") as file:
            file.write(line)


def _become_fork(gate: int, descriptors: list[int], body: Body) -> NoReturn:
    status = 1
    try:
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
