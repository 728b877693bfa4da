"""One connection of a run's reader to a kernel's channel: what has come is taken without waiting.

The reader speaks ZeroMQ's protocol itself: the library would start two threads for each run, and
gather a message of any number of frames before anybody could object.
"""

import socket
import struct
from collections.abc import Iterator, Sequence

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
_MOST_PIECES = 16  # At one look: limits are minded between two.


class Line:
    """A connection to the socket at ``path``, as a ``DEALER`` or a ``SUB`` that hears everything.

    It waits for nobody: what cannot be sent yet is kept, and `is_sending` is true meanwhile.
    ``is_broken`` is true once the peer hung up, sent a frame larger than ``largest`` bytes, more
    frames than a message has, or what is no ZMTP; nothing comes from then on.
    """

    def __init__(self, path: str, kind: str, largest: int) -> None:
        self._largest = largest
        self._came, self._unsent = bytearray(), bytearray()
        self._frames: list[bytes] = []
        self._greeted = self._admitted = self.is_broken = False
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)
        self._socket.setblocking(False)
        # What follows our greeting may be sent when theirs has come.
        self._later = ready(kind) + (message([EVERYTHING]) if kind == "SUB" else b"")
        self._push(GREETING)

    def fileno(self) -> int:
        """The descriptor on which something comes."""
        return self._socket.fileno()

    @property
    def is_sending(self) -> bool:
        """Whether something is still to be sent once the peer takes it in."""
        return bool(self._unsent)

    def send(self, frames: Sequence[bytes]) -> None:
        """Send one message, now or when it can be."""
        if self._greeted:
            self._push(message(frames))
        else:
            self._later += message(frames)

    def flush(self) -> None:
        """Send what is left, as far as the peer takes it in."""
        while self._unsent:
            try:
                del self._unsent[: self._socket.send(self._unsent)]
            except BlockingIOError:
                return
            except OSError:
                self._unsent.clear()  # That it hung up shows when the rest of it is read.

    def received(self) -> Iterator[list[bytes]]:
        """The messages that have come, as far as they are taken in at one look."""
        for _ in range(_MOST_PIECES):
            yield from self._whole()
            if self.is_broken or not self._take():
                return
        yield from self._whole()

    def close(self) -> None:
        """Let go of the connection."""
        self._socket.close()

    def _push(self, content: bytes) -> None:
        self._unsent += content
        self.flush()

    def _take(self) -> bool:
        """Whether anything more has come."""
        try:
            piece = self._socket.recv(_PIECE)
        except BlockingIOError:
            return False
        except OSError:
            piece = b""
        self.is_broken = not piece
        self._came += piece
        return bool(piece)

    def _whole(self) -> Iterator[list[bytes]]:
        """Whole messages among what has come."""
        if not self._greeted:
            self._greeted = self._is_greeted()
        while self._greeted and not self.is_broken and (frame := self._frame()):
            flags, body = frame
            if flags & COMMAND:
                self._admitted = self._admitted or is_ready(body)
                continue
            self._frames.append(body)
            if not flags & MORE:
                done, self._frames = self._frames, []
                yield done
            elif len(self._frames) == MOST_FRAMES:
                self.is_broken = True

    def _is_greeted(self) -> bool:
        if len(self._came) < len(GREETING):
            return False
        greeting = bytes(self._came[: len(GREETING)])
        del self._came[: len(GREETING)]
        if not speaks(greeting):
            self.is_broken = True
            return False
        self._push(self._later)
        return True

    def _frame(self) -> tuple[int, bytes] | None:
        """The flags and the content of the next frame, if all of it has come."""
        came = self._came
        start = 9 if came and came[0] & LONG else 2
        if len(came) < start:
            return None
        flags = came[0]
        length = struct.unpack_from(">Q", came, 1)[0] if flags & LONG else came[1]
        is_command = bool(flags & COMMAND)
        if length > (LONGEST_COMMAND if is_command else self._largest) or not (
            self._admitted or is_command
        ):
            self.is_broken = True
            return None
        if len(came) < start + length:
            return None
        body = bytes(came[start : start + length])
        del came[: start + length]
        return flags, body
