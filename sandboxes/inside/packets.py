"""Messages of any length in packets, between a run's kernel and its reader.

The system sends a packet whole or not at all. So nothing tears a message apart: no signal that
falls into its sending, and nobody who sends at the same time, be it a thread or a process that a
cell forked. Each packet tells which message it is of, and whether that ends with it.
"""

import itertools
import os
import struct

#: The most that a packet holds, in bytes: little enough for a socket with the system's defaults.
LARGEST = 1 << 16
_MOST_OPEN = 64
_HEAD = struct.Struct("!?Q")
_BODY = LARGEST - _HEAD.size

_numbers = itertools.count()


class BrokenPacket(ValueError):
    """What came is no packet, or is of more than may be kept."""


def packets(message: bytes) -> list[bytes]:
    """The packets of one message, in their order."""
    number = (os.getpid() << 32) + next(_numbers)
    last = max(0, len(message) - 1) // _BODY
    return [
        _HEAD.pack(at == last, number) + message[at * _BODY : (at + 1) * _BODY]
        for at in range(last + 1)
    ]


class Gathering:
    """Puts messages together whose packets come in any order of the messages.

    Of what is not whole it keeps at most ``largest`` bytes, and so no message is longer.
    """

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._open: dict[int, bytearray] = {}
        self._kept = 0

    def add(self, packet: bytes) -> bytes | None:
        """The message that is whole with this packet, if one is; raises BrokenPacket."""
        if len(packet) < _HEAD.size:
            raise BrokenPacket
        is_last, number = _HEAD.unpack_from(packet)
        body = packet[_HEAD.size :]
        self._kept += len(body)
        if self._kept > self._largest:
            raise BrokenPacket
        if is_last:
            message = bytes(self._open.pop(number, b"")) + body
            self._kept -= len(message)
            return message
        self._open.setdefault(number, bytearray()).extend(body)
        if len(self._open) > _MOST_OPEN:
            raise BrokenPacket
        return None
