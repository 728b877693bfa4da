"""A site of their own for measurements, and the browser before it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Page

CHROMIUM = "/usr/bin/chromium-headless-shell"
PATIENCE = 60.0


@contextmanager
def served(data: Path) -> Iterator[str]:
    """The address of a site of its own, whose data and ``serve.log`` are in ``data``."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "lms.cli", "serve", "--port", str(port), "--data", str(data)]
    with (data / "serve.log").open("w") as log:
        serving = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        try:
            site = f"http://127.0.0.1:{port}"
            _await(site)
            yield site
        finally:
            os.killpg(serving.pid, signal.SIGINT)
            serving.wait(PATIENCE)


def _await(site: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(OSError), urllib.request.urlopen(f"{site}/healthz") as answer:
            if json.load(answer)["status"] == "ok":
                return
        time.sleep(0.2)
    raise RuntimeError("the site never became well")


def sign_in(page: Page, site: str, password: str) -> None:
    """Sign the first learner in."""
    page.goto(f"{site}/account/sign-in")
    page.fill("#email", "learner@jazari.example")
    page.fill("#password", password)
    page.click("main form button[type=submit]")
    page.wait_for_url(f"{site}/home")
