"""Tickets: with one of them a page shows the relay of kernels whose live notebook it is.

The site issues a ticket to a visitor whom it has let see the assignment; the relay, which knows
neither people nor the database, believes the ticket and nothing else.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from itsdangerous import BadData, TimestampSigner
from itsdangerous.encoding import base64_decode, base64_encode

#: How long after its issue a ticket is good; a page uses it at once.
LIFE = timedelta(seconds=60)

_SALT = "jazari.kernel-ticket"


class BadTicket(ValueError):
    """The ticket is forged, damaged, too old, or older than whoever reads it."""


@dataclass(frozen=True)
class Ticket:
    """Who wants a kernel for what.

    ``person``, ``enrolment`` and ``assignment`` are public ids; in the place of an assignment
    may stand a lesson whose code is run. ``profile`` names the sandbox
    profile and ``limits`` tighten it. ``files`` are paths in the kernel's folder and the digest
    of the blob that lies there. ``nonce`` tells two tickets of the same content apart, so that
    each can be used once.
    """

    person: str
    enrolment: str
    assignment: str
    profile: str
    limits: Mapping[str, float] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(12))


class _Signer(TimestampSigner):
    """A signer whose clock is the caller's."""

    def __init__(self, key: str, now: datetime) -> None:
        super().__init__(key, salt=_SALT, key_derivation="hmac", digest_method=hashlib.sha256)
        self._now = now

    def get_timestamp(self) -> int:
        """The caller's moment, in whole seconds."""
        return int(self._now.timestamp())


def ticket_key(secret: str) -> str:
    """The key of tickets, made from the site's ``secret``, which cannot be told from it.

    So the relay can check tickets and nothing else that the site signs.
    """
    return hmac.new(secret.encode(), _SALT.encode(), hashlib.sha256).hexdigest()


def issue(key: str, ticket: Ticket, now: datetime) -> str:
    """The ticket as a text that only holders of ``key`` can write."""
    content = base64_encode(json.dumps(asdict(ticket)))
    return _Signer(key, now).sign(content).decode()


def read(key: str, text: str, now: datetime, *, since: datetime | None = None) -> Ticket:
    """The ticket that was issued as ``text``.

    Raises BadTicket when it was signed with another key, issued more than LIFE ago, or before
    ``since``: whoever began to read then cannot know which earlier ones were used.
    """
    try:
        content, issued = _Signer(key, now).unsign(
            text, max_age=int(LIFE.total_seconds()), return_timestamp=True
        )
        told = json.loads(base64_decode(content))
    except (BadData, ValueError) as fault:
        raise BadTicket(str(fault)) from None
    if since is not None and issued < since.astimezone(UTC).replace(microsecond=0):
        raise BadTicket("The ticket is older than the relay.")
    return _ticket(told)


def _ticket(told: Any) -> Ticket:  # Any: whatever JSON a holder of the key wrote.
    if not isinstance(told, dict) or told.keys() != {one.name for one in fields(Ticket)}:
        raise BadTicket("The ticket is another release's.")
    return Ticket(**told)
