"""What the product tells a person when they come back, until they have read it."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from lms.core.i18n import Sentence
from lms.core.journal import Subject
from lms.institutes.models import Notice, Person
from lms.institutes.rules import NOTICES_KEPT, News


def tell(
    session: Session,
    person: Person,
    kind: News,
    sentence: Sentence,
    about: Subject,
    *,
    now: datetime,
) -> None:
    """Leave ``person`` a notice that leads to the page of ``about``."""
    session.add(
        Notice(
            person_id=person.id,
            kind=kind.value,
            sentence=sentence,
            about=about.public_id,
            created=now,
        )
    )


def mark_read(notice: Notice, *, now: datetime) -> None:
    """Note that its reader has seen ``notice``; the first time counts."""
    notice.read = notice.read or now


def mark_all_read(session: Session, person: Person, *, now: datetime) -> None:
    """The same for every notice of ``person``."""
    session.execute(
        update(Notice).where(Notice.person_id == person.id, Notice.read.is_(None)).values(read=now)
    )


def forget(session: Session, *, now: datetime) -> None:
    """Delete what was read long ago."""
    session.execute(delete(Notice).where(Notice.read < now - NOTICES_KEPT))
