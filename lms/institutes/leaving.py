"""Asking for one's account to be deleted, and thinking better of it."""

from datetime import datetime

from sqlalchemy.orm import Session

from lms.core import journal
from lms.core.errors import Refused
from lms.core.i18n import N_
from lms.institutes import queries, sign_ins
from lms.institutes.models import Institute, Person
from lms.institutes.rules import GRACE, Role


class StillNeeded(Refused):
    """An institute would be left without anybody who can give roles."""

    message = N_(
        "You are the last administrator of the institute {institute}. Give the role to another"
        " person first; then your account can be deleted."
    )


def ask(session: Session, person: Person, *, now: datetime) -> None:
    """Have the account of ``person`` deleted after a time of grace; every session of theirs ends.

    Asking twice changes nothing. Raises StillNeeded for the last administrator of an institute.
    """
    if person.leaves is not None:
        return
    if (institute := needed_by(session, person, now)) is not None:
        raise StillNeeded(institute=institute.slug)
    person.leaves = now + GRACE
    sign_ins.end_all(session, person)
    journal.note(session, "person.asked_to_leave", person, at=now, by=person)


def stay(session: Session, person: Person, *, now: datetime) -> bool:
    """Keep the account after all; whether it was to be deleted."""
    if person.leaves is None:
        return False
    person.leaves = None
    journal.note(session, "person.stayed", person, at=now, by=person)
    return True


def needed_by(session: Session, person: Person, now: datetime) -> Institute | None:
    """An institute that has no administrator but ``person``, not counting those who leave."""
    for held in queries.memberships(session, person, now):
        if held.role is Role.ADMINISTRATOR and not any(
            other.person_id != person.id and other.person.leaves is None
            for other in queries.administrators(session, held.institute, now)
        ):
            return held.institute
    return None
