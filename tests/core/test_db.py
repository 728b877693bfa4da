"""The database: moments, sentences and transactions."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from lms.core.db import BrokenReferences, Database, new_public_id
from lms.core.i18n import Sentence
from lms.grading.models import GradingRun
from lms.institutes.models import Institute

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)


def founded(slug, created=NOON):
    return Institute(slug=slug, names={"fr": slug}, time_zone="Africa/Casablanca", created=created)


def test_a_moment_is_stored_in_utc_and_comes_back_aware(session):
    in_casablanca = NOON.astimezone(timezone(timedelta(hours=1)))
    session.add(founded("meknes", in_casablanca))
    session.flush()
    session.expire_all()

    stored = session.scalar(text("SELECT created FROM institute WHERE slug = 'meknes'"))
    read = session.scalar(select(Institute.created).where(Institute.slug == "meknes"))

    assert stored.startswith("2026-06-30 12:00")
    assert read == NOON
    assert read.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(session):
    session.add(founded("meknes", datetime(2026, 6, 30, 12)))

    with pytest.raises(StatementError, match="needs its time zone"):
        session.flush()


def test_a_moment_is_compared_in_utc_whatever_zone_it_is_asked_in(session):
    asked = NOON.astimezone(timezone(timedelta(hours=9)))

    assert session.scalar(select(func.count()).where(Institute.created == asked)) == 2
    with pytest.raises(StatementError, match="needs its time zone"):
        session.scalar(select(Institute).where(Institute.created < datetime(2026, 7, 1)))


def test_a_sentence_comes_back_with_its_values_untranslated(session, enrolled, handed_in, salma):
    run = handed_in(enrolled(salma)).runs[0]
    run.message = Sentence("Give between 0 and {most} points.", {"most": 2.5})
    session.flush()
    session.expire_all()

    read = session.scalar(select(GradingRun.message).where(GradingRun.id == run.id))

    assert read == Sentence("Give between 0 and {most} points.", {"most": 2.5})
    assert str(read) == "Give between 0 and 2.5 points."


def test_no_sentence_is_nothing_at_all(session, enrolled, handed_in, salma):
    run = handed_in(enrolled(salma)).runs[0]

    assert session.scalar(text("SELECT message IS NULL FROM grading_run")) == 1
    assert run.message is None


def test_what_is_written_stays_when_the_block_ends(lms):
    with lms.database.writing() as session:
        session.add(founded("meknes"))

    with lms.database.reading() as session:
        assert session.scalar(select(Institute).where(Institute.slug == "meknes"))


def test_what_is_written_vanishes_when_the_block_raises(lms):
    def fail_halfway():
        with lms.database.writing() as session:
            session.add(founded("meknes"))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway()

    with lms.database.reading() as session:
        assert session.scalar(select(Institute).where(Institute.slug == "meknes")) is None


def test_what_a_reader_changes_is_never_kept(lms):
    with lms.database.reading() as session:
        session.add(founded("meknes"))
        session.flush()

    with lms.database.reading() as session:
        assert session.scalar(select(Institute).where(Institute.slug == "meknes")) is None


def test_while_one_writes_others_read_what_was_there_before(lms):
    with lms.database.writing() as session:
        session.add(founded("meknes"))
        session.flush()

        with lms.database.reading() as reader:
            assert reader.scalar(select(func.count()).select_from(Institute)) == 2


def test_while_one_writes_nobody_else_does(lms):
    with lms.database.reading() as other, lms.database.writing() as session:
        session.add(founded("meknes"))
        session.flush()
        other.execute(text("PRAGMA busy_timeout = 1"))
        other.add(founded("ifrane"))

        with pytest.raises(OperationalError, match="locked"):
            other.flush()


def test_the_database_itself_enforces_what_the_tables_promise(session):
    session.add(founded("fez"))

    with pytest.raises(IntegrityError, match="slug"):
        session.flush()


def test_rows_never_point_at_nothing(session):
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        session.execute(text("UPDATE membership SET institute_id = 999"))


def test_public_identifiers_are_opaque_and_never_the_same():
    made = {new_public_id() for _ in range(1000)}

    assert len(made) == 1000
    assert all(len(one) == 16 and one.isalnum() and one == one.lower() for one in made)


@pytest.fixture
def family():
    """A database in which one table refers to another."""
    database = Database("sqlite://")
    with database.writing() as session:
        session.execute(text("CREATE TABLE mother (id INTEGER PRIMARY KEY)"))
        session.execute(text("CREATE TABLE child (of INTEGER REFERENCES mother (id))"))
        session.execute(text("INSERT INTO mother VALUES (1)"))
        session.execute(text("INSERT INTO child VALUES (1)"))
    yield database
    database.engine.dispose()


def rebuild(connection, keep):
    """Builds the table anew with the rows that ``keep`` chooses, as SQLite's changes do."""
    for step in (
        "CREATE TABLE anew (id INTEGER PRIMARY KEY, name TEXT)",
        f"INSERT INTO anew SELECT id, 'x' FROM mother WHERE {keep}",
        "DROP TABLE mother",
        "ALTER TABLE anew RENAME TO mother",
    ):
        connection.execute(text(step))


def test_a_table_may_be_rebuilt_while_others_refer_to_its_rows(family):
    with family.reshaping() as connection:
        rebuild(connection, keep="true")

    with family.reading() as session:
        assert session.execute(text("SELECT * FROM mother")).all() == [(1, "x")]
    with pytest.raises(IntegrityError), family.writing() as session:
        session.execute(text("INSERT INTO child VALUES (2)"))


def test_rebuilding_that_loses_a_row_others_refer_to_changes_nothing(family):
    with pytest.raises(BrokenReferences, match="child"), family.reshaping() as connection:
        rebuild(connection, keep="false")

    with family.reading() as session:
        assert session.execute(text("SELECT * FROM mother")).all() == [(1,)]


def test_what_people_wrote_is_not_in_what_a_fault_says(lms):
    with lms.database.reading() as session, pytest.raises(OperationalError) as caught:
        session.execute(text("SELECT missing FROM person WHERE email = :email"), {"email": "s@x"})

    assert "s@x" not in str(caught.value)
