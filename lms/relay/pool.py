"""Who has a kernel and who waits: the quota, the queue, and the end of what nobody uses."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from lms.learning.tickets import Ticket
from lms.relay.frames import Execute, Frame, Restart
from lms.relay.kernels import Kernels, NoKernel
from lms.relay.seat import COMING, Page, Seat, State

#: How long before the end of an idle kernel its page is warned, in seconds, at most.
WARNING = 120.0
#: How long a kernel may be idle while somebody waits for one, in seconds.
CROWDED = 300.0
#: How many kernels a seat may begin in a minute.
STARTS = 10
#: For how long a page that is gone keeps its place in the queue, in seconds.
KEPT_PLACE = 30.0
#: After how many seconds an idle kernel without a page may have to make room for who waits.
ABANDONED = 60.0


class OverQuota(Exception):
    """As many of the person's kernels are at work as one person may have."""


class TooOften(Exception):
    """The seat had one new kernel after the other."""


@dataclass(frozen=True)
class Count:
    """How many kernels there are of how many, and how many seats wait for one."""

    kernels: int
    most: int
    waiting: int


class Pool:
    """All seats of one relay, on one event loop; ``clock`` tells seconds."""

    def __init__(
        self,
        kernels: Kernels,
        *,
        most: int,
        each: int,
        idle_seconds: float,
        clock: Callable[[], float],
    ) -> None:
        self._kernels = kernels
        self._most = most
        self._each = each
        self._idle_seconds = idle_seconds
        self._clock = clock
        self._seats: dict[tuple[str, str], Seat] = {}
        self._waiting: list[Seat] = []
        # Every seat that has a kernel, or half of one: one that starts or ends.
        self._living: dict[Seat, asyncio.Task[None]] = {}
        self._closing = False

    @property
    def count(self) -> Count:
        """How full it is."""
        return Count(len(self._living), self._most, len(self._waiting))

    def arrive(self, ticket: Ticket, page: Page) -> Seat:
        """Lead ``page`` to the seat of its ticket; a kernel is there, or comes, or has a queue.

        Raises OverQuota, TooOften, and NoKernel where the ticket's profile or limits cannot be
        had.
        """
        key = (ticket.enrolment, ticket.assignment)
        seat = self._seats.get(key)
        if seat is None:
            seat = Seat(ticket, self._kernels.output_bytes(ticket), self._clock)
        has_one = self._has_one(seat)
        if not has_one:
            self._require_leave(seat)
        seat.ticket = ticket
        self._seats[key] = seat
        seat.meet(page)
        if has_one:
            seat.tell_state()
        else:
            self._begin(seat)
        self._fill()
        return seat

    def leave(self, seat: Seat, page: Page) -> None:
        """``page`` is gone; its kernel stays for a while, and so does its place in the queue."""
        seat.leave(page)

    def act(self, seat: Seat, frame: Frame) -> None:
        """Do what a page says.

        Raises OverQuota and TooOften where that takes a kernel it may not have.
        """
        if isinstance(frame, Restart):
            seat.touch()
            seat.give_up_pending()
            self._begin_again(seat)
        else:
            if isinstance(frame, Execute) and seat.state is State.CULLED:
                self._begin_again(seat)
            seat.act(frame)
        self._fill()

    def tick(self) -> None:
        """Do what the passing of time brings about; to be called every few seconds."""
        now = self._clock()
        for seat in list(self._living):
            seat.pass_time()
            self._mind_idleness(seat, now)
        for key, seat in list(self._seats.items()):
            gone = seat.left is not None and now - seat.left > KEPT_PLACE
            if gone and seat not in self._living:
                del self._seats[key]
                if seat in self._waiting:
                    self._waiting.remove(seat)
        self._fill()

    async def close(self) -> None:
        """End every kernel; returns when nothing of them is left."""
        self._closing = True
        self._waiting.clear()
        for seat in self._living:
            seat.wish_for(State.CULLED)
        await asyncio.gather(*self._living.values())

    def _has_one(self, seat: Seat) -> bool:
        """Whether the seat has a kernel that is to stay, or waits for one."""
        is_kept = not seat.ending or seat.state is State.RESTARTING
        return seat in self._waiting or (seat in self._living and is_kept)

    def _begin_again(self, seat: Seat) -> None:
        """Have a new kernel in place of whatever there is. Raises OverQuota, TooOften."""
        if seat not in self._waiting:
            self._require_leave(seat)
            self._begin(seat)

    def _begin(self, seat: Seat) -> None:
        if self._closing:
            return
        if seat in self._living:
            seat.wish_for(State.RESTARTING)
            seat.become(State.RESTARTING)
        else:
            self._waiting.append(seat)
            seat.become(State.STARTING)

    def _require_leave(self, seat: Seat) -> None:
        if not seat.may_begin(STARTS, 60.0):
            raise TooOften
        if not self._has_one(seat):
            self._require_quota(seat)

    def _require_quota(self, seat: Seat) -> None:
        """Have the person's oldest idle kernels make room for this one's. Raises OverQuota."""
        person = seat.ticket.person
        taken = [one for one in (*self._waiting, *self._living) if self._has_one(one)]
        others = [one for one in taken if one.ticket.person == person and one is not seat]
        excess = len(others) + 1 - self._each
        idle = sorted((one for one in others if not one.busy), key=lambda one: one.touched)
        if excess > len(idle):
            raise OverQuota
        for one in idle[: max(0, excess)]:
            if one in self._waiting:
                self._waiting.remove(one)
                one.become(State.CULLED, reason="quota")
            else:
                one.wish_for(State.CULLED, "quota")

    def _fill(self) -> None:
        """Begin as many kernels as may be, and tell everybody else their place."""
        for seat in [one for one in self._waiting if one.page is not None]:
            if len(self._living) >= self._most:
                break
            if self._living and not self._kernels.has_room():
                break
            self._waiting.remove(seat)
            seat.expect_kernel()
            seat.become(State.STARTING)
            self._living[seat] = asyncio.create_task(self._live(seat))
        ending = sum(not self._has_one(one) for one in self._living)
        for place, seat in enumerate(self._waiting, 1):
            if place <= ending:  # Its turn is a moment away.
                seat.become(State.STARTING)
            else:
                seat.become(State.FULL, place=place)
        self._make_room(len(self._waiting) - ending)

    def _make_room(self, wanted: int) -> None:
        """End kernels to which nobody came back, the longest left first."""
        now = self._clock()
        left = [
            (seat.left, seat)
            for seat in self._living
            if seat.left is not None and now - seat.left > ABANDONED
        ]
        idle = [pair for pair in left if not pair[1].busy and not pair[1].ending]
        for _, seat in sorted(idle, key=lambda pair: pair[0])[: max(0, wanted)]:
            seat.wish_for(State.CULLED)

    def _mind_idleness(self, seat: Seat, now: float) -> None:
        if seat.busy and seat.page is not None:
            return
        patience = min(self._idle_seconds, CROWDED) if self._waiting else self._idle_seconds
        warning = min(WARNING, patience / 4)
        since = seat.touched if not seat.busy or seat.left is None else seat.left
        quiet = now - since
        if quiet < patience - warning:
            seat.take_back_warning()
        elif seat.page is None:
            if quiet >= patience:
                seat.wish_for(State.CULLED)
        elif seat.warned_until is None:
            seat.warn(warning)
        elif now >= seat.warned_until:
            seat.wish_for(State.CULLED)

    async def _live(self, seat: Seat) -> None:
        """One kernel after the other for a seat, until there is to be none."""
        try:
            while await self._live_once(seat):
                pass
        finally:
            del self._living[seat]
            if seat.state in COMING:  # A fault of ours: nobody is to wait for nothing.
                seat.become(State.DEAD, reason="unavailable")
            if not self._closing:
                self._fill()

    async def _live_once(self, seat: Seat) -> bool:
        try:
            kernel = await self._kernels.start(seat.ticket, seat.hear)
        except NoKernel as fault:
            seat.become(State.DEAD, reason=fault.reason)
            seat.give_up_pending()
            return False
        if not seat.ending:
            seat.take(kernel)
        ends: list[asyncio.Future[Any]] = [kernel.ended, seat.wish]  # Any: each tells its own.
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        seat.lose_kernel()
        if not seat.ending:
            seat.wish_for(State.DEAD, kernel.ended.result())
        wish = seat.wish.result()
        seat.become(wish.state, reason=wish.reason)
        with suppress(OSError):
            await kernel.stop()
        # Asked again, for somebody may have thought better of it meanwhile.
        again = seat.wish.result().state is State.RESTARTING and not self._closing
        if again:
            seat.expect_kernel()
        else:
            seat.give_up_pending()
        return again
