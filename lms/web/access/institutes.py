"""Institutes, and the roles that people hold there."""

from lms.core.errors import NotFound
from lms.institutes import queries as institutes
from lms.institutes.models import Institute, Membership
from lms.institutes.rules import Role
from lms.web.access.visit import holds, person, session, shown_in


def institute(slug: str) -> Institute:
    """An institute; everyone may know of it."""
    found = institutes.institute(session(), slug)
    if found is None:
        raise NotFound
    shown_in(found)
    return found


def administered(slug: str) -> Institute:
    """An institute whose roles the visitor may give."""
    person()
    found = institute(slug)
    if not holds(found.id, Role.ADMINISTRATOR):
        raise NotFound
    return found


def registered(slug: str) -> Institute:
    """An institute for which the visitor may offer runs and look after credentials."""
    person()
    found = institute(slug)
    if not holds(found.id, Role.REGISTRAR):
        raise NotFound
    return found


def membership(public_id: str) -> Membership:
    """A role that the visitor may end: one in an institute they administer."""
    person()
    found = institutes.membership_by_public_id(session(), public_id)
    if found is None:
        raise NotFound
    if not holds(found.institute_id, Role.ADMINISTRATOR):
        raise NotFound
    return found
