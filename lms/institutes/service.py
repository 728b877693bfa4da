"""Changes to institutes, accounts and memberships."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms.core import journal
from lms.core.blobs import digest_of
from lms.core.errors import Refused
from lms.core.i18n import N_
from lms.institutes import passwords, queries
from lms.institutes.models import Institute, Membership, Person, SignInStrike
from lms.institutes.rules import SHORTEST_PASSWORD, STRIKES_KEPT, Role, pause_after, printable


class EmailTaken(Refused):
    """Another account has this address."""

    message = N_("There is an account with this e-mail address already. Sign in instead.")


class NameMissing(Refused):
    """Nothing in the name can be printed."""

    message = N_("Enter your name as it shall stand on certificates.")


class PasswordTooShort(Refused):
    """The password is shorter than the rule asks."""

    message = N_("A password needs at least {shortest} characters.")


class WrongPassword(Refused):
    """The address and the password do not belong together; which one is wrong is not said."""

    message = N_("The e-mail address and the password do not belong together.")


class SignInPaused(Refused):
    """Too many wrong passwords in a row for this account or from this address."""

    message = N_("Too many wrong passwords. Sign-in opens again in {seconds} seconds.")


class LastAdministrator(Refused):
    """An institute must keep somebody who can give roles."""

    message = N_("This is the institute's last administrator. Give the role to another first.")


def found(
    session: Session,
    slug: str,
    names: Mapping[str, str],
    *,
    time_zone: str = "Africa/Casablanca",
    now: datetime,
) -> Institute:
    """Add an institute. Its ``slug`` never changes: its DID is made of it."""
    institute = Institute(slug=slug, names=dict(names), time_zone=time_zone, created=now)
    session.add(institute)
    session.flush()
    journal.note(session, "institute.founded", institute, at=now)
    return institute


def sign_up(
    session: Session, *, email: str, name: str, password: str, locale: str, now: datetime
) -> Person:
    """Open an account. Raises EmailTaken, NameMissing, or PasswordTooShort."""
    if queries.person_by_email(session, email):
        raise EmailTaken
    person = Person(
        email=email.strip().casefold(),
        name=_called(name),
        password_hash=_hash(password),
        locale=locale,
        created=now,
    )
    session.add(person)
    session.flush()
    journal.note(session, "person.signed_up", person, at=now, by=person)
    return person


def sign_in(
    session: Session, *, email: str, password: str, address: str, now: datetime
) -> Person | WrongPassword | SignInPaused:
    """The person these belong to, or why not.

    A refusal is returned and not raised, because the strike it leaves behind
    must be committed. ``address`` is where the request came from: strikes
    count per account and per address.
    """
    keys = [digest_of(f"account {email.strip().casefold()}".encode())]
    keys.append(digest_of(f"address {address}".encode()))
    noted = {strike.key: strike for strike in queries.strikes(session, keys)}
    _forget_old(session, noted, now)
    if opens := max((s.last + pause_after(s.strikes) for s in noted.values()), default=None):
        wait = (opens - now).total_seconds()
        if wait > 0:
            return SignInPaused(seconds=int(wait) + 1)
    person = queries.person_by_email(session, email)
    if not passwords.matches(person.password_hash if person else None, password) or not person:
        for key in keys:
            _strike(session, noted, key, now)
        return WrongPassword()
    if keys[0] in noted:
        session.delete(noted[keys[0]])
    if passwords.is_outdated(person.password_hash):
        person.password_hash = passwords.hashed(password)
    journal.note(session, "person.signed_in", person, at=now, by=person)
    return person


def change_password(
    session: Session, person: Person, *, current: str, new: str, now: datetime
) -> None:
    """Replace the password and end every session opened with the old one.

    Raises WrongPassword, or PasswordTooShort.
    """
    if not passwords.matches(person.password_hash, current):
        raise WrongPassword
    set_password(session, person, new, now=now, by=person)


def set_password(
    session: Session, person: Person, new: str, *, now: datetime, by: Person | None = None
) -> None:
    """Give ``person`` a password, as an operator may. Raises PasswordTooShort."""
    person.password_hash = _hash(new)
    person.session_serial += 1
    journal.note(session, "person.password_changed", person, at=now, by=by)


def describe(session: Session, person: Person, *, name: str, locale: str, now: datetime) -> None:
    """Change how a person is called and which language their pages are in.

    Raises NameMissing.
    """
    person.name, person.locale = _called(name), locale
    journal.note(session, "person.described", person, at=now, by=person)


def grant(
    session: Session,
    institute: Institute,
    person: Person,
    role: Role,
    *,
    now: datetime,
    by: Person | None = None,
) -> Membership:
    """Give ``person`` a role in ``institute``; giving it twice changes nothing."""
    held = queries.membership(session, institute, person, role)
    if held and (held.until is None or held.until > now):
        return held
    if held:
        held.since, held.until = now, None
    else:
        held = Membership(institute=institute, person=person, role=role, since=now)
        session.add(held)
        session.flush()
    journal.note(session, "membership.granted", held, at=now, by=by, role=role.value)
    return held


def end(session: Session, membership: Membership, *, now: datetime, by: Person | None) -> None:
    """End a role; ending it twice changes nothing.

    Raises LastAdministrator when nobody would be left to give roles.
    """
    if membership.until is not None and membership.until <= now:
        return
    if membership.role is Role.ADMINISTRATOR:
        others = [
            m
            for m in queries.members(session, membership.institute, now)
            if m.role is Role.ADMINISTRATOR and m.id != membership.id
        ]
        if not others:
            raise LastAdministrator
    membership.until = now
    journal.note(session, "membership.ended", membership, at=now, by=by, role=membership.role.value)


def _called(name: str) -> str:
    # A name that cannot be printed could not be signed either.
    if not (tidy := printable(name)):
        raise NameMissing
    return tidy


def _hash(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordTooShort(shortest=SHORTEST_PASSWORD)
    return passwords.hashed(password)


def _forget_old(session: Session, noted: dict[str, SignInStrike], now: datetime) -> None:
    session.execute(delete(SignInStrike).where(SignInStrike.last < now - STRIKES_KEPT))
    for key in [key for key, strike in noted.items() if strike.last < now - STRIKES_KEPT]:
        session.expunge(noted.pop(key))


def _strike(session: Session, noted: dict[str, SignInStrike], key: str, now: datetime) -> None:
    if strike := noted.get(key):
        strike.strikes, strike.last = strike.strikes + 1, now
    else:
        session.add(SignInStrike(key=key, strikes=1, last=now))
