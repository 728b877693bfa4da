"""Tickets for the relay: who may write them, and how long they are good."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lms.learning.tickets import LIFE, BadTicket, Ticket, issue, read, ticket_key

KEY = ticket_key("the site's secret")
SALMA = Ticket(
    "salma", "salmas-place", "tensors", "python", {"memory_bytes": 2**28}, {"a.csv": "d"}
)


def test_a_ticket_is_read_as_it_was_issued(noon):
    assert read(KEY, issue(KEY, SALMA, noon), noon) == SALMA


def test_it_is_good_for_a_minute_and_no_longer(noon):
    text = issue(KEY, SALMA, noon)

    assert read(KEY, text, noon + LIFE) == SALMA
    with pytest.raises(BadTicket):
        read(KEY, text, noon + LIFE + timedelta(seconds=1))


def test_a_ticket_from_the_future_is_refused(noon):
    with pytest.raises(BadTicket):
        read(KEY, issue(KEY, SALMA, noon + timedelta(seconds=5)), noon)


@pytest.mark.parametrize("secret", ["", "another site's secret", KEY])
def test_only_the_site_s_secret_makes_tickets(noon, secret):
    forged = issue(ticket_key(secret), SALMA, noon)

    with pytest.raises(BadTicket):
        read(KEY, forged, noon)


def test_no_part_of_a_ticket_can_be_changed(noon):
    """The last sign of a signature carries two bits that mean nothing; it is left out."""
    text = issue(KEY, SALMA, noon)

    for place in range(0, len(text) - 1, 7):
        other = "A" if text[place] != "A" else "B"
        with pytest.raises(BadTicket):
            read(KEY, text[:place] + other + text[place + 1 :], noon)


def test_the_content_of_one_ticket_does_not_fit_the_seal_of_another(noon):
    rim = replace(SALMA, person="rim", enrolment="rims-place")
    content = issue(KEY, rim, noon).split(".")[0]
    seal = issue(KEY, SALMA, noon).split(".")[1:]

    with pytest.raises(BadTicket):
        read(KEY, ".".join([content, *seal]), noon)


@pytest.mark.parametrize("text", ["", ".", "a.b.c", "é", "\ud800", "x" * 10_000])
def test_what_is_no_ticket_is_refused(noon, text):
    with pytest.raises(BadTicket):
        read(KEY, text, noon)


def test_a_ticket_issued_before_the_relay_began_is_refused(noon):
    text = issue(KEY, SALMA, noon)

    assert read(KEY, text, noon, since=noon) == SALMA
    with pytest.raises(BadTicket):
        read(KEY, text, noon + timedelta(seconds=2), since=noon + timedelta(seconds=1))


def test_two_tickets_for_the_same_are_two(noon):
    first, second = (Ticket("salma", "place", "tensors", "python") for _ in range(2))

    assert issue(KEY, first, noon) != issue(KEY, second, noon)


def test_the_key_of_tickets_is_not_the_site_s_secret():
    assert "secret" not in KEY
    assert ticket_key("a") != ticket_key("b")
