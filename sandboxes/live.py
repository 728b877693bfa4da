"""A kernel behind walls that stays: somebody writes code while it runs, and reads what it says.

Everything here happens on one event loop beside many other kernels, so whatever a kernel does is
bounded: how much it may say in a message, how much in a second, and how long it may compute.
"""

import asyncio
import os
import secrets
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

from sandboxes import kernel, servers
from sandboxes.errors import SandboxUnavailable
from sandboxes.forkserver import ServerGone
from sandboxes.ground import taken
from sandboxes.kernel import Kernel
from sandboxes.outcome import Ending
from sandboxes.profiles import Profile
from sandboxes.usage import Usage
from sandboxes.wire import BrokenMessage, Message, opened, request
from sandboxes.zmtp import BrokenPeer, Channel

#: Processor time of a live kernel's whole tree, in seconds; a marked notebook's is its profile's.
CPU_SECONDS = 3600.0
#: Bytes that a kernel may say in a second, and how many it may save up. Half a hundred kernels
#: that shout leave most of a processor to those that do not.
SPEED = 1024 * 1024
SAVED = 4 * 1024 * 1024

_ENVELOPE = 64 * 1024  # What Jupyter writes around an output, and names of the code besides.
_READY_SECONDS = 30.0
_LOOK_SECONDS = 2.0
_DEATH_SECONDS = 0.5
_ASKING_SECONDS = 0.05

#: Is told each message with its channel and its bytes; None for one that was too large and is
#: lost. Nothing more is read of that channel until it returns.
Hear = Callable[[str, Message | None, int], Awaitable[None]]


class Meter:
    """Lets ``speed`` units through in a second and saves up at most ``most`` for a burst."""

    def __init__(self, speed: float, most: float, clock: Callable[[], float] = time.monotonic):
        self._speed = speed
        self._most = most
        self._clock = clock
        self._left = most
        self._at = clock()

    def wait(self, cost: float) -> float:
        """Take ``cost``; for how many seconds whoever takes it has to wait now."""
        now = self._clock()
        self._left = min(self._most, self._left + (now - self._at) * self._speed) - cost
        self._at = now
        return max(0.0, -self._left / self._speed)

    async def pass_by(self, cost: float) -> None:
        """Take ``cost`` and return when that may be."""
        seconds = self.wait(cost)
        if seconds:
            await asyncio.sleep(seconds)


@dataclass
class _Held:
    """What a kernel holds of the host."""

    kernel: Kernel
    ground: ExitStack
    counters: list[int]
    usage: Usage

    def let_go(self) -> None:
        """End the kernel and everything it started, and leave nothing of it; takes a moment."""
        try:
            self.kernel.stop()
            self.kernel.close()
        finally:
            for descriptor in self.counters:
                os.close(descriptor)
            self.ground.close()


class LiveKernel:
    """One kernel, from `start` until `stop`; every method belongs to the loop it started on.

    ``ended`` has a result once the kernel is dead: how it ended, `Ending.finished` when it
    was by `stop`.
    """

    def __init__(self, held: _Held, largest: int, hear: Hear) -> None:
        self.ended: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()
        self._held = held
        self._largest = largest
        self._hear = hear
        self._meter = Meter(SPEED, SAVED)
        self._channels: dict[str, Channel] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._gone = False
        asyncio.get_running_loop().add_reader(held.kernel.pidfd, self._die)

    @classmethod
    async def start(cls, profile: Profile, files: Mapping[str, bytes], hear: Hear) -> "LiveKernel":
        """Start a kernel with ``files`` in its folder; returns when it answers.

        Raises UnfitFiles, and SandboxUnavailable where there are no walls or none that lasts.
        """
        kernel.check_files(files, profile.limits)
        held = await asyncio.to_thread(_started, profile, files)
        made = cls(held, profile.limits.cell_output_bytes + _ENVELOPE, hear)
        try:
            async with asyncio.timeout(_READY_SECONDS):
                await made._connect()
        except (TimeoutError, BrokenPeer, BrokenMessage) as fault:
            await made.stop()
            raise SandboxUnavailable(f"A kernel did not answer ({fault}).") from None
        except BaseException:
            await made.stop()
            raise
        return made

    def ask(self, kind: str, content: dict[str, Any], channel: str = "shell") -> str:
        """Send a request and return its number; one to a kernel that is gone is lost."""
        number, frames = request(kind, content, self._held.kernel.connection.key)
        try:
            self._channels[channel].send(frames)
        except BrokenPeer:
            self._break()
        return number

    def interrupt(self) -> None:
        """Have whatever runs in there raise KeyboardInterrupt."""
        self.ask("interrupt_request", {}, "control")

    async def stop(self) -> None:
        """End the kernel with everything it started; returns when nothing of it is left."""
        if self._gone:
            return
        self._gone = True
        self._end(Ending.finished)
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self._held.let_go)

    async def _connect(self) -> None:
        identity = secrets.token_bytes(8)  # One for all, by which the kernel finds whom to ask.
        for name in ("shell", "iopub", "stdin", "control"):
            self._channels[name] = await Channel.opened(
                self._held.kernel.connection.path(name),
                "SUB" if name == "iopub" else "DEALER",
                identity=b"" if name == "iopub" else identity,
                largest=self._largest,
                toll=self._meter.pass_by,
            )
        await self._hear_out()
        for name, channel in self._channels.items():
            self._tasks.append(asyncio.create_task(self._listen(name, channel)))
        self._tasks.append(asyncio.create_task(self._look_around()))

    async def _hear_out(self) -> None:
        """Ask until it answers on both channels: what it said before we were heard is lost."""
        heard = asyncio.create_task(self._channels["iopub"].receive())
        answered = asyncio.create_task(self._channels["shell"].receive())
        try:
            while not (heard.done() and answered.done()):
                self.ask("kernel_info_request", {})
                await asyncio.wait([heard, answered], timeout=_ASKING_SECONDS)
                if answered.done():
                    await asyncio.wait([heard], timeout=_ASKING_SECONDS)
                if self.ended.done():
                    raise BrokenPeer("it ended")
            heard.result(), answered.result()
        finally:
            heard.cancel()
            answered.cancel()

    async def _listen(self, name: str, channel: Channel) -> None:
        key = self._held.kernel.connection.key
        try:
            while True:
                parcel = await channel.receive()
                message = None if parcel.frames is None else opened(parcel.frames, key)
                await self._hear(name, message, parcel.size)
        except (BrokenPeer, BrokenMessage):
            self._break()

    async def _look_around(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            exceeded = self._held.usage.exceeded()
            if exceeded is not None:
                self._end(exceeded)

    def _break(self) -> None:
        """A connection is lost or abused: with the kernel's death, of which we are to hear soon."""
        loop = asyncio.get_running_loop()
        loop.call_later(_DEATH_SECONDS, self._end, Ending.crashed)

    def _die(self) -> None:
        """The kernel's first process has ended, and with it all others."""
        ending = self._held.usage.exceeded()
        told = kernel.status(self._held.kernel.control)
        if ending is None and told is not None and os.WIFSIGNALED(told):
            ending = Ending.timeout if os.WTERMSIG(told) == signal.SIGXCPU else None
        self._end(ending or Ending.crashed)

    def _end(self, ending: Ending) -> None:
        if self.ended.done():
            return
        asyncio.get_running_loop().remove_reader(self._held.kernel.pidfd)
        for channel in self._channels.values():
            channel.close()
        for task in self._tasks:
            task.cancel()
        self.ended.set_result(ending)


def _started(profile: Profile, files: Mapping[str, bytes]) -> _Held:
    try:
        return _started_once(profile, files)
    except ServerGone:
        return _started_once(profile, files)  # Another has taken its place.


def _started_once(profile: Profile, files: Mapping[str, bytes]) -> _Held:
    # One processor each: those who read on, and the site, are to feel little of those who compute.
    limits = replace(profile.limits.tightened(processors=1.0), cpu_seconds=CPU_SECONDS)
    server = servers.live_kernels(profile)
    with ExitStack() as ground_held:
        ground = ground_held.enter_context(taken(limits, server.pid))
        begun = kernel.start(server, limits, ground, files)
        counters = [os.open(path, os.O_RDONLY) for path in ground.cgroup.counters()]
        usage = Usage(ground.cgroup.version, counters, limits)
        return _Held(begun, ground_held.pop_all(), counters, usage)
