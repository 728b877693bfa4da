"""`lms relay`: carry what pages and live kernels say to each other."""

import os
import sys
from urllib.parse import urlsplit

import click

from lms.bootstrap import PREFIX, RELAY_PATH, Settings, relay_key
from lms.commands.parts import NotPrepared, data_option, opened, require_free
from lms.grading.sandbox import DEFAULT_PROFILE
from lms.relay.orders import Orders, fitting_kernels

#: Names by which a browser on the same machine may know a site that listens on one of them.
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@click.command()
@data_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(1, 65535))
def relay(data: str | None, host: str, port: int) -> None:
    """Serve live notebooks' kernels to pages, until Ctrl-C or SIGTERM.

    `lms serve` starts one by itself. Where browsers reach it is JAZARI_RELAY.
    """
    require_free(host, port)
    settings = opened(data).settings
    try:
        become(settings, host, port)
    except FileNotFoundError:
        raise NotPrepared(folder=str(settings.folder)) from None


def orders(settings: Settings, host: str, port: int) -> Orders:
    """What the settings tell a relay that listens there."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Orders(
        host=host,
        port=port,
        path=RELAY_PATH,
        origins=origins(settings.base_url),
        key=relay_key(settings),
        blobs=settings.blobs_url,
        kernels=int(settings.kernels) if settings.kernels else fitting_kernels(memory),
        kernels_each=int(settings.kernels_each),
        idle_seconds=60 * float(settings.kernel_minutes),
        warm=(DEFAULT_PROFILE,),
    )


def origins(base_url: str) -> tuple[str, ...]:
    """The origins, as browsers write them, of the site's pages."""
    site = urlsplit(base_url)
    host, _, port = site.netloc.rpartition(":") if site.port else (site.netloc, "", "")
    if port == {"http": "80", "https": "443"}.get(site.scheme):
        port = ""
    names = LOOPBACK if host in LOOPBACK else (host,)
    return tuple(f"{site.scheme}://{name}{port and ':'}{port}" for name in names)


def become(settings: Settings, host: str, port: int) -> None:
    """Be a relay in place of this program: what is loaded here would only be a weight to it.

    Raises FileNotFoundError while there is no session key.
    """
    # No argument and no variable: others on this machine may read those.
    told = os.memfd_create("orders", 0)
    os.write(told, orders(settings, host, port).as_text().encode())
    os.lseek(told, 0, os.SEEK_SET)
    kept = {name: value for name, value in os.environ.items() if name != f"{PREFIX}SECRET"}
    os.execve(sys.executable, [sys.executable, "-m", "lms.relay", str(told)], kept)
