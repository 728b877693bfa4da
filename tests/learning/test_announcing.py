"""Announcements: made, put right, withdrawn; who is told of them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.core.journal import JournalEntry
from lms.institutes import queries as institutes
from lms.institutes.rules import News
from lms.learning import announcement_queries, announcing


@pytest.fixture
def announce(session, place, idris, noon):
    def announce(title="Exam", text="On Monday.", at=noon):
        return announcing.announce(session, place.run, title, text, by=idris, now=at)

    return announce


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
