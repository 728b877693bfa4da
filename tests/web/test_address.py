"""Another e-mail address: asked for with the password, confirmed from the letter to it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.institutes import queries
from lms.mail import service
from lms.mail.models import Letter

PASSWORD = "a sentence to remember"
ASKED = re.compile(r"new@salma\.example|rim@rabat\.example|<time.*?</time>|value=\"[^\"]+\"")


@pytest.fixture
def letters(session):
    """Addresses and texts of the letters written so far."""
    return lambda: [(one.address, one.text) for one in session.scalars(select(Letter))]


@pytest.fixture
def link(visit, salma, letters):
    """The link that Salma's letter to her new address holds."""
    visit(salma).post("/account/address/", email=" New@Salma.example", password=PASSWORD)
    ((address, text),) = letters()
    assert address == "new@salma.example"
    return re.search(r"/account/address/\S+", text)[0]


def test_the_link_in_the_letter_changes_the_address_when_it_is_confirmed(
    visit, session, salma, letters, link
):
    here, elsewhere, before = visit(salma), visit(salma), salma.email

    looked = here.get(link)
    assert (looked.status_code, salma.email) == (200, before)
    answer = here.post(link)

    assert answer.status_code == 303
    assert salma.email == "new@salma.example"
    assert here.get("/home").status_code == 200
    assert elsewhere.get("/home").status_code == 303
    assert letters()[1][0] == before
    assert here.get(link).status_code == 404


def test_a_link_is_of_use_to_nobody_else_and_not_for_ever(visit, session, salma, rim, link):
    before = salma.email

    assert visit().post(link).status_code == 303
    assert [visit(rim).get(link).status_code, visit(rim).post(link).status_code] == [404, 404]
    assert visit(salma).post(link[:-1] + "x").status_code == 404
    queries.address_change_of(session, salma).expires -= timedelta(hours=1)
    assert visit(salma).post(link).status_code == 404
    assert salma.email == before


def test_nothing_tells_whether_somebody_has_the_address(visit, session, salma, idris, rim, letters):
    told = []
    for who, email in ((salma, "new@salma.example"), (idris, rim.email)):
        browser = visit(who)
        answer = browser.post("/account/address/", email=email, password=PASSWORD)
        page = browser.get("/account/").text
        told.append((answer.status_code, ASKED.sub("…", page[page.index('id="address"') :])))

    assert told[0][0] == told[1][0] == 303
    assert told[0][1].split("</form>")[0] == told[1][1].split("</form>")[0]
    assert "a link goes to" in told[0][1]
    assert [address for address, _ in letters()] == ["new@salma.example"]


@pytest.mark.parametrize(
    ("email", "password", "told"),
    [
        ("new@salma.example", "a guess", "This is not your current password."),
        ("salma@fez.example", PASSWORD, "This is your e-mail address already."),
        ("salma", PASSWORD, "looks like name@example.org"),
    ],
)
def test_no_letter_goes_out_for_a_faulty_form(visit, salma, letters, email, password, told):
    answer = visit(salma).post("/account/address/", email=email, password=password)

    assert answer.status_code == 422
    assert told in answer.text
    assert letters() == []


def test_a_second_letter_has_to_wait(visit, session, salma, letters, link):
    browser, fields = visit(salma), {"email": "other@salma.example", "password": PASSWORD}

    too_soon = browser.post("/account/address/", **fields)
    queries.address_change_of(session, salma).asked -= timedelta(minutes=5)
    later = browser.post("/account/address/", **fields)

    assert (too_soon.status_code, later.status_code) == (422, 303)
    assert len(letters()) == 2
    assert browser.post(link).status_code == 404


def test_whoever_wants_no_news_by_mail_gets_this_letter(visit, session, salma, link, now):
    salma.wants_mail = False

    letter = service.claim(session, now=now)
    house = service.House("https://learn.example", "jazari@learn.example", "key")
    message = service.as_message(letter, house)

    assert "new@salma.example" in message["To"]
    assert "List-Unsubscribe" not in message


def test_where_no_server_posts_letters_the_page_says_so(visit, salma):
    assert "This site posts no letters" in visit(salma).get("/account/").text
