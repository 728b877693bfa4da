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


@pytest.fixture
def listed(session, institute_called, noon):
    """The names on one page of the people of Fez, and how many pages there are."""

    def on_page(**asked):
        found = queries.members(session, institute_called("fez"), noon, **asked)
        return [each.person.name for each in found.items], found.window.pages

    return on_page


def test_members_are_those_of_one_institute_by_name_and_learners_come_last(
    session, institute_called, listed, salma, noon
):
    salma.name = "Aaliya"
    session.flush()

    assert listed() == (["Amina", "Idris", "Rachid", "Aaliya"], 1)


@pytest.mark.parametrize("words", ["salma@", "SÁLMA", "fez.example salma"])
def test_members_are_found_by_name_or_address(listed, words):
    assert listed(words=words) == (["Salma"], 1)


def test_many_members_come_page_by_page(monkeypatch, listed):
    monkeypatch.setattr(queries, "MEMBERS_PAGE", 3)

    assert [listed(number=number) for number in (1, 2, 3)] == [
        (["Amina", "Idris", "Rachid"], 2),
        (["Salma"], 2),
        (["Salma"], 2),
    ]
    assert listed(words="example", number=2) == (["Salma"], 2)
    assert listed(words="rim") == ([], 1)
