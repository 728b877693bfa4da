"""A database in which every table has a row about one person, full of their words."""

import shutil
from datetime import UTC, datetime

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    Enum,
    Float,
    Integer,
    LargeBinary,
    String,
    func,
    select,
    text,
)

from lms.core.db import Database, Instant, Marked
from lms.core.i18n import Sentence
from lms.institutes.models import Person
from lms.personal.holdings import account_key, holdings
from lms.schema import metadata

#: What the person wrote, wherever something can be written.
WORDS = "their-words"
EMAIL = f"{WORDS}@example.org"
NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def full(tmp_path_factory):
    """The file of that database, made once: its rules are not watched, since the rows are made
    without looking at them."""
    path = tmp_path_factory.mktemp("full") / "full.sqlite"
    database = Database(f"sqlite:///{path}")
    metadata().create_all(database.engine)
    with database.writing() as session:
        session.execute(text("PRAGMA ignore_check_constraints = ON"))
        for table in metadata().sorted_tables:
            row = {column.name: _fitting(column, NOON) for column in table.c}
            session.execute(table.insert().values(row))
    database.close()
    return path


@pytest.fixture
def filled(full, tmp_path):
    database = Database(f"sqlite:///{shutil.copy(full, tmp_path)}")
    yield database
    database.close()


@pytest.fixture
def someone(filled):
    """The session and the person whom every row is about."""
    with filled.writing() as session:
        yield session, session.scalars(select(Person)).one()


@pytest.fixture
def held():
    """How many rows about a person each table holds."""

    def count(session, person):
        found = {}
        for holding in holdings():
            about = holding.about(person)
            if about is not None:
                query = select(func.count()).select_from(holding.table).where(about)
                found[holding.table.name] = session.scalar(query)
        return found

    return count


def _fitting(column, noon: datetime):
    kind = column.type
    if column.foreign_keys or column.name == "id":
        return 1
    if (column.table.name, column.name) == ("person", "email"):
        return EMAIL
    if (column.table.name, column.name) == ("person", "leaves"):
        return None
    if (column.table.name, column.name) == ("sign_in_strike", "key"):
        return account_key(EMAIL)
    if column.name in ("public_id", "actor", "subject", "about"):
        return "abcdefghijklmnop"
    if isinstance(kind, Enum):
        return kind.enum_class(kind.enums[0])
    for of, value in (
        (Marked, Sentence(WORDS)),
        (Instant, noon),
        (Date, noon.date()),
        (JSON, {"said": WORDS}),
        (LargeBinary, WORDS.encode()),
        (String, WORDS),
        (Boolean, False),
        (Float, 0.5),
        (Integer, 1),
    ):
        if isinstance(kind, of):
            return value
    raise AssertionError(f"no value fits {column}")
