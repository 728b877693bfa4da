"""Which rows are about a person: read from the models, so that no table can be forgotten.

A row is about somebody when a column of its own names them (OWN), or when it belongs to a row
that is: a mark to a grading run, to a submission, to an enrolment, to a person. A column that
names whoever acted on a row (ACTING) makes it no data of theirs, but says that they acted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Column, ColumnElement, String, Table, or_, select

from lms import schema
from lms.core.journal import JournalEntry
from lms.institutes.models import Person, SignInStrike
from lms.institutes.service import account_key

#: Columns that name the person whom a row is about.
OWN = frozenset({"asker_id", "author_id", "learner_id", "person_id", "reporter_id"})
#: Columns that name a person who acted on a row, which is about somebody or something else.
ACTING = frozenset(
    {
        "answerer_id",
        "beginner_id",
        "by_id",
        "decided_by_id",
        "decider_id",
        "endorsed_by_id",
        "granter_id",
        "hidden_by_id",
        "marker_id",
    }
)

_PERSON = Person.__table__
#: The letters of a digest.
_DIGEST = 64


@dataclass(frozen=True)
class Purpose:
    """What a model says of a column with personal data."""

    purpose: str
    retention: str


@dataclass(frozen=True)
class Holding:
    """A table with data about people. ``acting`` are its columns that name who acted."""

    table: Table
    acting: tuple[Column[int], ...]

    @property
    def columns(self) -> dict[str, Purpose]:
        """Its columns with personal data, and what the models say of them."""
        return {c.name: Purpose(**c.info["personal"]) for c in self.table.c if is_personal(c)}

    def about(self, person: Person) -> ColumnElement[bool] | None:
        """The condition that a row is about ``person``; None where no row is about anybody."""
        if self.table is JournalEntry.__table__:
            return JournalEntry.actor == person.public_id
        if self.table is SignInStrike.__table__:
            return SignInStrike.key == account_key(person.email)
        return _about(self.table, person.id)


@cache
def holdings() -> tuple[Holding, ...]:
    """Every table with data about people, those that others refer to first."""
    found = []
    for table in schema.metadata().sorted_tables:
        acting = tuple(c for c in table.c if _names_a_person(c) and c.name not in OWN)
        if any(map(is_personal, table.c)) or _is_about_people(table) or acting:
            found.append(Holding(table, acting))
    return tuple(found)


def is_personal(column: Column[Any]) -> bool:
    """Whether the models say that ``column`` holds personal data."""
    return "personal" in column.info


def is_digest(column: Column[Any]) -> bool:
    """Whether ``column`` names a stored file by its digest."""
    kind = column.type
    return isinstance(kind, String) and kind.length == _DIGEST and not column.primary_key


def _names_a_person(column: Column[int]) -> bool:
    return any(key.column.table is _PERSON for key in column.foreign_keys)


def _is_about_people(table: Table) -> bool:
    return table is _PERSON or any(True for _ in _roads(table))


def lasts_with_the_account(table: Table) -> bool:
    """Whether the models say that rows are kept as long as the account of whom they are about."""
    return any(
        "account" in column.info["personal"]["retention"]
        for column in _roads(table)
        if is_personal(column)
    )


@cache
def _roads(table: Table) -> tuple[Column[int], ...]:
    """The columns that lead from a row to the person it is about.

    Those that name a person come first: an answer in somebody's thread is its author's.
    """
    own = tuple(c for c in table.c if _names_a_person(c) and c.name in OWN)
    return own or tuple(_to_rows_about_people(table))


def _to_rows_about_people(table: Table) -> Iterator[Column[int]]:
    for column in table.c:
        for key in column.foreign_keys:
            above = key.column.table
            if above not in (table, _PERSON) and _roads(above):
                yield column


def _about(table: Table, person_id: int) -> ColumnElement[bool] | None:
    if table is _PERSON:
        return table.c.id == person_id
    conditions = []
    for column in _roads(table):
        (key,) = column.foreign_keys
        if key.column.table is _PERSON:
            conditions.append(column == person_id)
        elif (condition := _about(key.column.table, person_id)) is not None:
            conditions.append(column.in_(select(key.column).where(condition)))
    return or_(*conditions) if conditions else None
