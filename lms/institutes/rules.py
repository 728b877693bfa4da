"""Who may do what in an institute, what people are told, how sign-in slows a guesser down."""

import re
from datetime import datetime, time, timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import NamedTuple
from unicodedata import category
from unicodedata import name as unicode_name

from lms.core.i18n import N_
from lms.core.zones import zone

#: Wrong passwords in a row before sign-in begins to slow down, for an account.
FREE_STRIKES = 5
#: The same for an address, which a whole school may share on its first day.
FREE_AT_ADDRESS = 50
#: The first pause, and the longest.
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)
#: Strikes are forgotten after this long without a new one.
STRIKES_KEPT = timedelta(hours=24)

#: Whoever does not come back for so long has to sign in again.
SIGN_IN_LASTS = timedelta(days=14)

#: Accounts that one network may ask for at once, as a school does on its first day, and how long
#: it takes until it may ask for one more.
SIGN_UPS_AT_ONCE = 60
SIGN_UP_EVERY = timedelta(minutes=1)

SHORTEST_PASSWORD = 10

#: An account is deleted this long after its owner asked for it.
GRACE = timedelta(days=14)

#: How long the link works that confirms a new e-mail address, and how long until the next may be
#: asked for.
ADDRESS_LINK_WORKS = timedelta(hours=1)
ADDRESS_PAUSE = timedelta(minutes=5)

#: A notice that was read goes after this long.
NOTICES_KEPT = timedelta(days=365)
#: When the mail of the day goes out, on the clocks of whoever gets it.
DIGEST_HOUR = time(7, 0)

#: Characters that no certificate can print: controls, surrogates and what is no character.
UNPRINTABLE = frozenset({"Cc", "Cs", "Cn"})


#: What stands between the letters of names: an Arabic tatweel too.
BETWEEN_LETTERS = frozenset(" -.'\u2019\u2010\u2011\u02bc\u02bb\u02bf\u02be\u0640")


#: What an e-mail address looks like; whether it is one, only a letter shows.
ADDRESS = re.compile(r"\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*")


class Role(StrEnum):
    """What a person is in an institute."""

    LEARNER = "learner"
    INSTRUCTOR = "instructor"
    REGISTRAR = "registrar"
    ADMINISTRATOR = "administrator"


class Theme(StrEnum):
    """Light or dark pages, whatever the device prefers."""

    LIGHT = "light"
    DARK = "dark"


class TextSize(StrEnum):
    """Text larger than that of the device."""

    LARGER = "larger"
    LARGEST = "largest"


class Script(StrEnum):
    """A script in which a name may stand on certificates."""

    LATIN = "latin"
    ARABIC = "arabic"


class News(StrEnum):
    """What a notice tells of. A new kind needs a line here and nothing else.

    ``words`` name the kind where people choose what they are told. ``path`` is the address of
    what a notice leads to: ``{about}`` is the public identifier of its subject, ``{part}`` what
    of the subject it is about.
    """

    words: str
    path: str

    def __new__(cls, value: str, words: str = "", path: str = "") -> "News":
        """A member whose value is stored and whose words and path are not.

        That they have defaults is for looking a member up by its value.
        """
        member = str.__new__(cls, value)
        member._value_, member.words, member.path = value, words, path
        return member

    MARKS_READY = "marks_ready", N_("My work has been marked"), "/submissions/{about}"
    MARKS_CHANGED = "marks_changed", N_("My marks have changed"), "/submissions/{about}"
    REVIEW_ANSWERED = (
        "review_answered",
        N_("Somebody has answered my request for review"),
        "/submissions/{about}",
    )
    DONE_TIME_DECIDED = (
        "done_time_decided",
        N_("Somebody has decided from when work that I did without a link counts"),
        "/submissions/{about}",
    )
    DUE_SOON = (
        "due_soon",
        N_("Work that I have not handed in is due within two days"),
        "/learn/{about}/assignments/{part}",
    )
    DUE_DATE_CHANGED = "due_date_changed", N_("My due date has changed"), "/learn/{about}"
    HELP_ANSWERED = (
        "help_answered",
        N_("Somebody has answered in a question that I follow"),
        "/help/threads/{about}",
    )
    HELP_ENDORSED = "help_endorsed", N_("Somebody has endorsed my answer"), "/help/threads/{about}"
    HELP_MODERATED = (
        "help_moderated",
        N_("Something that I wrote has been moderated"),
        "/help/threads/{about}",
    )
    HELP_REPORT_DECIDED = (
        "help_report_decided",
        N_("Somebody has decided about a post that I reported"),
        "/help/threads/{about}",
    )
    RUN_OPENS = "run_opens", N_("A course that I am enrolled in opens"), "/learn/{about}"
    ANNOUNCEMENT = (
        "announcement",
        N_("An announcement in one of my courses"),
        "/announcements/{about}",
    )
    CREDENTIAL_EARNED = (
        "credential_earned",
        N_("I have earned a credential"),
        "/credentials/{about}",
    )


class Reach(NamedTuple):
    """Where a person is told of a kind of news: in the product, by mail, in both or nowhere."""

    shown: bool = True
    mailed: bool = True


def next_digest(now: datetime, time_zone: str) -> datetime:
    """The first moment after ``now`` at which mail goes out to people of ``time_zone``."""
    local = zone(time_zone)
    here = now.astimezone(local)
    today = datetime.combine(here.date(), DIGEST_HOUR, local)
    if today > here:
        return today
    return datetime.combine(here.date() + timedelta(days=1), DIGEST_HOUR, local)


def pause_after(strikes: int, free: int = FREE_STRIKES) -> timedelta:
    """How long sign-in stays shut after ``strikes`` wrong passwords in a row.

    Nothing for fewer than are ``free``; from then on the pause doubles up to its longest.
    """
    if strikes < free:
        return timedelta(0)
    doublings: int = min(strikes - free, 10)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def sign_ups_left(count: int, since: datetime, now: datetime) -> tuple[int, datetime]:
    """How many of ``count`` sign-ups, of which one is forgotten at a time, still count, since when.

    ``since`` is the moment from which the next one is being forgotten.
    """
    forgotten = max(0, (now - since) // SIGN_UP_EVERY)
    if forgotten >= count:
        return 0, now
    return count - forgotten, since + forgotten * SIGN_UP_EVERY


def network(address: str) -> str:
    """What counts as one address: of IPv6 the network (/64), of which one machine has all."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Network((found, 64), strict=False))


def is_written_in(script: Script, name: str) -> bool:
    """Whether every letter of ``name`` is of ``script``, and there is at least one.

    Between letters there may be marks, spaces, hyphens, full stops and apostrophes. Digits,
    other signs, and characters that change the direction of text are of no name.
    """
    marks = [c for c in name if category(c).startswith("M")]
    letters = [c for c in name if c not in BETWEEN_LETTERS and c not in marks]
    return (
        len(letters) > 0
        # Two marks a letter is what fully written Arabic needs; more only pile up.
        and len(marks) <= 2 * len(letters)
        and all(category(c).startswith("L") for c in letters)
        and all(unicode_name(c, "").startswith(script.value.upper() + " ") for c in letters)
    )


def printable(name: str) -> str:
    """``name`` on one line, with single spaces and without what no certificate can print."""
    return "".join(c for c in " ".join(name.split()) if category(c) not in UNPRINTABLE)
