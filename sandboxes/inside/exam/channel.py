"""Messages between the examiner and a kernel: JSON behind its length, on a stream socket."""

import json
import socket
import struct
from typing import Any

#: The most that one message may hold, in bytes.
LARGEST = 64 * 1024 * 1024
_LENGTH = struct.Struct("!I")


class BrokenMessage(Exception):
    """The other side sent what is no message of ours."""


class Gone(Exception):
    """The other side has closed its end."""


class TooLarge(Exception):
    """A message of our own is larger than may be sent."""


class Channel:
    """One end of the way between the two processes."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    # Any: a message is a JSON object; whoever receives one checks each part of it.
    def send(self, message: dict[str, Any]) -> None:
        """Send one message; raises TooLarge, and then has sent nothing, or Gone."""
        content = json.dumps(message, allow_nan=False, separators=(",", ":")).encode()
        if len(content) > LARGEST:
            raise TooLarge
        try:
            self._end.sendall(_LENGTH.pack(len(content)) + content)
        except OSError:
            raise Gone from None

    def receive(self) -> dict[str, Any]:
        """The next message; raises BrokenMessage, after which nothing can be read, or Gone."""
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size))
        if length > LARGEST:
            raise BrokenMessage("a message that is too large")
        try:
            message = json.loads(self._exactly(length), parse_constant=_refused)
        except (ValueError, RecursionError):
            raise BrokenMessage("what is not JSON") from None
        if not isinstance(message, dict):
            raise BrokenMessage("what is no object")
        return message

    def _exactly(self, size: int) -> bytes:
        read = bytearray()
        while len(read) < size:
            try:
                piece = self._end.recv(min(size - len(read), 1 << 20))
            except OSError:
                raise Gone from None
            if not piece:
                raise Gone
            read += piece
        return bytes(read)


def _refused(name: str) -> None:
    raise ValueError(name)
