"""Announcements where people make and meet them."""

import pytest

from lms.learning import announcing
from lms.worker import Worker

HOSTILE = "<b>Exam</b> \u202e"


@pytest.fixture
def made(session, place, idris, now):
    return announcing.announce(
        session, place.run, HOSTILE, "Read <i>this</i>:\n\nhttps://a.example", by=idris, now=now
    )


def test_an_instructor_announces_and_learners_read_it_in_three_places(
    visit, lms, salma, idris, place
):
    address = f"/teach/runs/{place.run.public_id}/announcements"

    answer = visit(idris).post(address, title="Exam", text="On Monday.")
    Worker(lms).announce()

    assert (answer.status_code, answer.location) == (303, address)
    browser = visit(salma)
    assert "Exam" in browser.get("/home").text
    assert "Exam" in browser.get(f"/learn/{place.public_id}").text
    assert "an announcement in" in browser.get("/notices/").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": "", "text": "a"}, "Enter a title."),
        ({"title": " ", "text": "a"}, "Enter a title."),
        ({"title": "a", "text": ""}, "Write what there is to say."),
        ({"title": "a" * 201, "text": "a"}, "At most 200 characters."),
        ({"title": "a", "text": "a" * 10_001}, "At most 10000 characters."),
    ],
)
def test_what_is_missing_or_too_long_is_said(visit, idris, place, fields, said):
    answer = visit(idris).post(f"/teach/runs/{place.run.public_id}/announcements", **fields)

    assert answer.status_code == 422
    assert said in answer.text


def test_words_of_people_stay_words(visit, salma, place, made):
    page = visit(salma).get(f"/announcements/{made.public_id}").text

    assert "<b>Exam" not in page
    assert "Read &lt;i&gt;this&lt;/i&gt;" in page
    assert 'href="https://a.example"' in page


def test_a_withdrawn_announcement_is_nowhere(visit, salma, idris, place, made):
    browser = visit(salma)

    visit(idris).post(f"/teach/announcements/{made.public_id}/withdrawal")

    assert browser.get(f"/announcements/{made.public_id}").status_code == 404
    assert "Exam" not in browser.get("/home").text
    assert "Exam" not in browser.get(f"/learn/{place.public_id}").text
    assert "Withdrawn" in visit(idris).get(f"/teach/runs/{place.run.public_id}/announcements").text
