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
        # A handler runs after a call, so what was read or sent must be noted within one, and what
        # belongs together in one assignment.
        self._read: list[bytes] = []
        #: What is to be sent, and the sizes of those parts of it that were.
        self.unsent: tuple[bytes, list[int]] | None = None
        #: What has come and was not taken.
        self.arrived: dict[str, Any] | BrokenMessage | None = None
        self._is_torn = False

    # Any: a message is a JSON object; whoever receives one checks each part of it.
    def send(self, message: dict[str, Any]) -> None:
        """Send one message; raises TooLarge, and then has sent nothing, or Gone."""
        self.unsent = self.framed(message)
        self.send_rest()

    def framed(self, message: dict[str, Any]) -> tuple[bytes, list[int]]:
        """What ``unsent`` must become for this message to be sent; raises TooLarge."""
        content = _WRITER.encode(message).encode()
        if len(content) > LARGEST:
            raise TooLarge
        frame = _LENGTH.pack(len(content)) + content
        if self.unsent is not None:
            former, counts = self.unsent
            frame = former[sum(counts) :] + frame
        return frame, []

    def send_rest(self) -> None:
        """Send what is unsent; raises Gone."""
        if self.unsent is None:
            return
        frame, counts = self.unsent
        view = memoryview(frame)
        while (sent := sum(counts)) < len(frame):
            try:
                counts.extend(map(self._end.send, (view[sent:],)))
            except OSError as error:
                raise _ended(error) from None
        self.unsent = None

    def receive(self) -> dict[str, Any]:
        """Take the next message; raises BrokenMessage, having taken that too, or Gone."""
        message = self.next()
        self.arrived = None
        if isinstance(message, BrokenMessage):
            raise message
        return message

    def next(self) -> dict[str, Any] | BrokenMessage:
        """The next message, the same until ``arrived`` is None again; raises Gone."""
        if self.arrived is not None:
            return self.arrived
        if self._is_torn:
            raise Gone
        self.send_rest()
        content = self._first(_LENGTH.size)
        end = _LENGTH.size + _LENGTH.unpack_from(content)[0]
        if end > _LENGTH.size + LARGEST:
            too_large = BrokenMessage("a message that is too large")
            self._is_torn, self.arrived = True, too_large
            return too_large
        if len(content) < end:
            content = self._first(end)
        left, message = [content[end:]], _parsed(content[_LENGTH.size : end])
        self._read, self.arrived = left, message
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


def _parsed(content: bytes) -> dict[str, Any] | BrokenMessage:
    try:
        message = _READER.decode(content.decode())
    except (ValueError, RecursionError):
        return BrokenMessage("what is not JSON")
    return message if isinstance(message, dict) else BrokenMessage("what is no object")


def _refused(name: str) -> None:
    raise ValueError(name)


# One for all messages: the library would make a new one for each.
_WRITER = json.JSONEncoder(allow_nan=False, separators=(",", ":"))
_READER = json.JSONDecoder(parse_constant=_refused)
