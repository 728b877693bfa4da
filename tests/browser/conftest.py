"""A true site: `lms serve` with its worker and sandbox on a free port, and Chromium before it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

ROOT = Path(__file__).resolve().parents[2]
COURSE = ROOT / "courses" / "python-for-ai"


@dataclass(frozen=True)
class Site:
    """A running site: where it is, where its data lies, and its first accounts."""

    url: str
    data: Path
    passwords: dict[str, str]

    def sign_in(self, page: Page, role: str) -> None:
        page.goto(f"{self.url}/account/sign-in")
        page.fill("#email", f"{role}@jazari.example")
        page.fill("#password", self.passwords[role])
        page.click("main form button[type=submit]")
        page.wait_for_url(f"{self.url}/home")


@dataclass
class Watch:
    """What a browser context saw that no page of ours may cause."""

    origin: str
    elsewhere: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def follow(self, context: BrowserContext) -> None:
        context.on("request", self._request)
        context.on("console", lambda message: self._console(message.text))

    def _request(self, request: object) -> None:
        url = request.url  # type: ignore[attr-defined]
        if not url.startswith((self.origin + "/", "blob:" + self.origin)):
            self.elsewhere.append(url)

    def _console(self, text: str) -> None:
        if "Content Security Policy" in text or "Content-Security-Policy" in text:
            self.refused.append(text)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int]) -> Iterator[Site]:
    data = tmp_path_factory.mktemp("site")
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("JAZARI_")}
    log = (data / "serve.log").open("w+")
    command = [sys.executable, "-m", "lms.cli", "serve", "--port", str(port), "--data", data]
    serving = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_well(url, serving, data / "serve.log")
        told = (data / "serve.log").read_text()
        found = re.findall(r"^ +(\w+) +\w+@jazari\.example +(\S+)$", told, re.MULTILINE)
        yield Site(url, data, dict(found))
    finally:
        # As Ctrl-C does: the whole foreground process group gets it.
        os.killpg(serving.pid, signal.SIGINT)
        status = serving.wait(60)
        log.close()
    assert status == 0, (data / "serve.log").read_text()


def _wait_until_well(url: str, serving: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        assert serving.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
                assert json.load(answer)["status"] == "ok"
                return
        except (urllib.error.HTTPError, OSError):
            time.sleep(0.2)
    pytest.fail("the site never became well:\n" + log.read_text())


@pytest.fixture
def watch(site: Site) -> Watch:
    return Watch(site.url)
