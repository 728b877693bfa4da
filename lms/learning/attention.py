"""Who in a run needs help, and why; how far all its learners have come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lms.learning.rules import Step
from lms.learning.trail import DONE, SHORT, Tries, counts, trail

#: How long somebody may do nothing before they are missed.
QUIET = timedelta(days=7)
#: The days without work that the chart tells apart: up to one, up to six, up to thirteen, more.
SPANS = (1, 6, 13, None)

#: The heavier, the sooner to look: how many kinds of signs, steps overdue, days without work.
Weight = tuple[int, int, int]


@dataclass(frozen=True)
class Short:
    """A step that was tried ``attempts`` times and is not reached."""

    step: Step
    attempts: int


@dataclass(frozen=True)
class Needs:
    """Why somebody may need help. ``quiet`` counts days without work, 0 while they are few."""

    overdue: list[Step]
    short: list[Short]
    quiet: int


@dataclass(frozen=True)
class Bar:
    """How many learners are done, have tried and have not begun, and how many there are."""

    done: int
    tried: int
    total: int

    @property
    def rest(self) -> int:
        """How many have not begun."""
        return self.total - self.done - self.tried

    @property
    def shares(self) -> tuple[float, float]:
        """The shares of those who are done and of those who have tried."""
        return (self.done / self.total, self.tried / self.total) if self.total else (0.0, 0.0)


@dataclass(frozen=True)
class Span:
    """How many learners last worked between so many days ago; without ``upto``, or longer ago."""

    since: int
    upto: int | None
    learners: int
    share: float


def past(due: Iterable[datetime | None], now: datetime) -> list[int]:
    """The places of those steps whose date is past, when each is ``due`` then."""
    return [place for place, at in enumerate(due) if at is not None and at < now]


def weight(trail: str, past: Sequence[int], last: datetime, now: datetime) -> Weight | None:
    """How much says that the learner of ``trail``, who worked ``last`` then, may need help.

    The dates of the steps at the places ``past`` are past. None where nothing says so; whoever
    has done everything needs no help.
    """
    if trail.count(DONE) == len(trail):
        return None
    overdue, quiet = len(_overdue(trail, past)), _quiet(last, now)
    kinds = (overdue > 0) + (SHORT in trail) + (quiet > 0)
    return (kinds, overdue, quiet) if kinds else None


def needs(steps: Sequence[Step], tries: Tries, last: datetime, now: datetime) -> Needs:
    """The same in full: why the learner of these ``steps`` may need help."""
    letters = trail(steps, tries)
    return Needs(
        [steps[place] for place in _overdue(letters, past([step.due for step in steps], now))],
        [
            Short(step, tries[step.kind, step.slug])
            for step, letter in zip(steps, letters, strict=True)
            if letter == SHORT
        ],
        _quiet(last, now),
    )


def _overdue(trail: str, past: Sequence[int]) -> list[int]:
    return [place for place in past if trail[place] != DONE]


def _quiet(last: datetime, now: datetime) -> int:
    """The days without work, 0 while they are few."""
    quiet = now - last
    return quiet.days if quiet >= QUIET else 0


def bars(trails: Sequence[str]) -> list[Bar]:
    """For each step of a run how many of its learners have come to it."""
    return [Bar(done, tried, len(trails)) for done, tried in counts(trails)]


def spans(last: Iterable[datetime], now: datetime) -> list[Span]:
    """The learners who worked ``last`` then, counted by how many days ago that is."""
    days = [max((now - each).days, 0) for each in last]
    found, since = [], 0
    for upto in SPANS:
        here = sum(since <= each and (upto is None or each <= upto) for each in days)
        found.append(Span(since, upto, here, here / len(days) if days else 0.0))
        since = (upto or 0) + 1
    return found
