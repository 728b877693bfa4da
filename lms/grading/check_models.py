"""Table of the wishes to have the tests of an assignment tried."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.catalogue.models import Assignment
from lms.core.db import Base, Id, Instant, Moment, PublicId, personal
from lms.institutes.models import Person


class QualityCheck(Base):
    """Somebody's wish to have the tests of an assignment tried, and whether that was done.

    A worker claims it until ``claimed_until``; ``claims`` counts how often. It ends ``settled``,
    and what came of it is the assignment's ``quality``, unless it ``failed``.
    """

    __tablename__ = "quality_check"
    __table_args__ = (Index(None, "settled"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)
    asked: Mapped[Moment]
    by_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"),
        info=personal("says who asked", "as long as the institute keeps its records"),
    )
    claimed_until: Mapped[datetime | None] = mapped_column(Instant)
    claims: Mapped[int] = mapped_column(default=0)
    settled: Mapped[datetime | None] = mapped_column(Instant)
    failed: Mapped[bool] = mapped_column(default=False)

    assignment: Mapped[Assignment] = relationship()
    by: Mapped[Person] = relationship()
