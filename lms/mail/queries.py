"""Reads of letters and of what waits to be written into them."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from lms.institutes.models import Notice, Person
from lms.mail.models import Fate, Letter


def readers(session: Session, now: datetime, most: int) -> Sequence[Person]:
    """People whose news are due by mail, at most so many."""
    due = select(Notice.person_id).where(Notice.mail_at <= now).distinct().limit(most)
    return session.scalars(select(Person).where(Person.id.in_(due)).order_by(Person.id)).all()


def news(session: Session, person: Person, now: datetime) -> Sequence[Notice]:
    """What is due by mail for ``person``, the oldest first."""
    return session.scalars(
        select(Notice)
        .where(Notice.person_id == person.id, Notice.mail_at <= now)
        .order_by(Notice.id)
    ).all()


def of_day(session: Session, person: Person, day: date) -> Letter | None:
    """The letter that ``person`` has got, or will, on that day."""
    return session.scalar(select(Letter).where(Letter.person_id == person.id, Letter.day == day))


def next_letter(session: Session, now: datetime) -> Letter | None:
    """The letter to post next, with whom it is for; claimed ones only when their claim ran out."""
    return session.scalar(
        select(Letter)
        .options(joinedload(Letter.person, innerjoin=True))
        .where(
            Letter.fate == Fate.QUEUED,
            Letter.not_before <= now,
            Letter.claimed_until.is_(None) | (Letter.claimed_until < now),
        )
        .order_by(Letter.not_before, Letter.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=Letter)
    )


def letter(session: Session, public_id: str) -> Letter | None:
    """The letter with this public identifier."""
    return session.scalar(select(Letter).where(Letter.public_id == public_id))


def names(session: Session) -> set[str]:
    """The public identifiers of all letters that there are."""
    return set(session.scalars(select(Letter.public_id)))


def counts(session: Session) -> dict[Fate, int]:
    """How many letters there are of each fate."""
    rows = session.execute(select(Letter.fate, func.count()).group_by(Letter.fate))
    return {fate: count for fate, count in rows}
