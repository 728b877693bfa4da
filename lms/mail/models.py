"""The table of letters."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, Id, Instant, Moment, PublicId, one_of, personal
from lms.institutes.models import Person

_LETTER = "thirty days, at most as long as the account"


class Fate(StrEnum):
    """What became of a letter."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    UNWANTED = "unwanted"


class Letter(Base):
    """One mail to one person, written when it was due and posted by a worker after that.

    At most one with news comes into being for a person and a ``day``. One about the account
    itself has no day and an ``address`` that it goes to, whatever its reader wants. A worker
    claims it before it posts it. One whose claim ran out has failed: nobody knows whether the
    server took it, and a letter that comes twice is worse than news that waits in the product. A
    server that does not take it for the moment is asked again at ``not_before``, a limited number
    of ``tries``.
    """

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("person_id", "day"),
        CheckConstraint("(fate = 'queued') = (settled IS NULL)", name="settled"),
        Index(None, "fate", "not_before"),
        Index(None, "settled"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), info=personal("says whom it is for", _LETTER)
    )
    day: Mapped[date | None] = mapped_column(
        info=personal("keeps a second one from being sent", _LETTER)
    )
    address: Mapped[str | None] = mapped_column(
        String(254), info=personal("where it goes, if not to the account's address", _LETTER)
    )
    locale: Mapped[str] = mapped_column(
        String(8), info=personal("says in which language it is", _LETTER)
    )
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text, info=personal("what is mailed", _LETTER))
    html: Mapped[str] = mapped_column(Text, info=personal("what is mailed", _LETTER))
    written: Mapped[Moment]
    fate: Mapped[Fate] = mapped_column(one_of(Fate), default=Fate.QUEUED)
    not_before: Mapped[Moment]
    claimed_until: Mapped[datetime | None] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    settled: Mapped[datetime | None] = mapped_column(Instant)
    fault: Mapped[str | None] = mapped_column(String(300))

    person: Mapped[Person] = relationship()
