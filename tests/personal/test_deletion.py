"""Afterwards nothing personal is left, a credential still verifies, and others lose nothing."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from lms.core.blobs import BlobMissing
from lms.core.journal import JournalEntry
from lms.credentials import service as credentials
from lms.credentials.verifying import verify
from lms.grading import extensions
from lms.grading.models import Grade
from lms.institutes import leaving, notices, queries, service
from lms.institutes.models import Membership, Person
from lms.institutes.rules import GRACE, News, Role
from lms.learning import drafts, help_queries, helping, moderating
from lms.learning.help_rules import Place as About
from lms.learning.help_rules import Reader
from lms.personal.deletion import GONE, STAYS, delete_account, delete_due, goes, holds_words
from lms.personal.holdings import holdings, is_personal
from lms.schema import metadata

from .conftest import EMAIL, WORDS

SITE = "https://learn.example.org"
PASSWORD = "a sentence to remember"


def dump(session):
    """Every row of every table as text, by table."""
    return {
        table.name: [str(tuple(row)) for row in session.execute(select(table))]
        for table in metadata().sorted_tables
    }


@pytest.fixture
def words_left(someone, lms, noon):
    """The personal columns in which words stand after the deletion, by table and column."""
    session, person = someone
    session.execute(text("PRAGMA ignore_check_constraints = ON"))
    assert delete_account(session, lms.blobs, person, now=noon)
    return {
        (table.name, column.name)
        for table in metadata().sorted_tables
        for column in table.c
        if is_personal(column) and holds_words(column) and not column.foreign_keys
        for value in session.scalars(select(column))
        if WORDS in str(value)
    }


@pytest.mark.parametrize("holding", holdings(), ids=lambda holding: holding.table.name)
def test_no_personal_column_holds_a_word_of_the_person(holding, words_left):
    left = {column for name, column in words_left if name == holding.table.name}

    assert left == (set() if holding.table.name not in STAYS else left)
    assert left <= {"document", "reason"}


def test_what_lasts_with_the_account_goes_with_it_and_so_does_what_belongs_to_it():
    gone = {table.name for table in metadata().sorted_tables if goes(table)}

    assert {
        "membership",
        "notice",
        "draft",
        "draft_version",
        "lesson_note",
        "help_follower",
    } <= gone
    assert not gone & {"enrolment", "submission", "grade", "credential", "journal_entry"}


def test_what_stays_is_what_the_page_tells():
    assert {"credential", "journal_entry"} == STAYS
    assert set(metadata().tables) >= GONE


def test_the_row_of_the_person_tells_nothing(someone, lms, noon):
    session, person = someone
    later = noon + timedelta(days=1)

    delete_account(session, lms.blobs, person, now=later)

    (row,) = session.execute(select(Person.__table__)).mappings()
    assert EMAIL not in str(dict(row))
    assert row["public_id"] != "abcdefghijklmnop"
    assert (row["email"], row["password_hash"]) == (f"{row['public_id']}@deleted.invalid", "")
    assert {row[column.name] for column in Person.__table__.c if column.nullable} == {None}
    assert row["created"] == later


@pytest.fixture
def lived(
    session, lms, salma, amina, idris, noon, offered, enrolled, handed_in, settled, find, who
):
    """Salma has learned in Fez, and so has Amina, whose work is the same as one of hers."""
    place = enrolled(salma, offered())
    work = settled(handed_in(place, answer="def double(n): return 2 * n  # Salma"), 4)
    essay = settled(handed_in(place, "why", answer="Salma thinks so."), None)
    others = enrolled(amina, place.run)
    same = settled(handed_in(others, answer="def double(n): return 2 * n  # Salma"), 4)
    extensions.grant(
        session,
        place,
        essay.assignment,
        due=None,
        extra_attempts=1,
        reason="Salma was ill.",
        by=idris,
        now=noon,
    )
    drafts.save(session, place, find(place, "double"), b"Salma", base=0, device="d", now=noon)
    notices.tell(
        session, salma, News.MARKS_CHANGED, extensions.OwnExtension().sentence, work, now=noon
    )
    credential = credentials.award(session, lms.keys, SITE, place, [], now=noon)
    session.commit()
    return place, work, essay, same, credential


def test_a_credential_still_verifies_by_its_page_and_by_its_file(session, lms, lived, salma, noon):
    credential = lived[-1]
    document = bytes(credential.document)

    delete_account(session, lms.blobs, salma, now=noon)

    issuer = json.loads(credentials.did_document(session, SITE, credential.institute))
    assert credential.document == document
    assert credentials.verify(session, SITE, credential, now=noon).holds
    assert verify(document, {issuer["id"]: issuer}, now=noon).holds


def test_marks_stay_without_a_name_and_work_goes(session, lms, lived, salma, noon):
    place, work, essay, _same, _credential = lived
    kept = essay.notebooks[0].content

    delete_account(session, lms.blobs, salma, now=noon)

    assert place.person.name.startswith("#")
    assert session.scalars(select(Grade.score).where(Grade.enrolment_id == place.id)).all() == [
        4,
        0,
    ]
    assert json.loads(lms.blobs.get(work.notebooks[0].content))["cells"] == []
    with pytest.raises(BlobMissing):
        lms.blobs.get(kept)
    assert session.scalars(select(Membership).where(Membership.person_id == salma.id)).all() == []


def test_others_lose_nothing(session, lms, lived, salma, noon):
    same = lived[3]
    work, before = lms.blobs.get(same.notebooks[0].content), dump(session)
    about = {
        holding.table.name: {
            str(tuple(row)) for row in session.execute(select(holding.table).where(about))
        }
        for holding in holdings()
        if (about := holding.about(salma)) is not None
    }

    delete_account(session, lms.blobs, salma, now=noon)

    after = dump(session)
    assert lms.blobs.get(same.notebooks[0].content) == work
    for name, rows in before.items():
        lost = set(rows) - set(after[name])
        assert lost <= about.get(name, set()), name


def test_what_they_asked_and_answered_is_withdrawn_and_who_asked_them_waits_again(
    session, lms, lived, salma, amina, idris, noon
):
    run = lived[0].run
    learns, teaches = (Reader(person.id, person is idris) for person in (amina, idris))
    own, others = (
        helping.ask(session, run, About("double"), who, learns, title=title, text="Why?", now=noon)
        for who, title in ((salma, "Mine"), (amina, "Hers"))
    )
    answer = helping.answer(session, others, salma, learns, text="So.", now=noon)
    moderating.endorse(session, answer, good=True, by=idris, now=noon)
    waits = others.answered

    delete_account(session, lms.blobs, salma, now=noon)

    listed = help_queries.threads(session, run, teaches).items
    assert [each.question.thread.title for each in listed] == ["Hers"]
    assert waits is not None
    assert others.answered is None
    assert own.title == ""


def test_the_word_salma_is_nowhere_but_in_her_credential(session, lms, lived, salma, noon):
    delete_account(session, lms.blobs, salma, now=noon)

    after = dump(session)

    where = {name for name, rows in after.items() if any("salma" in row.lower() for row in rows)}
    assert where == {"credential"}


def test_the_journal_tells_of_it_and_names_nobody(session, lms, lived, salma, noon):
    before = salma.public_id

    delete_account(session, lms.blobs, salma, now=noon)
    session.flush()

    entry = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert (entry.deed, entry.actor, entry.details) == ("person.deleted", None, {})
    assert entry.subject == salma.public_id != before


def test_an_account_goes_after_the_grace_and_not_before(lms, session, salma, noon):
    leaving.ask(session, salma, now=noon)
    number = salma.id
    session.commit()

    delete_due(lms.database, lms.blobs, lambda: noon + GRACE - timedelta(seconds=1))
    session.expire_all()
    before = session.get(Person, number).name
    session.rollback()  # Which ends the view of the database as it was.
    delete_due(lms.database, lms.blobs, lambda: noon + GRACE)
    session.expire_all()

    assert before == "Salma"
    assert session.get(Person, number).name.startswith("#")
    assert queries.person_by_email(session, "salma@fez.example") is None


def test_whoever_comes_back_keeps_everything(lms, session, salma, noon):
    leaving.ask(session, salma, now=noon)
    stayed = leaving.stay(session, salma, now=noon)
    session.commit()

    delete_due(lms.database, lms.blobs, lambda: noon + GRACE * 2)
    session.expire_all()

    assert stayed
    assert salma.name == "Salma"
    assert not leaving.stay(session, salma, now=noon)


def test_the_address_is_free_again(lms, session, salma, noon):
    delete_account(session, lms.blobs, salma, now=noon)

    again = service.sign_up(
        session,
        email="salma@fez.example",
        name="Salma",
        password=PASSWORD,
        locale="en",
        now=noon,
    )

    assert again.id != salma.id


def test_the_last_administrator_may_not_leave_but_one_of_two_may(session, amina, idris, noon):
    with pytest.raises(leaving.StillNeeded):
        leaving.ask(session, amina, now=noon)
    service.grant(session, amina.memberships[0].institute, idris, Role.ADMINISTRATOR, now=noon)

    leaving.ask(session, amina, now=noon)

    assert amina.leaves == noon + GRACE
    with pytest.raises(leaving.StillNeeded):
        leaving.ask(session, idris, now=noon)


def test_whoever_became_the_last_meanwhile_waits(lms, session, amina, idris, noon):
    held = service.grant(
        session, amina.memberships[0].institute, idris, Role.ADMINISTRATOR, now=noon
    )
    leaving.ask(session, amina, now=noon)
    service.end(session, held, now=noon, by=None)
    session.commit()

    delete_due(lms.database, lms.blobs, lambda: noon + GRACE)
    session.expire_all()

    assert amina.name == "Amina"


def test_deleting_twice_changes_nothing_more(session, lms, lived, salma, noon):
    delete_account(session, lms.blobs, salma, now=noon)
    left = dump(session)["grade"]

    assert delete_account(session, lms.blobs, salma, now=noon)
    assert dump(session)["grade"] == left
