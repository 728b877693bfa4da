"""Accounts as people meet them."""

import pytest
from sqlalchemy import select

from lms.institutes import queries, sign_ups
from lms.institutes.models import SignInStrike
from lms.institutes.rules import FREE_STRIKES, SIGN_UPS_AT_ONCE

PASSWORD = "a sentence to remember"
ZINEB = {"name": "Zineb Alaoui", "email": "zineb@example.org", "password": PASSWORD}


def test_whoever_signs_up_is_signed_in_and_led_on(visit, session):
    browser = visit()

    answer = browser.post("/account/sign-up", **ZINEB, next="/courses/first-numbers")

    assert (answer.status_code, answer.location) == (303, "/courses/first-numbers")
    assert "Zineb Alaoui" in browser.get("/home").text
    assert queries.person_by_email(session, "zineb@example.org").locale == "en"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        pytest.param({"email": "zineb"}, "looks like name@example.org", id="no address"),
        pytest.param({"email": ""}, "Enter your e-mail address.", id="no address at all"),
        pytest.param({"password": "short"}, "at least 10 characters", id="a short password"),
        pytest.param({"name": ""}, "Enter your name", id="no name"),
        pytest.param({"name": "  "}, "Enter your name", id="a name of spaces"),
        pytest.param({"name": "z" * 201}, "at most 200", id="an endless name"),
        pytest.param({"email": "SALMA@fez.example"}, "Sign in instead", id="an account exists"),
    ],
)
def test_a_faulty_form_comes_back_with_what_to_mend_and_opens_no_account(
    visit, session, wrong, told
):
    browser = visit()

    answer = browser.post("/account/sign-up", **(ZINEB | wrong))

    assert answer.status_code == 422
    assert told in answer.text
    assert 'role="alert"' in answer.text
    assert PASSWORD not in answer.text
    assert queries.person_by_email(session, "zineb@example.org") is None
    assert browser.get("/home").status_code == 303


@pytest.fixture
def crowded(session, now):
    """As many accounts as may be at once have been asked for from the test's own address."""
    for _ in range(SIGN_UPS_AT_ONCE):
        sign_ups.note(session, "127.0.0.1", now=now)


@pytest.mark.usefixtures("crowded")
def test_too_many_sign_ups_from_one_address_have_to_wait_and_lose_nothing_typed(visit, session):
    browser = visit()

    answer = browser.post("/account/sign-up", **ZINEB, next="/courses/first-numbers")

    assert answer.status_code == 429
    assert "Wait a minute, enter your password again" in answer.text
    for kept in ("Zineb Alaoui", "zineb@example.org", "/courses/first-numbers"):
        assert f'value="{kept}"' in answer.text
    assert PASSWORD not in answer.text
    assert queries.person_by_email(session, "zineb@example.org") is None
    assert browser.get("/home").status_code == 303


@pytest.mark.usefixtures("crowded")
def test_from_another_address_one_can_sign_up_meanwhile(visit):
    browser = visit()
    browser.client.environ_base["REMOTE_ADDR"] = "192.0.2.1"

    assert browser.post("/account/sign-up", **ZINEB).status_code == 303


def test_every_sign_up_counts_for_the_address_it_came_from(visit, session):
    visit().post("/account/sign-up", **ZINEB)
    visit().post("/account/sign-up", **ZINEB)

    assert session.scalars(select(SignInStrike.strikes)).all() == [2]


def test_the_right_password_signs_in(visit):
    browser = visit()

    answer = browser.post("/account/sign-in", email="SALMA@fez.example", password=PASSWORD)

    assert (answer.status_code, answer.location) == (303, "/home")
    assert "Salma" in browser.get("/home").text


def test_a_wrong_one_does_not_and_does_not_say_which_was_wrong(visit):
    browser = visit()

    known = browser.post("/account/sign-in", email="salma@fez.example", password="a guess")
    unknown = browser.post("/account/sign-in", email="nobody@fez.example", password="a guess")

    told = "The e-mail address and the password do not belong together."
    assert known.status_code == unknown.status_code == 422
    assert told in known.text
    assert told in unknown.text
    assert browser.get("/home").status_code == 303


def test_whoever_signs_out_is_out_and_keeps_the_language(visit, salma):
    browser = visit(salma)
    browser.post("/language", locale="ar")

    browser.post("/account/sign-out")

    assert browser.get("/home").location.startswith("/account/sign-in")
    assert '<html lang="ar"' in browser.get("/").text


def test_a_language_chosen_on_the_way_to_sign_in_is_that_of_the_account(visit, salma):
    browser = visit()
    browser.post("/language", locale="ar")

    browser.post("/account/sign-in", email="salma@fez.example", password=PASSWORD)

    assert '<html lang="ar"' in browser.get("/home").text
    assert salma.locale == "ar"


def test_the_language_of_whoever_used_a_browser_before_is_not_that_of_the_account(
    visit, salma, idris
):
    idris.locale = "ar"
    browser = visit(idris)
    browser.post("/account/sign-out")
    before = browser.get("/account/sign-in").text

    browser.post("/account/sign-in", email="salma@fez.example", password=PASSWORD)

    assert '<html lang="ar"' in before
    assert '<html lang="en"' in browser.get("/home").text
    assert salma.locale == "en"


def test_a_new_password_ends_other_sessions_and_keeps_this_one(visit, salma):
    here, elsewhere = visit(salma), visit(salma)

    answer = here.post("/account/password", current=PASSWORD, new="another sentence")

    assert answer.status_code == 303
    assert here.get("/home").status_code == 200
    assert elsewhere.get("/home").status_code == 303


@pytest.mark.parametrize(
    ("current", "new", "told"),
    [
        ("a guess", "another sentence", "This is not your current password."),
        (PASSWORD, "short", "at least 10 characters"),
    ],
)
def test_a_password_changes_only_for_whoever_knows_it_and_to_a_long_one(
    visit, salma, current, new, told
):
    here, elsewhere = visit(salma), visit(salma)

    answer = here.post("/account/password", current=current, new=new)

    assert answer.status_code == 422
    assert told in answer.text
    assert elsewhere.get("/home").status_code == 200


def test_whoever_sits_at_an_open_account_cannot_guess_its_password(visit, salma):
    here = visit(salma)
    for guess in range(FREE_STRIKES):
        here.post("/account/password", current=f"guess {guess}", new="another sentence")

    answer = here.post("/account/password", current=PASSWORD, new="another sentence")

    assert answer.status_code == 422
    assert "Too many wrong passwords." in answer.text
    assert visit(salma).get("/home").status_code == here.get("/home").status_code == 200


def test_name_and_language_may_change(visit, salma):
    browser = visit(salma)

    browser.post("/account/profile", name="Salma Tazi", locale="ar", time_zone="")

    page = browser.get("/account/").text
    assert "Salma Tazi" in page
    assert '<html lang="ar"' in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": " "},
        {"locale": "tlh"},
        {"time_zone": "Mars/Olympus"},
        {"latin_name": "سلمى"},
        {"arabic_name": "Salma"},
        {"latin_name": "S" * 201},
    ],
    ids=str,
)
def test_a_faulty_profile_changes_nothing(visit, salma, wrong):
    fields = {"name": "S", "locale": "ar", "time_zone": ""} | wrong

    answer = visit(salma).post("/account/profile", **fields)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert (salma.name, salma.locale, salma.latin_name) == ("Salma", "en", None)


def test_a_session_of_somebody_who_never_was_is_nobody_s(visit):
    browser = visit()
    with browser.client.session_transaction() as cookie:
        cookie["_user_id"] = "a token that was never given"

    assert browser.get("/home").status_code == 303


def test_a_name_is_shown_as_text_and_never_as_markup(visit, salma):
    salma.name = "<script>alert(1)</script>"

    assert "<script>alert" not in visit(salma).get("/account/").text
