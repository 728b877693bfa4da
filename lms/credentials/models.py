"""Tables of issuing keys and credentials."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.db import Base, Id, Instant, Moment, PublicId, personal
from lms.grading.models import Submission
from lms.institutes.models import Institute
from lms.learning.models import Enrolment


class IssuingKey(Base):
    """The public half of a key with which an institute signs; the secret half is a file.

    A key that is replaced gets ``retired`` and stays, because credentials
    signed with it are still checked against it. A key that others may have
    got hold of is ``revoked``: then nothing it signed verifies any more.
    """

    __tablename__ = "issuing_key"
    __table_args__ = (UniqueConstraint("institute_id", "name"),)

    id: Mapped[Id]
    institute_id: Mapped[int] = mapped_column(ForeignKey("institute.id"))
    name: Mapped[str] = mapped_column(String(40))
    public_multibase: Mapped[str] = mapped_column(String(80))
    created: Mapped[Moment]
    retired: Mapped[datetime | None] = mapped_column(Instant)
    revoked: Mapped[datetime | None] = mapped_column(Instant)

    institute: Mapped[Institute] = relationship()


class Credential(Base):
    """A signed assertion that a learner earned what an enrolment led to.

    ``document`` holds the exact bytes that were signed and never changes.
    Revoking sets ``revoked`` and the reason; nothing undoes it.
    """

    __tablename__ = "credential"
    __table_args__ = (UniqueConstraint("enrolment_id"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    institute_id: Mapped[int] = mapped_column(ForeignKey("institute.id"), index=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    key_id: Mapped[int] = mapped_column(ForeignKey("issuing_key.id"))
    issued: Mapped[Moment]
    document: Mapped[bytes] = mapped_column(
        LargeBinary, info=personal("the credential itself", "for good, or until it is revoked")
    )
    revoked: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(
        Text, info=personal("tells verifiers why it no longer stands", "for good")
    )

    institute: Mapped[Institute] = relationship()
    enrolment: Mapped[Enrolment] = relationship()
    key: Mapped[IssuingKey] = relationship()


class Receipt(Base):
    """An institute's signed word that a piece of work was handed in, and when.

    Appears with the submission, before it is marked, or later where no key was at hand then.
    ``document`` holds the exact bytes that were signed and never changes.
    """

    __tablename__ = "receipt"
    __table_args__ = (UniqueConstraint("submission_id"),)

    id: Mapped[Id]
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    key_id: Mapped[int] = mapped_column(ForeignKey("issuing_key.id"))
    issued: Mapped[Moment]
    document: Mapped[bytes] = mapped_column(
        LargeBinary,
        info=personal(
            "proves what was handed in and when", "as long as the institute keeps its records"
        ),
    )

    submission: Mapped[Submission] = relationship()
    key: Mapped[IssuingKey] = relationship()
