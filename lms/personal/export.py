"""A person's own data as one ZIP file, made while it is sent: nothing of it is gathered first."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from io import RawIOBase
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sqlalchemy import ColumnElement, Table, UniqueConstraint, exists, select
from sqlalchemy.orm import Session

from lms.core.blobs import BlobMissing, Blobs
from lms.core.db import Instant
from lms.core.i18n import Sentence
from lms.core.journal import JournalEntry
from lms.credentials.models import Credential, Receipt
from lms.grading.hand_models import Judgement
from lms.grading.models import Grade, GradingRun, Mark, SubmissionNotebook
from lms.institutes.models import Person
from lms.learning.draft_models import DraftOutputs, DraftVersion
from lms.learning.drafts import unpacked
from lms.personal.holdings import Holding, holdings
from lms.personal.withheld import why_withheld

#: Rows are read this many at a time.
BATCH = 500

#: Columns that say how rows are to be understood, though they hold nothing personal themselves.
TOLD_ALSO = {
    Grade.__tablename__: ("score", "max_score"),
    JournalEntry.__tablename__: ("deed",),
}


@dataclass(frozen=True)
class Kept:
    """A column whose content is handed over as files: how they end, and how they are read."""

    ending: str
    read: Callable[[Blobs, Any], bytes]


FILES = {
    (SubmissionNotebook.__tablename__, "content"): Kept(
        "ipynb", lambda blobs, digest: blobs.get(digest)
    ),
    (DraftVersion.__tablename__, "content"): Kept("ipynb", lambda _, packed: unpacked(packed)),
    (DraftOutputs.__tablename__, "content"): Kept("json", lambda _, packed: unpacked(packed)),
    (Credential.__tablename__, "document"): Kept("json", lambda _, document: bytes(document)),
    (Receipt.__tablename__, "document"): Kept("json", lambda _, document: bytes(document)),
}


class _Sent(RawIOBase):
    """Where the archive is written: holds what was written until it is taken to be sent."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self.waiting.append(bytes(content))
        return len(content)

    def taken(self) -> bytes:
        content, self.waiting = b"".join(self.waiting), []
        return content


def archive(session: Session, blobs: Blobs, person: Person, *, now: datetime) -> Iterator[bytes]:
    """The ZIP file, piece by piece: `about.json`, a file for each table, and files handed in.

    A row is held only while it is written, a file likewise; ``session`` stays in use meanwhile.
    """
    sent = _Sent()
    with ZipFile(sent, "w", ZIP_DEFLATED) as made:
        told = {holding.table.name: _told(holding) for holding in holdings()}
        about = {"made": now.isoformat(), "person": person.email, "tables": told}
        yield from _add(made, sent, _Entry("about.json", iter([_json(about)])), now)
        for holding in holdings():
            for entry in _entries(session, blobs, holding, person, now):
                yield from _add(made, sent, entry, now)
    yield sent.taken()


@dataclass(frozen=True)
class _Entry:
    name: str
    content: Iterator[bytes]


def _add(made: ZipFile, sent: _Sent, entry: _Entry, now: datetime) -> Iterator[bytes]:
    info = ZipInfo(entry.name, now.timetuple()[:6])
    info.compress_type = ZIP_DEFLATED
    with made.open(info, "w", force_zip64=True) as file:
        for piece in entry.content:
            file.write(piece)
            if sent.waiting:
                yield sent.taken()
    yield sent.taken()


def _told(holding: Holding) -> dict[str, Any]:
    """What the table holds of people, why and for how long, and what is not handed over."""
    name = holding.table.name
    columns: dict[str, Any] = {}
    for column, said in holding.columns.items():
        columns[column] = {"purpose": said.purpose, "retention": said.retention}
        if why := why_withheld(name, column):
            columns[column]["withheld"] = why
    return columns


def _entries(
    session: Session, blobs: Blobs, holding: Holding, person: Person, now: datetime
) -> Iterator[_Entry]:
    """The file of a table, and those of what its rows hold as files."""
    table, about = holding.table, holding.about(person)
    if about is not None and why_withheld(table.name) is None:
        narrowed = _narrowed(table, about)
        columns = dict(_columns(holding))
        yield _Entry(f"data/{table.name}.json", _rows(session, columns, narrowed))
        for column in table.c:
            if kept := FILES.get((table.name, column.name)):
                yield from _files(session, blobs, column, kept, narrowed)
    for acting in holding.acting:
        name = f"acts/{table.name}.{acting.name.removesuffix('_id')}.json"
        yield _Entry(name, _rows(session, dict(_told_of_rows(table)), acting == person.id))


def _narrowed(table: Table, about: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of the rows about a person, those that they have been told of."""
    if table is Judgement.__table__:
        told = select(Mark.id).join(GradingRun, Mark.run_id == GradingRun.id)
        told = told.where(
            GradingRun.submission_id == Judgement.submission_id,
            GradingRun.trial.is_(False),
            Mark.grade_id == Judgement.grade_id,
            Mark.marker_id.is_not(None),
        )
        return about & exists(told)
    return about


def _columns(holding: Holding) -> Iterator[tuple[str, ColumnElement[Any]]]:
    table = holding.table
    yield from _told_of_rows(table)
    told = (*holding.columns, *TOLD_ALSO.get(table.name, ()))
    for column in (table.c[name] for name in told):
        if why_withheld(table.name, column.name) or column.foreign_keys:
            continue
        if (table.name, column.name) not in FILES:
            yield column.name, column


def _told_of_rows(table: Table) -> Iterator[tuple[str, ColumnElement[Any]]]:
    """What a row is of and when: its public identifier, moments, and names of what it refers to."""
    for column in table.c:
        if column.name == "public_id" or isinstance(column.type, Instant):
            yield column.name, column
        for key in column.foreign_keys:
            above = key.column.table
            name = next((c for c in ("slug", "public_id") if c in above.c), None)
            if name and above is not Person.__table__:
                named = select(above.c[name]).where(above.c.id == column).scalar_subquery()
                yield column.name.removesuffix("_id"), named


def _rows(
    session: Session, columns: dict[str, ColumnElement[Any]], about: ColumnElement[bool]
) -> Iterator[bytes]:
    """The rows as a JSON list, one a line."""
    query = select(*(column.label(name) for name, column in columns.items())).where(about)
    found = session.execute(query, execution_options={"yield_per": BATCH}) if columns else ()
    before = b"["
    for row in found:
        yield before + b"\n" + _json(row._asdict())
        before = b","
    yield b"[]\n" if before == b"[" else b"\n]\n"


def _files(
    session: Session, blobs: Blobs, column: Any, kept: Kept, about: ColumnElement[bool]
) -> Iterator[_Entry]:
    table = column.table
    name = _called(table)
    query = select(name, column).where(about).order_by(table.c.id)
    found = session.execute(query, execution_options={"yield_per": 1})
    for number, (called, content) in enumerate(found, start=1):
        called = called.rstrip(".") if isinstance(called, str) else f"{number:04d}"
        try:
            yield _Entry(
                f"files/{table.name}/{called}.{kept.ending}", iter([kept.read(blobs, content)])
            )
        except BlobMissing:
            yield _Entry(f"files/{table.name}/{called}.missing", iter([b""]))


def _called(table: Table) -> Any:
    """What the files of a table are called by: their row, or the row that they belong to."""
    if "public_id" in table.c:
        return table.c.public_id
    for column in table.c:
        for key in column.foreign_keys:
            above = key.column.table
            if "public_id" not in above.c:
                continue
            if "name" in table.c:
                named = select(above.c.public_id + "." + table.c.name)
                return named.where(above.c.id == column).scalar_subquery()
            if _is_one_of_each(column):
                return select(above.c.public_id).where(above.c.id == column).scalar_subquery()
    return table.c.id


def _is_one_of_each(column: Any) -> bool:
    """Whether at most one row belongs to what ``column`` refers to."""
    return any(
        isinstance(rule, UniqueConstraint) and list(rule.columns) == [column]
        for rule in column.table.constraints
    )


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, default=_plain).encode()


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Sentence):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be handed over as JSON")
