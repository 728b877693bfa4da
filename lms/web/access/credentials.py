"""Credentials, which anyone may verify, and who may revoke them."""

from lms.core.errors import NotFound
from lms.credentials import queries as credentials
from lms.credentials.models import Credential
from lms.institutes.rules import Role
from lms.web.access.visit import holds, person, session, shown_in


def credential(public_id: str) -> Credential:
    """A credential; whoever has its address may see and verify it."""
    found = credentials.credential(session(), public_id)
    if found is None:
        raise NotFound
    shown_in(found.institute)
    return found


def issued_credential(public_id: str) -> Credential:
    """A credential that the visitor may revoke: they are a registrar of its institute."""
    person()
    found = credential(public_id)
    if not holds(found.institute_id, Role.REGISTRAR):
        raise NotFound
    return found


def may_revoke(credential: Credential) -> bool:
    """Whether the visitor may revoke ``credential``."""
    return holds(credential.institute_id, Role.REGISTRAR)
