"""Wakes a sleeping worker of this machine at once, instead of at its next look.

The bell carries no news: whoever hears it looks into the database. One that cannot be rung or
heard (another machine, a full or missing pipe) costs nothing but the wait for that look.
"""

import os
import select
import threading
from contextlib import suppress
from pathlib import Path

# More rings than ever wait at once; they all mean the same.
_ALL = 65536


class Bell:
    """A named pipe that those who bring work write to and a worker waits at."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ear: int | None = None
        self._guard = threading.Lock()

    def ring(self) -> None:
        """Wake a worker that waits; without one nothing happens. Never raises or blocks."""
        with suppress(OSError):
            pipe = os.open(self._path, os.O_WRONLY | os.O_NONBLOCK)
            try:
                os.write(pipe, b"!")
            finally:
                os.close(pipe)

    def wait(self, seconds: float) -> bool:
        """Wait until the bell rings, but at most ``seconds``; whether it rang.

        Several workers may wait at one bell; a ring wakes at least one of them.
        """
        ear = self._listening()
        if ear is None:
            threading.Event().wait(seconds)
            return False
        heard, _, _ = select.select([ear], [], [], seconds)
        if not heard:
            return False
        with suppress(BlockingIOError):  # Another worker was quicker.
            os.read(ear, _ALL)
        return True

    def close(self) -> None:
        """Wait at this bell no more."""
        with self._guard:
            if self._ear is not None:
                os.close(self._ear)
                self._ear = None

    def _listening(self) -> int | None:
        with self._guard:
            if self._ear is None:
                with suppress(OSError):
                    with suppress(FileExistsError):
                        os.mkfifo(self._path, 0o600)
                    # Open for writing too, so that the last ringer's leaving is no end of file.
                    self._ear = os.open(self._path, os.O_RDWR | os.O_NONBLOCK)
            return self._ear
