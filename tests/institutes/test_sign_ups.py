"""Who may open accounts, how many, and from where."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.institutes import queries, service, sign_ups
from lms.institutes.models import SignInStrike
from lms.institutes.rules import SIGN_UP_EVERY, SIGN_UPS_AT_ONCE, network

SCHOOL, HOME = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def ask(session, noon):
    """Somebody asks for an account from ``address``, ``after`` some time."""

    def ask(address=SCHOOL, after=timedelta(0)):
        sign_ups.admit(session, address, now=noon + after)
        sign_ups.note(session, address, now=noon + after)

    return ask


@pytest.fixture
def full(ask):
    """Sixty have asked at the school."""
    for _ in range(SIGN_UPS_AT_ONCE):
        ask()


@pytest.mark.usefixtures("full")
def test_sixty_may_sign_up_at_once_behind_one_address_and_no_more(ask):
    with pytest.raises(sign_ups.SignUpsPaused, match="Wait a minute"):
        ask()


@pytest.mark.usefixtures("full")
def test_elsewhere_one_may_meanwhile(ask):
    ask(HOME)


@pytest.mark.usefixtures("full")
def test_each_minute_one_more_may_and_no_two(ask):
    ask(after=SIGN_UP_EVERY)

    with pytest.raises(sign_ups.SignUpsPaused):
        ask(after=SIGN_UP_EVERY * 1.9)
    ask(after=SIGN_UP_EVERY * 2)


@pytest.mark.usefixtures("full")
def test_asking_in_vain_makes_the_wait_no_longer(ask):
    for seconds in range(59):
        with pytest.raises(sign_ups.SignUpsPaused):
            ask(after=timedelta(seconds=seconds))

    ask(after=timedelta(minutes=1))


@pytest.mark.usefixtures("full")
def test_an_hour_later_sixty_may_again(ask):
    for _ in range(SIGN_UPS_AT_ONCE):
        ask(after=timedelta(hours=1))

    with pytest.raises(sign_ups.SignUpsPaused):
        ask(after=timedelta(hours=1))


def test_a_few_each_hour_are_never_too_many(ask):
    for hour in range(100):
        ask(after=timedelta(hours=hour))


def test_whoever_asks_for_the_account_of_another_counts(session, noon):
    with pytest.raises(service.EmailTaken):
        service.sign_up(
            session,
            email="salma@fez.example",
            name="Zineb",
            password="a sentence to remember",
            locale="fr",
            address=SCHOOL,
            now=noon,
        )

    assert session.scalars(select(SignInStrike.strikes)).all() == [1]


@pytest.mark.usefixtures("full")
def test_sign_ups_are_no_wrong_passwords(session, salma, noon):
    proof = service.examine(
        session,
        email="salma@fez.example",
        password="a sentence to remember",
        address=SCHOOL,
        now=noon,
    )

    assert service.sign_in(session, proof, now=noon) is salma


@pytest.mark.usefixtures("full")
def test_nobody_can_read_who_asked_from_where(session):
    assert not any(SCHOOL in key for key in session.scalars(select(SignInStrike.key)))


def test_an_operator_may_open_as_many_as_they_like(session, noon):
    for number in range(SIGN_UPS_AT_ONCE + 1):
        service.sign_up(
            session,
            email=f"somebody{number}@example.org",
            name="Somebody",
            password="a sentence to remember",
            locale="fr",
            now=noon,
        )

    last = f"somebody{SIGN_UPS_AT_ONCE}@example.org"
    assert queries.person_by_email(session, last) is not None


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        pytest.param("192.0.2.1", "192.0.2.1", id="an address of IPv4 by itself"),
        pytest.param("::ffff:192.0.2.1", "192.0.2.1", id="one of IPv4 written as of IPv6"),
        pytest.param("2001:db8:0:1::7", "2001:db8:0:1::/64", id="one of IPv6 by its network"),
        pytest.param("2001:db8:0:1:f::9", "2001:db8:0:1::/64", id="another of the same network"),
        pytest.param("2001:db8:0:2::7", "2001:db8:0:2::/64", id="one of the next network"),
        pytest.param("", "", id="none, as through a socket"),
    ],
)
def test_what_one_machine_can_take_for_itself_counts_as_one_address(address, counted):
    assert network(address) == counted
