"""The kernel's end of the line to the reader of its run, and the session that speaks there.

ZeroMQ would start two threads in each kernel, and Jupyter's format packs, signs and dates each
message in four parts: between the cells of a run, that is most of the work.
"""

# ipykernel is the sandbox's, not ours: it may be missing where this file is checked.
# mypy: disable-error-code="import-not-found, misc, no-untyped-call, override, unused-ignore"

import asyncio
import json
import os
import socket
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from jupyter_client.session import Session as JupyterSession
from tornado.ioloop import IOLoop
from zmq.eventloop.zmqstream import ZMQStream

from . import packets

_LARGEST_REQUEST = 1 << 30  # A reader is not hostile: it sends cells.


class Line(ZMQStream):
    """What takes the place of every stream of messages in a run's kernel."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._gathering = packets.Gathering(_LARGEST_REQUEST)
        self._came: list[bytes] = []
        self._renew()
        os.register_at_fork(after_in_child=self._renew)

    def _renew(self) -> None:
        self._turn = threading.RLock()

    def say(self, message: bytes) -> None:
        """Send one message; in any thread, and in a process that was forked."""
        with self._turn:
            for packet in packets.packets(message):
                self._end.send(packet)

    def on_recv(self, callback: Callable[[Any], Coroutine[Any, Any, None]], **_: Any) -> None:
        """Hand each request to ``callback`` from now on, in the current loop."""
        self._callback = callback
        IOLoop.current().add_handler(self._end, self._hear, IOLoop.READ)

    def flush(self, *_: Any, **__: Any) -> int:
        """Nothing is ever kept back."""
        return 0

    def _hear(self, *_: Any) -> None:
        # A handler of signals runs after a call, so what came must be noted within one.
        self._came.extend(map(self._end.recv, (packets.LARGEST,)))
        while self._came:
            packet = self._came.pop(0)
            if not packet:
                IOLoop.current().remove_handler(self._end)
                return
            request = self._gathering.add(packet)
            if request is not None:
                self._task = asyncio.create_task(self._callback(_message(json.loads(request))))


def _message(told: dict[str, Any]) -> dict[str, Any]:
    """A request as Jupyter's own format would have it once it is read."""
    header = {
        "msg_id": told["id"],
        "msg_type": told["kind"],
        "session": "reader",
        "username": "reader",
        "version": "5.3",
    }
    return {
        "header": header,
        "msg_id": told["id"],
        "msg_type": told["kind"],
        "parent_header": {},
        "metadata": {},
        "content": told["content"],
        "buffers": [],
    }


class Session(JupyterSession):
    """A session that, once it has a line, says everything there, each message one JSON object."""

    line: Line | None = None

    def send(
        self,
        stream: Any,
        msg_or_type: Any,
        content: Any = None,
        parent: Any = None,
        *given: Any,
        **named: Any,
    ) -> Any:
        """As ``Session.send`` of jupyter_client; no reader of a run asks for what is left out."""
        if self.line is None:
            return super().send(stream, msg_or_type, content, parent, *given, **named)
        kind = msg_or_type
        if isinstance(kind, dict):
            kind, content = msg_or_type["header"]["msg_type"], msg_or_type["content"]
            parent = msg_or_type["parent_header"]
        asked = parent.get("header", parent).get("msg_id", "") if parent else ""
        told = {"kind": kind, "parent": asked, "content": content or {}}
        self.line.say(self.pack(told))
        return told

    def feed_identities(self, msg_list: Any, copy: bool = True) -> Any:
        """Nobody but the reader asks; what came by the line is whole already."""
        return ([], msg_list) if self.line else super().feed_identities(msg_list, copy)

    def deserialize(self, msg_list: Any, content: bool = True, copy: bool = True) -> Any:
        """See `feed_identities`."""
        return msg_list if self.line else super().deserialize(msg_list, content, copy)
