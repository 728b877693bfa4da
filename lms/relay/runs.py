"""What a kernel was asked to run, cells and the words of widgets, from the asking to its end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lms.relay import messages
from lms.relay.messages import Said, Told

#: How many runs may wait for their turn in a kernel.
MOST_WAITING = 200
#: How long one run may take, in seconds; then it is interrupted.
LONGEST_RUN = 600.0
#: How long a run may go on after that before its kernel is ended, in seconds.
PATIENCE = 30.0
#: How long outputs may follow the answer to a run, or the answer them, in seconds.
LAST_WORDS = 1.0

_MOST_LOOKS = 20
_REMEMBERED = 256  # Threads of a cell may go on writing when it is done.
_ENVELOPES = 8192


@dataclass
class _Run:
    """One run; ``left`` is how many bytes its kernel may still say, times are in seconds."""

    id: str
    left: int
    since: float | None = None
    answer: Mapping[str, Any] | None = None
    answered: float | None = None
    idle: float | None = None
    cut: bool = False


@dataclass
class Step:
    """What follows: frames for the page, and whether to interrupt the kernel or to end it."""

    frames: list[Told] = field(default_factory=list)
    interrupt: bool = False
    overdue: bool = False


class Runs:
    """What one kernel was asked, by the number of each request. It knows no clock but ``now``.

    A run may make its kernel say ``most_bytes``, of which the code's own echo is free.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._open: dict[str, _Run] = {}
        self._done: dict[str, _Run] = {}
        self._looks: dict[str, tuple[str, bool]] = {}
        #: What the code asks its reader and was not answered yet.
        self.question: Told | None = None

    @property
    def busy(self) -> bool:
        """Whether anything is run or waits for its turn."""
        return bool(self._open)

    @property
    def full(self) -> bool:
        """Whether no more runs can be asked for now."""
        return len(self._open) >= MOST_WAITING

    def begin(self, number: str, run: str, code: str) -> None:
        """Remember that the request ``number`` runs ``code``; the page calls it ``run``."""
        self._open[number] = _Run(run, self._most + len(code) * 6 + _ENVELOPES)

    def tell(self, number: str, run: str) -> None:
        """Remember that the request ``number`` is a widget's; nothing but its end answers it."""
        self._open[number] = _Run(run, self._most + _ENVELOPES, answer={"status": "ok"})

    def look(self, number: str, look: str, explain: bool) -> None:
        """Remember that the request ``number`` asks for a completion or an explanation."""
        self._looks[number] = (look, explain)
        if len(self._looks) > _MOST_LOOKS:
            del self._looks[next(iter(self._looks))]

    def hear(self, channel: str, said: Said | None, size: int, now: float) -> Step:
        """Take one message of ``size`` bytes; ``said`` is None for one too large to be read."""
        step = Step()
        if said is None:
            self._hear_too_much(channel, size, step, now)
        elif channel == "shell":
            self._hear_answer(said, step, now)
        elif channel == "stdin" and said.kind == "input_request":
            run = self._open.get(said.parent)
            if run is not None:
                self.question = messages.asked(run.id, said.content)
                step.frames.append(self.question)
        elif channel == "iopub":
            self._hear_public(said, size, step, now)
        return step

    def pass_time(self, now: float) -> Step:
        """What the passing of time alone brings about."""
        step = Step()
        for number, run in list(self._open.items()):
            if self._has_spoken(run, now):
                self._close(number, step)
        current = self._current()
        if current is None:
            return step
        if current.since is None:
            current.since = now
        lasted = now - current.since
        step.overdue = lasted > LONGEST_RUN + PATIENCE
        if lasted > LONGEST_RUN and not current.cut:
            current.cut = step.interrupt = True
            step.frames.append(messages.cut(current.id, "time", LONGEST_RUN))
        return step

    def abort(self) -> list[Told]:
        """Give up every run that is not done: its kernel is gone. The first one had its turn."""
        frames = [
            messages.aborted(run.id) if place else messages.lost(run.id)
            for place, run in enumerate(self._open.values())
        ]
        self._open.clear()
        self.question = None
        return frames

    def _current(self) -> _Run | None:
        return next(iter(self._open.values()), None)

    def _hear_answer(self, said: Said, step: Step, now: float) -> None:
        if said.parent in self._looks:
            look, explain = self._looks.pop(said.parent)
            told = messages.inspection if explain else messages.completion
            step.frames.append(told(look, said.content))
            return
        run = self._open.get(said.parent)
        if run is None or said.kind != "execute_reply":
            return
        run.answer, run.answered = said.content, now
        if said.content.get("status") == "aborted":  # It had no turn, and has no last words.
            run.idle = now
        self._close_in_order(step)

    def _hear_public(self, said: Said, size: int, step: Step, now: float) -> None:
        run = self._open.get(said.parent) or self._done.get(said.parent)
        if run is None:
            return
        if said.kind == "status":
            state = said.content.get("execution_state")
            if state == "busy" and run.since is None:
                run.since = now
            elif state == "idle" and said.parent in self._open:
                run.idle = now
                self._close_in_order(step)
            return
        self._charge(run, size, step)
        if run.cut:
            return
        frame = messages.published(run.id, said)
        if frame is not None:
            step.frames.append(frame)

    def _hear_too_much(self, channel: str, size: int, step: Step, now: float) -> None:
        run = self._current()
        if run is None:
            return
        if channel == "shell":  # Its answer is lost; that it is done is not.
            run.answer, run.answered = {}, now
        self._charge(run, max(size, run.left + 1), step)

    def _charge(self, run: _Run, size: int, step: Step) -> None:
        run.left -= size
        if run.left < 0 and not run.cut:
            run.cut = True
            step.interrupt = run in self._open.values()
            step.frames.append(messages.cut(run.id, "output", self._most))

    def _has_spoken(self, run: _Run, now: float) -> bool:
        ends = [moment for moment in (run.answered, run.idle) if moment is not None]
        return bool(ends) and now - max(ends) > LAST_WORDS

    def _close_in_order(self, step: Step) -> None:
        """Close what is done, up to the first run that is not: they have their turn in order."""
        for number, run in list(self._open.items()):
            if run.answer is None or run.idle is None:
                return
            self._close(number, step)

    def _close(self, number: str, step: Step) -> None:
        run = self._open.pop(number)
        if self.question is not None and self.question["id"] == run.id:
            self.question = None
        step.frames.append(messages.done(run.id, run.answer))
        self._done[number] = run
        if len(self._done) > _REMEMBERED:
            del self._done[next(iter(self._done))]
