"""A relay whose kernels do as they are told, with a clock that stands still until it is moved."""

import asyncio
from dataclasses import dataclass, field

import pytest

from lms.learning.tickets import Ticket
from lms.relay.kernels import NoKernel
from lms.relay.messages import Said
from lms.relay.pool import Pool
from tests.looping import finished

OUTPUT_BYTES = 1000


@dataclass
class Clock:
    """Seconds that pass when a test says so."""

    now: float = 1000.0

    def __call__(self):
        return self.now


class ToldKernel:
    """A kernel that remembers what it was asked, and answers when a test has it answer."""

    def __init__(self, ticket, hear):
        self.ticket = ticket
        self.ended = asyncio.get_running_loop().create_future()
        self.asked = []
        self.interrupts = 0
        self.stopped = False
        self._hear = hear

    def ask(self, kind, content, channel="shell"):
        self.asked.append((kind, content))
        return f"number-{len(self.asked)}"

    def interrupt(self):
        self.interrupts += 1

    async def stop(self):
        await asyncio.sleep(0)
        self.stopped = True
        if not self.ended.done():
            self.ended.set_result("finished")

    def die(self, reason="crashed"):
        self.ended.set_result(reason)

    async def says(self, channel, kind, size=100, **content):
        """Have it say something about what it was asked last."""
        await self._hear(channel, Said(kind, f"number-{len(self.asked)}", content), size)

    async def finishes(self):
        await self.says("shell", "execute_reply", status="ok", execution_count=1)
        await self.says("iopub", "status", execution_state="idle")


@dataclass
class ToldKernels:
    """Where told kernels come from."""

    made: list = field(default_factory=list)
    room: bool = True
    fault: str | None = None

    async def start(self, ticket, hear):
        await asyncio.sleep(0)
        if self.fault:
            raise NoKernel(self.fault)
        self.made.append(ToldKernel(ticket, hear))
        return self.made[-1]

    def output_bytes(self, ticket):
        return OUTPUT_BYTES

    def has_room(self):
        return self.room


class ToldPage:
    """A page that keeps what it hears."""

    def __init__(self):
        self.heard = []
        self.closed = None

    async def send(self, frame):
        self.tell(frame)
        return self.closed is None

    def tell(self, frame):
        if self.closed is None:
            self.heard.append(frame)

    def close(self, code):
        self.closed = code

    @property
    def states(self):
        """The states of the kernel that it was told, one after the other."""
        return [frame["state"] for frame in self.heard if frame["type"] == "kernel"]

    def of(self, kind):
        return [frame for frame in self.heard if frame["type"] == kind]


class Room:
    """A pool with its clock and its kernels, and whoever a test lets in."""

    def __init__(self, most=2, each=1, idle_seconds=1200.0):
        self.clock = Clock()
        self.kernels = ToldKernels()
        self.pool = Pool(
            self.kernels, most=most, each=each, idle_seconds=idle_seconds, clock=self.clock
        )

    async def arrives(self, person, assignment="tensors"):
        """A page of this person's and its seat, when everything has settled."""
        page = ToldPage()
        seat = self.pool.arrive(Ticket(person, f"{person}s-place", assignment, "python"), page)
        await settled()
        return page, seat

    async def passes(self, seconds):
        self.clock.now += seconds
        self.pool.tick()
        await settled()


async def settled():
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
def in_room():
    """Runs what a test does in a room: ``in_room(deed, most=1)``."""

    def run(deed, **settings):
        async def alone():
            room = Room(**settings)
            await asyncio.wait_for(deed(room), 5)
            await room.pool.close()
            assert all(kernel.stopped for kernel in room.kernels.made)

        finished(alone())

    return run
