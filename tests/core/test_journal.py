"""The journal stands and falls with the deed."""

import pytest
from sqlalchemy import select

from lms.core import journal
from lms.core.journal import JournalEntry
from lms.institutes import service


def entries(session, subject):
    found = select(JournalEntry).where(JournalEntry.subject == subject.public_id)
    return session.scalars(found.order_by(JournalEntry.id)).all()


def test_an_entry_says_what_was_done_to_whom_by_whom_and_when(session, salma, amina, noon):
    journal.note(session, "person.greeted", salma, at=noon, by=amina, times=2)

    entry = entries(session, salma)[-1]
    assert (entry.deed, entry.at, entry.actor) == ("person.greeted", noon, amina.public_id)
    assert entry.details == {"times": 2}


def test_what_the_system_does_has_no_actor(session, salma, noon):
    journal.note(session, "person.greeted", salma, at=noon)

    assert entries(session, salma)[-1].actor is None


def test_deed_and_entry_are_kept_together(lms, noon):
    with lms.database.writing() as session:
        meknes = service.found(session, "meknes", {"fr": "Meknès"}, now=noon)

    with lms.database.reading() as session:
        assert [entry.deed for entry in entries(session, meknes)] == ["institute.founded"]


def test_a_deed_that_fails_leaves_no_entry(lms, noon):
    def fail_halfway():
        with lms.database.writing() as session:
            service.found(session, "meknes", {"fr": "Meknès"}, now=noon)
            session.flush()
            raise RuntimeError

    def founded():
        with lms.database.reading() as session:
            deeds = session.scalars(select(JournalEntry.deed)).all()
            return deeds.count("institute.founded")

    before = founded()

    with pytest.raises(RuntimeError):
        fail_halfway()

    assert founded() == before


def test_no_password_is_written_down(session, salma, noon):
    service.set_password(session, salma, "another sentence", now=noon)

    entry = entries(session, salma)[-1]
    assert entry.deed == "person.password_changed"
    assert entry.details == {}
