"""The reader's end of the line to a run's kernel: nobody is waited for at it.

What passes are Jupyter's messages, as far as a run has use for them: their kind, their content,
and which question they answer.
"""

import json
import secrets
import socket
from collections import deque
from collections.abc import Iterator
from typing import Any

from sandboxes.inside import packets

_MOST_PACKETS = 64  # At one look: limits are minded between two.


class Line:
    """One end of a connection to a kernel that may be hostile.

    What cannot be sent yet is kept, and `is_sending` is true meanwhile. ``is_broken`` is true once
    the kernel hung up, or sent a message larger than ``largest`` bytes or what is no packet; then
    nothing comes any more.
    """

    def __init__(self, end: socket.socket, largest: int) -> None:
        self._end = end
        self._gathering = packets.Gathering(largest)
        self._unsent: deque[bytes] = deque()
        self.is_broken = False

    def fileno(self) -> int:
        """The descriptor on which something comes."""
        return self._end.fileno()

    @property
    def is_sending(self) -> bool:
        """Whether something is still to be sent once the kernel takes it in."""
        return bool(self._unsent)

    # Any: a JSON object, as the kernel's protocol has it.
    def ask(self, kind: str, content: dict[str, Any]) -> str:
        """Send a request, now or when it can be; gives its id, which answers name."""
        number = secrets.token_hex(16)
        asked = {"id": number, "kind": kind, "content": content}
        self._unsent += packets.packets(json.dumps(asked).encode())
        self.flush()
        return number

    def flush(self) -> None:
        """Send what is left, as far as the kernel takes it in."""
        while self._unsent:
            try:
                self._end.send(self._unsent[0], socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            except OSError:
                self._unsent.clear()  # That it hung up shows when the rest of it is read.
                return
            self._unsent.popleft()

    def received(self) -> Iterator[bytes]:
        """The messages that have come, as far as they are taken in at one look."""
        for _ in range(_MOST_PACKETS):
            if self.is_broken:
                return
            try:
                packet = self._end.recv(packets.LARGEST, socket.MSG_DONTWAIT)
                message = self._gathering.add(packet)
            except BlockingIOError:
                return
            except (OSError, packets.BrokenPacket):
                self.is_broken = True
                return
            if message is not None:
                yield message

    def close(self) -> None:
        """Let go of the connection."""
        self._end.close()
