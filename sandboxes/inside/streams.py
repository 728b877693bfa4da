"""How a kernel says what it says: its outputs, and what its programs write.

Between two cells of a run nobody waits for anything but the answer. Threads that hand each
message on to the next one cost more there than most cells do, so they begin when they are needed.
"""

# ipykernel is the sandbox's, not ours: it may be missing where this file is checked.
# mypy: disable-error-code="import-not-found, misc, no-untyped-call, unused-ignore"

import codecs
import os
import select
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ipykernel.iostream import IOPubThread, OutStream

from .line import Line, Session

_AT_ONCE, _LARGEST_PIPE = 1 << 16, 1 << 20


class Publisher(IOPubThread):
    """Minds, in a run's kernel, that what is printed goes out soon, whatever its cell does then.

    All else is said at once by whoever says it. The thread begins with the first word printed.
    """

    def __init__(self, line: Line, session: Session) -> None:
        super().__init__(line, session=session)
        self._beginning = threading.RLock()

    def _setup_event_pipe(self) -> None:
        """Nobody is woken by ZeroMQ."""

    def begin(self) -> None:
        """Start the thread, if it has not begun; where no more threads may be, do without."""
        with self._beginning:
            if self.thread.ident is not None:
                return
            # A handler that raises amid this would leave half a thread; none is called there.
            before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
            try:
                signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
                with suppress(RuntimeError):
                    self.start()
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def schedule(self, f: Callable[[], Any]) -> None:
        """Have ``f`` called in the thread, where there is one."""
        if self.thread.is_alive():
            self.io_loop.add_callback(f)
        else:
            f()


class Stream(OutStream):
    """Standard output or error of the kernel, and of the programs that its cells start."""

    _should_watch: bool

    def __init__(self, *given: Any, **named: Any) -> None:
        self._taking = threading.RLock()
        # A letter may come in two pieces.
        self._letters = codecs.getincrementaldecoder("utf-8")("replace")
        super().__init__(*given, **named)

    def flush(self) -> None:
        """Send what was written so far; where nothing was, no thread is waited for."""
        self._take_programs_words()
        with self._buffer_lock:
            is_empty = not self._buffers
        if not is_empty:
            super().flush()

    def _watch_pipe_fd(self) -> None:
        """Take what programs write as it comes; ipykernel has a thread do this."""
        with suppress(OSError, ValueError):
            while self._should_watch and self._fid is not None:
                select.select([self._fid], [], [])
                self._take_programs_words()

    def _take_programs_words(self) -> None:
        """Take what programs wrote so far; whoever reads it adds it before another may look."""
        if self._fid is None or not self._is_master_process():
            return
        with self._taking:
            # As much as a pipe may hold at most: one who goes on writing is not waited for.
            for _ in range(_LARGEST_PIPE // _AT_ONCE):
                if not self._should_watch or not select.select([self._fid], [], [], 0)[0]:
                    return
                written = os.read(self._fid, _AT_ONCE)
                if not written:
                    self._should_watch = False
                self.write(self._letters.decode(written))


class RunStream(Stream):
    """The same in a run, where every thread may send."""

    def _schedule_flush(self) -> None:
        self.pub_thread.begin()
        super()._schedule_flush()

    def flush(self) -> None:
        """Send what was written so far."""
        self._take_programs_words()
        self._flush()
