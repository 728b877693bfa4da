"""Letters about an account itself: they go out at once, whatever news their reader wants."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from lms.core.i18n import Sentence, direction, say
from lms.core.seals import sealed
from lms.core.translation import explained, moment, translated
from lms.institutes import notices
from lms.institutes.models import AddressChange, Person
from lms.mail.digest import PAGES, TEXTS
from lms.mail.models import Letter
from lms.mail.service import House

#: What the token of a link that confirms an address is made for.
CONFIRMING = "confirm address"


def confirm_address(
    session: Session, change: AddressChange, house: House, *, now: datetime
) -> Letter:
    """Write to the new address, with a link that only this site can make."""
    person = change.person
    until = moment(change.expires, notices.zone_of(person), person.locale)
    return _write(
        session,
        person,
        change.email,
        say("Jazari: confirm your new e-mail address"),
        [
            say("You want {email} to be the e-mail address of your account.", email=change.email),
            say("Open this link, sign in and confirm it. It works until {moment}.", moment=until),
            say("If you did not ask for this, do nothing: no account changes."),
        ],
        link=f"{house.base_url}/account/address/{token(change, house.key)}",
        now=now,
    )


def address_changed(session: Session, person: Person, before: str, *, now: datetime) -> Letter:
    """Write to the address that the account had ``before``, which signs in no more."""
    return _write(
        session,
        person,
        before,
        say("Jazari: your e-mail address has changed"),
        [
            say("From now on you sign in with {email}, and mail goes there.", email=person.email),
            say("If you did not do this, tell your institute at once."),
        ],
        now=now,
    )


def token(change: AddressChange, key: str) -> str:
    """The word that the link in the letter ends with."""
    return sealed(key, CONFIRMING, change.public_id)


def _write(
    session: Session,
    person: Person,
    address: str,
    subject: Sentence,
    sentences: Sequence[Sentence],
    *,
    link: str = "",
    now: datetime,
) -> Letter:
    locale = person.locale
    greeting = say("Good day {name},", name=person.name)
    letter = Letter(
        person=person,
        address=address,
        locale=locale,
        subject=translated(subject, locale),
        text=TEXTS.get_template("account.txt").render(
            sentences=[translated(each, locale) for each in (greeting, *sentences)], link=link
        ),
        html=PAGES.get_template("account.html").render(
            sentences=[explained(each, locale) for each in (greeting, *sentences)],
            link=link,
            language=locale,
            direction=direction(locale),
        ),
        written=now,
        not_before=now,
    )
    session.add(letter)
    session.flush()
    return letter
