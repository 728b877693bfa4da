"""The migrations build what the models say, and nothing newer is touched."""

import re

import pytest
from sqlalchemy import CheckConstraint, inspect, text

from lms import schema
from lms.core.db import Database
from lms.schema import DatabaseNewer, Shape, metadata


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
