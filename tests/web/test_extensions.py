"""How an instructor grants more time or attempts, and what the learner sees of it."""

from datetime import datetime, time, timedelta

import pytest

from lms.core.zones import zone
from lms.grading import queries
from lms.grading.models import Extension
from lms.institutes import notices
from lms.institutes.rules import News, Reach

DAY = timedelta(days=1)


@pytest.fixture
def address(place):
    return f"/teach/enrolments/{place.public_id}/assignments/double/extension"


@pytest.fixture
def later(place, find):
    """A day three days after everybody's due date."""
    return (queries.due(place.run, find(place, "double"), None) + 3 * DAY).date()


@pytest.fixture
def granted(visit, idris, address, later):
    def grant(**fields):
        told = {"due": later.isoformat(), "extra_attempts": "1", "reason": "She was ill."}
        return visit(idris).post(address, **told | fields)

    return grant


def test_an_extension_is_granted_until_the_end_of_a_day(session, place, find, granted, later):
    answer = granted()

    held = queries.extension(session, place, find(place, "double"))
    assert (answer.status_code, answer.location) == (303, f"/teach/enrolments/{place.public_id}")
    assert held.due == datetime.combine(later, time(23, 59, 59), zone("Africa/Casablanca"))
    assert (held.extra_attempts, held.reason) == (1, "She was ill.")


def test_the_learner_sees_the_date_as_their_own_and_not_why(visit, place, salma, granted, later):
    before = visit(salma).get(f"/learn/{place.public_id}/assignments/double").text
    granted()

    pages = [
        visit(salma).get(f"/learn/{place.public_id}{sub}").text
        for sub in ("/assignments/double", "")
    ]
    home, news = visit(salma).get("/home").text, visit(salma).get("/notices/").text

    day = f"{later.day} {later:%B %Y}"
    assert "extended for you" not in before
    assert "2 of 2" in before
    assert "Your due date, extended for you" in pages[0]
    assert f"{day}, 23:59" in pages[0]
    assert "3 of 3" in pages[0]
    assert "extended for you" in pages[1]
    assert "extended for you" in home
    assert day in news
    assert all(
        "ill" not in page.replace("will", "") for page in (*pages, news) if "She was" in page
    )
    assert "She was ill" not in "".join((*pages, home, news))


def test_nobody_says_that_a_learner_is_told_who_wants_no_such_notices(
    session, visit, place, salma, idris, address, later
):
    no_news = {kind: Reach(shown=False, mailed=False) for kind in News}
    notices.choose(session, salma, no_news)
    teaching = visit(idris)
    promise = teaching.get(address).text

    answer = teaching.post(address, due=later.isoformat(), extra_attempts="1", reason="Ill.")
    flashed = teaching.get(answer.location).text

    assert "gets a notice unless they have switched such notices off" in promise
    assert "The extension is saved, and the learner sees it." in flashed
    assert "Nothing to tell you yet" in visit(salma).get("/notices/").text
    course = visit(salma).get(f"/learn/{place.public_id}/assignments/double").text
    assert f"{later.day} {later:%B %Y}" in course


def test_colleagues_see_the_date_why_and_by_whom(visit, place, idris, granted, address, later):
    granted()

    run = visit(idris).get(f"/teach/runs/{place.run.public_id}").text
    learner = visit(idris).get(f"/teach/enrolments/{place.public_id}").text
    form = visit(idris).get(address).text

    assert "She was ill." in learner
    assert run.count("Extended") == learner.count("Extended") == 1
    assert "Granted by Idris." in form
    assert f'value="{later}"' in form


def test_an_extension_is_withdrawn(session, visit, place, idris, granted, address):
    granted()

    answer = visit(idris).post(f"{address}/withdrawal")

    assert answer.status_code == 303
    assert session.query(Extension).count() == 0
    assert "She was ill." not in visit(idris).get(f"/teach/enrolments/{place.public_id}").text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"reason": " "}, "Say why, so that a colleague understands it later."),
        ({"reason": "x" * 501}, "At most 500 characters."),
        ({"due": "", "extra_attempts": ""}, "Choose a later due date or give more attempts."),
        ({"due": "2020-01-01"}, "Choose a date after the due date of the run."),
        ({"due": "tomorrow"}, "Enter a date, such as 2026-09-01."),
        ({"extra_attempts": "-1"}, "Enter a whole number from 0 to 100."),
        ({"extra_attempts": "many"}, "Enter a whole number."),
    ],
)
def test_what_cannot_be_granted_is_told_and_nothing_is_saved(session, granted, fields, told):
    answer = granted(**fields)

    assert answer.status_code == 422
    assert told in answer.text
    assert session.query(Extension).count() == 0


def test_nobody_extends_their_own_due_date(visit, session, place, enrolled, idris):
    own = enrolled(idris, place.run)
    address = f"/teach/enrolments/{own.public_id}/assignments/double/extension"

    answers = [
        visit(idris).get(address),
        visit(idris).post(address, extra_attempts="1", reason="Me."),
        visit(idris).post(f"{address}/withdrawal"),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert address not in visit(idris).get(f"/teach/enrolments/{own.public_id}").text
