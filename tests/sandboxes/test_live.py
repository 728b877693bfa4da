"""A kernel that stays: how much it may say in a second, and how it ends."""

import asyncio
from pathlib import Path

import pytest

from sandboxes import live
from sandboxes.live import LiveKernel, Meter
from sandboxes.outcome import Ending
from tests.looping import finished

RUN = {"silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_a_burst_passes_and_what_follows_waits_for_its_time():
    clock = Clock()
    meter = Meter(speed=10, most=100, clock=clock)

    assert meter.wait(100) == 0
    assert meter.wait(20) == 2
    clock.now = 2.0
    assert meter.wait(0) == 0
    assert meter.wait(5) == 0.5


def test_nobody_saves_up_more_than_the_most():
    clock = Clock()
    meter = Meter(speed=10, most=100, clock=clock)
    clock.now = 1000.0

    assert meter.wait(110) == 1


@pytest.fixture
def alive(python):
    """Runs what a test does with a live kernel and what it has said so far."""

    def run(deed):
        async def alone():
            said = []

            async def hear(channel, message, size):
                said.append((channel, message and message.kind))

            kernel = await LiveKernel.start(python, {}, hear)
            try:
                await asyncio.wait_for(deed(kernel, said), 30)
            finally:
                await kernel.stop()

        finished(alone())

    return run


@pytest.mark.kernel
def test_a_kernel_that_used_up_its_processor_time_is_ended(alive, monkeypatch):
    monkeypatch.setattr(live, "CPU_SECONDS", 1.0)

    async def deed(kernel, said):
        kernel.ask("execute_request", {**RUN, "code": "while True: pass"})

        assert await kernel.ended is Ending.timeout

    alive(deed)


@pytest.mark.kernel
def test_a_stopped_kernel_leaves_nothing_and_stopping_twice_changes_nothing(alive):
    async def deed(kernel, said):
        folder = kernel._held.kernel.connection.folder
        await kernel.stop()
        await kernel.stop()

        assert kernel.ended.result() is Ending.finished
        assert not folder.exists()
        assert not Path(f"/proc/{kernel._held.kernel.pid}").exists()
        kernel.ask("execute_request", {**RUN, "code": "1"})  # Lost, and nobody minds.

    alive(deed)
