"""One learner's place at one notebook: the page that is open, and the kernel it speaks with."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from lms.learning.tickets import Ticket
from lms.relay import messages
from lms.relay.frames import Execute, Frame, Input, Interrupt, Look, Tell
from lms.relay.kernels import Kernel
from lms.relay.messages import Said, Told
from lms.relay.missed import Missed
from lms.relay.runs import MOST_WAITING, Runs, Step

#: The codes with which a page's connection is closed besides WebSocket's own.
MOVED, SENT_AWAY = 4000, 4001


class State(StrEnum):
    """How a seat's kernel is; the values are the contract's words."""

    FULL = "full"
    STARTING = "starting"
    RESTARTING = "restarting"
    IDLE = "idle"
    BUSY = "busy"
    DEAD = "dead"
    CULLED = "culled"


#: States in which a kernel is there or on its way.
COMING = frozenset({State.FULL, State.STARTING, State.RESTARTING})


class Page(Protocol):
    """The page's end of the connection."""

    async def send(self, frame: Told) -> bool:
        """Send a frame and return when it has left; False when the page is gone."""

    def tell(self, frame: Told) -> None:
        """Send a frame without waiting, to a page that may be gone."""

    def close(self, code: int) -> None:
        """Close the connection."""


@dataclass(frozen=True)
class Wish:
    """That the present kernel be ended, with the state to follow and the reason, if it has one."""

    state: State
    reason: str | None = None


class Seat:
    """A seat outlives its pages and its kernels. Moments are seconds of ``clock``.

    ``touched`` is when somebody or something was last at work here, ``left`` since when no page
    is open, ``warned_until`` when an idle kernel ends of which its page was warned. ``wish`` is
    done when somebody asks for the end of the present kernel.
    """

    def __init__(self, ticket: Ticket, output_bytes: int, clock: Callable[[], float]) -> None:
        self.ticket = ticket
        self.state = State.FULL
        self.page: Page | None = None
        self.touched = clock()
        self.left: float | None = self.touched
        self.warned_until: float | None = None
        self.wish: asyncio.Future[Wish] = asyncio.get_running_loop().create_future()
        self._clock = clock
        self._reason: str | None = None
        self._place: int | None = None
        self._kernel: Kernel | None = None
        self._output_bytes = output_bytes
        self._runs = Runs(output_bytes)
        self._pending: list[Execute] = []
        self._missed = Missed()
        self._begun: list[float] = []

    @property
    def busy(self) -> bool:
        """Whether code runs or waits for a kernel."""
        return self._runs.busy or bool(self._pending)

    @property
    def ending(self) -> bool:
        """Whether the present kernel is asked to end."""
        return self.wish.done()

    def meet(self, page: Page) -> None:
        """Let ``page`` take the seat, and tell it what happened while nobody was there."""
        before, self.page = self.page, page
        if before is not None:
            before.tell(messages.kernel("moved"))
            before.close(MOVED)
        self.left = None
        self.touched, self.warned_until = self._clock(), None
        for frame in self._missed.take():
            page.tell(frame)
        if self._runs.question is not None:
            page.tell(self._runs.question)

    def leave(self, page: Page) -> None:
        """``page`` is gone; another may have taken the seat before."""
        if self.page is page:
            self.page, self.left = None, self._clock()

    def touch(self) -> None:
        """Somebody is there."""
        self.touched = self._clock()
        self.take_back_warning()

    def become(self, state: State, *, reason: str | None = None, place: int | None = None) -> None:
        """Be in this state and tell the page, unless it knows."""
        if (state, reason, place) != (self.state, self._reason, self._place):
            self.state, self._reason, self._place = state, reason, place
            self.tell_state()

    def tell_state(self) -> None:
        """Tell the page how the kernel is."""
        self._tell(messages.kernel(str(self.state), place=self._place, reason=self._reason))

    def warn(self, seconds: float) -> None:
        """Tell the page that its kernel will be ended in so many seconds."""
        self.warned_until = self._clock() + seconds
        self._tell(messages.kernel("culling", seconds=round(seconds)))

    def take_back_warning(self) -> None:
        """The kernel is not to be ended after all, if it was."""
        if self.warned_until is not None:
            self.warned_until = None
            self.tell_state()

    def expect_kernel(self) -> None:
        """A kernel is being started; whoever wishes for its end from now on means this one."""
        self.wish = asyncio.get_running_loop().create_future()
        self.touched, self.warned_until = self._clock(), None

    def may_begin(self, most: int, seconds: float) -> bool:
        """Count one more kernel; False when that would be more than ``most`` in so many seconds."""
        now = self._clock()
        self._begun = [moment for moment in self._begun if now - moment < seconds]
        if len(self._begun) >= most:
            return False
        self._begun.append(now)
        return True

    def take(self, kernel: Kernel) -> None:
        """Here is the kernel; whatever waited for it is run."""
        self._kernel = kernel
        waiting, self._pending = self._pending, []
        self.become(State.IDLE)
        for one in waiting:
            self._execute(one)

    def lose_kernel(self) -> None:
        """The kernel is gone: what ran or waited in it is over."""
        self._kernel = self.warned_until = None
        for frame in self._runs.abort():
            self._tell(frame)
        self._runs = Runs(self._output_bytes)

    def give_up_pending(self) -> None:
        """What waits for a kernel will have none."""
        waiting, self._pending = self._pending, []
        for one in waiting:
            self._tell(messages.unserved(one.id))

    def wish_for(self, state: State, reason: str | None = None) -> None:
        """Ask for the end of the present kernel, or of the one that is being started.

        The first wish counts, unless a later one is for another kernel.
        """
        if self.wish.done() and state is State.RESTARTING:
            self.wish = asyncio.get_running_loop().create_future()
        if not self.wish.done():
            self.wish.set_result(Wish(state, reason))

    def act(self, frame: Frame) -> None:
        """Do what the page says, as far as it takes no other kernel."""
        self.touch()
        match frame:
            case Execute() if self._kernel is not None and not self.ending:
                self._execute(frame)
            case Execute() if self.state in COMING and len(self._pending) < MOST_WAITING:
                self._pending.append(frame)
            case Tell() if self._kernel is not None and not self.ending and not self._runs.full:
                content = {"comm_id": frame.comm, "data": frame.data}
                self._runs.tell(self._kernel.ask("comm_msg", content), frame.id)
            case Execute() | Tell():
                self._tell(messages.unserved(frame.id))
            case Interrupt():
                self.give_up_pending()
                if self._kernel is not None:
                    self._kernel.interrupt()
            case Input() if self._kernel is not None and self._runs.question is not None:
                self._runs.question = None
                self._kernel.ask("input_reply", {"value": frame.value}, "stdin")
            case Look() if self._kernel is not None:
                self._look(self._kernel, frame)

    async def hear(self, channel: str, said: Said | None, size: int) -> None:
        """Take a message of the kernel; returns when the page has what follows from it."""
        step = self._runs.hear(channel, said, size, self._clock())
        self._stop_run(step)  # Before all else: a page may be slow to take what there is.
        for frame in step.frames:
            await self._send(frame)
        self._mind_state()

    def pass_time(self) -> None:
        """Do what only the passing of time brings about."""
        step = self._runs.pass_time(self._clock())
        if self.state is State.IDLE and self.busy:  # At the word of a widget, and for long.
            self.become(State.BUSY)
        self._stop_run(step)
        for frame in step.frames:
            self._tell(frame)
        self._mind_state()

    def _stop_run(self, step: Step) -> None:
        if step.interrupt and self._kernel is not None:
            self._kernel.interrupt()
        if step.overdue:
            self.wish_for(State.DEAD, "time")

    def _mind_state(self) -> None:
        if self.state is State.BUSY and not self.busy and not self.ending:
            self.touched = self._clock()
            self.become(State.IDLE)

    def _execute(self, frame: Execute) -> None:
        assert self._kernel is not None
        if self._runs.full:
            self._tell(messages.aborted(frame.id))
            return
        orders = {"code": frame.code, "silent": False, "store_history": True}
        orders |= {"user_expressions": {}, "allow_stdin": True, "stop_on_error": True}
        self._runs.begin(self._kernel.ask("execute_request", orders), frame.id, frame.code)
        self.become(State.BUSY)

    def _look(self, kernel: Kernel, frame: Look) -> None:
        content: Mapping[str, Any] = {"code": frame.code, "cursor_pos": frame.cursor}
        if frame.explain:
            number = kernel.ask("inspect_request", {**content, "detail_level": 0})
        else:
            number = kernel.ask("complete_request", content)
        self._runs.look(number, frame.id, frame.explain)

    async def _send(self, frame: Told) -> None:
        while (page := self.page) is not None:
            if await page.send(frame):
                return
            if self.page is page:  # It is gone, and so will we hear.
                break
        self._missed.keep(frame)

    def _tell(self, frame: Told) -> None:
        if self.page is None:
            self._missed.keep(frame)
        else:
            self.page.tell(frame)
