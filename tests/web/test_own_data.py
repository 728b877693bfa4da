"""The file of one's own data and the end of an account, as people meet them."""

import io
import json
from datetime import timedelta
from zipfile import ZipFile

import pytest

from lms.institutes.rules import FREE_STRIKES, GRACE
from lms.web.access import visit as visits

PASSWORD = "a sentence to remember"
EMAIL = "salma@fez.example"


def test_whoever_shows_the_password_gets_their_own_file(visit, salma, lived_in):
    browser = visit(salma)

    asked = browser.post("/account/data", password=PASSWORD)
    answer = browser.get(asked.location)

    assert (asked.status_code, asked.location) == (303, "/account/data.zip")
    assert answer.mimetype == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'filename="jazari-' in answer.headers["Content-Disposition"]
    with ZipFile(io.BytesIO(answer.data)) as made:
        (row,) = json.loads(made.read("data/person.json"))
        names = made.namelist()
    assert row["email"] == EMAIL
    assert f"files/submission_notebook/{lived_in.doubling}.ipynb" in names
    assert f"files/submission_notebook/{lived_in.other}.ipynb" not in names


@pytest.mark.parametrize("password", ["", "a guess"])
def test_without_the_password_there_is_no_file(visit, salma, password):
    browser = visit(salma)

    asked = browser.post("/account/data", password=password)
    answer = browser.get("/account/data.zip")

    assert asked.status_code == 422
    assert 'role="alert"' in asked.text
    assert (answer.status_code, answer.location) == (303, "/account/data")


def test_guesses_are_slowed_down_as_at_sign_in(visit, salma):
    browser = visit(salma)
    for _ in range(FREE_STRIKES):
        browser.post("/account/data", password="a guess")

    answer = browser.post("/account/data", password=PASSWORD)

    assert answer.status_code == 422
    assert "Too many wrong passwords" in answer.text
    assert browser.get("/account/data.zip").status_code == 303


def test_what_the_password_opened_closes_again_and_opens_nothing_for_others(visit, salma, rim):
    browser, other = visit(salma), visit(rim)
    browser.post("/account/data", password=PASSWORD)
    with browser.client.session_transaction() as cookie:
        confirmed = cookie["confirmed"]
    with other.client.session_transaction() as cookie:
        cookie["confirmed"] = confirmed

    assert other.get("/account/data.zip").location == "/account/data"
    assert browser.get("/account/data.zip").status_code == 200
    moment, _, who = confirmed.partition(":")
    with browser.client.session_transaction() as cookie:
        old = int(moment) - int(visits.CONFIRMED_FOR.total_seconds()) - 5
        cookie["confirmed"] = f"{old}:{who}"
    assert browser.get("/account/data.zip").location == "/account/data"


def test_the_page_says_what_goes_when_and_what_stays_before_anything_is_asked(visit, salma):
    page = visit(salma).get("/account/deletion").text

    for words in ("At once", "After 14 days", "What stays, and why", "credentials", "marks"):
        assert words in page
    assert salma.leaves is None


def test_whoever_leaves_is_signed_out_everywhere_and_told_until_when_they_may_come_back(
    visit, salma
):
    here, elsewhere = visit(salma), visit(salma)
    here.post("/appearance/", theme="dark", text_size="")

    answer = here.post("/account/deletion", password=PASSWORD)

    told = here.get(answer.location).text
    assert (answer.status_code, answer.location) == (303, "/account/sign-in")
    assert "Your account will be deleted on" in told
    assert 'data-theme="dark"' in told
    assert here.get("/home").status_code == elsewhere.get("/home").status_code == 303
    assert salma.leaves is not None


def test_signing_in_again_keeps_the_account(visit, salma, now):
    salma.leaves = now + GRACE - timedelta(days=1)
    browser = visit()

    browser.post("/account/sign-in", email=EMAIL, password=PASSWORD)

    assert salma.leaves is None
    assert "Your account will not be deleted" in browser.get("/home").text


@pytest.mark.parametrize("password", ["", "a guess"])
def test_nobody_leaves_without_the_password(visit, salma, password):
    browser = visit(salma)

    answer = browser.post("/account/deletion", password=password)

    assert answer.status_code == 422
    assert salma.leaves is None
    assert browser.get("/home").status_code == 200


def test_the_last_administrator_is_told_what_to_do_first(visit, amina):
    browser = visit(amina)

    page = browser.get("/account/deletion")
    answer = browser.post("/account/deletion", password=PASSWORD)

    assert "Give the role to another person first" in page.text
    assert "/people/fez" in page.text
    assert answer.status_code == 422
    assert amina.leaves is None
