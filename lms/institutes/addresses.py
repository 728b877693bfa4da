"""Another e-mail address for an account: asked for, then confirmed from the new address."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms.core import journal
from lms.core.db import new_public_id
from lms.core.errors import Refused
from lms.core.i18n import N_
from lms.institutes import queries, sign_ins
from lms.institutes.models import AddressChange, Person
from lms.institutes.rules import ADDRESS_LINK_WORKS, ADDRESS_PAUSE
from lms.institutes.service import EmailTaken


class SameAddress(Refused):
    """The account has this address already."""

    message = N_("This is your e-mail address already.")


class AskedJustNow(Refused):
    """Nobody has letters sent to addresses of others one after the other."""

    message = N_("You have asked for this a moment ago. Wait five minutes before you ask again.")


def ask(session: Session, person: Person, email: str, *, now: datetime) -> AddressChange | None:
    """Note that ``person`` wants another address; the change that a letter shall confirm.

    None where somebody has an account with it: then no letter goes out, and nothing that the
    person can see tells them so. Raises SameAddress, or AskedJustNow.
    """
    email = email.strip().casefold()
    if email == person.email:
        raise SameAddress
    change = queries.address_change_of(session, person)
    if change is None:
        change = AddressChange(person=person)
        session.add(change)
    elif now < change.asked + ADDRESS_PAUSE:
        raise AskedJustNow
    # A new name: the link of an earlier letter leads nowhere any more.
    change.public_id, change.email = new_public_id(), email
    change.asked, change.expires = now, now + ADDRESS_LINK_WORKS
    session.flush()
    return None if queries.person_by_email(session, email) else change


def confirm(session: Session, change: AddressChange, *, now: datetime) -> str:
    """Give the account its new address; the one that it had.

    Every session ends, as with a new password: whoever had the old address may have been in.
    Raises EmailTaken where somebody has opened an account with the address since.
    """
    person = change.person
    if queries.person_by_email(session, change.email):
        raise EmailTaken
    before, person.email = person.email, change.email
    sign_ins.end_all(session, person)
    session.delete(change)
    session.flush()
    journal.note(session, "person.address_changed", person, at=now, by=person)
    return before


def forget(session: Session, *, now: datetime) -> None:
    """Delete what was not confirmed in time."""
    session.execute(delete(AddressChange).where(AddressChange.expires < now))
