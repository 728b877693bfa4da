"""The search of a course, on its page."""

from datetime import timedelta

import pytest


@pytest.fixture
def search(visit, salma, place):
    browser = visit(salma)
    return lambda words: browser.get(f"/learn/{place.public_id}/search?q={words}").text


def test_words_of_a_lesson_lead_to_the_part_that_holds_them(search, place):
    page = search("doubling")

    assert f'href="/learn/{place.public_id}/lessons/counting#part-doubling"' in page
    assert "lessons/because" not in page


def test_work_is_found_by_its_title(search, place):
    assert f'href="/learn/{place.public_id}/assignments/double"' in search("doubling")


@pytest.mark.parametrize("step", ["lessons/counting", "quizzes/recall", "assignments/double"])
def test_the_outline_beside_each_step_leads_there(visit, salma, place, step):
    home = f"/learn/{place.public_id}"

    page = visit(salma).get(f"{home}/{step}").text

    assert f'class="outline-search" href="{home}/search"' in page


def test_nothing_found_says_what_to_do(search):
    page = search("giraffe")

    assert "Nothing in this course holds all of these words" in page
    assert "Try fewer words" in page


def test_nothing_is_said_to_be_missing_before_a_word_is_sought(search):
    page = search("")

    assert "Search in this course" in page
    assert "Nothing in this course" not in page


def test_what_is_sought_is_shown_as_text(search):
    page = search("%3Cscript%3Ealert(1)%3C/script%3E")

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_the_page_of_a_course_leads_there_once_it_is_open(
    visit, enrolled, offered, salma, place, now
):
    soon = enrolled(salma, offered(opens=now + timedelta(days=1)))
    browser = visit(salma)

    assert (
        f'action="/learn/{place.public_id}/search"' in browser.get(f"/learn/{place.public_id}").text
    )
    assert "/search" not in browser.get(f"/learn/{soon.public_id}").text
    assert browser.get(f"/learn/{soon.public_id}/search?q=double").status_code == 403
