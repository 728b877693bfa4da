"""Tables of drafts: work that is not handed in yet."""

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.catalogue.models import Assignment
from lms.core.db import Base, Id, Moment, personal
from lms.learning.models import Enrolment

_DRAFT = "with the enrolment; older versions are thinned as new ones come"
_LAST = "with the enrolment; replaced when cells run again"


class Draft(Base):
    """A learner's notebook for an assignment as it stands in the page.

    Appears with the first save. ``notebook`` is its name among those of the assignment, empty
    for an only one. ``number`` is that of its newest version; who saves says which
    one they began with, so that no two devices overwrite one another.
    """

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("enrolment_id", "assignment_id", "notebook"),)

    id: Mapped[Id]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)
    notebook: Mapped[str] = mapped_column(String(80), default="", server_default="")
    number: Mapped[int]

    enrolment: Mapped[Enrolment] = relationship()
    assignment: Mapped[Assignment] = relationship()


class DraftVersion(Base):
    """One saved state of a draft, which never changes and goes when it is thinned.

    ``content`` is the notebook, packed with zlib. It lies here and not among the stored files,
    which are kept for good: most versions live for an hour.
    """

    __tablename__ = "draft_version"
    __table_args__ = (UniqueConstraint("draft_id", "number"),)

    id: Mapped[Id]
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    number: Mapped[int]
    saved: Mapped[Moment] = mapped_column(info=personal("shows when work was saved", _DRAFT))
    device: Mapped[str] = mapped_column(
        String(60), info=personal("tells two devices of a learner apart", _DRAFT)
    )
    content: Mapped[bytes] = mapped_column(
        LargeBinary, info=personal("the work in the page", _DRAFT)
    )

    draft: Mapped[Draft] = relationship()


class DraftOutputs(Base):
    """What the cells of a draft put out when they last ran, to be shown when it is opened again.

    One row for a draft, which appears with the first outputs and is replaced by later ones. It
    lies apart, so that whoever reads drafts does not read it, and nothing that marks knows it.
    """

    __tablename__ = "draft_outputs"

    id: Mapped[Id]
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"), unique=True)
    saved: Mapped[Moment] = mapped_column(info=personal("shows when cells last ran", _LAST))
    content: Mapped[bytes] = mapped_column(
        LargeBinary, info=personal("what the work in the page put out", _LAST)
    )

    draft: Mapped[Draft] = relationship()
