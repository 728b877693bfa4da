"""Changes to institutes, accounts and memberships."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms.core import journal
from lms.core.blobs import digest_of
from lms.core.errors import Refused
from lms.core.i18n import N_
from lms.institutes import passwords, queries, sign_ins, sign_ups
from lms.institutes.models import Institute, Membership, Person, SignInStrike
from lms.institutes.profiles import called
from lms.institutes.rules import (
    ADDRESS,
    FREE_AT_ADDRESS,
    FREE_STRIKES,
    SHORTEST_PASSWORD,
    STRIKES_KEPT,
    Role,
    network,
    pause_after,
)


class EmailTaken(Refused):
    """Another account has this address."""

    message = N_("There is an account with this e-mail address already. Sign in instead.")


class NoAddress(Refused):
    """Nothing could be sent to it, and the forms of the site would not take it either."""

    message = N_("An e-mail address looks like name@example.org.")


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
    session: Session,
    *,
    email: str,
    name: str,
    password: str,
    locale: str,
    address: str | None = None,
    now: datetime,
) -> Person:
    """Open an account. It counts among those of the network ``address`` is in, if one is given.

    Raises NoAddress, EmailTaken, profiles.NameMissing, or PasswordTooShort.
    """
    if not ADDRESS.fullmatch(email):
        raise NoAddress
    # Hashing takes its time: done before the first query, it keeps nobody waiting for the lock.
    password_hash = _hash(password)
    if address is not None:
        sign_ups.note(session, address, now=now)
    if queries.person_by_email(session, email):
        raise EmailTaken
    person = Person(
        email=email.strip().casefold(),
        name=called(name),
        password_hash=password_hash,
        locale=locale,
        created=now,
    )
    session.add(person)
    session.flush()
    journal.note(session, "person.signed_up", person, at=now, by=person)
    return person


@dataclass(frozen=True)
class Proof:
    """What somebody showed at the door: ``holds`` when the password is that of the account.

    ``rehashed`` is a fresh hash where the stored one is weaker than today's.
    """

    email: str
    address: str
    holds: bool
    rehashed: str | None = None


def examine(session: Session, *, email: str, password: str, address: str, now: datetime) -> Proof:
    """Compare a password with the account's; nothing is changed.

    It keeps a processor busy for a good while, so it is asked in a transaction
    of its own that holds no lock; an unknown account takes as long. During a
    pause nothing is compared. ``address`` is where the request came from.
    """
    keys = _strike_keys(email, address)
    if _pause(queries.strikes(session, keys), keys[0], now):
        return Proof(email, address, holds=False)
    person = queries.person_by_email(session, email)
    stored = person.password_hash if person else None
    holds = passwords.matches(stored, password)
    is_weak = holds and stored is not None and passwords.is_outdated(stored)
    return Proof(email, address, holds, passwords.hashed(password) if is_weak else None)


def sign_in(
    session: Session, proof: Proof, *, now: datetime
) -> Person | WrongPassword | SignInPaused:
    """The person whose ``proof`` this is, or why not, as `confirm` says."""
    who = confirm(session, proof, now=now)
    if isinstance(who, Person):
        journal.note(session, "person.signed_in", who, at=now, by=who)
    return who


def confirm(
    session: Session, proof: Proof, *, now: datetime
) -> Person | WrongPassword | SignInPaused:
    """The person whose ``proof`` this is, or why not.

    A refusal is returned and not raised, because the strike it leaves behind
    must be committed. Strikes count per account and per address, which has more
    of them free. The right password forgives the account its strikes, and the
    address as many: a school behind one address is not shut out by its slips,
    and whoever guesses at others gains nothing by signing in as themselves.
    """
    keys = _strike_keys(proof.email, proof.address)
    noted = {strike.key: strike for strike in queries.strikes(session, keys)}
    _forget_old(session, noted, now)
    if wait := _pause(list(noted.values()), keys[0], now):
        return SignInPaused(seconds=wait)
    person = queries.person_by_email(session, proof.email)
    if person is None or not proof.holds:
        for key in keys:
            _strike(session, noted, key, now)
        return WrongPassword()
    _forgive(session, noted, *keys)
    person.password_hash = proof.rehashed or person.password_hash
    return person


def set_password(
    session: Session, person: Person, new: str, *, now: datetime, by: Person | None = None
) -> None:
    """Give ``person`` another password and sign them out everywhere.

    Whoever asks for it must have shown that one, unless an operator does. Raises
    PasswordTooShort.
    """
    person.password_hash = _hash(new)
    sign_ins.end_all(session, person)
    journal.note(session, "person.password_changed", person, at=now, by=by)


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
        administrators = queries.administrators(session, membership.institute, now)
        if all(each.id == membership.id for each in administrators):
            raise LastAdministrator
    membership.until = now
    journal.note(session, "membership.ended", membership, at=now, by=by, role=membership.role.value)


def _hash(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordTooShort(shortest=SHORTEST_PASSWORD)
    return passwords.hashed(password)


def account_key(email: str) -> str:
    """Under which the strikes of an account are noted."""
    return digest_of(f"account {email.strip().casefold()}".encode())


def _strike_keys(email: str, address: str) -> list[str]:
    return [account_key(email), digest_of(f"address {network(address)}".encode())]


def _pause(strikes: Sequence[SignInStrike], account: str, now: datetime) -> int:
    """The seconds until sign-in to the account of that key opens again, 0 when it is open."""
    waits = []
    for strike in strikes:
        free = FREE_STRIKES if strike.key == account else FREE_AT_ADDRESS
        waits.append(strike.last + pause_after(strike.strikes, free) - now)
    longest = max((wait.total_seconds() for wait in waits), default=0.0)
    return int(longest) + 1 if longest > 0 else 0


def _forget_old(session: Session, noted: dict[str, SignInStrike], now: datetime) -> None:
    session.execute(delete(SignInStrike).where(SignInStrike.last < now - STRIKES_KEPT))
    for key in [key for key, strike in noted.items() if strike.last < now - STRIKES_KEPT]:
        session.expunge(noted.pop(key))


def _forgive(session: Session, noted: dict[str, SignInStrike], account: str, address: str) -> None:
    if (own := noted.get(account)) is None:
        return
    session.delete(own)
    if there := noted.get(address):
        there.strikes -= min(own.strikes, there.strikes)


def _strike(session: Session, noted: dict[str, SignInStrike], key: str, now: datetime) -> None:
    if strike := noted.get(key):
        strike.strikes, strike.last = strike.strikes + 1, now
    else:
        session.add(SignInStrike(key=key, strikes=1, last=now))
