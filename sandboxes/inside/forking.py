"""A fork server: it answers its caller, and has a template forked for each request.

The caller first sends a pidfd of its own: when it dies, the server and its forks die at once.
A request is a packet of JSON with descriptors for the fork: ``{"user": N, "group": N}`` for one in
namespaces of its own, or ``{}`` for one beside it, with two descriptors before the others: the
pidfd of that one, and the socket on which the server says ``{"status": N}``, as from waitpid, when
the new one has ended. The answer is ``{}`` with a pidfd, or ``{"fault": TEXT}``. When the caller
closes its end nothing more is forked, and the server ends with its last fork.
"""

import json
import os
import resource
import select
import signal
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from . import linux
from .template import INNER_USER, Body, Template, TemplateEnded

_LARGEST_REQUEST, _MOST_DESCRIPTORS = 4096, 16
_ANSWERING_SECONDS = 10.0

Prepare = Callable[[], Body]


def meet(control: socket.socket) -> int:
    """The pidfd of our caller, which is the first that it sends."""
    return socket.recv_fds(control, _LARGEST_REQUEST, 1)[1][0]


def serve(
    control: socket.socket,
    caller: int,
    namespaces: Sequence[str],
    prepare: Prepare,
    beside: Prepare | None = None,
) -> None:
    """Have templates prepared, say so, then have them forked until the caller lets go.

    Each function runs in a template of its own, and what it raises is told as a fault. In a fork
    what it gave gets the request's descriptors; when that returns, the fork ends. ``prepare`` is
    for forks in new ``namespaces``, ``beside`` for those beside them.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # The host buries the first ones at once.
    first = Template(namespaces, prepare)
    server = _Server(control, caller, first, Template((), beside) if beside else None)
    told = server.prepared()
    control.send(json.dumps(told).encode())
    if "fault" not in told:
        server.run()


class _Server:
    """A server at work: its caller, its templates, and those forks whose end will be asked."""

    def __init__(
        self, control: socket.socket, caller: int, first: Template, second: Template | None
    ) -> None:
        self._control = control
        self._caller = caller
        self._first, self._second = first, second
        self._templates = [first, second] if second else [first]
        # By their number: their pidfd, and the socket on which their end is told.
        self._watched: dict[int, tuple[int, int]] = {}
        self._poll = select.poll()
        ends = [template.fileno() for template in self._templates]
        for descriptor in (control.fileno(), caller, *ends):
            self._poll.register(descriptor, select.POLLIN)
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # Each that is watched needs two.

    def prepared(self) -> dict[str, Any]:
        """What the templates say once they are ready: a fault, or nothing."""
        for template in self._templates:
            self._await(template)
            try:
                told, _ = template.answer()
            except TemplateEnded:
                told = {"fault": "What prepares the profile ended before it was done."}
            if "fault" in told:
                return told
        return {}

    def run(self) -> None:
        """Answer until the caller lets go, then wait for the last fork."""
        is_asked = True
        while True:
            ready = {descriptor for descriptor, _ in self._poll.poll()}
            if self._caller in ready:
                os._exit(0)
            if any(template.fileno() in ready for template in self._templates):
                if not is_asked and self._first.fileno() in ready:
                    return
                os._exit(1)  # Unasked it says nothing: it has ended, and another server is needed.
            if any(pidfd in ready for pidfd, _ in self._watched.values()):
                self._bury()
            if self._control.fileno() in ready:
                told, descriptors, _, _ = socket.recv_fds(
                    self._control, _LARGEST_REQUEST, _MOST_DESCRIPTORS
                )
                if told:
                    self._answer(json.loads(told), descriptors)
                else:
                    is_asked = False
                    self._poll.unregister(self._control)
                    self._first.let_go()

    def _await(self, template: Template, seconds: float | None = None) -> None:
        """Wait for its answer; without one in time, or without our caller, end for good."""
        ready = select.select([template.fileno(), self._caller], [], [], seconds)[0]
        if self._caller in ready:
            os._exit(0)
        if not ready:
            os._exit(1)  # Whatever it answers later would be taken for the next one's answer.

    def _answer(self, request: dict[str, Any], descriptors: list[int]) -> None:
        gate_inside, gate = os.pipe()
        held = [gate_inside, gate, *descriptors]
        try:
            if request:
                self._first.fork([gate_inside, *descriptors])
                told, pidfds = self._told(self._first)
                held += pidfds
                for pidfd in pidfds:
                    _map_user(linux.number_of(pidfd), request["user"], request["group"])
            else:
                assert self._second is not None
                process, status, *others = descriptors
                self._second.fork([gate_inside, process, *others], beside=process)
                told, pidfds = self._told(self._second)
                held += pidfds
                for pidfd in pidfds:
                    self._watch(pidfd, status)
            if pidfds:
                os.write(gate, b"1")
            socket.send_fds(self._control, [json.dumps(told).encode()], pidfds)
        except TemplateEnded:
            os._exit(1)
        except OSError as fault:
            # Its gate closes unopened, and so a fork that was made ends by itself.
            self._control.send(json.dumps({"fault": str(fault)}).encode())
        finally:
            for descriptor in held:
                os.close(descriptor)

    def _told(self, template: Template) -> tuple[dict[str, Any], list[int]]:
        self._await(template, _ANSWERING_SECONDS)
        return template.answer()

    def _watch(self, pidfd: int, status: int) -> None:
        number, kept = linux.number_of(pidfd), os.dup(pidfd)
        self._watched[number] = kept, os.dup(status)
        self._poll.register(kept, select.POLLIN)

    def _bury(self) -> None:
        """Tell of each watched fork that has ended how it did."""
        assert self._second is not None
        try:
            self._second.bury()
            told, _ = self._told(self._second)
        except TemplateEnded:
            os._exit(1)
        for number, status in told["ended"]:
            if number not in self._watched:
                continue  # It ended before anybody could be told that it was there.
            pidfd, way = self._watched.pop(number)
            self._poll.unregister(pidfd)
            with suppress(OSError), socket.socket(fileno=way) as control:
                control.send(json.dumps({"status": status}).encode(), socket.MSG_DONTWAIT)
            os.close(pidfd)


def _map_user(pid: int, user: int, group: int) -> None:
    for name, line in (
        ("setgroups", "deny"),
        ("uid_map", f"{INNER_USER} {user} 1"),
        ("gid_map", f"{INNER_USER} {group} 1"),
    ):
        with open(f"/proc/{pid}/{name}", "w") as file:
            file.write(line)
