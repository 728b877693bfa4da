"""Deleting an account: what is personal goes, what an institute has to keep stays without a name.

Every text of the rows about a person is emptied, whatever table it stands in; rows that are of
use to them alone go altogether. Points, moments and references stay and lead to the row of the
person, which tells nothing of them any more. Credentials stay: whoever holds one may have it
verified.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Enum, LargeBinary, String, Table, case, delete, null, select
from sqlalchemy import update as change
from sqlalchemy.orm import Session

from lms import schema
from lms.core import journal
from lms.core.blobs import Blobs
from lms.core.db import Database, Marked, new_public_id
from lms.core.i18n import Sentence
from lms.core.journal import JournalEntry
from lms.credentials.models import Credential
from lms.institutes import leaving, queries
from lms.institutes.models import Person, SignInStrike
from lms.learning import helping
from lms.learning.draft_models import Draft
from lms.learning.models import LessonProgress, Place
from lms.learning.note_models import Bookmark, LessonNote
from lms.personal.holdings import holdings, is_digest, is_personal, lasts_with_the_account

log = logging.getLogger("lms.worker")

#: Rows that are of use to nobody but the person, beside those that last with the account.
GONE = frozenset(
    model.__tablename__
    for model in (
        Bookmark,
        Draft,
        LessonNote,
        LessonProgress,
        Place,
        SignInStrike,
    )
)
#: Tables whose rows stay as they are: credentials, which others verify, and the journal.
STAYS = frozenset({Credential.__tablename__, JournalEntry.__tablename__})

#: What stands in the place of every notebook that a person handed in.
NOTHING = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'

#: Addresses that can receive nothing and that nobody can have (RFC 2606).
NOWHERE = "deleted.invalid"

#: How many digests are looked for at a time.
BATCH = 500


def delete_due(database: Database, blobs: Blobs, clock: Callable[[], datetime]) -> None:
    """Delete the accounts whose owners asked for it long enough ago, each in its transaction."""
    with database.reading() as session:
        due = [person.public_id for person in queries.leaving(session, clock())]
    for public_id in due:
        with database.writing() as session:
            person, now = queries.person(session, public_id), clock()
            # They may have come back since.
            if person is None or person.leaves is None or person.leaves > now:
                continue
            if not delete_account(session, blobs, person, now=now):
                log.warning("account %s waits: an institute has no other administrator", public_id)


def delete_account(session: Session, blobs: Blobs, person: Person, *, now: datetime) -> bool:
    """Delete all that is personal of ``person``; False while an institute still needs them.

    Doing it again does no harm. Files are removed before the commit: should that fail, the
    account is still to be deleted, and they with it.
    """
    if leaving.needed_by(session, person, now) is not None:
        return False
    # Their texts go, and an answer without words is none: it would stand there empty, and endorsed.
    helping.withdraw_all(session, person, now=now)
    files = set(_files(session, person))
    nothing = blobs.put(NOTHING)
    for holding in reversed(holdings()):
        table, about = holding.table, holding.about(person)
        if about is None or table.name in STAYS or table is Person.__table__:
            continue
        if goes(table):
            session.execute(delete(table).where(about))
        elif emptied := dict(_emptied(table, nothing)):
            session.execute(change(table).where(about).values(emptied))
    _become_nobody(person, now)
    session.flush()
    session.expire_all()
    for digest in _unused(session, files - {nothing}):
        blobs.remove(digest)
    journal.note(session, "person.deleted", person, at=now)
    return True


def goes(table: Table) -> bool:
    """Whether the rows of a table go as a whole: of themselves, or with those they belong to."""
    return (
        table.name in GONE
        or lasts_with_the_account(table)
        or any(
            key.column.table is not table and goes(key.column.table) for key in table.foreign_keys
        )
    )


def _files(session: Session, person: Person) -> Iterator[str]:
    """The digests of what the person handed in and of what came of it."""
    for holding in holdings():
        about = holding.about(person)
        for column in (holding.table.c[name] for name in holding.columns):
            if about is not None and is_digest(column):
                yield from session.scalars(select(column).where(about, column.is_not(None)))


def _emptied(table: Table, nothing: str) -> Iterator[tuple[str, Any]]:
    """What the personal columns of a table become; those that hold no words stay."""
    for column in table.c:
        if not is_personal(column) or column.foreign_keys:
            continue
        if is_digest(column):
            yield column.name, null() if column.nullable else nothing
        elif holds_words(column):
            yield column.name, _empty(column)


def holds_words(column: Column[Any]) -> bool:
    """Whether a column can hold what somebody wrote: text, bytes or JSON, but no fixed set."""
    words = (String, LargeBinary, JSON, Marked)
    return isinstance(column.type, words) and not isinstance(column.type, Enum)


def _empty(column: Column[Any]) -> Any:
    """Nothing, in the type of ``column``: what is NULL stays so, since rules may rest on it."""
    if isinstance(column.type, Marked | JSON):
        empty: object = Sentence("") if isinstance(column.type, Marked) else {}
        return null() if column.nullable else empty
    empty_text = b"" if isinstance(column.type, LargeBinary) else ""
    return case((column.is_(None), null()), else_=empty_text)


def _become_nobody(person: Person, now: datetime) -> None:
    """Leave a row that marks can refer to, under a new name that tells nothing."""
    person.public_id = new_public_id()
    person.name = f"#{person.public_id[:6]}"
    person.email = f"{person.public_id}@{NOWHERE}"
    person.password_hash = ""
    person.locale = "fr"
    for column in Person.__table__.c:
        if column.nullable:
            setattr(person, column.key, None)
    person.created = now


def _unused(session: Session, digests: Iterable[str]) -> Iterator[str]:
    """Those of ``digests`` to which no row refers: another's identical work is theirs."""
    waiting = sorted(digests)
    tables = schema.metadata().sorted_tables
    columns = [column for table in tables for column in table.c if is_digest(column)]
    for first in range(0, len(waiting), BATCH):
        some = waiting[first : first + BATCH]
        used = {
            digest
            for column in columns
            for digest in session.scalars(select(column).distinct().where(column.in_(some)))
        }
        yield from (digest for digest in some if digest not in used)
