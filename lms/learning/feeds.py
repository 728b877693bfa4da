"""The address at which calendar programs read a person's dates: made, renewed, taken away."""

from datetime import datetime

from sqlalchemy.orm import Session

from lms.core import journal
from lms.core.db import new_public_id
from lms.core.seals import opened, sealed
from lms.institutes.models import Person
from lms.learning import queries
from lms.learning.models import CalendarFeed

_PURPOSE = "calendar"


def renew(session: Session, person: Person, *, now: datetime) -> CalendarFeed:
    """Give ``person`` an address; one that they had before leads nowhere from now on."""
    feed = queries.feed_of(session, person)
    if feed is None:
        feed = CalendarFeed(person_id=person.id)
        session.add(feed)
    feed.public_id, feed.made = new_public_id(), now
    session.flush()
    journal.note(session, "calendar.renewed", person, at=now, by=person)
    return feed


def stop(session: Session, person: Person, *, now: datetime) -> None:
    """Take the address away, if there is one."""
    if feed := queries.feed_of(session, person):
        session.delete(feed)
        journal.note(session, "calendar.stopped", person, at=now, by=person)


def key_of(feed: CalendarFeed, secret: str) -> str:
    """What stands in the address. The table alone, without the site's key, opens nothing."""
    return sealed(secret, _PURPOSE, feed.public_id)


def found(session: Session, key: str, secret: str) -> CalendarFeed | None:
    """The feed that ``key`` opens."""
    name = opened(secret, _PURPOSE, key)
    return queries.feed(session, name) if name else None
