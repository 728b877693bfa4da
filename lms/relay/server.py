"""The relay's WebSocket server: lets pages in by their ticket and sends away who abuses it."""

import asyncio
import json
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from lms.learning.tickets import LIFE, BadTicket, Ticket, read
from lms.relay import messages
from lms.relay.frames import LONGEST, BadFrame, Hello, Ping, parsed
from lms.relay.kernels import Kernels, NoKernel
from lms.relay.messages import Told
from lms.relay.orders import Orders
from lms.relay.pool import OverQuota, Pool, TooOften
from lms.relay.seat import SENT_AWAY, Seat

#: How soon a page has to show its ticket, in seconds, and how many may be about to.
SAYS_HELLO = 5.0
MOST_STRANGERS = 256
#: How many frames a page may send in a second, and how many it may save up: it runs a whole
#: notebook by a frame for each cell.
FRAMES, SAVED_FRAMES = 20.0, 500.0
#: Pause between looks at what time brings about, in seconds.
GLANCE = 1.0

_RESTARTING = 1012  # RFC 6455's registry: service restart.
_PING_SECONDS = 30


class Relay:
    """What all connections of one relay share; ``clock`` tells seconds, ``moment`` the time."""

    def __init__(
        self,
        orders: Orders,
        kernels: Kernels,
        *,
        clock: Callable[[], float],
        moment: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.orders = orders
        self.clock = clock
        self.pool = Pool(
            kernels,
            most=orders.kernels,
            each=orders.kernels_each,
            idle_seconds=orders.idle_seconds,
            clock=clock,
        )
        self.connections: set[Connection] = set()
        self.strangers = 0
        self._moment = moment
        self._began = moment()
        self._used: dict[str, datetime] = {}

    def admit(self, text: str) -> Ticket:
        """The ticket in ``text``, which is good this once. Raises BadTicket."""
        now = self._moment()
        ticket = read(self.orders.key, text, now, since=self._began)
        if ticket.nonce in self._used:
            raise BadTicket("The ticket was used before.")
        self._used[ticket.nonce] = now
        return ticket

    def tick(self) -> None:
        """Do what the passing of time brings about."""
        forgotten = self._moment() - 2 * LIFE
        for nonce in [nonce for nonce, used in self._used.items() if used < forgotten]:
            del self._used[nonce]
        self.pool.tick()

    async def close(self) -> None:
        """Send every page away to come back, and end every kernel."""
        for connection in list(self.connections):
            connection.close(_RESTARTING)
        await self.pool.close()

    def application(self) -> Application:
        """What answers requests: pages at the path of the orders, and how it is below it."""
        path = self.orders.path
        return Application(
            [(path, Connection, {"relay": self}), (f"{path}/health", Health, {"relay": self})],
            websocket_max_message_size=4 * LONGEST,  # In bytes; we count characters.
            websocket_ping_interval=_PING_SECONDS,
            log_function=lambda _handler: None,
        )


class Health(RequestHandler):
    """How full the relay is, for who watches it."""

    def initialize(self, relay: Relay) -> None:
        """Belong to ``relay``."""
        self._relay = relay

    def get(self) -> None:
        """Answer with counts."""
        count = asdict(self._relay.pool.count)
        self.write(json.dumps({**count, "connections": len(self._relay.connections)}))


class Connection(WebSocketHandler):
    """One page, from its hello to its end."""

    def initialize(self, relay: Relay) -> None:
        """Belong to ``relay``."""
        self._relay = relay
        self._seat: Seat | None = None
        self._stranger = False
        self._allowance = SAVED_FRAMES
        self._counted = relay.clock()

    def check_origin(self, origin: str) -> bool:
        """Whether pages of ``origin`` are ours."""
        return origin in self._relay.orders.origins

    def open(self, *args: str, **kwargs: str) -> None:
        """Wait for the page's ticket, but not for long."""
        self.set_nodelay(True)
        self._relay.connections.add(self)
        self._stranger = True
        self._relay.strangers += 1
        if self._relay.strangers > MOST_STRANGERS:
            self._send_away("rate")
            return
        IOLoop.current().call_later(SAYS_HELLO, self._require_hello)

    def on_message(self, message: str | bytes) -> None:
        """Take one frame of the page."""
        if self.close_code is not None or self.ws_connection is None:
            return
        if not isinstance(message, str):
            self._send_away("frame")
        elif len(message) > LONGEST:
            self._send_away("size")
        elif not self._within_rate():
            self._send_away("rate")
        else:
            self._take(message)

    def on_close(self) -> None:
        """The page is gone, or was sent away."""
        self._relay.connections.discard(self)
        self._be_known()
        if self._seat is not None:
            self._relay.pool.leave(self._seat, self)

    async def send(self, frame: Told) -> bool:
        """See `Page.send`."""
        text = messages.encoded(frame)
        if text is None:
            return True
        try:
            await self.write_message(text)
        except WebSocketClosedError:
            return False
        return True

    def tell(self, frame: Told) -> None:
        """See `Page.tell`."""
        text = messages.encoded(frame)
        if text is not None:
            with suppress(WebSocketClosedError):
                self.write_message(text).add_done_callback(_heed)

    def _take(self, message: str) -> None:
        try:
            frame = parsed(message)
            if isinstance(frame, Ping):
                self.tell({"type": "pong"})
            elif isinstance(frame, Hello) == (self._seat is None):
                if isinstance(frame, Hello):
                    self._sit_down(frame)
                elif self._seat is not None and self._seat.page is self:  # Else it has moved.
                    self._relay.pool.act(self._seat, frame)
            else:
                self._send_away("frame")
        except BadFrame:
            self._send_away("frame")
        except OverQuota:
            self._send_away("quota")
        except TooOften:
            self._send_away("rate")

    def _sit_down(self, frame: Hello) -> None:
        try:
            ticket = self._relay.admit(frame.ticket)
        except BadTicket:
            self._send_away("ticket")
            return
        self._be_known()
        try:
            self._seat = self._relay.pool.arrive(ticket, self)
        except NoKernel as fault:
            self.tell(messages.kernel("dead", reason=fault.reason))
            self.close(SENT_AWAY)

    def _require_hello(self) -> None:
        if self._stranger:
            self._send_away("ticket")

    def _be_known(self) -> None:
        if self._stranger:
            self._stranger = False
            self._relay.strangers -= 1

    def _within_rate(self) -> bool:
        now = self._relay.clock()
        gained = (now - self._counted) * FRAMES
        self._allowance = min(SAVED_FRAMES, self._allowance + gained) - 1
        self._counted = now
        return self._allowance >= 0

    def _send_away(self, reason: str) -> None:
        self.tell(messages.refused(reason))
        self.close(SENT_AWAY)


def _heed(sent: "asyncio.Future[Any]") -> None:
    """A page that is gone before it heard is told nothing; its seat hears of it otherwise."""
    if not sent.cancelled():
        sent.exception()


async def serve(orders: Orders, kernels: Kernels) -> None:
    """Be a relay until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    relay = Relay(orders, kernels, clock=loop.time)
    server = HTTPServer(relay.application(), max_buffer_size=4 * LONGEST)
    server.add_sockets(bind_sockets(orders.port, orders.host))
    while not stopping.is_set():
        relay.tick()
        with suppress(TimeoutError):
            async with asyncio.timeout(GLANCE):
                await stopping.wait()
    server.stop()
    await relay.close()
