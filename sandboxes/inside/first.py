"""The first process of a kernel's namespaces: it builds the walls, and buries the dead.

It is a fork of a process that has loaded nothing, and so costs little; the kernel is a fork of
another, made beside it. It dies with its control socket, and the host kills with it whatever runs
in its namespaces.
"""

import json
import os
import select
import signal
import socket
from contextlib import suppress
from typing import Any

from . import linux, walls
from .template import become_inner_user

#: The namespaces that are its own from the beginning; that of control groups comes later.
NAMESPACES = ("user", "mount", "pid", "net", "ipc", "uts")
LARGEST_ORDERS = 65536


def run(descriptors: list[int], filters: list[bytes]) -> None:
    """Await the orders on the control socket, which is the only descriptor, and carry them out.

    Orders are JSON: ``limits``, ``files`` and what the kernel needs; with descriptors: the
    contents of the files, and the way to the kernel. On the control socket goes ``{"fault": TEXT}``
    when a wall cannot be built, and ``{"folder": true}`` with a descriptor of the scratch when all
    stand. The next word there says that the kernel is in its control group, and has it told the
    orders; any later one has what it is running interrupted, and is answered
    ``{"interrupted": true}``.
    """
    become_inner_user()
    control = socket.socket(fileno=descriptors[0])
    told, given, _, _ = socket.recv_fds(control, LARGEST_ORDERS, 2)
    if not told:
        return
    orders: dict[str, Any] = json.loads(told)
    contents = given[0]
    try:
        # The group that we are in by now is as high as anybody in here can look.
        linux.unshare("cgroup")
        walls.build(orders["limits"], orders["files"], contents)
        walls.enter(orders["limits"])
        _hand_out_scratch(control)
        linux.show_to_ourselves(False)
    except OSError as fault:
        control.send(json.dumps({"fault": str(fault)}).encode())
        return
    os.close(contents)
    with socket.socket(fileno=given[1]) as way:
        kernel = _met(control, way)
        for program in filters:
            linux.load_filter(program)
        if kernel is None:
            return
        way.send(told)
    _watch(control, kernel)


def _hand_out_scratch(control: socket.socket) -> None:
    scratch = os.open(walls.WORK, os.O_PATH | os.O_DIRECTORY)
    socket.send_fds(control, [b'{"folder": true}'], [scratch])
    os.close(scratch)


def _met(control: socket.socket, way: socket.socket) -> int | None:
    """The kernel's pidfd, once it is here and may begin; None if it never will."""
    _, given, _, _ = socket.recv_fds(way, LARGEST_ORDERS, 1)
    return given[0] if given and control.recv(LARGEST_ORDERS) else None


def _watch(control: socket.socket, kernel: int) -> None:
    """Bury orphans until the kernel has ended or the control socket is gone.

    A word on the control socket has the kernel interrupted.
    """
    woken, wake = socket.socketpair()
    wake.setblocking(False)
    signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    # The host takes no signal for us from in here but those that we have a handler for.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    poll = select.poll()
    for descriptor in (woken, control, kernel):
        poll.register(descriptor, select.POLLIN)
    while True:
        _bury()
        ready = {descriptor for descriptor, _ in poll.poll()}
        if kernel in ready:
            return
        if control.fileno() in ready and not _interrupted(control, kernel):
            return
        if woken.fileno() in ready:
            woken.recv(4096)


def _interrupted(control: socket.socket, kernel: int) -> bool:
    """Interrupt the kernel if we were asked to; False where nobody can ask any more."""
    try:
        if not control.recv(LARGEST_ORDERS):
            return False
        signal.pidfd_send_signal(kernel, signal.SIGINT)
        control.send(json.dumps({"interrupted": True}).encode())
    except OSError:
        return False
    return True


def _bury() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
