"""How many accounts one network may ask for: as many as a school, fewer than a program."""

from datetime import datetime

from sqlalchemy.orm import Session

from lms.core.blobs import digest_of
from lms.core.errors import Refused
from lms.core.i18n import N_
from lms.institutes import queries
from lms.institutes.models import SignInStrike
from lms.institutes.rules import SIGN_UPS_AT_ONCE, network, sign_ups_left


class SignUpsPaused(Refused):
    """Too many accounts have been asked for from this network, a moment ago."""

    message = N_(
        "Many accounts have just been opened from the network that you are in. Wait a minute, "
        "enter your password again and send the form; the rest stays as you typed it."
    )


def admit(session: Session, address: str, *, now: datetime) -> None:
    """Let somebody at ``address`` ask for an account; nothing is changed.

    Raises SignUpsPaused.
    """
    asked = queries.strikes(session, [_key(address)])
    if asked and sign_ups_left(asked[0].strikes, asked[0].last, now)[0] >= SIGN_UPS_AT_ONCE:
        raise SignUpsPaused


def note(session: Session, address: str, *, now: datetime) -> None:
    """Count that somebody at ``address`` asks for an account, whether they get one or not.

    Who asks for those of others learns which there are.
    """
    found = queries.strikes(session, [_key(address)])
    asked = found[0] if found else SignInStrike(key=_key(address), strikes=0, last=now)
    count, since = sign_ups_left(asked.strikes, asked.last, now)
    asked.strikes, asked.last = count + 1, since
    session.add(asked)


def _key(address: str) -> str:
    return digest_of(f"sign-ups {network(address)}".encode())
