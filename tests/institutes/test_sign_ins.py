"""Where people are signed in, and how it ends."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.institutes import addresses, leaving, queries, service, sign_ins
from lms.institutes.models import SignIn
from lms.institutes.rules import SIGN_IN_LASTS


@pytest.fixture
def known(session):
    """Whose the sign-in with a token is, if there is one."""

    def known(token):
        session.expire_all()
        found = queries.sign_in(session, sign_ins.key_of(token))
        return found and found.person

    return known


def test_the_token_leads_to_its_person_and_is_kept_nowhere(session, salma, noon, known):
    token = sign_ins.begin(session, salma, "Firefox, Android", now=noon)

    (row,) = session.execute(select(SignIn.__table__)).mappings().all()

    assert known(token) is salma
    assert known(row["key"]) is None
    assert token not in map(str, row.values())


def test_each_is_ended_alone_and_by_its_owner_only(session, salma, rim, noon, known):
    here, there = (sign_ins.begin(session, salma, now=noon) for _ in range(2))

    sign_ins.end(session, rim, sign_ins.key_of(here))
    sign_ins.end(session, salma, sign_ins.key_of(there))

    assert (known(here), known(there)) == (salma, None)


def test_all_others_are_ended_and_nobody_else_s(session, salma, rim, noon, known):
    here, there = (sign_ins.begin(session, salma, now=noon) for _ in range(2))
    hers = sign_ins.begin(session, rim, now=noon)

    sign_ins.end_all(session, salma, but=sign_ins.key_of(here))

    assert (known(here), known(there), known(hers)) == (salma, None, rim)


def new_password(session, salma, noon):
    service.set_password(session, salma, "another sentence", now=noon)


def new_address(session, salma, noon):
    addresses.confirm(
        session, addresses.ask(session, salma, "new@salma.example", now=noon), now=noon
    )


def leaves(session, salma, noon):
    leaving.ask(session, salma, now=noon)


@pytest.mark.parametrize("deed", [new_password, new_address, leaves])
def test_what_shuts_others_out_ends_all_of_the_person_and_none_of_others(
    session, salma, rim, noon, known, deed
):
    tokens = [sign_ins.begin(session, salma, now=noon) for _ in range(2)]
    hers = sign_ins.begin(session, rim, now=noon)

    deed(session, salma, noon)

    assert [known(token) for token in tokens] == [None, None]
    assert known(hers) is rim


def test_what_was_not_used_for_longer_than_its_cookie_lasts_is_forgotten(
    session, salma, noon, known
):
    used, unused = (sign_ins.begin(session, salma, now=noon) for _ in range(2))
    sign_ins.see(session, sign_ins.key_of(used), (noon + timedelta(days=1)).date())

    sign_ins.forget(session, now=noon + SIGN_IN_LASTS)
    at_the_end = known(unused)
    sign_ins.forget(session, now=noon + SIGN_IN_LASTS + timedelta(days=1))

    assert at_the_end is salma
    assert (known(used), known(unused)) == (salma, None)
