"""People reached through an address that carries a seal, without signing in."""

from lms.bootstrap import session_key
from lms.core.errors import NotFound
from lms.core.seals import opened
from lms.institutes import queries as institutes
from lms.institutes.models import Person
from lms.mail.service import STOPPING
from lms.web.access.visit import lms, session


def mailed(token: str) -> Person:
    """Who got the mail with this link."""
    name = opened(session_key(lms().settings), STOPPING, token)
    if name is None:
        raise NotFound
    found = institutes.person(session(), name)
    if found is None:
        raise NotFound
    return found
