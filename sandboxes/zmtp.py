"""ZeroMQ's protocol, as the client of a hostile peer.

The library itself would gather a message of any number of frames before anybody could object,
and so let one kernel fill the memory of a process that serves many. Here nothing is read before
its size is known and there is somebody to take it: what does not fit is passed over, and a peer
that sends faster than is read has to wait.
"""

import asyncio
import struct
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from sandboxes.frames import (
    COMMAND,
    EVERYTHING,
    GREETING,
    LONG,
    LONGEST_COMMAND,
    MORE,
    MOST_FRAMES,
    is_ready,
    message,
    ready,
    speaks,
)

_PIECE = 65536
_MOST_UNSENT = 8 * 1024 * 1024
# What a frame costs besides its bytes: somebody has to look at each.
_FRAME = 512
# What is passed over is not looked at, and so costs less for each byte.
_PASSING = 64

#: Awaited before anything is read, with what it costs in bytes; it returns when that may be.
Toll = Callable[[int], Awaitable[None]]


class BrokenPeer(ConnectionError):
    """The other end closed the connection, does not speak the protocol, or takes nothing in."""


@dataclass(frozen=True)
class Parcel:
    """One message: its frames, or None in place of those of one that is too large.

    ``size`` is how many bytes came for it, or are said to come.
    """

    frames: tuple[bytes, ...] | None
    size: int


async def _free(_cost: int) -> None:
    """No toll at all."""


class Channel:
    """One connection to a socket; messages larger than ``largest`` bytes are passed over."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, largest: int, toll: Toll
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._largest = largest
        self._toll = toll
        self._passing = (False, 0)  # What is left of a message that was too large: see _frame.

    @classmethod
    async def opened(
        cls, path: str, kind: str, *, identity: bytes = b"", largest: int, toll: Toll = _free
    ) -> "Channel":
        """Connect to the socket at ``path`` as a ``DEALER`` or a ``SUB``, which hears everything.

        Returns when the peer has answered, which may be never. Raises BrokenPeer.
        """
        try:
            reader, writer = await asyncio.open_unix_connection(path, limit=_PIECE)
        except OSError as fault:
            raise BrokenPeer(str(fault)) from None
        channel = cls(reader, writer, largest, toll)
        try:
            await channel._greet(kind, identity)
        except BaseException:
            channel.close()
            raise
        return channel

    def send(self, frames: Sequence[bytes]) -> None:
        """Send one message without waiting; raises BrokenPeer when the peer takes nothing in."""
        if self._writer.is_closing():
            raise BrokenPeer("The connection is closed.")
        if self._writer.transport.get_write_buffer_size() > _MOST_UNSENT:
            raise BrokenPeer("The peer takes nothing in.")
        self._writer.write(message(frames))

    async def receive(self) -> Parcel:
        """The next message; one that is too large is told before it is there. Raises BrokenPeer."""
        await self._pass_over_rest()
        frames: list[bytes] = []
        size = 0
        while True:
            more, length = await self._frame()
            size += length
            if size > self._largest or len(frames) == MOST_FRAMES:
                self._passing = (more, length)
                return Parcel(None, size)
            await self._toll(length)
            frames.append(await self._exactly(length))
            if not more:
                return Parcel(tuple(frames), size)

    def close(self) -> None:
        """Let go of the connection, whatever is still to be sent."""
        with suppress(RuntimeError):  # The loop may have ended before us.
            self._writer.transport.abort()

    async def _greet(self, kind: str, identity: bytes) -> None:
        self._writer.write(GREETING)
        if not speaks(await self._exactly(len(GREETING))):
            raise BrokenPeer("The peer does not speak ZMTP 3.")
        self._writer.write(ready(kind, identity))
        flags, length = await self._header()
        if not flags & COMMAND or length > LONGEST_COMMAND:
            raise BrokenPeer("The peer is not ready.")
        if not is_ready(await self._exactly(length)):
            raise BrokenPeer("The peer refuses us.")
        if kind == "SUB":
            self._writer.write(message([EVERYTHING]))

    async def _frame(self) -> tuple[bool, int]:
        """Whether the next frame has one after it, and its length; commands are passed over."""
        while True:
            await self._toll(_FRAME)
            flags, length = await self._header()
            if not flags & COMMAND:
                return bool(flags & MORE), length
            await self._pass_over(length)  # Nothing that a peer may command concerns us.

    async def _pass_over_rest(self) -> None:
        """Come to the end of the message that was too large, if the last one was."""
        more, length = self._passing
        self._passing = (False, 0)
        await self._pass_over(length)
        while more:
            more, length = await self._frame()
            await self._pass_over(length)

    async def _pass_over(self, length: int) -> None:
        while length:
            piece = min(length, _PIECE)
            await self._toll(piece // _PASSING)
            length -= len(await self._exactly(piece))

    async def _header(self) -> tuple[int, int]:
        flags = (await self._exactly(1))[0]
        if not flags & LONG:
            return flags, (await self._exactly(1))[0]
        (length,) = struct.unpack(">Q", await self._exactly(8))
        return flags, length

    async def _exactly(self, length: int) -> bytes:
        try:
            return await self._reader.readexactly(length)
        except (OSError, asyncio.IncompleteReadError):
            raise BrokenPeer("The peer closed the connection.") from None
