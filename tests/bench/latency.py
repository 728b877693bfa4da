"""From hand-in to marks on the page: a learner's browser before an idle site of its own."""

import json
import re
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import FilePayload, Page, sync_playwright

from lms import founding
from lms.bootstrap import Lms, Settings, assemble
from lms.catalogue import service as publishing
from lms.grading import queries
from lms.institutes import queries as institutes
from lms.learning import service as learning
from sandboxes import Profile
from sandboxes.environments import Environment

from .sites import CHROMIUM, PATIENCE, served, sign_in

_COURSE = Path(__file__).parents[1] / "courses" / "first-numbers"
_ASSIGNMENT = "double"


@dataclass(frozen=True)
class _Way:
    """Seconds of one hand-in: until it was queued, marked and seen, and how long it ran."""

    queued: float
    ran: float
    settled: float
    seen: float


def measure(profile: Profile, environment: Environment, rounds: int) -> None:
    """Measure and print; a trivial notebook is handed in twice ``rounds`` times and once more."""
    with tempfile.TemporaryDirectory(prefix="bench-", dir="/tmp") as name:
        data = Path(name)
        lms, password, address = _founded(data)
        with served(data) as site, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page(locale="en")
            sign_in(page, site, password)
            ways = [
                _handed_in(page, f"{site}{address}", lms, number)
                for number in range(2 * rounds + 1)
            ][1:]  # The first one only warms up.
            browser.close()
    _print_ways(ways)


def _founded(data: Path) -> tuple[Lms, str, str]:
    """A site with a learner in a run: its parts, their password, the assignment's address."""
    lms = assemble(Settings(data=str(data)))
    told = founding.prepare(lms)
    password = next(line.split()[-1] for line in told if line.split()[0] == "learner")
    now = datetime.now(UTC)
    with lms.database.writing() as session:
        version, _ = publishing.publish(session, lms.blobs, _COURSE, now=now)
        for module in version.modules:
            for assignment in module.assignments:
                assignment.attempts_allowed = 1000
        institute = institutes.institutes(session)[0]
        run = learning.offer(session, institute, version, opens=now, now=now)
        person = institutes.person_by_email(session, "learner@jazari.example")
        assert person is not None
        enrolment = learning.enrol(session, run, person, code="", now=now)
        address = f"/learn/{enrolment.public_id}/assignments/{_ASSIGNMENT}"
    return lms, password, address


def _handed_in(page: Page, address: str, lms: Lms, number: int) -> _Way:
    page.goto(address)
    page.set_input_files("input[type=file]", _notebook(number))
    begun = time.time()
    page.click("form[enctype='multipart/form-data'] button[type=submit]")
    page.wait_for_selector("[data-settled]", timeout=PATIENCE * 1000, state="attached")
    seen = time.time()
    found = re.search(r"/submissions/([\w-]+)", page.url)
    assert found is not None
    with lms.database.reading() as session:
        submission = queries.submission(session, found[1])
        assert submission is not None
        run = submission.runs[0]
        assert run.settled is not None
        assert run.seconds is not None
        moments = run.queued.timestamp() - begun, run.settled.timestamp() - begun
        return _Way(moments[0], run.seconds, moments[1], seen - begun)


def _notebook(number: int) -> FilePayload:
    """The assignment done, each time a little otherwise: the same again would be no hand-in."""
    (file,) = _COURSE.glob(f"modules/*/{_ASSIGNMENT}.ipynb")
    told = json.loads(file.read_text("utf-8"))
    for cell in told["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = f"def double(n): return 2 * n  # {number}"
    content = json.dumps(told).encode()
    return {"name": "double.ipynb", "mimeType": "application/json", "buffer": content}


def _print_ways(ways: list[_Way]) -> None:
    seen = [way.seen for way in ways]
    last = quantiles(seen, n=20, method="inclusive")[-1]
    print(
        f"\nfrom hand-in to marks on the page, {len(ways)} trivial notebooks, idle site: "
        f"median {median(seen):.2f} s (aim 0.7 s), 95th of 100 {last:.2f} s (aim 1.5 s)"
    )
    parts = {
        "sent, stored and queued": [way.queued for way in ways],
        "taken and recorded": [way.settled - way.queued - way.ran for way in ways],
        "run and examined": [way.ran for way in ways],
        "asked for and shown": [way.seen - way.settled for way in ways],
    }
    for name, values in parts.items():
        print(f"  {name:<26}{median(values) * 1000:>6.0f} ms")
