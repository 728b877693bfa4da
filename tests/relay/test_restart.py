"""A relay that is killed under its pages, and another that takes its place."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from lms.grading.sandbox import BehindWalls
from lms.learning.tickets import Ticket, issue
from lms.relay.orders import Orders
from sandboxes.forkserver import in_memory
from tests.looping import finished

pytestmark = pytest.mark.kernel

KEY, SITE = "a key", "http://127.0.0.1:8000"
LEARNERS = ("salma", "rim", "ilham")


@pytest.fixture
def orders(tmp_path):
    found = BehindWalls().check("python")
    if not found.stand:
        if os.environ.get("CI") == "true":
            pytest.fail(f"walls are needed here: {found.found}; {found.mend}")
        pytest.skip(f"this host cannot sandbox: {found.found}")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return Orders("127.0.0.1", port, "/kernels", (SITE,), KEY, str(tmp_path), kernels=4)


@contextmanager
def relay(orders):
    """The true program."""
    told = in_memory(orders.as_text().encode())
    process = subprocess.Popen([sys.executable, "-m", "lms.relay", str(told)], pass_fds=[told])
    os.close(told)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)


def started_by(pid):
    """The processes that this one started, and those that they started."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *started_by(child)]
    return found


async def page(orders, person, ticket=None):
    """A page that has said hello, as soon as the relay is there: an older ticket is no good."""
    asked = HTTPRequest(f"ws://127.0.0.1:{orders.port}{orders.path}", headers={"Origin": SITE})
    while True:
        try:
            made = await websocket_connect(asked)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        told = ticket or issued(person)
        await made.write_message(json.dumps({"type": "hello", "ticket": told}))
        return made


def issued(person):
    return issue(KEY, Ticket(person, f"{person}s", "tensors", "python"), datetime.now(UTC))


async def runs(made, code):
    """The status of the cell, when it is done."""
    await made.write_message(json.dumps({"type": "execute", "id": "1", "code": code}))
    while (frame := json.loads(await made.read_message()))["type"] != "done":
        pass
    return frame["status"]


async def first(made):
    return json.loads(await made.read_message())


def test_kernels_end_with_their_relay_and_pages_find_new_ones(orders):
    async def before(process):
        await page(orders, "salma")
        used = issued("salma")
        pages = [await page(orders, "salma", used)]
        pages += [await page(orders, person) for person in LEARNERS[1:]]
        assert [await runs(one, "x = 1") for one in pages] == ["ok"] * 3
        for one in pages:
            code = json.dumps({"type": "execute", "id": "2", "code": "while True: pass"})
            await one.write_message(code)
        beneath = started_by(process.pid)
        process.kill()
        while await pages[0].read_message() is not None:
            pass
        return used, beneath

    async def after(used):
        pages = [await page(orders, person) for person in LEARNERS]
        assert (await first(pages[0]))["state"] == "starting"
        assert [await runs(one, "x") for one in pages] == ["error"] * 3
        assert (await first(await page(orders, "salma", used)))["reason"] == "ticket"

    with relay(orders) as process:
        used, beneath = finished(asyncio.wait_for(before(process), 30))
        process.wait(timeout=20)
        until = time.monotonic() + 5
        while any(Path(f"/proc/{pid}").exists() for pid in beneath) and time.monotonic() < until:
            time.sleep(0.02)
        assert len(beneath) >= 4
        assert not [pid for pid in beneath if Path(f"/proc/{pid}").exists()]
    with relay(orders):
        finished(asyncio.wait_for(after(used), 30))
