"""Reads for a learner's home and calendar, and of whom to remind of what."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from lms.catalogue.models import Assignment
from lms.catalogue.queries import WITH_OUTLINE
from lms.core.journal import JournalEntry
from lms.grading.models import Extension, Submission
from lms.institutes.models import Notice
from lms.institutes.rules import News
from lms.learning import queries as learning
from lms.learning.models import CourseRun, Enrolment
from lms.learning.queries import Span


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


def runs_at(session: Session, now: datetime, fresh: timedelta) -> list[int]:
    """The rows of runs that are open at ``now``, or closed less than ``fresh`` ago."""
    return list(
        session.scalars(
            select(CourseRun.id)
            .where(
                CourseRun.opens <= now,
                or_(CourseRun.closes.is_(None), CourseRun.closes > now - fresh),
            )
            .order_by(CourseRun.id)
        )
    )


def run_held(session: Session, row: int) -> CourseRun:
    """A run with its outline, which no other worker reads for the same purpose meanwhile."""
    return session.scalars(
        select(CourseRun)
        .options(joinedload(CourseRun.institute))
        .options(joinedload(CourseRun.version).options(*WITH_OUTLINE))
        .where(CourseRun.id == row)
        .with_for_update(of=CourseRun)
    ).one()


def to_remind(
    session: Session,
    run: CourseRun,
    assignment: Assignment,
    usual: datetime | None,
    span: Span,
    now: datetime,
    ahead: timedelta,
) -> list[tuple[Enrolment, datetime]]:
    """Who of ``span`` has not handed in work that is due within ``ahead``, and when it is due.

    ``usual`` is when it is due from everybody without an extension. Whoever was reminded of
    this date is left out.
    """
    reminded = exists().where(
        Notice.person_id == Enrolment.person_id,
        Notice.kind == News.DUE_SOON.value,
        Notice.about == Enrolment.public_id,
        Notice.part == assignment.slug,
        Notice.created > now - ahead,
    )
    handed_in = exists().where(
        Submission.enrolment_id == Enrolment.id, Submission.assignment_id == assignment.id
    )
    is_near = and_(Extension.due > now, Extension.due <= now + ahead)
    if usual is not None and now < usual <= now + ahead:
        is_near = or_(is_near, Extension.due.is_(None))
    rows = session.execute(
        select(Enrolment, Extension.due)
        .join(Enrolment.person)
        .outerjoin(
            Extension,
            and_(Extension.enrolment_id == Enrolment.id, Extension.assignment_id == assignment.id),
        )
        .options(contains_eager(Enrolment.person))
        .where(learning.is_in(run, span), is_near, ~handed_in, ~reminded)
        .order_by(Enrolment.id)
    )
    return [(each, due) for each, own in rows if (due := own or usual)]


def to_welcome(session: Session, run: CourseRun, span: Span) -> Sequence[Enrolment]:
    """Who of ``span`` was enrolled before ``run`` opened and has not been told that it has."""
    told = exists().where(
        Notice.person_id == Enrolment.person_id,
        Notice.kind == News.RUN_OPENS.value,
        Notice.about == Enrolment.public_id,
    )
    return session.scalars(
        select(Enrolment)
        .join(Enrolment.person)
        .options(contains_eager(Enrolment.person))
        .where(learning.is_in(run, span), Enrolment.enrolled < run.opens, ~told)
        .order_by(Enrolment.id)
    ).all()
