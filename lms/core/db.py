"""The database: base class, column types, constraint names, and how a transaction begins."""

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Dialect,
    Enum,
    MetaData,
    String,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.engine import Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool
from sqlalchemy.types import TypeDecorator

from lms.core.i18n import Sentence, Titled, Value, When

#: How long a writer waits for another writer of the same SQLite file, in seconds.
PATIENCE = 20.0


class Instant(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; a naive one is refused, whoever brings it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC. Raises ValueError when it has no time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs its time zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment, aware again where the database keeps no zone (SQLite)."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Marked(TypeDecorator[Sentence]):
    """A sentence with its values, kept untranslated so that each reader gets their language."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Sentence | None, dialect: Dialect) -> Any:
        """The sentence as JSON."""
        if value is None:
            return None
        return {"text": value.text, "values": {k: _kept(v) for k, v in value.values.items()}}

    def process_result_value(self, value: Any, dialect: Dialect) -> Sentence | None:
        """The sentence again."""
        if value is None:
            return None
        return Sentence(value["text"], {k: _value(v) for k, v in value["values"].items()})


def _kept(value: Value) -> Any:
    if isinstance(value, When):
        return {"at": value.at.isoformat(), "time_zone": value.time_zone}
    if isinstance(value, Titled):
        return {"titles": dict(value.titles)}
    return value


def _value(kept: Any) -> Value:
    if isinstance(kept, dict) and "titles" in kept:
        return Titled(kept["titles"])
    if isinstance(kept, dict):
        return When(datetime.fromisoformat(kept["at"]), kept["time_zone"])
    found: Value = kept
    return found


def new_public_id() -> str:
    """A fresh opaque identifier: 80 random bits as 16 lower-case letters and digits."""
    return base64.b32encode(secrets.token_bytes(10)).decode().lower()


Id = Annotated[int, mapped_column(primary_key=True)]
Moment = Annotated[datetime, mapped_column(Instant)]
PublicId = Annotated[str, mapped_column(String(16), unique=True, default=new_public_id)]
Slug = Annotated[str, mapped_column(String(80))]
Digest = Annotated[str, mapped_column(String(64))]
#: A text in each language of its author, the original first.
Texts = Annotated[dict[str, str], mapped_column(JSON)]


class Base(DeclarativeBase):
    """The base of every table; constraints get their full names from here."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def personal(purpose: str, retention: str) -> dict[str, Any]:
    """The ``info`` of a column with personal data: why it is kept, and for how long."""
    return {"personal": {"purpose": purpose, "retention": retention}}


def one_of(kind: type[StrEnum]) -> Enum:
    """A column type that holds one value of a closed set, checked by the database too."""
    return Enum(
        kind,
        native_enum=False,
        length=20,
        create_constraint=True,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


class BrokenReferences(Exception):
    """After a change of tables a row would refer to one that is not there."""


class Database:
    """One database, opened once per process."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._writers = self.engine.execution_options(writes=True)

    def session(self, *, writes: bool) -> Session:
        """A new session; the caller commits or closes it.

        A writing session takes SQLite's write lock when it begins, because a
        transaction that reads first and writes later cannot wait for its turn.
        """
        return Session(self._writers if writes else self.engine, expire_on_commit=False)

    def close(self) -> None:
        """Close every idle connection; the next use opens new ones, as a forked process must."""
        self.engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction that commits when the block ends and vanishes when it raises."""
        with self.session(writes=True) as session, session.begin():
            yield session

    @contextmanager
    def reshaping(self) -> Iterator[Connection]:
        """One transaction in which tables may be rebuilt while others refer to their rows.

        SQLite alters most of a table by dropping it, which would break every reference to
        it. So references are not watched meanwhile and checked once, before the commit.
        Raises BrokenReferences.
        """
        with self._writers.connect() as connection:
            if connection.dialect.name != "sqlite":
                with connection.begin():
                    yield connection
                return
            # Within a transaction SQLite would ignore the switch, so it goes past SQLAlchemy.
            driver = connection.connection.cursor()
            driver.execute("PRAGMA foreign_keys = OFF")
            try:
                with connection.begin():
                    yield connection
                    if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                        raise BrokenReferences(f"{broken[0]} refers to no row of {broken[2]}")
            finally:
                driver.execute("PRAGMA foreign_keys = ON")
                driver.close()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One transaction that is never committed."""
        with self.session(writes=False) as session:
            yield session


def _engine(url: str) -> Engine:
    address = make_url(url)
    # What people wrote, and what their passwords are kept as, is not for the log.
    if address.get_backend_name() != "sqlite":
        return create_engine(address, pool_pre_ping=True, hide_parameters=True)
    in_memory = address.database in (None, "", ":memory:")
    engine = create_engine(
        address,
        hide_parameters=True,
        connect_args={"timeout": PATIENCE, "check_same_thread": False},
        **({"poolclass": StaticPool} if in_memory else {}),
    )
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions by itself: _begin_sqlite does, with the right lock.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    # FULL: a receipt that has been shown survives a power cut.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
