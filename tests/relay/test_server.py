"""The relay's door: who is let in, who is sent away, and what a restart does to pages."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.websocket import websocket_connect

from lms.learning.tickets import Ticket, issue
from lms.relay import server
from lms.relay.frames import LONGEST
from lms.relay.orders import Orders
from lms.relay.seat import MOVED, SENT_AWAY
from lms.relay.server import Relay
from tests.looping import finished

from .conftest import ToldKernels

KEY = "a key"
SITE = "http://127.0.0.1:8000"
ORDERS = Orders("127.0.0.1", 0, "/kernels", (SITE,), KEY, "", kernels=3)
SALMA = Ticket("salma", "salmas-place", "tensors", "python")


class Site:
    """A relay on a port of its own, with the time of the test."""

    def __init__(self, noon):
        self.noon = noon
        self.kernels = ToldKernels()
        loop = asyncio.get_running_loop()
        self.relay = Relay(ORDERS, self.kernels, clock=loop.time, moment=lambda: self.noon)
        self.server = HTTPServer(self.relay.application())
        sockets = bind_sockets(0, "127.0.0.1")
        self.server.add_sockets(sockets)
        self.port = sockets[0].getsockname()[1]

    def ticket(self, **changes):
        return issue(KEY, replace(SALMA, nonce=str(changes), **changes), self.noon)

    async def page(self, origin=SITE, ticket=None):
        headers = {} if origin is None else {"Origin": origin}
        page = await websocket_connect(
            HTTPRequest(f"ws://127.0.0.1:{self.port}/kernels", headers=headers)
        )
        if ticket is not None:
            await say(page, type="hello", ticket=ticket)
        return page


async def say(page, **frame):
    await page.write_message(json.dumps(frame))


async def heard(page, kind):
    """The next frame of this kind; None when the connection ends before."""
    while (message := await page.read_message()) is not None:
        if (frame := json.loads(message))["type"] == kind:
            return frame
    return None


@pytest.fixture
def at_the_door(noon):
    def run(deed):
        async def alone():
            site = Site(noon)
            await asyncio.wait_for(deed(site), 10)
            site.server.stop()
            await site.relay.close()

        finished(alone())

    return run


def test_whoever_has_a_ticket_is_let_in_and_has_a_kernel(at_the_door):
    async def deed(site):
        page = await site.page(ticket=site.ticket())

        assert (await heard(page, "kernel"))["state"] == "starting"
        assert (await heard(page, "kernel"))["state"] == "idle"

        await say(page, type="execute", id="1", code="1 + 1")
        assert (await heard(page, "kernel"))["state"] == "busy"
        await site.kernels.made[0].finishes()
        assert (await heard(page, "done"))["id"] == "1"

        await say(page, type="ping")
        assert await heard(page, "pong")

    at_the_door(deed)


async def is_sent_away(page, reason):
    assert (await heard(page, "refused"))["reason"] == reason
    assert await page.read_message() is None
    assert page.close_code == SENT_AWAY


def test_a_forged_a_stale_and_a_used_ticket_are_refused(at_the_door):
    async def deed(site):
        used = site.ticket()
        stale = issue(KEY, SALMA, site.noon - timedelta(seconds=61))
        older = issue(KEY, SALMA, site.noon - timedelta(seconds=1))  # Than the relay.
        forged = issue("another key", SALMA, site.noon)
        await site.page(ticket=used)
        for ticket in (used, stale, older, forged, ""):
            await is_sent_away(await site.page(ticket=ticket), "ticket")

        assert len(site.kernels.made) == 1

    at_the_door(deed)


def test_used_tickets_are_forgotten_when_nobody_could_use_them_any_more(at_the_door):
    async def deed(site):
        await site.page(ticket=site.ticket())
        while not site.relay._used:
            await asyncio.sleep(0.01)
        site.noon += timedelta(seconds=121)
        site.relay.tick()

        assert not site.relay._used

    at_the_door(deed)


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://127.0.0.1:8001", "null", SITE + ".evil.example"]
)
def test_a_page_of_another_origin_is_not_even_heard(at_the_door, origin):
    async def deed(site):
        with pytest.raises(HTTPClientError) as told:
            await site.page(origin=origin)
        assert told.value.code == 403

    at_the_door(deed)


def test_whoever_says_no_hello_is_sent_away(at_the_door, monkeypatch):
    monkeypatch.setattr(server, "SAYS_HELLO", 0.05)

    async def deed(site):
        await is_sent_away(await site.page(), "ticket")
        while site.relay.strangers:
            await asyncio.sleep(0.01)

    at_the_door(deed)


def test_only_so_many_strangers_stand_at_the_door(at_the_door, monkeypatch):
    monkeypatch.setattr(server, "MOST_STRANGERS", 1)

    async def deed(site):
        await site.page()
        await is_sent_away(await site.page(), "rate")

    at_the_door(deed)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("no json", "frame"),
        (b"bytes", "frame"),
        ('{"type": "hello", "ticket": "again"}', "frame"),
        ("x" * (LONGEST + 1), "size"),
    ],
    ids=["no JSON", "bytes", "a second hello", "too long"],
)
def test_what_no_page_of_ours_sends_ends_the_connection_and_leaves_the_kernel(
    at_the_door, message, reason
):
    async def deed(site):
        page = await site.page(ticket=site.ticket())
        await heard(page, "kernel")
        await page.write_message(message, binary=isinstance(message, bytes))
        await is_sent_away(page, reason)

        back = await site.page(ticket=site.ticket(assignment="tensors", profile="python"))
        assert (await heard(back, "kernel"))["state"] == "idle"

    at_the_door(deed)


def test_a_page_that_asks_for_a_run_before_its_hello_is_sent_away(at_the_door):
    async def deed(site):
        page = await site.page()
        await say(page, type="execute", id="1", code="1")
        await is_sent_away(page, "frame")

    at_the_door(deed)


def test_a_page_that_sends_too_fast_is_sent_away(at_the_door):
    async def deed(site):
        page = await site.page(ticket=site.ticket())
        for _ in range(600):
            await say(page, type="stay")
        await is_sent_away(page, "rate")

    at_the_door(deed)


def test_a_kernel_at_work_keeps_its_learner_from_having_another(at_the_door):
    async def deed(site):
        page = await site.page(ticket=site.ticket())
        await say(page, type="execute", id="1", code="1")
        while (await heard(page, "kernel"))["state"] != "busy":
            pass
        await is_sent_away(await site.page(ticket=site.ticket(assignment="vectors")), "quota")

    at_the_door(deed)


def test_a_second_tab_takes_over(at_the_door):
    async def deed(site):
        first = await site.page(ticket=site.ticket())
        await heard(first, "kernel"), await heard(first, "kernel")
        second = await site.page(ticket=site.ticket(limits={"memory_bytes": 2**30}))

        assert (await heard(first, "kernel"))["state"] == "moved"
        assert await first.read_message() is None
        assert first.close_code == MOVED
        assert (await heard(second, "kernel"))["state"] == "idle"

    at_the_door(deed)


def test_when_the_relay_stops_pages_are_told_to_come_back_and_kernels_end(at_the_door):
    async def deed(site):
        page = await site.page(ticket=site.ticket())
        await heard(page, "kernel"), await heard(page, "kernel")
        await site.relay.close()

        assert await heard(page, "refused") is None
        assert page.close_code == 1012
        assert site.kernels.made[0].stopped

    at_the_door(deed)


def test_how_full_it_is_can_be_asked(at_the_door):
    async def deed(site):
        page = await site.page(ticket=site.ticket())
        await heard(page, "kernel")
        answer = await AsyncHTTPClient().fetch(f"http://127.0.0.1:{site.port}/kernels/health")

        assert json.loads(answer.body) == {
            "kernels": 1, "most": 3, "waiting": 0, "connections": 1,
        }  # fmt: skip

    at_the_door(deed)


def test_orders_come_over_as_they_were_given():
    assert Orders.from_text(ORDERS.as_text()) == ORDERS
