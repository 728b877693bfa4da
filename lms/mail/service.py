"""Writes letters when they are due, and claims and settles them for whoever posts them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms.core.seals import sealed
from lms.core.zones import zone
from lms.institutes import notices
from lms.institutes.models import Notice, Person
from lms.institutes.rules import News, next_digest
from lms.mail import queries
from lms.mail.digest import Addresses, Item, Reader, write
from lms.mail.models import Fate, Letter
from lms.mail.posting import message
from lms.mail.rules import LEASE, LETTERS_KEPT, pause_after

#: What the token of an address that stops all mail is made for.
STOPPING = "stop mail"


@dataclass(frozen=True)
class House:
    """Who writes: the site's address, the address letters come from, and the key of tokens."""

    base_url: str
    sender: str
    key: str

    def stopping(self, person: Person) -> str:
        """The address at which ``person`` stops all mail without signing in."""
        return f"{self.base_url}/mail/{sealed(self.key, STOPPING, person.public_id)}"


def write_digest(session: Session, person: Person, house: House, *, now: datetime) -> Letter | None:
    """Write one letter of all that is due by mail for ``person``, if they still want it.

    None when nothing is due, or when they have had their letter of the day; what is new then
    waits for that of tomorrow. What was written stays unread in the product.
    """
    due = queries.news(session, person, now)
    if not due:
        return None
    time_zone = notices.zone_of(person)
    today = now.astimezone(zone(time_zone)).date()
    if person.wants_mail and queries.of_day(session, person, today):
        _put_off(due, next_digest(now, time_zone))
        return None
    _take_out(due, now)
    if not person.wants_mail:
        return None
    reader = Reader(person.name, person.locale, time_zone)
    items = [Item(each.sentence, house.base_url + _path(each), each.created) for each in due]
    base = f"{house.base_url}/notices/"
    made = write(items, reader, Addresses(base, base + "choices", house.stopping(person)))
    letter = Letter(
        person=person,
        day=today,
        locale=person.locale,
        subject=made.subject,
        text=made.text,
        html=made.html,
        written=now,
        not_before=now,
    )
    session.add(letter)
    session.flush()
    return letter


def _path(notice: Notice) -> str:
    return News(notice.kind).path.format(about=notice.about, part=notice.part)


def _put_off(due: Sequence[Notice], until: datetime) -> None:
    for each in due:
        each.mail_at = until


def _take_out(due: Sequence[Notice], now: datetime) -> None:
    for each in due:
        each.mail_at = None
        if not each.shown:
            # Nobody will see it in the product: mailed is read.
            each.read = now


def claim(session: Session, *, now: datetime) -> Letter | None:
    """Take the next letter to post, for a few minutes; None when none is to be posted now.

    On the way those go that must not be posted: a letter whose reader wants no mail any more, and
    one whose claim ran out, of which nobody knows whether it was sent.
    """
    while letter := queries.next_letter(session, now):
        if letter.claimed_until is not None:
            _settle(letter, Fate.FAILED, "posting it was interrupted; it may have been sent", now)
        elif letter.address is None and not letter.person.wants_mail:
            _settle(letter, Fate.UNWANTED, None, now)
        else:
            letter.tries, letter.claimed_until = letter.tries + 1, now + LEASE
            return letter
        session.flush()
    return None


def as_message(letter: Letter, house: House) -> EmailMessage:
    """What is mailed, with the headers by which mail programs offer to stop news in one click.

    Raises NotTaken for an address that is not one.
    """
    domain = urlsplit(house.base_url).hostname or "localhost"
    ways_out = {
        "List-Unsubscribe": f"<{house.stopping(letter.person)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return message(
        to=(letter.person.name, letter.address or letter.person.email),
        sender=house.sender,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        headers={
            "Date": format_datetime(letter.written),
            "Message-ID": f"<{letter.public_id}@{domain}>",
            "Content-Language": letter.locale,
            **(ways_out if letter.address is None else {}),
        },
    )


def sent(letter: Letter, *, now: datetime) -> None:
    """Note that the server has taken the letter."""
    _settle(letter, Fate.SENT, None, now)


def put_off(letter: Letter, fault: str, *, now: datetime) -> None:
    """Try again later; after a number of tries the letter has failed."""
    pause = pause_after(letter.tries)
    if pause is None:
        _settle(letter, Fate.FAILED, fault, now)
        return
    letter.claimed_until, letter.not_before, letter.fault = None, now + pause, fault[:300]


def fail(letter: Letter, fault: str, *, now: datetime) -> None:
    """Note that the letter will not be taken."""
    _settle(letter, Fate.FAILED, fault, now)


def _settle(letter: Letter, fate: Fate, fault: str | None, now: datetime) -> None:
    letter.fate, letter.settled, letter.claimed_until = fate, now, None
    letter.fault = fault[:300] if fault else None


def forget(session: Session, *, now: datetime) -> None:
    """Delete letters settled long ago."""
    session.execute(delete(Letter).where(Letter.settled < now - LETTERS_KEPT))
