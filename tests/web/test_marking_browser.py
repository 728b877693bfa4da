"""Marking in a true browser: with keys alone if wished, on a telephone, for every reader."""

import threading
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from werkzeug.serving import make_server

from lms.grading import applying, regrading, rubrics, service
from lms.grading.marking import Mark, Verdict
from lms.grading.parts import Part
from lms.grading.runs import Ending
from lms.grading.states import Scope

PASSWORD = "a sentence to remember"

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def served(site):
    """The site on a port of its own."""
    server = make_server("127.0.0.1", 0, site, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def step(session, served, place, handed_in, settled, idris, now):
    """The address of Salma's essay in the queue; a rubric has two lines."""
    essay = settled(handed_in(place, "why", answer="Because.\n\n    a = 1", at=now), None)
    lines = [rubrics.Line("Names the reason", 2.5), rubrics.Line("Far too long", -1)]
    rubrics.write(session, place.run, essay.assignment, "reason", lines, by=idris, now=now)
    rubrics.keep_comment(session, place.run, essay.assignment, "reason", "Say more.")
    session.commit()
    run = place.run.public_id
    return f"{served}/teach/runs/{run}/assignments/why/marking/{essay.public_id}/reason"


@pytest.fixture
def marker(served, chromium):
    """A page in which Idris has signed in."""
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"{served}/account/sign-in")
        page.fill("#email", "idris@fez.example")
        page.fill("#password", PASSWORD)
        page.click("main form button[type=submit]")
        yield page


def test_keys_do_nothing_until_they_are_wished_for(marker, step):
    marker.goto(step)

    marker.keyboard.press("1")

    assert marker.input_value("#points") == ""
    assert marker.locator("[name=item]:checked").count() == 0


def test_with_keys_alone_a_rubric_is_chosen_a_comment_written_and_saved(marker, step):
    marker.goto(step)
    marker.check("[data-shortcuts] input")

    marker.keyboard.press("1")
    assert marker.input_value("#points") == "2.5"
    marker.keyboard.press("2")
    assert marker.input_value("#points") == "1.5"
    marker.keyboard.press("c")
    marker.keyboard.type("j12 ok?")
    with marker.expect_navigation():
        marker.keyboard.press("Control+Enter")

    marker.goto(step)
    assert marker.input_value("#points") == "1.5"
    assert marker.input_value("#comment") == "j12 ok?"
    assert marker.is_checked("[data-shortcuts] input")


def test_the_page_fits_a_telephone_and_every_reader(marker, step, served):
    marker.goto(step)
    found = Axe().run(marker, options={"runOnly": RULES}).response["violations"]
    marker.set_viewport_size({"width": 320, "height": 640})

    assert [each["id"] for each in found] == []
    assert not marker.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.fixture
def regrade(session, served, place, enrolled, rim, handed_in, settled, idris, now):
    """The address of a regrade of two learners that was just applied."""
    for who in (place, enrolled(rim, place.run)):
        settled(handed_in(who, at=now), 2)
    run = place.run
    regrade = regrading.begin(
        session, run, None, run.version, scope=Scope.ALL, reason="So.", by=idris, now=now
    )
    while claimed := service.claim(session, lease=timedelta(hours=1), now=now):
        marks = (Mark("tests", 4.0, 4.0, Verdict.PASSED, None),)
        service.settle(session, claimed, [Part("", Ending.FINISHED, marks, None, 0.1)], now=now)
    regrading.apply(session, regrade, by=idris, now=now)
    session.commit()
    return f"{served}/teach/regrades/{regrade.public_id}"


def test_the_page_of_a_regrade_follows_while_it_is_applied(lms, marker, regrade, now, monkeypatch):
    monkeypatch.setattr(applying, "AT_ONCE", 1)
    marker.goto(regrade)
    told = marker.locator("[data-updates]")
    told.get_by_text("Applied to 0 of 2 pieces of work").wait_for()
    assert not told.locator("[data-reload]").is_visible()

    for words in ("Applied to 1 of 2", "Applied to 2 of 2", "What changed"):
        with lms.database.writing() as session:
            applying.apply_some(session, now=now)
        told.get_by_text(words).wait_for()
    found = Axe().run(marker, options={"runOnly": RULES}).response["violations"]
    told.get_by_role("link").click()

    marker.get_by_text("2 grades go up").wait_for()
    assert [each["id"] for each in found] == []
