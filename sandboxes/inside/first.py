"""The first process of a kernel's namespaces: builds the walls, starts the kernel, buries its dead.

It dies with its control socket, and the host kills with it whatever runs in its namespaces.
"""

import json
import os
import select
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn

from . import linux, walls

_LARGEST_ORDERS = 65536
_MOST_DESCRIPTORS = 16

Kernel = Callable[[dict[str, Any], list[int]], None]


def run(descriptors: list[int], filters: list[bytes], kernel: Kernel) -> None:
    """Await the orders on the control socket, which is the only descriptor, and carry them out.

    Orders are JSON: ``limits``, ``files`` and what the kernel needs; with descriptors: the
    contents of the files, then those of the kernel. On the control socket goes ``{"fault": TEXT}``
    when a wall cannot be built, ``{"folder": true}`` with a descriptor of the scratch when all
    stand, ``{"interrupted": true}`` when what is running was, as any word there asks, and
    ``{"status": N}``, as from waitpid, when the kernel has ended.
    """
    control = socket.socket(fileno=descriptors[0])
    told, given, _, _ = socket.recv_fds(control, _LARGEST_ORDERS, _MOST_DESCRIPTORS)
    if not told:
        return
    orders: dict[str, Any] = json.loads(told)
    contents, *given = given
    turn, go = os.pipe()
    try:
        # The group that we are in by now is as high as anybody in here can look.
        linux.unshare("cgroup")
        # Before anything else: what we write to from here on would have to be copied for it.
        pid = os.fork()
    except OSError as fault:
        control.send(json.dumps({"fault": str(fault)}).encode())
        return
    if pid == 0:
        for descriptor in (control.detach(), contents, go):
            os.close(descriptor)
        _become_kernel(turn, orders, given, filters, kernel)
    try:
        walls.build(orders["limits"], orders["files"], contents)
        walls.enter(orders["limits"])
        _hand_out_scratch(control)
        linux.show_to_ourselves(False)
    except OSError as fault:
        control.send(json.dumps({"fault": str(fault)}).encode())
        return
    os.write(go, b"1")
    for descriptor in (turn, go, contents, *given):
        os.close(descriptor)
    for program in filters:
        linux.load_filter(program)
    _watch(control, pid)


def _hand_out_scratch(control: socket.socket) -> None:
    scratch = os.open(walls.WORK, os.O_PATH | os.O_DIRECTORY)
    socket.send_fds(control, [b'{"folder": true}'], [scratch])
    os.close(scratch)


def _become_kernel(
    turn: int,
    orders: dict[str, Any],
    given: list[int],
    filters: list[bytes],
    kernel: Kernel,
) -> NoReturn:
    """Be the kernel once the walls stand."""
    try:
        if os.read(turn, 1):
            os.close(turn)
            walls.enter(orders["limits"])
            walls.lock_files()
            for program in filters:
                linux.load_filter(program)
            kernel(orders, given)
    finally:
        os._exit(1)


def _watch(control: socket.socket, kernel: int) -> None:
    """Bury the dead until the kernel is among them or the control socket is gone.

    A word on the control socket has the kernel interrupted.
    """
    woken, wake = socket.socketpair()
    wake.setblocking(False)
    signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    # The host takes no signal for us from in here but those that we have a handler for.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    poll = select.poll()
    poll.register(woken, select.POLLIN)
    poll.register(control, select.POLLIN)
    while True:
        status = _bury(kernel)
        if status is not None:
            with suppress(OSError):
                control.send(json.dumps({"status": status}).encode())
            return
        ready = {descriptor for descriptor, _ in poll.poll()}
        if control.fileno() in ready and not _interrupted(control, kernel):
            return
        if woken.fileno() in ready:
            woken.recv(4096)


def _interrupted(control: socket.socket, kernel: int) -> bool:
    """Interrupt the kernel if we were asked to; False where nobody can ask any more."""
    try:
        if not control.recv(_LARGEST_ORDERS):
            return False
        # We have not buried it yet, so its number is still its own.
        os.kill(kernel, signal.SIGINT)
        control.send(json.dumps({"interrupted": True}).encode())
    except OSError:
        return False
    return True


def _bury(kernel: int) -> int | None:
    """Bury all that are dead; the kernel's status if it is one of them."""
    found = None
    with suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            if pid == kernel:
                found = status
    return found
