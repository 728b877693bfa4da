"""Where people are signed in: one row for each browser, found by the token in its cookie."""

import secrets
from datetime import date, datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from lms.core.blobs import digest_of
from lms.institutes.models import Person, SignIn
from lms.institutes.rules import SIGN_IN_LASTS


def begin(session: Session, person: Person, device: str = "", *, now: datetime) -> str:
    """Sign ``person`` in; the token that their browser is to show, which nobody keeps but it."""
    token = secrets.token_urlsafe(32)
    session.add(SignIn(key=key_of(token), person=person, device=device, begun=now, seen=now.date()))
    session.flush()
    return token


def key_of(token: str) -> str:
    """Under which the sign-in of the browser that shows ``token`` is kept."""
    return digest_of(token.encode())


def see(session: Session, key: str, day: date) -> None:
    """Note that the browser was here on that day."""
    session.execute(update(SignIn).where(SignIn.key == key).values(seen=day))


def end(session: Session, person: Person, key: str) -> None:
    """Sign ``person`` out in that browser, wherever else its cookie was copied to."""
    session.execute(delete(SignIn).where(SignIn.person_id == person.id, SignIn.key == key))


def end_all(session: Session, person: Person, *, but: str = "") -> None:
    """Sign ``person`` out everywhere, but for the browser with that key if one is given."""
    session.execute(delete(SignIn).where(SignIn.person_id == person.id, SignIn.key != but))


def forget(session: Session, *, now: datetime) -> None:
    """Delete those whose cookie has run out unused."""
    session.execute(delete(SignIn).where(SignIn.seen < (now - SIGN_IN_LASTS).date()))
