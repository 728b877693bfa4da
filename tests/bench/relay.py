"""The relay of live kernels: what a thousand pages weigh, and how soon a cell is answered."""

import asyncio
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from lms.learning.tickets import Ticket, issue
from lms.relay.orders import Orders
from sandboxes.forkserver import in_memory

PAGES = 1000
AIM_BYTES = 80 * 1000 * 1000

_KEY = "a key of the bench's own"
_ORIGIN = "http://bench.example"
_STARTS = 20
_CELLS = 100
_PATIENCE = 120.0


@dataclass(frozen=True)
class Relayed:
    """What was measured; seconds and bytes, medians.

    ``empty_bytes`` and ``full_bytes`` are the relay's resident memory before and with PAGES idle
    pages; ``hello_seconds`` from opening the connection to an idle kernel; the others for
    ``1 + 1`` from sending it to the word that it is done, by the relay and by a bare kernel.
    """

    empty_bytes: int
    full_bytes: int
    hello_seconds: float
    cell_seconds: float
    bare_seconds: float


def measure(profile: str, folder: Path, bare: str) -> Relayed:
    """Measure relays of their own; ``bare`` is the kernel spec to compare with."""
    orders = Orders("127.0.0.1", 0, "/kernels", (_ORIGIN,), _KEY, str(folder), 1, warm=(profile,))
    with _relay(orders) as (port, pid):
        empty, full = asyncio.run(_crowd(port, pid, profile))
    with _relay(replace(orders, kernels=_STARTS + 1)) as (port, _):
        hellos, cells = asyncio.run(_work(port, profile))
    return Relayed(empty, full, median(hellos), median(cells), median(_bare_cells(bare)))


@contextmanager
def _relay(orders: Orders) -> Iterator[tuple[int, int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    told = in_memory(replace(orders, port=port).as_text().encode())
    command = [sys.executable, "-m", "lms.relay", str(told)]
    with subprocess.Popen(command, pass_fds=[told]) as process:
        try:
            until = time.monotonic() + _PATIENCE
            while time.monotonic() < until:
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    time.sleep(0.05)
            yield port, process.pid
        finally:
            process.terminate()


async def _page(port: int, person: str, profile: str) -> WebSocketClientConnection:
    ticket = issue(_KEY, Ticket(person, person, "bench", profile), datetime.now(UTC))
    asked = HTTPRequest(f"ws://127.0.0.1:{port}/kernels", headers={"Origin": _ORIGIN})
    page = await websocket_connect(asked)
    await page.write_message(json.dumps({"type": "hello", "ticket": ticket}))
    return page


async def _until(page: WebSocketClientConnection, **wanted: str) -> None:
    while True:
        message = await asyncio.wait_for(page.read_message(), _PATIENCE)
        if message is None:
            raise RuntimeError("The relay closed the connection.")
        frame = json.loads(message)
        if frame | wanted == frame:
            return


async def _crowd(port: int, pid: int, profile: str) -> tuple[int, int]:
    """Resident bytes with one page, and with so many of which all but one wait for a kernel."""
    pages = [await _page(port, "first", profile)]
    await _until(pages[0], type="kernel", state="idle")
    empty = _resident(pid)
    for number in range(1, PAGES):
        pages.append(await _page(port, str(number), profile))
        await _until(pages[-1], type="kernel", state="full")
    full = _resident(pid)
    for page in pages:
        page.close()
    return empty, full


async def _work(port: int, profile: str) -> tuple[list[float], list[float]]:
    hellos, cells = [], []
    page = await _page(port, "first", profile)  # It waits for the packages to be loaded.
    await _until(page, type="kernel", state="idle")
    for number in range(_STARTS):
        begun = time.perf_counter()
        page = await _page(port, str(number), profile)
        await _until(page, type="kernel", state="idle")
        hellos.append(time.perf_counter() - begun)
    for number in range(_CELLS):
        begun = time.perf_counter()
        run = json.dumps({"type": "execute", "id": str(number), "code": "1 + 1"})
        await page.write_message(run)
        await _until(page, type="done", id=str(number))
        cells.append(time.perf_counter() - begun)
    return hellos, cells


def _bare_cells(spec: str) -> list[float]:
    manager = KernelManager(kernel_name=spec)
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=_PATIENCE)
    try:
        return [_bare_cell(client) for _ in range(_CELLS)]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _bare_cell(client: BlockingKernelClient) -> float:
    begun = time.perf_counter()
    asked = client.execute("1 + 1")
    while client.get_shell_msg(timeout=_PATIENCE)["parent_header"].get("msg_id") != asked:
        pass
    while True:
        said = client.get_iopub_msg(timeout=_PATIENCE)
        idle = said["content"].get("execution_state") == "idle"
        if idle and said["parent_header"].get("msg_id") == asked:
            return time.perf_counter() - begun


def _resident(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("The relay is gone.")


def show(told: Relayed) -> None:
    """Print what was measured, beside what we aim at."""
    each = (told.full_bytes - told.empty_bytes) / PAGES
    megabytes = told.full_bytes / 1e6
    print(f"\nrelay with {PAGES} idle pages: {megabytes:.0f} MB resident, ", end="")
    print(f"{each / 1e3:.1f} kB for each (aim {AIM_BYTES / 1e6:.0f} MB in all)")
    print(f"from opening a page to its idle kernel: {told.hello_seconds * 1000:.0f} ms")
    ratio = told.cell_seconds / told.bare_seconds
    print(
        f"1 + 1 through the relay: {told.cell_seconds * 1000:.1f} ms ({ratio:.2f} of a bare one's)"
    )
