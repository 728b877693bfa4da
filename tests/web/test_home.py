"""A learner's home: where they go on, what is due, courses, skills."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event

from lms.grading import extensions


def section(page, name):
    """The part of a page below the heading of that id, without tags."""
    found = re.search(rf'aria-labelledby="{name}">(.*?)</section>', page.text, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split()) if found else ""


def card(page):
    found = re.search(r'class="next-step">(.*?)</section>', page.text, re.DOTALL)
    return found[1] if found else ""


def test_whoever_is_in_no_course_is_led_to_the_catalogue(visit, rim):
    page = visit(rim).get("/home")

    assert "You are not enrolled in a course yet" in page.text
    assert card(page) == ""


def test_the_card_leads_to_where_the_learner_was_last(visit, salma, place):
    browser, course = visit(salma), f"/learn/{place.public_id}"
    assert f'href="{course}/lessons/counting"' in card(browser.get("/home"))

    answer = browser.post(f"{course}/place", slug="because")

    assert (answer.status_code, answer.data) == (204, b"")
    assert f'href="{course}/lessons/because"' in card(browser.get("/home"))
    assert "You were here on" in card(browser.get("/home"))


def test_what_is_done_there_leads_on_from_there(visit, salma, place):
    browser, course = visit(salma), f"/learn/{place.public_id}"
    browser.post(f"{course}/place", slug="because")

    browser.post(f"{course}/lessons/because")

    for page in ("/home", course):
        assert f'href="{course}/assignments/why"' in card(browser.get(page))


def test_of_two_courses_the_one_used_last_comes_first(visit, salma, place, enrolled, offered, now):
    newer = enrolled(salma, offered(opens=now - timedelta(hours=1)))
    browser = visit(salma)

    for each in (newer, place):
        browser.post(f"/learn/{each.public_id}/place", slug="double")

    assert f'href="/learn/{place.public_id}/assignments/double"' in card(browser.get("/home"))


def test_a_course_that_has_not_opened_is_announced_and_not_gone_on_with(
    visit, salma, enrolled, offered, now
):
    enrolled(salma, offered(opens=now + timedelta(days=3)))

    page = visit(salma).get("/home")

    assert "has not opened yet" in page.text
    assert card(page) == ""
    assert "Nothing is due" in section(page, "due")


@pytest.mark.parametrize("name", ["rim", "idris", "amina"])
def test_nobody_moves_another_s_place(visit, who, name, place):
    answer = visit(who(name)).post(f"/learn/{place.public_id}/place", slug="why")

    assert answer.status_code == 404


def test_there_is_no_place_that_is_no_step(visit, salma, place):
    for slug in ("nothing", ""):
        answer = visit(salma).post(f"/learn/{place.public_id}/place", slug=slug)
        assert answer.status_code == 404


def test_what_is_due_says_when_on_the_learner_s_own_extension(
    visit, session, salma, idris, place, find, now
):
    before = section(visit(salma).get("/home"), "due")
    due = now + timedelta(days=40)
    extensions.grant(
        session, place, find(place, "double"), due=due, extra_attempts=0,
        reason="Ill.", by=idris, now=now,
    )  # fmt: skip

    after = section(visit(salma).get("/home"), "due")

    assert "Doubling" in before
    assert "extended for you" in after
    assert "extended" not in before


def test_work_that_waits_for_marks_is_not_due_and_what_fell_short_is(
    visit, salma, place, handed_in, settled, now
):
    work = handed_in(place, at=now)
    waiting = section(visit(salma).get("/home"), "due")
    settled(work, 0)
    failed = section(visit(salma).get("/home"), "due")

    assert "Doubling" not in waiting
    assert "Doubling" in failed


def test_skills_are_those_of_credentials_and_those_of_courses_begun(
    visit, salma, rim, lived_in, enrolled, offered, now
):
    enrolled(rim, offered("rabat", opens=now - timedelta(days=1)))

    hers, his = visit(salma).get("/home"), visit(rim).get("/home")

    assert f'href="/credentials/{lived_in.credential}"' in hers.text
    assert "Shown by a credential" in section(hers, "skills")
    assert "In progress" in section(his, "skills")
    assert "Shown by a credential" not in his.text


def test_many_courses_cost_no_more_queries_than_one(
    visit, lms, salma, place, enrolled, offered, now
):
    asked = []
    event.listen(lms.database.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    browser = visit(salma)
    browser.get("/home"), asked.clear()
    browser.get("/home")
    one = len(asked)
    for _ in range(5):
        enrolled(salma, offered(opens=now - timedelta(days=1)))
    browser.get("/"), asked.clear()

    browser.get("/home")

    assert len(asked) == one
    assert one <= 20


def test_what_the_learner_can_do_by_now_stands_with_their_skills(
    visit, salma, place, handed_in, settled, now
):
    before = section(visit(salma).get("/home"), "skills")
    settled(handed_in(place, at=now), 4)

    after = section(visit(salma).get("/home"), "skills")

    assert "Double a number with a function." not in before
    assert "Python · 0 of 1 shown" in before
    assert "You can do this now Double a number with a function." in after
    assert "Python · 1 of 1 shown" in after
