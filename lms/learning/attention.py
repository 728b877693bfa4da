"""Who in a run needs help, and why; how far all its learners have come."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lms.learning.rules import Kind, Step

#: How long somebody may do nothing before they are missed.
QUIET = timedelta(days=7)
#: So many attempts that fell short are a sign.
MANY = 2
#: The days without work that the chart tells apart: up to one, up to six, up to thirteen, more.
SPANS = (1, 6, 13, None)

#: How often a learner tried a step, by what it is.
Tries = Mapping[tuple[Kind, str], int]


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

    @property
    def weight(self) -> tuple[int, int, int]:
        """The heavier, the sooner to look: how many kinds of signs, steps overdue, days."""
        kinds = sum(map(bool, (self.overdue, self.short, self.quiet)))
        return kinds, len(self.overdue), self.quiet


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


def needs(steps: Sequence[Step], tries: Tries, last: datetime, now: datetime) -> Needs | None:
    """Why the learner of these ``steps``, who worked ``last`` then, may need help, or None.

    Whoever has done everything needs none.
    """
    left = [step for step in steps if not step.done]
    if not left:
        return None
    tried = [Short(step, tries.get((step.kind, step.slug), 0)) for step in left]
    quiet = now - last
    found = Needs(
        [step for step in left if step.due is not None and step.due < now],
        [each for each in tried if each.attempts >= MANY and each.step.share is not None],
        quiet.days if quiet >= QUIET else 0,
    )
    return found if any((found.overdue, found.short, found.quiet)) else None


def bars(learners: Sequence[Sequence[Step]]) -> list[tuple[Step, Bar]]:
    """Each step of a run with how many of its learners have come to it."""
    return [
        (
            of_all[0],
            Bar(
                sum(step.done for step in of_all),
                sum(not step.done and step.share is not None for step in of_all),
                len(of_all),
            ),
        )
        for of_all in zip(*learners, strict=True)
    ]


def spans(last: Iterable[datetime], now: datetime) -> list[Span]:
    """The learners who worked ``last`` then, counted by how many days ago that is."""
    days = [max((now - each).days, 0) for each in last]
    found, since = [], 0
    for upto in SPANS:
        here = sum(since <= each and (upto is None or each <= upto) for each in days)
        found.append(Span(since, upto, here, here / len(days) if days else 0.0))
        since = (upto or 0) + 1
    return found
