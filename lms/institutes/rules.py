"""Who may do what in an institute, what people are told, how sign-in slows a guesser down."""

from datetime import timedelta
from enum import StrEnum
from unicodedata import category
from unicodedata import name as unicode_name

#: Wrong passwords in a row before sign-in begins to slow down.
FREE_STRIKES = 5
#: The first pause, and the longest.
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)
#: Strikes are forgotten after this long without a new one.
STRIKES_KEPT = timedelta(hours=24)

SHORTEST_PASSWORD = 10

#: An account is deleted this long after its owner asked for it.
GRACE = timedelta(days=14)

#: A notice that was read goes after this long.
NOTICES_KEPT = timedelta(days=365)


#: Characters that no certificate can print: controls, surrogates and what is no character.
UNPRINTABLE = frozenset({"Cc", "Cs", "Cn"})


#: What stands between the letters of names: an Arabic tatweel too.
BETWEEN_LETTERS = frozenset(" -.'\u2019\u2010\u2011\u02bc\u02bb\u02bf\u02be\u0640")


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
    """What a notice tells of; pages know where each kind leads."""

    MARKS_CHANGED = "marks_changed"
    REVIEW_ANSWERED = "review_answered"
    DUE_DATE_CHANGED = "due_date_changed"
    HELP_ANSWERED = "help_answered"
    HELP_ENDORSED = "help_endorsed"
    HELP_MODERATED = "help_moderated"


def pause_after(strikes: int) -> timedelta:
    """How long sign-in stays shut after ``strikes`` wrong passwords in a row.

    Nothing before the fifth; from then on the pause doubles up to its longest.
    """
    if strikes < FREE_STRIKES:
        return timedelta(0)
    doublings: int = min(strikes - FREE_STRIKES, 10)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


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
