"""What a site needs before it can serve: folders, tables, keys, courses and first people."""

import fcntl
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from lms import schema
from lms.bootstrap import Lms, beside_package, make_session_key
from lms.catalogue import queries as catalogue
from lms.catalogue import service as publishing
from lms.core.errors import Unavailable
from lms.core.i18n import N_
from lms.credentials import service as credentials
from lms.institutes import queries, service
from lms.institutes.models import Institute
from lms.institutes.rules import Role
from lms.learning import service as learning
from lms.learning.rules import Access


class FolderUnwritable(Unavailable):
    """The data folder cannot be made or written."""

    message = N_(
        "The data folder {folder} cannot be written. Choose another with --data,"
        " or give yourself the right to write there."
    )


@dataclass(frozen=True)
class FirstPerson:
    """Somebody to begin with; the names show which hat each account wears."""

    email: str
    name: str
    locale: str
    role: Role


INSTITUTES = {
    "fes-meknes": {
        "fr": "Institut Jazari Fès-Meknès",
        "ar": "معهد الجزري فاس-مكناس",
        "en": "Jazari Institute Fez-Meknes",
    },
    "rabat-sale-kenitra": {
        "fr": "Institut Jazari Rabat-Salé-Kénitra",
        "ar": "معهد الجزري الرباط-سلا-القنيطرة",
        "en": "Jazari Institute Rabat-Salé-Kenitra",
    },
}

PEOPLE = (
    FirstPerson("administrator@jazari.example", "Amina Alaoui", "fr", Role.ADMINISTRATOR),
    FirstPerson("registrar@jazari.example", "Rachid Bennis", "fr", Role.REGISTRAR),
    FirstPerson("instructor@jazari.example", "Idris El Fassi", "fr", Role.INSTRUCTOR),
    FirstPerson("learner@jazari.example", "Salma Tazi", "ar", Role.LEARNER),
)


def prepare(lms: Lms, *, people: bool = True) -> list[str]:
    """Make ``lms`` ready to serve and tell, line by line, what was done.

    Safe to run again and from several processes at once: nothing is done twice.
    Where there is no institute yet, the first two come with their first people,
    whose passwords are among the lines; without ``people`` that is left to
    ``lms init``, because lines that go to a log must hold no password. Raises
    FolderUnwritable, DatabaseNewer, or FaultyCourse (then nothing is published).
    """
    with _alone(lms.settings.folder):
        make_session_key(lms.settings)
        before = schema.migrate(lms.database)
        told = [] if before is schema.Shape.CURRENT else ["The database is up to date."]
        told += publish_shipped(lms)
        with lms.database.reading() as session:
            is_founded = bool(queries.institutes(session))
        if people and not is_founded:
            told += _first_people(lms)
        elif not is_founded:
            told.append("There is no institute yet. To begin with two: lms init")
        return told


def publish_shipped(lms: Lms) -> list[str]:
    """Publish every course that ships with the product and tell which are new or changed."""
    told = []
    folders = sorted(file.parent for file in beside_package("courses").glob("*/course.toml"))
    for folder in folders:
        with lms.database.writing() as session:
            version, is_new = publishing.publish(session, lms.blobs, folder, now=_now())
            if is_new:
                told.append(f"Published {version.course.slug}, version {version.number}.")
    return told


def _first_people(lms: Lms) -> list[str]:
    with lms.database.writing() as session:
        institutes = [
            service.found(session, slug, names, now=_now()) for slug, names in INSTITUTES.items()
        ]
        for institute in institutes:
            credentials.new_key(session, lms.keys, institute, now=_now())
        accounts = [_account(session, person, institutes) for person in PEOPLE]
        _first_runs(session, institutes)
    told = ["First accounts. Their passwords are shown this once:"]
    return told + [f"  {role:<14} {email:<30} {password}" for role, email, password in accounts]


def _account(
    session: Session, first: FirstPerson, institutes: list[Institute]
) -> tuple[str, str, str]:
    password = secrets.token_urlsafe(12)
    person = service.sign_up(
        session,
        email=first.email,
        name=first.name,
        password=password,
        locale=first.locale,
        now=_now(),
    )
    everywhere = first.role is Role.ADMINISTRATOR
    for institute in institutes if everywhere else institutes[:1]:
        service.grant(session, institute, person, first.role, now=_now())
    return first.role.value, first.email, password


def _first_runs(session: Session, institutes: list[Institute]) -> None:
    """The first institute offers every course openly, the others by invitation."""
    for number, institute in enumerate(institutes):
        access = Access.INVITATION if number else Access.OPEN
        for version in catalogue.search(session, ""):
            learning.offer(session, institute, version, opens=_now(), access=access, now=_now())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the data folder's lock, so that two processes do not prepare it at once."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "prepare.lock").open("w")
    except OSError:
        raise FolderUnwritable(folder=str(folder)) from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _now() -> datetime:
    return datetime.now(UTC)
