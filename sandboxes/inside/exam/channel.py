"""Messages between the examiner and a kernel: JSON behind its length, on a stream socket."""

import json
import socket
import struct
from typing import Any

#: The most that one message may hold, in bytes.
LARGEST = 64 * 1024 * 1024
_LENGTH = struct.Struct("!I")
_LEAST_READ, _MOST_READ = 1 << 14, 1 << 20


class BrokenMessage(Exception):
    """The other side sent what is no message of ours."""


class Gone(Exception):
    """The other side has closed its end."""


class TooLarge(Exception):
    """A message of our own is larger than may be sent."""


class Channel:
    """One end of the way between the two processes.

    Tests may interrupt what they wait for, by a signal whose handler raises. Nothing is lost then:
    the next message begins where the last one ended, in either direction.
    """

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        # A handler runs between two calls, so what was read or sent must be noted within one.
        self._read: list[bytes] = []
        self._unsent: tuple[bytes, list[int]] | None = None
        self._is_torn = False

    # Any: a message is a JSON object; whoever receives one checks each part of it.
    def send(self, message: dict[str, Any]) -> None:
        """Send one message; raises TooLarge, and then has sent nothing, or Gone."""
        self.prepare(message)
        self.send_prepared()

    def prepare(self, message: dict[str, Any]) -> None:
        """Take one message to be sent; raises TooLarge."""
        content = json.dumps(message, allow_nan=False, separators=(",", ":")).encode()
        if len(content) > LARGEST:
            raise TooLarge
        frame = _LENGTH.pack(len(content)) + content
        if self._unsent is not None:
            former, counts = self._unsent
            frame = former[sum(counts) :] + frame
        self._unsent = (frame, [])

    def send_prepared(self) -> None:
        """Send what was prepared, or what is left of it; raises Gone."""
        if self._unsent is None:
            return
        frame, counts = self._unsent
        view = memoryview(frame)
        while (sent := sum(counts)) < len(frame):
            try:
                counts.extend(map(self._end.send, (view[sent:],)))
            except OSError as error:
                raise _ended(error) from None
        self._unsent = None

    def receive(self) -> dict[str, Any]:
        """The next message; raises BrokenMessage or Gone."""
        if self._is_torn:
            raise Gone
        self.send_prepared()
        content = self._first(_LENGTH.size)
        end = _LENGTH.size + _LENGTH.unpack_from(content)[0]
        if end > _LENGTH.size + LARGEST:
            self._is_torn = True
            raise BrokenMessage("a message that is too large")
        if len(content) < end:
            content = self._first(end)
        left = [content[end:]]
        try:
            message = json.loads(content[_LENGTH.size : end], parse_constant=_refused)
        except (ValueError, RecursionError):
            self._read = left
            raise BrokenMessage("what is not JSON") from None
        self._read = left
        if not isinstance(message, dict):
            raise BrokenMessage("what is no object")
        return message

    def _first(self, size: int) -> bytes:
        """What was read of the next message, at least that many bytes, and what follows it."""
        while (read := sum(map(len, self._read))) < size:
            most = min(max(size - read, _LEAST_READ), _MOST_READ)
            try:
                self._read.extend(map(self._end.recv, (most,)))
            except OSError as error:
                raise _ended(error) from None
            if not self._read[-1]:
                raise Gone
        return b"".join(self._read)


def _ended(error: OSError) -> Exception:
    """What to raise: the system's errors have a number, and a handler may raise TimeoutError."""
    return error if error.errno is None else Gone()


def _refused(name: str) -> None:
    raise ValueError(name)
