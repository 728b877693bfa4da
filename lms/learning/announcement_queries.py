"""Reads of announcements."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from lms.catalogue.models import CourseVersion
from lms.learning.announcement_models import Announcement
from lms.learning.models import CourseRun, Enrolment

#: The most announcements of a run that a page shows, the newest.
MOST = 50


def announcement(session: Session, public_id: str) -> Announcement | None:
    """The announcement with this public identifier, with its run and author."""
    return session.scalar(_whole().where(Announcement.public_id == public_id))


def of_run(session: Session, run: CourseRun, *, withdrawn: bool = False) -> Sequence[Announcement]:
    """The newest announcements of ``run`` first; those withdrawn too if asked for."""
    wanted = _whole().where(Announcement.run_id == run.id)
    if not withdrawn:
        wanted = wanted.where(Announcement.withdrawn.is_(None))
    return session.scalars(wanted.order_by(Announcement.id.desc()).limit(MOST)).all()


def recent(
    session: Session, enrolments: Sequence[Enrolment], since: datetime, most: int
) -> Sequence[Announcement]:
    """The newest announcements made ``since`` in the runs of these enrolments."""
    return session.scalars(
        _whole()
        .where(
            Announcement.run_id.in_([e.run_id for e in enrolments]),
            Announcement.withdrawn.is_(None),
            Announcement.made > since,
        )
        .order_by(Announcement.id.desc())
        .limit(most)
    ).all()


def made_since(session: Session, run: CourseRun, since: datetime) -> int:
    """How many announcements were made in ``run`` since then, those withdrawn included."""
    return (
        session.scalar(
            select(func.count()).where(Announcement.run_id == run.id, Announcement.made > since)
        )
        or 0
    )


def _whole() -> Select[Announcement]:
    return (
        select(Announcement)
        .join(Announcement.run)
        .options(
            contains_eager(Announcement.run).options(
                joinedload(CourseRun.institute),
                joinedload(CourseRun.version).joinedload(CourseVersion.course),
            ),
            joinedload(Announcement.author),
        )
    )


def is_any_to_tell(session: Session) -> bool:
    """Whether `next_to_tell` would find one."""
    return session.scalar(_to_tell()) is not None


def next_to_tell(session: Session) -> Announcement | None:
    """The announcement that waits longest for learners to be told; no other worker's meanwhile."""
    return session.scalar(_to_tell().with_for_update(skip_locked=True))


def _to_tell() -> Select[Announcement]:
    return (
        select(Announcement)
        .where(Announcement.told.is_not(None))
        .order_by(Announcement.id)
        .limit(1)
    )
