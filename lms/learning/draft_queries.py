"""Reads of drafts and their versions."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from lms.catalogue.models import Assignment
from lms.learning.draft_models import Draft, DraftOutputs, DraftVersion
from lms.learning.models import Enrolment


def draft(
    session: Session,
    enrolment: Enrolment,
    assignment: Assignment,
    notebook: str = "",
    *,
    to_write: bool = False,
) -> Draft | None:
    """The draft of a learner for a notebook of an assignment, called by its name.

    ``to_write`` has other writers wait.
    """
    wanted = select(Draft).where(
        Draft.enrolment_id == enrolment.id,
        Draft.assignment_id == assignment.id,
        Draft.notebook == notebook,
    )
    return session.scalar(wanted.with_for_update() if to_write else wanted)


def version(session: Session, draft: Draft, number: int) -> DraftVersion | None:
    """One version of a draft."""
    return session.scalar(
        select(DraftVersion).where(DraftVersion.draft_id == draft.id, DraftVersion.number == number)
    )


def versions(session: Session, draft: Draft) -> Sequence[DraftVersion]:
    """Every version that is kept, the newest first, their contents left where they are."""
    return session.scalars(
        select(DraftVersion)
        .options(defer(DraftVersion.content))
        .where(DraftVersion.draft_id == draft.id)
        .order_by(DraftVersion.number.desc())
    ).all()


def outputs(session: Session, draft: Draft) -> DraftOutputs | None:
    """What the cells of a draft put out last."""
    return session.scalar(select(DraftOutputs).where(DraftOutputs.draft_id == draft.id))
