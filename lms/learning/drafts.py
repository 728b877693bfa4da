"""Changes to drafts: saved as somebody works, never over what they have not seen."""

import json
import zlib
from datetime import datetime
from typing import cast

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms.catalogue.models import Assignment
from lms.catalogue.notebooks import LARGEST_NOTEBOOK
from lms.core.errors import NotFound, Refused
from lms.core.i18n import N_
from lms.learning import draft_queries, trails
from lms.learning.draft_models import Draft, DraftOutputs, DraftVersion
from lms.learning.draft_rules import Saved, superfluous
from lms.learning.last_outputs import Outputs, laid_over
from lms.learning.models import Enrolment

MOST_DEVICE = 60


class DraftConflict(Refused):
    """A newer version exists than the one that the writer began with: ``theirs``."""

    message = N_("Another tab or device has saved this notebook meanwhile.")

    def __init__(self, theirs: DraftVersion) -> None:
        super().__init__()
        self.theirs = theirs


class NothingSaved(Refused):
    """There is no draft yet."""

    message = N_("Nothing is saved in this notebook yet. Open it, work in it and hand in then.")


class DraftTooLarge(Refused):
    """The notebook is larger than one that may be handed in."""

    message = N_("This notebook is too large to be saved: at most 5 MB.")


def save(
    session: Session,
    enrolment: Enrolment,
    assignment: Assignment,
    content: bytes,
    *,
    base: int,
    device: str,
    now: datetime,
    notebook: str = "",
) -> DraftVersion:
    """Keep ``content`` as the newest version; ``base`` is the number it began with, 0 for none.

    ``notebook`` is the name of the one it is of, where the assignment has several.

    Saving what is the newest already changes nothing, whatever its base: an answer may have
    been lost on the way. Raises DraftConflict and DraftTooLarge.
    """
    if len(content) > LARGEST_NOTEBOOK:
        raise DraftTooLarge
    draft = draft_queries.draft(session, enrolment, assignment, notebook, to_write=True)
    newest = _newest(session, draft) if draft else None
    if newest is not None and content_of(newest) == content:
        return newest
    if newest is not None and newest.number != base:
        raise DraftConflict(newest)
    if draft is None:
        draft = Draft(enrolment=enrolment, assignment=assignment, notebook=notebook, number=0)
        session.add(draft)
        session.flush()
    draft.number += 1
    version = DraftVersion(
        draft=draft,
        number=draft.number,
        saved=now,
        device=device[:MOST_DEVICE],
        content=zlib.compress(content),
    )
    session.add(version)
    session.flush()
    trails.note_work(session, enrolment, now)
    _thin(session, draft, now)
    return version


def newest(
    session: Session, enrolment: Enrolment, assignment: Assignment, notebook: str = ""
) -> DraftVersion | None:
    """The newest version of a learner's draft; None before the first save."""
    draft = draft_queries.draft(session, enrolment, assignment, notebook)
    return _newest(session, draft) if draft else None


def version(
    session: Session, enrolment: Enrolment, assignment: Assignment, number: int, notebook: str = ""
) -> DraftVersion:
    """An earlier version. Raises NotFound when it is not kept."""
    draft = draft_queries.draft(session, enrolment, assignment, notebook)
    found = draft_queries.version(session, draft, number) if draft else None
    if found is None:
        raise NotFound
    return found


def content_of(version: DraftVersion) -> bytes:
    """The notebook of a version, as the file it was saved from."""
    return unpacked(version.content)


def unpacked(content: bytes) -> bytes:
    """The notebook in the ``content`` of a version."""
    return zlib.decompress(content)


def outputs(
    session: Session, enrolment: Enrolment, assignment: Assignment, notebook: str = ""
) -> Outputs:
    """What the cells of a draft put out when they last ran, by the id of the cell."""
    draft = draft_queries.draft(session, enrolment, assignment, notebook)
    kept = draft_queries.outputs(session, draft) if draft else None
    return _unpacked(kept) if kept else {}


def keep_outputs(
    session: Session,
    enrolment: Enrolment,
    assignment: Assignment,
    told: object,
    *,
    now: datetime,
    notebook: str = "",
) -> None:
    """Keep what a page tells of the cells that ran. Raises NothingSaved and FaultyOutputs."""
    draft = draft_queries.draft(session, enrolment, assignment, notebook, to_write=True)
    if draft is None:
        raise NothingSaved
    kept = draft_queries.outputs(session, draft)
    content = json.dumps(laid_over(_unpacked(kept) if kept else {}, told)).encode()
    if kept is None:
        kept = DraftOutputs(draft=draft)
        session.add(kept)
    kept.saved, kept.content = now, zlib.compress(content)
    session.flush()


def _unpacked(kept: DraftOutputs) -> Outputs:
    return cast(Outputs, json.loads(zlib.decompress(kept.content)))


def _newest(session: Session, draft: Draft) -> DraftVersion | None:
    return draft_queries.version(session, draft, draft.number)


def _thin(session: Session, draft: Draft, now: datetime) -> None:
    kept = [Saved(each.number, each.saved) for each in draft_queries.versions(session, draft)]
    if gone := superfluous(kept, now):
        session.execute(
            delete(DraftVersion).where(
                DraftVersion.draft_id == draft.id, DraftVersion.number.in_(gone)
            )
        )
