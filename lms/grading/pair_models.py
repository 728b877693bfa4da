"""Tables of what people found who looked at works that resemble one another."""

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, Id, Moment, one_of, personal
from lms.grading.models import Submission
from lms.grading.similarity import Finding
from lms.institutes.models import Person

_KEPT = "two years"


class PairNote(Base):
    """What somebody found who looked at two works side by side, and their words.

    ``first_id`` is the lower of the two. It never changes; who looks again adds another. Only
    those who teach at the institute see it, and the worker deletes it after two years.
    """

    __tablename__ = "pair_note"
    __table_args__ = (CheckConstraint("first_id < second_id", name="order"),)

    id: Mapped[Id]
    first_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    finding: Mapped[Finding] = mapped_column(
        one_of(Finding), info=personal("says that a person judged what a program showed", _KEPT)
    )
    text: Mapped[str] = mapped_column(
        Text, info=personal("what whoever looked wants to remember", _KEPT)
    )
    by_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), info=personal("says who looked", _KEPT)
    )
    at: Mapped[Moment]

    by: Mapped[Person] = relationship()
    first: Mapped[Submission] = relationship(foreign_keys=[first_id])
    second: Mapped[Submission] = relationship(foreign_keys=[second_id])
