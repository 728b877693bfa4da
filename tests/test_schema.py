"""The migrations build what the models say, and nothing newer is touched."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import CheckConstraint, MetaData, inspect, text
from sqlalchemy.exc import IntegrityError

from lms import schema
from lms.core.db import Database
from lms.schema import DatabaseNewer, Shape, metadata

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)


@pytest.fixture
def database():
    database = Database("sqlite://")
    yield database
    database.engine.dispose()


def described(engine):
    """Every table as the database itself describes it."""
    found, tables = inspect(engine), {}
    for name in found.get_table_names():
        if name == "alembic_version":
            continue
        tables[name] = {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], column["default"])
                for column in found.get_columns(name)
            },
            "primary key": found.get_pk_constraint(name),
            "foreign keys": sorted(
                (
                    each["name"],
                    tuple(each["constrained_columns"]),
                    each["referred_table"],
                    tuple(each["referred_columns"]),
                )
                for each in found.get_foreign_keys(name)
            ),
            "unique": sorted(
                (each["name"], tuple(each["column_names"]))
                for each in found.get_unique_constraints(name)
            ),
            "checks": sorted(
                (each["name"], re.sub(r"\s+", " ", each["sqltext"]))
                for each in found.get_check_constraints(name)
            ),
            "indexes": sorted(
                (each["name"], tuple(each["column_names"]), each["unique"])
                for each in found.get_indexes(name)
            ),
        }
    return tables


def test_the_migrations_build_the_same_schema_as_the_models(database):
    schema.migrate(database)
    modelled = Database("sqlite://")
    metadata().create_all(modelled.engine)

    built, meant = described(database.engine), described(modelled.engine)

    assert built.keys() == meant.keys() == metadata().tables.keys()
    for name in meant:
        assert built[name] == meant[name]


def test_the_comparison_sees_a_difference(database):
    schema.migrate(database)
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE person ADD COLUMN telephone VARCHAR(20)"))
        connection.execute(text("DROP INDEX ix_journal_entry_subject"))
    modelled = Database("sqlite://")
    metadata().create_all(modelled.engine)

    built, meant = described(database.engine), described(modelled.engine)

    assert {name for name in meant if built[name] != meant[name]} == {"person", "journal_entry"}


def test_every_constraint_has_its_full_name():
    unnamed = [
        f"{table.name}: {constraint}"
        for table in metadata().tables.values()
        for constraint in table.constraints
        if constraint.name is None
    ]

    assert unnamed == []
    assert any(isinstance(c, CheckConstraint) for c in metadata().tables["grade"].constraints)


def test_a_database_is_empty_then_current(database):
    before = schema.shape(database)

    told = schema.migrate(database)

    assert (before, told, schema.shape(database)) == (Shape.EMPTY, Shape.EMPTY, Shape.CURRENT)


def test_migrating_again_changes_nothing(lms):
    before = described(lms.database.engine)

    assert schema.migrate(lms.database) is Shape.CURRENT
    assert described(lms.database.engine) == before


#: Values for columns whose checks do not take just any.
FITTING = {
    "access": "open",
    "state": "marked",
    "verdict": "passed",
    "role": "learner",
    "invitation_code": None,
    "closes": None,
    "ended": None,
    "revoked": None,
    "reason": None,
}


def fill(connection):
    """One row in every table, each referring to those before it."""
    tables = MetaData()
    tables.reflect(connection)
    for table in tables.sorted_tables:
        if table.name == "alembic_version":
            continue
        row = {column.name: fitting(column) for column in table.columns}
        connection.execute(table.insert().values(row))


def fitting(column):
    if column.name in FITTING:
        return FITTING[column.name]
    kind = column.type.python_type
    return {int: 1, float: 0.5, bool: True, dict: {}, bytes: b"x", datetime: NOON}.get(kind, "x")


def rows(engine):
    with engine.connect() as connection:
        return {
            name: connection.execute(text(f"SELECT * FROM {name}")).mappings().all()
            for name in inspect(engine).get_table_names()
            if name != "alembic_version"
        }


@pytest.fixture
def first_release():
    """A database as the first release left it, with a row in every table."""
    database = Database("sqlite://")
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    with database.writing() as session:
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "0001")
        fill(session.connection())
    yield database
    database.engine.dispose()


#: Columns of the first release whose values are elsewhere now.
MOVED = {
    ("assignment", "source"): ("assignment_notebook", "source"),
    ("submission", "notebook"): ("submission_notebook", "content"),
    ("grading_run", "ending"): ("run_notebook", "ending"),
}
#: Columns of the first release that have nothing left to say.
GONE = {("person", "session_serial")}


def test_a_database_full_of_rows_is_migrated_and_keeps_them_all(first_release):
    before = rows(first_release.engine)

    told = schema.migrate(first_release)

    after = rows(first_release.engine)
    assert told is Shape.BEHIND
    assert all(len(found) == 1 for found in before.values())
    for name, (row,) in before.items():
        kept = {k: value for k, value in row.items() if (name, k) not in MOVED.keys() | GONE}
        assert {key: after[name][0][key] for key in kept} == kept
    for (name, key), (to, column) in MOVED.items():
        (moved,) = after[to]
        assert (moved[column], moved["name"]) == (before[name][0][key], "")
    assert after["assignment"][0]["limits"] == "{}"
    assert after["grading_run"][0]["environment_id"] is None


def test_a_migrated_database_watches_its_references_again(first_release):
    schema.migrate(first_release)

    with pytest.raises(IntegrityError), first_release.writing() as session:
        session.execute(text("DELETE FROM grading_run"))


def test_a_newer_database_is_refused_in_one_sentence_and_left_alone(lms):
    with lms.database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DatabaseNewer) as caught:
        schema.migrate(lms.database)

    assert "newer release of Jazari (revision 9999)" in str(caught.value)
    assert schema.shape(lms.database) is Shape.NEWER


PERSONS = re.compile(r"email|name|password|locale|person|actor|marker|address|phone|birth")
#: Names of things that are no person's.
NOT_PERSONAL = {
    ("institute", "names"),
    ("issuing_key", "name"),
    ("course_version", "credential_names"),
    ("worker_beat", "name"),
    ("lesson_text", "locale"),
    ("assignment_notebook", "name"),
    ("submission_notebook", "name"),
    ("run_notebook", "name"),
}


def columns():
    return [column for table in metadata().tables.values() for column in table.columns]


def is_personal(column):
    if column.table.name == "person":
        return True
    return PERSONS.search(column.name) and (column.table.name, column.name) not in NOT_PERSONAL


@pytest.mark.parametrize("column", [c for c in columns() if is_personal(c)], ids=str)
def test_every_personal_column_says_what_it_is_for_and_how_long_it_is_kept(column):
    said = column.info.get("personal", {})

    assert said.get("purpose")
    assert said.get("retention")


def test_what_is_named_as_not_personal_exists():
    assert {(column.table.name, column.name) for column in columns()} >= NOT_PERSONAL
