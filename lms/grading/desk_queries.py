"""Reads of what a learner's home and calendar show beside their steps."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue.models import Assignment
from lms.core.journal import JournalEntry
from lms.grading.models import Submission
from lms.learning.models import Enrolment


def handed_in(session: Session, enrolments: Sequence[Enrolment]) -> set[tuple[int, str]]:
    """For which assignments, by slug, these learners, by enrolment row, have handed in work."""
    rows = session.execute(
        select(Submission.enrolment_id, Assignment.slug)
        .join(Submission.assignment)
        .where(Submission.enrolment_id.in_([e.id for e in enrolments]))
        .distinct()
    )
    return {(enrolment_id, slug) for enrolment_id, slug in rows}


def extension_changes(
    session: Session, enrolments: Sequence[Enrolment]
) -> dict[tuple[str, str], tuple[int, datetime]]:
    """How often what was granted has changed, and when last.

    By the public identifiers of enrolment and assignment; what never changed is left out.
    """
    entries = session.scalars(
        select(JournalEntry)
        .where(
            JournalEntry.subject.in_([e.public_id for e in enrolments]),
            JournalEntry.deed.startswith("extension.", autoescape=True),
        )
        .order_by(JournalEntry.id)
    )
    changes: dict[tuple[str, str], tuple[int, datetime]] = {}
    for entry in entries:
        key = (entry.subject, str(entry.details.get("assignment", "")))
        changes[key] = (changes.get(key, (0, entry.at))[0] + 1, entry.at)
    return changes
