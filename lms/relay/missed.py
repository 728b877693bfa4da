"""What a page missed while it was away, kept until it comes back."""

from lms.relay import messages
from lms.relay.messages import Told

#: How many characters of frames are kept for one page.
MOST = 1024 * 1024


class Missed:
    """Frames in the order in which they came; outputs that do not fit are told as cut."""

    def __init__(self) -> None:
        self._frames: list[Told] = []
        self._size = 0
        self._cut: set[str] = set()

    def keep(self, frame: Told) -> None:
        """Keep a frame that is of use later; how the kernel was, and what it asked, is not."""
        kind = frame["type"]
        if kind in ("done", "cut"):  # One of each for a run, and small.
            self._frames.append(frame)
            return
        if kind not in ("output", "update", "clear", "comm_open", "comm_msg", "comm_close"):
            return
        size = len(messages.encoded(frame) or "")
        if self._size + size <= MOST:
            self._size += size
            self._frames.append(frame)
        elif (run := frame.get("id", "")) not in self._cut:
            self._cut.add(run)
            self._frames.append(messages.cut(run, "away", MOST))

    def take(self) -> list[Told]:
        """All of it; then nothing is kept any more."""
        frames = self._frames
        self._frames, self._size, self._cut = [], 0, set()
        return frames
