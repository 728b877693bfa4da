"""What the script adds to a quiz: it saves as answers are given, moves lines, counts down."""

import re
import threading
from datetime import timedelta

import pytest
from werkzeug.serving import make_server

from lms.learning import quizzes

PASSWORD = "a sentence to remember"

pytestmark = pytest.mark.browser


@pytest.fixture
def served(site):
    """The site on a port of its own."""
    server = make_server("127.0.0.1", 0, site, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def attempt(session, place, now):
    quiz = place.run.version.modules[1].quizzes[0]
    return quizzes.begin(session, place, quiz, now=now)


@pytest.fixture
def page(session, served, chromium, attempt, place):
    """The questions in Salma's browser."""
    session.commit()
    with chromium.new_context(viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        page.goto(f"{served}/account/sign-in")
        page.fill("#email", "salma@fez.example")
        page.fill("#password", PASSWORD)
        page.click("main form button[type=submit]")
        page.goto(f"{served}/learn/{place.public_id}/quizzes/recall/attempts/1")
        yield page


def test_answers_are_saved_as_they_are_given_and_lines_moved_with_keys(session, page, attempt):
    before = page.locator("[data-order] label").all_inner_texts()
    page.locator(".quiz-move-down").first.focus()
    with page.expect_response("**/answers"):
        page.keyboard.press("Enter")
    with page.expect_response("**/answers"):
        page.locator("input[type=radio]").first.check()
    page.locator("[data-saved]", has_text=re.compile(r"\d:\d")).wait_for()

    after = page.locator("[data-order] label").all_inner_texts()
    session.expire_all()
    given = quizzes.given_of(attempt)
    assert after == [before[1], before[0], before[2]]
    assert "place 2" in page.inner_text("[data-told]")
    assert page.evaluate("document.activeElement.type") == "radio"
    assert sorted(given) == ["double-of-two", "steps"]
    assert sorted(given["steps"]) == [0, 1, 2]


def test_what_stands_there_is_sent_when_the_time_ends(session, page, attempt, now):
    attempt.ends = now + timedelta(seconds=30)
    session.commit()
    page.clock.install()
    page.reload()
    page.locator("input[inputmode=decimal]").first.fill("2,5")
    page.clock.run_for(40_000)
    page.wait_for_selector("[data-summary]")

    session.expire_all()
    assert attempt.finished is not None
    assert "2,5" in quizzes.given_of(attempt).values()
