"""Announcements: made, put right, withdrawn; who is told of them."""

from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.core.journal import JournalEntry
from lms.institutes import queries as institutes
from lms.institutes.rules import News
from lms.learning import announcement_queries, announcing
from lms.learning.service import enrol


class PowerCut(Exception):
    """The worker dies at this moment."""


@pytest.fixture
def announce(session, place, idris, noon):
    """Has Idris announce something, and the worker tell of it unless it ``waits``."""

    def announce(title="Exam", text="On Monday.", at=noon, waits=False):
        made = announcing.announce(session, place.run, title, text, by=idris, now=at)
        while not waits and announcing.tell_some(session, now=at):
            pass
        return made

    return announce


@pytest.fixture
def told(session):
    """How often somebody was told of an announcement."""
    return lambda person: [each.kind for each in institutes.notices(session, person)].count(
        News.ANNOUNCEMENT
    )


def test_every_learner_of_the_run_is_told_and_nobody_else(
    session, announce, place, enrolled, offered, salma, amina, rim
):
    enrolled(amina, place.run)
    enrolled(rim, offered())

    made = announce()

    for person in (salma, amina):
        (told,) = institutes.notices(session, person)
        assert (told.kind, told.about) == (News.ANNOUNCEMENT, made.public_id)
        assert str(told.sentence) == "“Exam”: an announcement in “First numbers”."
    assert institutes.notices(session, rim) == []


def test_learners_are_told_some_after_others_each_once(
    lms, session, announce, place, enrolled, salma, amina, rim, noon, told, monkeypatch
):
    monkeypatch.setattr(announcing, "AT_ONCE", 1)
    people = [place.person, enrolled(amina, place.run).person, enrolled(rim, place.run).person]
    made = announce(waits=True)
    session.commit()
    seen = []

    for dies in (False, True, False, False, False, False):
        with suppress(PowerCut), lms.database.writing() as worker:
            goes_on = announcing.tell_some(worker, now=noon)
            if dies:
                raise PowerCut
        session.rollback()
        seen.append([told(person) for person in people])

    assert seen == [[1, 0, 0], [1, 0, 0], [1, 1, 0], [1, 1, 1], [1, 1, 1], [1, 1, 1]]
    assert not goes_on
    session.refresh(made)
    assert made.told is None


def test_who_enrols_after_it_was_made_is_not_told(
    session, announce, place, offered, amina, noon, told
):
    announce(waits=True, at=noon - timedelta(hours=1))
    enrol(session, place.run, amina, now=noon)

    while announcing.tell_some(session, now=noon):
        pass

    assert told(amina) == 0


def test_of_what_is_withdrawn_before_nobody_is_told(session, announce, salma, idris, noon, told):
    made = announce(waits=True)
    announcing.withdraw(session, made, by=idris, now=noon)

    assert announcing.tell_some(session, now=noon)
    assert not announcing.tell_some(session, now=noon)
    assert told(salma) == 0


def test_putting_it_right_tells_nobody_again(session, announce, salma, idris, noon):
    made = announce()

    announcing.put_right(session, made, "Test", "On Tuesday.", by=idris, now=noon)

    assert (made.title, made.text, made.changed) == ("Test", "On Tuesday.", noon)
    assert institutes.unread(session, salma) == 1


def test_what_is_withdrawn_is_seen_and_told_no_more(session, announce, place, salma, idris, noon):
    made, kept = announce(), announce("Other")

    announcing.withdraw(session, made, by=idris, now=noon)
    announcing.withdraw(session, made, by=idris, now=noon + timedelta(days=1))

    assert announcement_queries.of_run(session, place.run) == [kept]
    assert announcement_queries.recent(session, [place], noon - timedelta(days=1), 9) == [kept]
    assert announcement_queries.of_run(session, place.run, withdrawn=True) == [kept, made]
    assert [n.about for n in institutes.notices(session, salma)] == [kept.public_id]
    assert made.withdrawn == noon
    with pytest.raises(announcing.AlreadyWithdrawn):
        announcing.put_right(session, made, "a", "b", by=idris, now=noon)


def test_a_run_has_a_few_announcements_a_day(session, announce, noon):
    for _ in range(announcing.MOST_A_DAY):
        announce()

    with pytest.raises(announcing.TooMany):
        announce(at=noon + timedelta(hours=23))
    announce(at=noon + timedelta(hours=25))


def test_each_deed_is_in_the_journal(session, announce, idris, noon):
    made = announce()
    announcing.put_right(session, made, "a", "b", by=idris, now=noon)
    announcing.withdraw(session, made, by=idris, now=noon)

    entries = session.scalars(select(JournalEntry).where(JournalEntry.subject == made.public_id))
    assert [(entry.deed, entry.actor) for entry in entries] == [
        (f"announcement.{deed}", idris.public_id) for deed in ("made", "changed", "withdrawn")
    ]
