"""Which of a learner's attempts counts, as an author says it."""

from enum import StrEnum


class Counts(StrEnum):
    """The attempt whose score becomes the grade."""

    BEST = "best"
    LAST = "last"
    FIRST = "first"
