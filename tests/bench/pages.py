"""What a reader waits for whose link and phone are slow: each kind of page, with nothing kept.

The link is WebPageTest's "Slow 3G": 400 kbit/s either way and 400 ms until an answer begins. The
processor is slowed by four, as Lighthouse does. Bytes and requests are the same on every machine;
the moments are not, and so no test looks at them.
"""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, StorageState, ViewportSize, sync_playwright

from sandboxes import Profile
from sandboxes.environments import Environment
from tests.browser.limits import HEAVIEST, Fetched

from .sites import CHROMIUM, served, sign_in

_LINK = {"latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
_SLOWER = 4
_LCP, _TBT = 2500, 300
#: What a page takes is nearly the same each time.
_ROUNDS = 3
#: A page is quiet when nothing has come for so many milliseconds.
_QUIET = 3000
#: The phone of many readers.
_SCREEN: ViewportSize = {"width": 360, "height": 740}
_OBSERVE = """
window.paints = []; window.tasks = [];
new PerformanceObserver((list) => paints.push(...list.getEntries()))
  .observe({ type: 'largest-contentful-paint', buffered: true });
new PerformanceObserver((list) => tasks.push(...list.getEntries()))
  .observe({ type: 'longtask', buffered: true });
"""
_TELL = """() => {
  const first = performance.getEntriesByName('first-contentful-paint')[0].startTime;
  const largest = paints.at(-1);
  const beyond = ({ startTime: at, duration }) => at + duration - Math.max(at, first) - 50;
  const held = tasks.map(beyond).filter((one) => one > 0);
  return {
    largest: largest.startTime, held: held.reduce((all, one) => all + one, 0),
    element: largest.element ? largest.element.localName : '',
  };
}"""


@dataclass(frozen=True)
class _Arrival:
    """One page that came: bytes, requests, milliseconds to its largest paint and of being held."""

    size: int
    requests: int
    largest: float
    held: float
    element: str


def measure(_profile: Profile, _environment: Environment, rounds: int) -> None:
    """Measure and print, page by page, in the language that fetches most."""
    with tempfile.TemporaryDirectory(prefix="bench-", dir="/tmp") as name:
        data = Path(name)
        with served(data) as site, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            told = (data / "serve.log").read_text("utf-8")
            (password,) = re.findall(r"^ +learner +\S+ +(\S+)$", told, re.MULTILINE)
            addresses, kept = _lived_in(browser, site, password)
            print(f"\npages in {HEAVIEST}, 400 kbit/s, 400 ms, processor {_SLOWER} times slower")
            print(f"  {'page':<22}{'bytes':>9}{'requests':>10}{'LCP':>9}{'TBT':>9}   largest")
            for page, address in addresses.items():
                came = [
                    _arrival(browser, site + address, kept if page not in _VISITORS else None)
                    for _ in range(min(rounds, _ROUNDS))
                ]
                _print_arrivals(page, came)
            print(f"  {'aim':<22}{'':>19}{_LCP:>6} ms{_TBT:>6} ms")
            browser.close()


_VISITORS = ("catalogue", "sign in")


def _lived_in(browser: Browser, site: str, password: str) -> tuple[dict[str, str], StorageState]:
    """Addresses by the kind of page, and the cookie of the learner who may see them."""
    context = browser.new_context(locale=HEAVIEST)
    page = context.new_page()
    sign_in(page, site, password)
    page.click(".site-tools summary >> nth=0")
    page.click(f"button[name=locale][value={HEAVIEST}]")
    page.goto(f"{site}/courses/python-for-ai")
    page.click("section[aria-labelledby=offered] form button")
    course = re.sub(r"[?#].*", "", page.url).removeprefix(site)
    kept = context.storage_state()
    context.close()
    return {
        "catalogue": "/",
        "sign in": "/account/sign-in",
        "home": "/home",
        "course": course,
        "lesson": f"{course}/lessons/values-and-names",
        "lesson with formulas": f"{course}/lessons/looking-before-modelling",
        "assignment": f"{course}/assignments/measures",
        "notebook": f"{course}/assignments/measures/notebook",
        "quiz": f"{course}/quizzes/first-steps-check",
        "account": "/account/",
    }, kept


def _arrival(browser: Browser, address: str, kept: StorageState | None) -> _Arrival:
    context = browser.new_context(locale=HEAVIEST, viewport=_SCREEN, storage_state=kept)
    context.add_init_script(_OBSERVE)
    page = context.new_page()
    wire = context.new_cdp_session(page)
    fetched = Fetched(wire)
    wire.send("Network.emulateNetworkConditions", {"offline": False, **_LINK})
    wire.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
    page.goto(address, timeout=120_000)
    page.wait_for_function("paints.length", timeout=120_000)
    sizes: list[int] = []
    while len(sizes) < len(fetched.sizes):
        sizes = list(fetched.sizes)
        page.wait_for_timeout(_QUIET)
    told = page.evaluate(_TELL)
    context.close()
    return _Arrival(sum(sizes), len(sizes), told["largest"], told["held"], told["element"])


def _print_arrivals(page: str, came: list[_Arrival]) -> None:
    largest = median(each.largest for each in came)
    held = median(each.held for each in came)
    over = " over" if largest > _LCP or held > _TBT else ""
    size = median(each.size for each in came)
    requests = median(each.requests for each in came)
    print(
        f"  {page:<22}{size:>9.0f}{requests:>10.0f}{largest:>6.0f} ms{held:>6.0f} ms"
        f"   {came[0].element}{over}",
        flush=True,
    )
