"""How ZeroMQ's protocol looks on the wire (ZMTP 3.0, https://rfc.zeromq.org/spec/23/)."""

import struct
from collections.abc import Sequence

_SIGNATURE = b"\xff" + bytes(8) + b"\x7f"
#: What a client says first. Version 3.0, in which a subscription is a message; no security.
GREETING = _SIGNATURE + b"\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
#: What is set in the first byte of a frame.
MORE, LONG, COMMAND = 1, 2, 4
#: The message with which a ``SUB`` asks for everything.
EVERYTHING = b"\x01"
#: The longest command that is read, and the most frames of one message: Jupyter's are six, and
#: the identities and buffers that we leave aside.
LONGEST_COMMAND, MOST_FRAMES = 4096, 16

_READY = b"\x05READY"


def speaks(greeting: bytes) -> bool:
    """Whether a greeting, of the length of ours, is of the protocol in version 3 or later."""
    return greeting[:1] == b"\xff" and greeting[9:10] == b"\x7f" and greeting[10] >= 3


def ready(kind: str, identity: bytes = b"") -> bytes:
    """The command by which we are a ``DEALER`` or a ``SUB`` of this identity."""
    told = _named("Socket-Type", kind.encode()) + _named("Identity", identity)
    return _packed(COMMAND, _READY + told)


def is_ready(command: bytes) -> bool:
    """Whether a command says that the peer takes us for what we are."""
    return command.startswith(_READY)


def message(frames: Sequence[bytes]) -> bytes:
    """One message of these frames."""
    *before, last = frames
    return b"".join([*(_packed(MORE, frame) for frame in before), _packed(0, last)])


def _named(name: str, value: bytes) -> bytes:
    return struct.pack("B", len(name)) + name.encode() + struct.pack(">I", len(value)) + value


def _packed(flags: int, body: bytes) -> bytes:
    if len(body) < 256:
        return struct.pack("BB", flags, len(body)) + body
    return struct.pack(">BQ", flags | LONG, len(body)) + body
