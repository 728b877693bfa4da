"""The table of moments at which work was done, as devices without a link tell them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, Id, Instant, one_of, personal
from lms.grading.done_rules import Standing
from lms.grading.models import Submission
from lms.institutes.models import Person

_RECORDS = "as long as the institute keeps its records"


class DoneTime(Base):
    """One handing in by a kept page, and when its device says that it was done.

    Appears with the arrival of the work. ``deed`` is the device's own name for it, by which it
    is known again when it is sent twice. ``done`` is None where the device's word cannot be
    true. Whoever teaches accepts or declines the moment, once or again; ``reason`` is told to
    the learner.
    """

    __tablename__ = "done_time"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "deed"),
        CheckConstraint("(decided IS NULL) = (decider_id IS NULL)", name="decided"),
        CheckConstraint(
            "(standing IN ('accepted', 'declined')) = (decided IS NOT NULL)",
            name="standing_decided",
        ),
        # To find what waits among all that ever came.
        Index(None, "standing", "submission_id"),
    )

    id: Mapped[Id]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), unique=True)
    deed: Mapped[str] = mapped_column(String(40))
    done: Mapped[datetime | None] = mapped_column(
        Instant, info=personal("may decide lateness, once it is accepted", _RECORDS)
    )
    standing: Mapped[Standing] = mapped_column(one_of(Standing))
    decided: Mapped[datetime | None] = mapped_column(Instant)
    decider_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id"), info=personal("says who decided it", _RECORDS)
    )
    reason: Mapped[str] = mapped_column(
        Text, default="", info=personal("tells the learner why it was decided so", _RECORDS)
    )

    submission: Mapped[Submission] = relationship()
    decider: Mapped[Person | None] = relationship()
