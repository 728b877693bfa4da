"""`lms serve`: the site, its worker and its relay in one foreground process group."""

import multiprocessing
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from types import FrameType

import click
from gunicorn.app.wsgiapp import run as gunicorn

from lms.bootstrap import PREFIX, Settings, assemble
from lms.commands.parts import data_option, require_free
from lms.commands.relay import become as become_relay
from lms.commands.work import work
from lms.founding import prepare

FORK = multiprocessing.get_context("fork")
Part = multiprocessing.context.ForkProcess

#: How long parts may take to finish what they have in hand when asked to stop, in seconds.
FAREWELL = 30.0
#: A relay that ends by itself is started again, but not more often than this, in seconds.
REVIVAL = 5.0


@click.command()
@data_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(1, 65534),
    help="Port of the site; the relay of kernels takes the one after it.",
)
def serve(data: str | None, host: str, port: int) -> None:
    """Serve the site, its live notebooks, and mark what is handed in, until Ctrl-C.

    What is missing is made first, as `lms init` does. For a public site put a
    TLS proxy in front and set JAZARI_BASE_URL and JAZARI_PROXIES.
    """
    began = time.monotonic()
    named = PREFIX + "BASE_URL"
    base_url = None if named in os.environ else f"http://{host}:{port}"
    settings = Settings.from_environment(os.environ, data=data, base_url=base_url)
    require_free(host, port)
    require_free(host, port + 1)
    lms = assemble(settings)
    for line in prepare(lms):
        click.echo(line)
    # Neither words that wait to be written nor connections may be shared with what is forked.
    sys.stdout.flush()
    lms.database.close()
    parts = Parts(settings, host, port)
    try:
        if _answers(host, port, parts):
            took = time.monotonic() - began
            click.echo(
                f"Jazari is ready at {settings.base_url} after {took:.1f} s. Ctrl-C ends it."
            )
            sys.stdout.flush()
        status = _watch(parts)
    finally:
        parts.stop()
    sys.exit(status)


class Parts:
    """The processes of one site, forked: what is loaded here need not be loaded again.

    Without the relay everything but live kernels goes on, so it alone is started again.
    """

    def __init__(self, settings: Settings, host: str, port: int) -> None:
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._orders = (settings, host, port + 1)
        self._site = FORK.Process(target=_site, args=(settings, address), name="site")
        self._relay = self._make_relay()
        self._worker = FORK.Process(target=work, args=(settings,), name="worker")
        self._revived = 0.0
        for part in self._all:
            part.start()

    def _make_relay(self) -> Part:
        return FORK.Process(target=become_relay, args=self._orders, name="relay")

    @property
    def _all(self) -> list[Part]:
        return [self._site, self._relay, self._worker]

    @property
    def live(self) -> bool:
        """Whether the parts that nothing goes on without are there."""
        return self._site.is_alive() and self._worker.is_alive()

    @property
    def wants_relay(self) -> bool:
        """Whether the relay has ended, and was not started a moment ago."""
        return not self._relay.is_alive() and time.monotonic() > self._revived + REVIVAL

    def revive(self) -> None:
        """Start the relay again."""
        click.echo("The relay of kernels has ended; starting it again.", err=True)
        self._relay.join()
        self._relay = self._make_relay()
        self._revived = time.monotonic()
        self._relay.start()

    def stop(self) -> None:
        """Ask every part to stop, and end those that do not in time."""
        for part in self._all:
            part.terminate()
        deadline = time.monotonic() + FAREWELL
        for part in self._all:
            # Joining with a time limit would hear too early of the relay, which is another
            # program by now: it closed what a join listens to.
            while part.is_alive() and time.monotonic() < deadline:
                time.sleep(0.02)
            part.kill()
            part.join()


def _site(settings: Settings, address: str) -> None:
    os.environ.update(settings.as_environment())
    sys.argv = ["gunicorn", "--config", "python:lms.serving", "--bind", address]
    gunicorn()


def _answers(host: str, port: int, parts: Parts) -> bool:
    """Wait until the site answers; False when a part ended before it did."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    while parts.live:
        try:
            urllib.request.urlopen(f"http://{name}:{port}/healthz", timeout=5).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False


def _watch(parts: Parts) -> int:
    """Wait until asked to stop (0) or a part ends by itself (1)."""
    stopping = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    while not stopping:
        time.sleep(0.1)
        if parts.live and not parts.wants_relay:
            continue
        # A signal to the whole group may end a part a moment before it reaches us.
        time.sleep(0.2)
        if stopping:
            break
        if not parts.live:
            click.echo("A part of Jazari has ended; stopping the others.", err=True)
            return 1
        parts.revive()
    return 0
