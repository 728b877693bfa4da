"""Nothing is done for a form that is not from our own page."""

import pytest
from werkzeug.datastructures import MultiDict

from lms.institutes import queries
from lms.institutes.rules import Role
from lms.web.app import SEALED
from lms.web.forms import ExtensionForm


def writing_addresses(site):
    """An address for every rule that takes a POST with a token; 1 stands for all its parts."""
    return [
        site.url_map.bind("").build(
            rule.endpoint, dict.fromkeys(rule.arguments, "1"), method="POST"
        )
        for rule in site.url_map.iter_rules()
        if "POST" in rule.methods and rule.endpoint not in SEALED
    ]


def test_only_the_link_of_a_letter_is_a_token_itself():
    assert {"mail.stop"} == SEALED


def test_no_form_is_taken_without_its_token(site, visit, amina):
    addresses = writing_addresses(site)
    browser = visit(amina)

    answers = {address: browser.post_without_token(address) for address in addresses}

    assert len(answers) > 10
    assert {answer.status_code for answer in answers.values()} == {409}
    assert all("open too long" in answer.text for answer in answers.values())


def test_no_form_is_taken_with_a_made_up_token(site, visit, amina):
    browser = visit(amina)
    browser.token()

    answers = [
        browser.post_without_token(address, csrf_token="20301231000000##deadbeef")
        for address in writing_addresses(site)
    ]

    assert {answer.status_code for answer in answers} == {409}


def test_the_token_of_one_browser_is_no_use_in_another(visit, amina, idris):
    token = visit(idris).token()

    answer = visit(amina).post_without_token("/language", locale="ar", csrf_token=token)

    assert answer.status_code == 409


def test_a_form_without_its_token_changes_nothing(visit, session, amina, rim, institute_called):
    grant = {"email": rim.email, "role": "administrator"}

    visit(amina).post_without_token("/people/fez/memberships", **grant)

    fez = institute_called("fez")
    assert queries.membership(session, fez, rim, Role.ADMINISTRATOR) is None


def test_the_same_form_with_its_token_does(visit, session, amina, rim, institute_called):
    grant = {"email": rim.email, "role": "administrator"}

    visit(amina).post("/people/fez/memberships", **grant)

    fez = institute_called("fez")
    assert queries.membership(session, fez, rim, Role.ADMINISTRATOR) is not None


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_no_address_takes_other_ways_of_writing(visit, amina, method):
    browser = visit(amina)
    form = {"csrf_token": browser.token()}

    answer = browser.client.open("/people/fez", method=method, data=form)

    assert answer.status_code == 405


def test_every_form_of_the_site_carries_a_token(visit, salma, lived_in):
    browser = visit(salma)
    pages = ["/", "/account/", f"/learn/{lived_in.enrolment}/assignments/double"]

    for address in pages:
        text = browser.get(address).text
        assert text.count('method="post"') == text.count('name="csrf_token"') > 0


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "Enter a date, such as 2026-09-01."), ("fr", "Saisissez une date, comme 2026-09-01.")],
)
def test_what_the_library_finds_is_told_in_our_words(site, language, told):
    with site.test_request_context(headers={"Accept-Language": language}):
        form = ExtensionForm(MultiDict({"due": "tomorrow", "reason": "x"}))
        form.validate()

        assert form.due.errors == [told]


def test_whoever_sent_an_old_page_is_led_back_to_it(visit, salma):
    browser = visit(salma)
    came_from = {"Referer": "http://localhost/account/?from=home"}

    stale = browser.client.post("/account/", data={"csrf_token": "old"}, headers=came_from)
    elsewhere = {"Referer": "https://elsewhere.example/account/"}
    other = browser.client.post("/account/", data={"csrf_token": "old"}, headers=elsewhere)

    assert stale.status_code == other.status_code == 409
    assert 'href="/account/?from=home">Open the page again</a>' in stale.text
    assert "Open the page again" not in other.text
    assert 'href="/home">My learning</a>' in other.text
