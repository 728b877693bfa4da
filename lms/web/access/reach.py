"""People and what is theirs, reached through an address that carries a seal."""

from lms.bootstrap import session_key
from lms.core.errors import NotFound
from lms.core.seals import opened
from lms.institutes import queries as institutes
from lms.institutes.models import AddressChange, Person
from lms.learning import feeds
from lms.learning import queries as learning
from lms.mail.account_letters import CONFIRMING
from lms.mail.service import STOPPING
from lms.web.access.visit import lms, now, person, session


def mailed(token: str) -> Person:
    """Who got the mail with this link."""
    name = opened(session_key(lms().settings), STOPPING, token)
    if name is None:
        raise NotFound
    found = institutes.person(session(), name)
    if found is None:
        raise NotFound
    return found


def address_change(token: str) -> AddressChange:
    """The visitor's own change of address whose letter has this link, while the link works."""
    who, name = person(), opened(session_key(lms().settings), CONFIRMING, token)
    found = institutes.address_change(session(), name) if name is not None else None
    if found is None or found.person_id != who.id or found.expires <= now():
        raise NotFound
    return found


def calendar(key: str) -> Person:
    """Whose calendar this address is, while they have not renewed or stopped it."""
    found = feeds.found(session(), key, session_key(lms().settings))
    if found is None:
        raise NotFound
    return found.person


def calendar_address() -> str:
    """The visitor's own address for calendar programs; empty when they have none."""
    found = learning.feed_of(session(), person())
    if found is None:
        return ""
    key = feeds.key_of(found, session_key(lms().settings))
    return f"{lms().settings.base_url}/calendar/{key}.ics"
