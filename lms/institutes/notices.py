"""What the product tells a person when they come back or by mail, until they have read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.orm import Session

from lms.core import zones
from lms.core.db import new_public_id
from lms.core.i18n import Sentence
from lms.core.journal import Subject
from lms.institutes import queries
from lms.institutes.models import Notice, NoticeChoice, Person
from lms.institutes.rules import NOTICES_KEPT, News, Reach, next_digest

#: People told, or notices forgotten, in one statement.
BATCH = 500


@dataclass(frozen=True)
class Word:
    """What one of many people is told, and about what."""

    person: Person
    sentence: Sentence
    about: Subject
    part: str = ""


def tell(
    session: Session,
    person: Person,
    kind: News,
    sentence: Sentence,
    about: Subject,
    *,
    part: str = "",
    now: datetime,
) -> None:
    """Leave ``person`` a notice that leads to the page of ``about``, where they want such."""
    tell_all(session, kind, [Word(person, sentence, about, part)], now=now)


def tell_all(session: Session, kind: News, words: Sequence[Word], *, now: datetime) -> None:
    """The same for many people, in few statements however many they are."""
    for first in range(0, len(words), BATCH):
        some = words[first : first + BATCH]
        wanted = queries.reach(session, [word.person.id for word in some], kind)
        rows = [
            _row(kind, word, reach, now)
            for word in some
            for reach in [wanted.get(word.person.id, Reach())]
            if reach.shown or (reach.mailed and word.person.wants_mail)
        ]
        if rows:
            session.execute(insert(Notice), rows)


def _row(kind: News, word: Word, reach: Reach, now: datetime) -> dict[str, object]:
    mailed = reach.mailed and word.person.wants_mail
    return {
        "public_id": new_public_id(),
        "person_id": word.person.id,
        "kind": kind.value,
        "sentence": word.sentence,
        "about": word.about.public_id,
        "part": word.part,
        "shown": reach.shown,
        "created": now,
        "mail_at": next_digest(now, zone_of(word.person)) if mailed else None,
    }


def zone_of(person: Person) -> str:
    """The time zone whose clocks ``person`` lives by."""
    chosen = person.time_zone
    return chosen if chosen and zones.exists(chosen) else "Africa/Casablanca"


def take_back(session: Session, kind: News, about: Subject) -> None:
    """Delete what was told about a subject that is there no more."""
    session.execute(
        delete(Notice).where(Notice.kind == kind.value, Notice.about == about.public_id)
    )


def mark_read(notice: Notice, *, now: datetime) -> None:
    """Note that its reader has seen ``notice``; the first time counts, and no mail tells it."""
    notice.read, notice.mail_at = notice.read or now, None


def mark_all_read(session: Session, person: Person, *, now: datetime) -> None:
    """The same for every notice of ``person``."""
    session.execute(
        update(Notice)
        .where(Notice.person_id == person.id, Notice.read.is_(None))
        .values(read=now, mail_at=None)
    )


def choose(session: Session, person: Person, wanted: Mapping[News, Reach]) -> None:
    """Tell ``person`` of each kind of news where they want it from now on.

    What waits to be mailed and is not wanted by mail any more is not mailed.
    """
    session.execute(delete(NoticeChoice).where(NoticeChoice.person_id == person.id))
    session.add_all(
        NoticeChoice(person_id=person.id, kind=kind.value, shown=shown, mailed=mailed)
        for kind, (shown, mailed) in wanted.items()
        if (shown, mailed) != Reach()
    )
    unwanted = [kind.value for kind, reach in wanted.items() if not reach.mailed]
    session.execute(
        update(Notice)
        .where(Notice.person_id == person.id, Notice.kind.in_(unwanted))
        .values(mail_at=None)
    )


def want_mail(session: Session, person: Person, *, wants: bool) -> None:
    """Let mail come to ``person``, or none at all, whatever they have chosen of each kind."""
    person.wants_mail = wants
    if not wants:
        session.execute(update(Notice).where(Notice.person_id == person.id).values(mail_at=None))


def is_any_to_forget(session: Session, *, now: datetime) -> bool:
    """Whether `forget_some` would find one."""
    return session.scalar(_read_long_ago(now).limit(1)) is not None


def forget_some(session: Session, *, now: datetime) -> bool:
    """Delete some of what was read long ago, the oldest first; whether there may be more.

    A whole run is told at once and may be read at once: deleted in one go, a year later, that
    would keep everybody else waiting for the lock.
    """
    rows = session.scalars(_read_long_ago(now).limit(BATCH)).all()
    session.execute(delete(Notice).where(Notice.id.in_(rows)))
    return len(rows) == BATCH


def _read_long_ago(now: datetime) -> Select[int]:
    return select(Notice.id).where(Notice.read < now - NOTICES_KEPT).order_by(Notice.read)
