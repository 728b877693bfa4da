"""Who may do what in an institute, what people are told, how sign-in slows a guesser down."""

from datetime import timedelta
from enum import StrEnum
from unicodedata import category

#: Wrong passwords in a row before sign-in begins to slow down.
FREE_STRIKES = 5
#: The first pause, and the longest.
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)
#: Strikes are forgotten after this long without a new one.
STRIKES_KEPT = timedelta(hours=24)

SHORTEST_PASSWORD = 10

#: A notice that was read goes after this long.
NOTICES_KEPT = timedelta(days=365)


#: Characters that no certificate can print: controls, surrogates and what is no character.
UNPRINTABLE = frozenset({"Cc", "Cs", "Cn"})


class Role(StrEnum):
    """What a person is in an institute."""

    LEARNER = "learner"
    INSTRUCTOR = "instructor"
    REGISTRAR = "registrar"
    ADMINISTRATOR = "administrator"


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


def printable(name: str) -> str:
    """``name`` on one line, with single spaces and without what no certificate can print."""
    return "".join(c for c in " ".join(name.split()) if category(c) not in UNPRINTABLE)
