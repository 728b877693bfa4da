"""Roles: given, held, ended."""

from datetime import timedelta

import pytest

from lms.institutes import queries, service
from lms.institutes.rules import Role

LATER = timedelta(days=30)


@pytest.fixture
def roles(session, noon):
    """What somebody is at a moment, as (institute, role)."""

    def of(person, after=timedelta(0)):
        held = queries.memberships(session, person, noon + after)
        return {(membership.institute.slug, membership.role) for membership in held}

    return of


def test_a_role_is_held_where_it_was_given(session, roles, institute_called, rim, noon):
    service.grant(session, institute_called("rabat"), rim, Role.INSTRUCTOR, now=noon)

    assert roles(rim) == {("rabat", Role.LEARNER), ("rabat", Role.INSTRUCTOR)}


def test_giving_it_twice_changes_nothing(session, institute_called, salma, noon):
    first = service.grant(session, institute_called("fez"), salma, Role.INSTRUCTOR, now=noon)

    again = service.grant(
        session, institute_called("fez"), salma, Role.INSTRUCTOR, now=noon + LATER
    )

    assert again is first
    assert again.since == noon


def test_an_ended_role_is_held_no_more(session, roles, institute_called, idris, amina, noon):
    held = queries.membership(session, institute_called("fez"), idris, Role.INSTRUCTOR)

    service.end(session, held, now=noon + LATER, by=amina)

    assert roles(idris) == {("fez", Role.INSTRUCTOR)}
    assert roles(idris, after=LATER) == set()


def test_a_role_ended_twice_ended_the_first_time(session, institute_called, idris, amina, noon):
    held = queries.membership(session, institute_called("fez"), idris, Role.INSTRUCTOR)
    service.end(session, held, now=noon, by=amina)

    service.end(session, held, now=noon + LATER, by=amina)

    assert held.until == noon


def test_a_role_given_again_is_the_same_row_reopened(session, roles, institute_called, idris, noon):
    held = queries.membership(session, institute_called("fez"), idris, Role.INSTRUCTOR)
    service.end(session, held, now=noon + LATER, by=None)

    again = service.grant(
        session, institute_called("fez"), idris, Role.INSTRUCTOR, now=noon + 2 * LATER
    )

    assert again.id == held.id
    assert (again.since, again.until) == (noon + 2 * LATER, None)
    assert roles(idris, after=2 * LATER) == {("fez", Role.INSTRUCTOR)}


def test_the_last_administrator_stays(session, roles, institute_called, amina, noon):
    held = queries.membership(session, institute_called("fez"), amina, Role.ADMINISTRATOR)

    with pytest.raises(service.LastAdministrator):
        service.end(session, held, now=noon, by=amina)

    assert roles(amina) == {("fez", Role.ADMINISTRATOR)}


def test_one_of_two_administrators_may_go(session, roles, institute_called, amina, idris, noon):
    fez = institute_called("fez")
    service.grant(session, fez, idris, Role.ADMINISTRATOR, now=noon)
    held = queries.membership(session, fez, amina, Role.ADMINISTRATOR)

    service.end(session, held, now=noon, by=idris)

    assert roles(amina) == set()


def test_an_administrator_elsewhere_or_of_yesterday_does_not_count(
    session, institute_called, amina, idris, noon
):
    fez, rabat = institute_called("fez"), institute_called("rabat")
    service.grant(session, rabat, idris, Role.ADMINISTRATOR, now=noon)
    past = service.grant(session, fez, idris, Role.ADMINISTRATOR, now=noon)
    service.end(session, past, now=noon, by=amina)
    held = queries.membership(session, fez, amina, Role.ADMINISTRATOR)

    with pytest.raises(service.LastAdministrator):
        service.end(session, held, now=noon, by=amina)


def test_members_are_those_of_one_institute_by_name(session, institute_called, noon):
    members = queries.members(session, institute_called("fez"), noon)

    assert [member.person.name for member in members] == ["Amina", "Idris", "Rachid", "Salma"]
