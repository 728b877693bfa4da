"""What was done, when and by whom: written in the same transaction as the deed, never changed."""

from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.core.db import Base, Id, Moment, personal


class Subject(Protocol):
    """Anything with a public identifier."""

    @property
    def public_id(self) -> Any: ...


class JournalEntry(Base):
    """One deed. Appears with the deed, never changes, goes only with the whole institute."""

    __tablename__ = "journal_entry"
    __table_args__ = (Index(None, "subject"),)

    id: Mapped[Id]
    at: Mapped[Moment]
    deed: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(16))
    actor: Mapped[str | None] = mapped_column(
        String(16),
        info=personal("answers who did what", "as long as the institute keeps its records"),
    )
    details: Mapped[dict[str, Any]] = mapped_column(JSON)


def note(
    session: Session,
    deed: str,
    subject: Subject,
    *,
    at: datetime,
    by: Subject | None = None,
    **details: str | int | float | bool | None,
) -> None:
    """Write that ``by`` (None: the system) did ``deed`` to ``subject``.

    ``details`` must hold no secret.
    """
    session.add(
        JournalEntry(
            at=at,
            deed=deed,
            subject=subject.public_id,
            actor=None if by is None else by.public_id,
            details=details,
        )
    )
