"""No table that tells something about people is out of reach of its person."""

import pytest

from lms.personal.holdings import ACTING, OWN, holdings, is_personal
from lms.schema import metadata

TABLES = metadata().sorted_tables


@pytest.mark.parametrize("table", [t for t in TABLES if any(map(is_personal, t.c))], ids=str)
def test_a_table_with_personal_columns_leads_to_a_person(table, someone):
    _session, person = someone

    found = {holding.table.name: holding for holding in holdings()}

    assert found[table.name].about(person) is not None or found[table.name].acting, (
        f"{table.name} has personal columns, and nothing in it leads to a person: give it a"
        " column of those in OWN, or let it refer to a table that has one"
    )


@pytest.mark.parametrize(
    "column",
    [
        column
        for table in TABLES
        for column in table.c
        if any(key.column.table.name == "person" for key in column.foreign_keys)
    ],
    ids=str,
)
def test_a_column_that_names_a_person_says_whether_the_row_is_about_them(column):
    assert column.name in OWN | ACTING, (
        f"add {column.name} to OWN or to ACTING in lms/personal/holdings.py"
    )


def test_every_row_about_somebody_is_found(someone, held):
    session, person = someone

    found = held(session, person)

    assert {name for name, rows in found.items() if rows != 1} == set()
    assert {"person", "mark", "draft_version", "credential", "journal_entry"} <= set(found)


def test_nothing_is_found_of_somebody_else(someone, held):
    session, person = someone
    session.expunge(person)
    person.id, person.public_id, person.email = 2, "ponmlkjihgfedcba", "rim@rabat.example"

    assert {name for name, rows in held(session, person).items() if rows} == set()
