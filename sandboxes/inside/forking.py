"""A fork server: it answers its caller, and has a template forked for each request.

The caller first sends a pidfd of its own: when it dies, the server and its forks die at once.
A request is a packet of JSON, ``{"user": N, "group": N}``, with descriptors for the fork. The
answer is ``{}`` with a pidfd, or ``{"fault": TEXT}``. When the caller closes its end nothing more
is forked, and the server ends with its last fork.
"""

import json
import os
import select
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from . import linux
from .template import INNER_USER, Body, Template, TemplateEnded

_LARGEST_REQUEST, _MOST_DESCRIPTORS = 4096, 16
_FORKING_SECONDS = 10.0


def meet(control: socket.socket) -> int:
    """The pidfd of our caller, which is the first that it sends."""
    return socket.recv_fds(control, _LARGEST_REQUEST, 1)[1][0]


def serve(
    control: socket.socket, caller: int, namespaces: Sequence[str], prepare: Callable[[], Body]
) -> None:
    """Have a template prepared, say so, then have it forked until the caller lets go.

    ``prepare`` runs in the template, and what it raises is told as a fault. In a fork what it
    gave gets the request's descriptors; when that returns, the fork ends.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # The host buries our forks at once.
    template = Template(namespaces, prepare)
    told = _prepared(template, caller)
    control.send(json.dumps(told).encode())
    while "fault" not in told:
        if template.fileno() in _ready(control.fileno(), template.fileno(), caller):
            os._exit(1)  # Unasked it says nothing: it has ended, and another server is needed.
        request, descriptors, _, _ = socket.recv_fds(control, _LARGEST_REQUEST, _MOST_DESCRIPTORS)
        if not request:
            break
        _answer(control, caller, json.loads(request), descriptors, template)
    template.let_go()
    with suppress(ChildProcessError):
        while os.waitpid(template.pid, os.WNOHANG) is not None:
            _ready(caller, seconds=1.0)


def _prepared(template: Template, caller: int) -> dict[str, Any]:
    _ready(template.fileno(), caller)
    try:
        return template.answer()[0]
    except TemplateEnded:
        return {"fault": "What prepares the profile ended before it was done."}


def _ready(*descriptors: int, seconds: float | None = None) -> list[int]:
    """Wait for a sign on some of them; the last is our caller's pidfd and ends us for good."""
    ready = select.select(descriptors, [], [], seconds)[0]
    if descriptors[-1] in ready:
        os._exit(0)
    return ready


def _answer(
    control: socket.socket,
    caller: int,
    request: dict[str, Any],
    descriptors: list[int],
    template: Template,
) -> None:
    gate_inside, gate = os.pipe()
    given: list[int] = []
    try:
        template.fork([gate_inside, *descriptors])
        if not _ready(template.fileno(), caller, seconds=_FORKING_SECONDS):
            os._exit(1)  # Whatever it answers later would be taken for the next one's answer.
        told, given = template.answer()
        if given:
            _map_user(linux.number_of(given[0]), request["user"], request["group"])
            os.write(gate, b"1")
        socket.send_fds(control, [json.dumps(told).encode()], given)
    except TemplateEnded:
        os._exit(1)
    except OSError as fault:
        # Its gate closes unopened, and so a fork that was made ends by itself.
        control.send(json.dumps({"fault": str(fault)}).encode())
    finally:
        for descriptor in (gate_inside, gate, *given, *descriptors):
            os.close(descriptor)


def _map_user(pid: int, user: int, group: int) -> None:
    for name, line in (
        ("setgroups", "deny"),
        ("uid_map", f"{INNER_USER} {user} 1"),
        ("gid_map", f"{INNER_USER} {group} 1"),
    ):
        with open(f"/proc/{pid}/{name}", "w") as file:
            file.write(line)
