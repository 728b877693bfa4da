"""The calendar address: found by whoever has it, by nobody else, and by nobody for ever."""

from datetime import timedelta

import pytest

from lms.grading import extensions
from lms.institutes import queries as institutes


@pytest.fixture
def address(visit, lms):
    """Makes somebody's address, and gives it as a path."""

    def make(person):
        page = visit(person)
        page.post("/account/calendar")
        text = page.get("/account/calendar").text
        return text.split(f'value="{lms.settings.base_url}')[1].split('"')[0]

    return make


def test_the_address_gives_the_dates_without_signing_in(visit, salma, place, address):
    answer = visit().get(address(salma))

    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    unfolded = answer.text.replace("\r\n ", "")
    assert f"UID:opens-{place.public_id}@127.0.0.1" in unfolded
    assert f"UID:due-{place.public_id}-double@127.0.0.1" in unfolded
    assert "“Doubling” is due" in unfolded
    assert "max-age=900" in answer.headers["Cache-Control"]


def test_what_was_read_is_not_sent_again(visit, salma, place, address):
    path = address(salma)
    tag = visit().get(path).headers["ETag"]

    again = visit().get(path, headers={"If-None-Match": tag})

    assert (again.status_code, again.data) == (304, b"")


def test_an_extension_moves_the_date_and_says_that_it_changed(
    visit, session, salma, idris, place, find, address, now
):
    path = address(salma)
    before = visit().get(path)
    double = find(place, "double")
    due = now + timedelta(days=40)
    for more in (0, 1):
        extensions.grant(
            session, place, double, due=due, extra_attempts=more, reason="Ill.", by=idris, now=now
        )

    after = visit().get(path)

    assert after.headers["ETag"] != before.headers["ETag"]
    event = after.text.replace("\r\n ", "").split(f"UID:due-{place.public_id}-double")[1]
    event = event.split("END:VEVENT")[0]
    assert f"DTSTART:{due:%Y%m%dT%H%M%SZ}" in event
    assert "SEQUENCE:2" in event
    assert f"LAST-MODIFIED:{now:%Y%m%dT%H%M%SZ}" in event
    assert "Ill." not in after.text


def test_it_is_in_the_person_s_language_and_holds_nobody_else(
    visit, session, salma, rim, place, enrolled, offered, address
):
    salma.locale = "fr"
    other = enrolled(rim, offered("rabat"))
    session.commit()

    text = visit().get(address(salma)).text

    assert "is due" not in text
    assert other.public_id not in text


def test_a_new_address_ends_the_one_before_and_stopping_ends_both(visit, salma, place, address):
    first = address(salma)
    second = address(salma)

    assert [visit().get(path).status_code for path in (first, second)] == [404, 200]
    visit(salma).post("/account/calendar/stop")
    assert visit().get(second).status_code == 404
    assert "Make an address" in visit(salma).get("/account/calendar").text


def test_an_address_that_was_guessed_leads_nowhere(visit, salma, address):
    path = address(salma)
    name, dot, seal = path.removesuffix(".ics").partition(".")

    for guess in (f"{name}.ics", f"{name}{dot}{'0' * 40}.ics", f"{name}{dot}{seal[:-1]}.ics"):
        assert visit(salma).get(guess).status_code == 404


def test_who_teaches_a_run_has_its_dates_and_no_learner_s_own(
    visit, session, idris, place, find, address, now
):
    due = now + timedelta(days=40)
    extensions.grant(
        session, place, find(place, "double"), due=due, extra_attempts=0,
        reason="Ill.", by=idris, now=now,
    )  # fmt: skip

    text = visit().get(address(idris)).text.replace("\r\n ", "")

    assert f"UID:opens-taught-{place.run.public_id}@" in text
    assert f"UID:due-taught-{place.run.public_id}-double@" in text
    assert f"/teach/runs/{place.run.public_id}" in text
    assert f"{due:%Y%m%dT%H%M%SZ}" not in text
    assert place.public_id not in text


@pytest.mark.parametrize("name", ["ilham", "rachid", "rim"])
def test_others_do_not_have_the_dates_of_that_run(visit, who, name, place, address):
    assert place.run.public_id not in visit().get(address(who(name))).text


def test_whoever_no_longer_teaches_has_its_dates_no_more(
    visit, session, idris, place, address, now
):
    path = address(idris)
    for each in institutes.memberships(session, idris, now):
        each.until = now - timedelta(minutes=1)

    assert place.run.public_id not in visit().get(path).text
