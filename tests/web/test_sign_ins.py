"""Ending one's sign-ins, as people meet them, and what a copied cookie is worth then."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from lms.institutes import queries, sign_ins
from lms.web.devices import device

PASSWORD = "a sentence to remember"


@pytest.fixture
def copied(visit):
    """Another browser with a copy of the cookie of the first."""

    def copied(browser):
        other = visit()
        other.client.set_cookie("jazari", browser.client.get_cookie("jazari").value)
        return other

    return copied


@pytest.fixture
def signed_in(visit, salma):
    """Salma's browser, come in by its door."""
    browser = visit()
    browser.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Android 14) Firefox/130.0"
    browser.post("/account/sign-in", email="salma@fez.example", password=PASSWORD)
    return browser


def opens(browser):
    return browser.get("/home").status_code == 200


def test_signing_out_ends_the_session_wherever_its_cookie_was_copied_to(signed_in, copied, visit):
    thief, elsewhere = copied(signed_in), visit()
    elsewhere.post("/account/sign-in", email="salma@fez.example", password=PASSWORD)
    before = opens(thief)

    signed_in.post("/account/sign-out")

    assert (before, opens(thief), opens(elsewhere)) == (True, False, True)


def test_the_account_page_names_each_browser_and_ends_one_of_them(
    signed_in, visit, session, salma, copied
):
    there = visit(salma)
    row = next(one for one in queries.sign_ins(session, salma) if not one.device)
    page = signed_in.get("/account/").text

    answer = signed_in.post(f"/account/sign-ins/{row.public_id}/end")

    assert "Firefox, Android" in page
    assert "This browser, since" in page
    assert "A device that does not say what it is" in page
    assert (answer.status_code, answer.location) == (303, "/account/#sign-ins")
    assert (opens(signed_in), opens(there)) == (True, False)
    assert "Sign out there" not in signed_in.get("/account/").text


def test_all_others_are_ended_at_once(signed_in, visit, salma, rim):
    others, hers = [visit(salma), visit(salma)], visit(rim)

    signed_in.post("/account/sign-ins/end")

    assert [opens(other) for other in others] == [False, False]
    assert opens(signed_in)
    assert opens(hers)


def test_nobody_ends_those_of_others(visit, session, salma, rim):
    browser, hers = visit(salma), visit(rim)
    (row,) = queries.sign_ins(session, rim)

    answer = browser.post(f"/account/sign-ins/{row.public_id}/end")

    assert answer.status_code == 404
    assert opens(hers)


def test_a_new_password_ends_a_copied_session_too(signed_in, copied):
    thief = copied(signed_in)

    signed_in.post("/account/password", current=PASSWORD, new="another sentence")

    assert (opens(signed_in), opens(thief)) == (True, False)


def test_who_asks_is_found_by_one_read_and_noted_once_a_day(visit, session, lms, salma, now):
    browser, sent = visit(salma), []
    (row,) = queries.sign_ins(session, salma)
    sign_ins.see(session, row.key, now.date() - timedelta(days=1))
    session.commit()
    event.listen(
        lms.database.engine, "before_cursor_execute", lambda *told: sent.append(told[2].split()[0])
    )

    def answers():
        sent.clear()
        browser.get("/account/data")
        return [word for word in sent if word in ("SELECT", "UPDATE")]

    first, then = answers(), answers()
    session.expire_all()

    assert first.count("UPDATE") == 1
    assert then.count("UPDATE") == 0
    assert row.seen == now.date()


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0",
            "Firefox, Linux",
        ),
        (
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)"
            " Chrome/127.0.0.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
            " Chrome/127.0.0.0 Safari/537.36 Edg/127.0.0.0",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15"
            " (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari, iOS",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) CriOS/127.0", "Chrome, iOS"),
        ("curl/8.5", ""),
        ("", ""),
    ],
)
def test_a_browser_is_called_what_its_owner_knows_it_by(told, name):
    assert device(told) == name
