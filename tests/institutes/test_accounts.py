"""Signing up, signing in, changing a password."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from lms.institutes import profiles, queries, service, sign_ins
from lms.institutes.models import Person, SignInStrike
from lms.institutes.rules import FREE_AT_ADDRESS

PASSWORD = "a sentence to remember"
HOME, LIBRARY = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def sign_up(session, noon):
    def sign_up(email="zineb@example.org", password=PASSWORD, name="Zineb"):
        return service.sign_up(
            session, email=email, name=name, password=password, locale="fr", now=noon
        )

    return sign_up


@pytest.fixture
def sign_in(session, noon):
    """Tries to sign in, ``after`` some time."""

    def sign_in(email="salma@fez.example", password=PASSWORD, at=HOME, after=timedelta(0)):
        proof = service.examine(
            session, email=email, password=password, address=at, now=noon + after
        )
        return service.sign_in(session, proof, now=noon + after)

    return sign_in


@pytest.fixture
def wrong(session, sign_in, noon):
    """Guesses wrong, several times; only the last is truly tried, since hashing takes its time."""

    def guess(times=1, after=timedelta(0), **more):
        sign_in(password="a guess", after=after, **more)
        for strike in session.scalars(
            select(SignInStrike).where(SignInStrike.last == noon + after)
        ):
            strike.strikes += times - 1

    return guess


def test_an_account_is_kept_without_its_password(sign_up):
    zineb = sign_up(email="  Zineb@Example.ORG ", name=" Zineb ")

    assert (zineb.email, zineb.name, zineb.locale) == ("zineb@example.org", "Zineb", "fr")
    assert PASSWORD not in zineb.password_hash


@pytest.mark.parametrize(
    "email",
    ["salma@fez.example", "SALMA@FEZ.EXAMPLE", " Salma@Fez.example\t"],
)
def test_one_address_has_one_account_however_it_is_written(sign_up, email):
    with pytest.raises(service.EmailTaken, match="Sign in instead"):
        sign_up(email=email)


def test_addresses_that_fold_together_are_one_account(sign_up):
    sign_up(email="strasse@example.org")

    with pytest.raises(service.EmailTaken):
        sign_up(email="STRA\u00dfE@example.org")


def test_a_password_has_at_least_ten_characters(sign_up):
    assert sign_up(password="0123456789")


def test_a_shorter_password_opens_no_account(session, sign_up):
    with pytest.raises(service.PasswordTooShort, match="at least 10"):
        sign_up(password="012345678")

    assert queries.person_by_email(session, "zineb@example.org") is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        pytest.param("Zineb\u0000\u001b[31m", "Zineb[31m", id="control characters"),
        pytest.param("Zineb\n\tAlaoui", "Zineb Alaoui", id="lines"),
        pytest.param("زينب العلوي", "زينب العلوي", id="arabic"),
        pytest.param("Zineb 🌙", "Zineb 🌙", id="a moon"),
    ],
)
def test_a_name_keeps_only_what_a_certificate_can_print(sign_up, given, kept):
    assert sign_up(name=given).name == kept


@pytest.mark.parametrize("name", ["", "  \n", "\u0000\u0007"])
def test_a_name_without_a_letter_opens_no_account(session, sign_up, name):
    with pytest.raises(profiles.NameMissing):
        sign_up(name=name)

    assert queries.person_by_email(session, "zineb@example.org") is None


def test_the_right_password_signs_in_however_the_address_is_written(sign_in, salma):
    assert sign_in(email=" SALMA@fez.example") is salma


def test_a_wrong_password_does_not_and_says_no_more_than_that(sign_in):
    unknown = sign_in(email="nobody@fez.example")
    mistaken = sign_in(password="a guess")

    assert isinstance(unknown, service.WrongPassword)
    assert isinstance(mistaken, service.WrongPassword)
    assert str(unknown) == str(mistaken)


def test_four_wrong_passwords_are_forgiven(sign_in, wrong, salma):
    wrong(4)

    assert sign_in() is salma


def test_after_the_fifth_not_even_the_right_one_signs_in_for_half_a_minute(sign_in, wrong, salma):
    for _ in range(5):
        wrong()

    refused = sign_in(after=timedelta(seconds=10))
    then = sign_in(after=timedelta(seconds=30))

    assert isinstance(refused, service.SignInPaused)
    assert "again in 21 seconds" in str(refused)
    assert then is salma


def test_a_try_during_the_pause_is_no_strike(session, sign_in, wrong):
    wrong(5)

    wrong()

    assert set(session.scalars(select(SignInStrike.strikes))) == {5}


def test_strikes_count_for_an_account_wherever_they_come_from(sign_in, wrong):
    for number in range(5):
        wrong(at=f"192.0.2.{number + 10}")

    assert isinstance(sign_in(at=LIBRARY), service.SignInPaused)


def test_the_slips_of_a_school_behind_one_address_shut_nobody_out(sign_in, wrong, salma):
    for number in range(FREE_AT_ADDRESS - 1):
        wrong(email=f"somebody{number}@fez.example")

    assert sign_in() is salma


def test_strikes_count_for_an_address_whichever_account_they_try(sign_in, wrong):
    for number in range(FREE_AT_ADDRESS):
        wrong(email=f"somebody{number}@fez.example")

    assert isinstance(sign_in(), service.SignInPaused)


def test_another_address_of_the_same_network_is_no_other_one(sign_in, wrong):
    for number in range(FREE_AT_ADDRESS):
        wrong(email=f"somebody{number}@fez.example", at=f"2001:db8::{number + 1:x}")

    assert isinstance(sign_in(at="2001:db8::ffff"), service.SignInPaused)


def test_another_account_from_another_address_is_not_paused(sign_in, wrong, idris):
    wrong(5)

    assert sign_in(email="idris@fez.example", at=LIBRARY) is idris


def test_the_right_password_forgives_the_slips_of_a_classroom(session, sign_in, wrong):
    wrong(4)
    sign_in()
    wrong()

    assert set(session.scalars(select(SignInStrike.strikes))) == {1}


def test_the_right_password_for_one_account_forgives_no_other(session, sign_in, wrong, idris):
    wrong(4)
    sign_in(email="idris@fez.example")
    wrong()

    assert sorted(session.scalars(select(SignInStrike.strikes))) == [5, 5]


def test_strikes_are_forgotten_after_a_day(session, sign_in, wrong, salma):
    wrong(9)

    just_before = sign_in(password="a guess", after=timedelta(hours=23))
    a_day_later = sign_in(after=timedelta(hours=48))

    assert isinstance(just_before, service.WrongPassword)
    assert a_day_later is salma
    assert session.scalar(select(func.count()).select_from(SignInStrike)) == 0


def test_the_first_guess_after_a_day_is_the_first_strike_again(session, wrong):
    wrong(4)

    wrong(after=timedelta(hours=25))

    assert set(session.scalars(select(SignInStrike.strikes))) == {1}


def test_strikes_tell_nobody_who_was_attacked_from_where(session, wrong):
    wrong()

    keys = session.scalars(select(SignInStrike.key)).all()
    assert len(keys) == 2
    assert not any("salma" in key or HOME in key for key in keys)


def test_an_outdated_hash_is_renewed_at_sign_in(session, sign_in, salma):
    salma.password_hash = PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)

    sign_in()

    assert "m=1024" not in salma.password_hash
    assert sign_in() is salma


def test_a_new_password_replaces_the_old_one_and_ends_sessions(session, sign_in, salma, noon):
    sign_ins.begin(session, salma, now=noon)

    service.set_password(session, salma, "another sentence", now=noon, by=salma)

    assert queries.sign_ins(session, salma) == []
    assert sign_in(password="another sentence") is salma
    assert isinstance(sign_in(), service.WrongPassword)


def test_a_new_password_must_be_long_enough_too(session, sign_in, salma, noon):
    with pytest.raises(service.PasswordTooShort):
        service.set_password(session, salma, "short", now=noon, by=salma)

    assert sign_in() is salma


def test_nobody_may_lose_their_name(session, salma, noon):
    with pytest.raises(profiles.NameMissing):
        profiles.describe(session, salma, name=" ", locale="ar", now=noon)

    assert (salma.name, salma.locale) == ("Salma", "en")


def test_a_person_may_change_name_and_language(session, salma, noon):
    profiles.describe(session, salma, name=" Salma  Tazi ", locale="ar", now=noon)

    stored = session.execute(select(Person.name, Person.locale).where(Person.id == salma.id))
    assert stored.one() == ("Salma Tazi", "ar")
