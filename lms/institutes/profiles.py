"""How people are called, and how their pages look to them."""

from datetime import datetime

from sqlalchemy.orm import Session

from lms.core import journal, zones
from lms.core.errors import Refused
from lms.core.i18n import N_
from lms.institutes.models import Person
from lms.institutes.rules import Script, TextSize, Theme, is_written_in, printable


class NameMissing(Refused):
    """Nothing in the name can be printed."""

    message = N_("Enter your name as it shall stand on certificates.")


class OtherScript(Refused):
    """A name for certificates has letters of another script, or signs that are of no name."""

    message = N_("Write this name in its own script, without digits or other signs.")


class NoSuchZone(Refused):
    """The time zone is none that the product knows."""

    message = N_("Choose one of the time zones of the list.")


def describe(
    session: Session,
    person: Person,
    *,
    name: str,
    locale: str,
    latin_name: str = "",
    arabic_name: str = "",
    time_zone: str = "",
    now: datetime,
) -> None:
    """Change how a person is called, which language they read and whose clock they go by.

    What is empty is not chosen. Credentials issued before keep the names they were signed with.
    Raises NameMissing, OtherScript, or NoSuchZone.
    """
    if time_zone and not zones.exists(time_zone):
        raise NoSuchZone
    person.name, person.locale = called(name), locale
    person.latin_name = _in_script(Script.LATIN, latin_name)
    person.arabic_name = _in_script(Script.ARABIC, arabic_name)
    person.time_zone = time_zone or None
    journal.note(session, "person.described", person, at=now, by=person)


def read_in(person: Person, locale: str) -> None:
    """Choose the language of pages and letters for ``person``, on whatever device."""
    person.locale = locale


def dress(person: Person, theme: Theme | None, text_size: TextSize | None) -> None:
    """Choose how pages look to ``person``; None leaves it to their device."""
    person.theme, person.text_size = theme, text_size


def called(name: str) -> str:
    """``name``, tidied. Raises NameMissing: what cannot be printed could not be signed either."""
    if not (tidy := printable(name)):
        raise NameMissing
    return tidy


def certificate_names(person: Person) -> tuple[str, ...]:
    """The names that stand on a certificate, that in the script of the person's language first.

    Where none is given in Latin script, the name by which the person goes stands for it, if it
    is written so.
    """
    is_latin = is_written_in(Script.LATIN, person.name)
    names = [person.latin_name or (person.name if is_latin else None), person.arabic_name]
    if person.locale == "ar":
        names.reverse()
    return tuple(name for name in names if name) or (person.name,)


def _in_script(script: Script, name: str) -> str | None:
    if not (tidy := printable(name)):
        return None
    if not is_written_in(script, tidy):
        raise OtherScript
    return tidy
