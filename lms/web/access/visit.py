"""Who asks, when, and in which transaction: what every other check stands on."""

from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TypeVar, cast

from flask import current_app, g, request
from flask import session as cookie
from flask_login import current_user
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.exceptions import Unauthorized

from lms.bootstrap import Lms
from lms.core import zones
from lms.core.errors import NotFound
from lms.institutes import queries as institutes
from lms.institutes.models import Institute, Membership, Notice, Person, SignIn
from lms.institutes.rules import Role

#: Methods that may write; every other request is read-only.
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})

_Owned = TypeVar("_Owned", Notice, SignIn)

#: How long a password that was shown opens what asks for one.
CONFIRMED_FOR = timedelta(minutes=5)


def lms() -> Lms:
    """The parts this site is assembled from."""
    return cast(Lms, current_app.extensions["lms"])


def session() -> Session:
    """The request's one transaction, begun when first needed."""
    if "session" not in g:
        g.session = lms().database.session(writes=request.method in WRITES)
    return cast(Session, g.session)


def write_beside(deed: Callable[[Session], None]) -> None:
    """Note something that a request has to say whatever it asks for, even one that only reads.

    Where a writer keeps the database for too long it is left to the next request.
    """
    if request.method in WRITES:
        deed(session())
        return
    with suppress(OperationalError), lms().database.writing() as beside:
        deed(beside)


def now() -> datetime:
    """The moment of the request, the same wherever it is asked."""
    if "now" not in g:
        g.now = datetime.now(UTC)
    return cast(datetime, g.now)


def visitor() -> Person | None:
    """Who is signed in, if anyone."""
    if "without_database" in g:
        return None
    return cast(Person, current_user.person) if current_user.is_authenticated else None


def go_on_without_database() -> None:
    """Ask no more who is visiting, so that a page can still be shown when the database fails."""
    g.without_database, g.roles = True, ()


def person() -> Person:
    """Who is signed in. Raises Unauthorized, which leads to the sign-in page."""
    if (who := visitor()) is None:
        raise Unauthorized
    return who


def confirm(who: Person) -> None:
    """Note that ``who`` has just shown their password in this browser."""
    cookie["confirmed"] = f"{int(now().timestamp())}:{who.public_id}"


def confirmed() -> bool:
    """Whether the visitor has shown their password in this browser a short while ago.

    Raises Unauthorized when nobody is signed in.
    """
    who = person()
    moment, _colon, named = str(cookie.get("confirmed", "")).partition(":")
    if not moment.isdigit() or named != who.public_id:
        return False
    return 0 <= now().timestamp() - int(moment) <= CONFIRMED_FOR.total_seconds()


def time_zone() -> str:
    """The visitor's own zone, or else that of the institute of the page, or else Morocco's."""
    who = visitor()
    if who and who.time_zone and zones.exists(who.time_zone):
        return who.time_zone
    return cast(str, g.get("time_zone", "Africa/Casablanca"))


def shown_in(institute: Institute) -> None:
    g.time_zone = institute.time_zone


def roles() -> Collection[Membership]:
    """What the visitor is, and where."""
    if "roles" not in g:
        who = visitor()
        g.roles = institutes.memberships(session(), who, now()) if who else ()
    return cast(Collection[Membership], g.roles)


def institutes_where(*wanted: Role) -> list[Institute]:
    """The institutes in which the visitor holds one of these roles. Raises NotFound for none."""
    person()
    found = {m.institute_id: m.institute for m in roles() if m.role in wanted}
    if not found:
        raise NotFound
    return list(found.values())


def holds(institute_id: int, *wanted: Role) -> bool:
    """Whether the visitor holds one of these roles in this institute."""
    return any(m.institute_id == institute_id and m.role in wanted for m in roles())


def unread() -> int:
    """How many notices wait for the visitor."""
    who = visitor()
    return institutes.unread(session(), who) if who else 0


def notice(public_id: str) -> Notice:
    """Something that the visitor was told."""
    return _own(institutes.notice(session(), public_id))


def sign_in(public_id: str) -> SignIn:
    """A browser in which the visitor is signed in."""
    return _own(institutes.sign_in_by_public_id(session(), public_id))


def _own(found: _Owned | None) -> _Owned:
    """What is the visitor's; NotFound where it is somebody else's, or there is none."""
    who = person()
    if found is None or found.person_id != who.id:
        raise NotFound
    return found
