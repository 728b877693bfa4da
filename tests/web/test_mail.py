"""The link in every mail: it stops them, without signing in and in one click."""

import pytest

from lms import mailing
from lms.core.seals import sealed


@pytest.fixture
def link(lms, salma):
    """Salma's link, as her mails have it."""
    return mailing.house(lms).stopping(salma).removeprefix(lms.settings.base_url)


def test_a_mail_program_stops_it_in_one_click(visit, session, salma, rim, link):
    answer = visit().post_without_token(link, **{"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert "No more mail comes to you" in answer.text
    assert (salma.wants_mail, rim.wants_mail) == (False, True)


def test_looking_at_the_link_stops_nothing(visit, salma, link):
    page = visit().get(link)

    assert salma.wants_mail
    assert f'action="{link}"' in page.text


def test_afterwards_the_link_says_so_and_how_to_begin_again(visit, salma, link):
    visit().post_without_token(link)

    assert "/notices/choices" in visit().get(link).text
    visit(salma).post("/notices/choices", mail="y")
    assert "Stop these mails" in visit().get(link).text


def test_a_link_that_was_tampered_with_leads_nowhere(visit, salma, rim, link):
    name, _dot, seal = link.rpartition("/")[2].partition(".")
    forged = (
        f"/mail/{rim.public_id}.{seal}",
        f"/mail/{name}.{seal[:-1]}",
        f"/mail/{name}",
        "/mail/" + sealed("another key", "stop mail", salma.public_id),
        f"/mail/{name}.é",
    )

    for address in forged:
        assert visit().post_without_token(address).status_code == 404
    assert salma.wants_mail
    assert rim.wants_mail


def test_no_other_address_takes_what_was_sent_without_a_page(visit, salma):
    answer = visit(salma).post_without_token("/notices/choices")

    assert answer.status_code == 409
    assert salma.wants_mail
