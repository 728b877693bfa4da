"""How marks become a score, a late score, and which of several attempts counts."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import ceil
from typing import Protocol

from lms.catalogue.attempts import Counts

_DAY = timedelta(days=1)
_HUNDREDTH = Decimal("0.01")
_MOST_WITHOUT_POINTS = 100.0


@dataclass(frozen=True)
class LatePolicy:
    """What late work loses: a share of its score for each day begun, down to a least share.

    Both are shares from 0 to 1; ValueError otherwise. Work handed in within ``grace`` of
    its due date is not late, ``grace`` being no negative time; ValueError otherwise.
    """

    loss_per_day: float
    floor: float = 0.0
    grace: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        if self.grace < timedelta(0):
            raise ValueError(f"{self.grace} is no time of grace.")
        for share in (self.loss_per_day, self.floor):
            if not 0.0 <= share <= 1.0:
                raise ValueError(f"{share} is not a share from 0 to 1.")


#: For assignments that say nothing of lateness.
NO_LOSS = LatePolicy(loss_per_day=0.0, floor=1.0)


def kept_share(policy: LatePolicy, due: datetime | None, handed_in: datetime) -> float:
    """The share of its score that work handed in at ``handed_in`` keeps.

    A day begun counts as a day. Days count from the due date, also for work that comes
    after a grace: it spares those who come a little late and moves no date.
    """
    if due is None or not is_late(policy, due, handed_in):
        return 1.0
    days = ceil((handed_in - due) / _DAY)
    return max(policy.floor, 1.0 - policy.loss_per_day * days)


def is_late(policy: LatePolicy, due: datetime | None, handed_in: datetime) -> bool:
    """Whether work came after its due date and the grace that follows it.

    Work without a due date is never late.
    """
    return due is not None and handed_in > due + policy.grace


class Given(Protocol):
    """The points of one cell: a mark, fresh from marking or stored."""

    @property
    def score(self) -> float | None:
        """The points given, or None while a person has still to give them."""

    @property
    def max_score(self) -> float:
        """The points there were to be had."""

    @property
    def extra(self) -> float:
        """The extra credit that people gave beside them."""


@dataclass(frozen=True)
class Score:
    """What one attempt is worth: its points after lateness.

    ``points`` has two decimals. ``share`` is the part of ``possible`` that counts, from 0 to
    1, and 1 where there were no points to be had; it is not rounded to two decimals, so that
    a threshold means what it says. ``waiting`` counts the cells that a person has still to
    mark: their points are in ``possible`` but not in ``points`` yet. ``extra`` is the part of
    ``points`` that is extra credit.
    """

    points: float
    possible: float
    share: float
    kept: float = 1.0
    waiting: int = 0
    extra: float = 0.0

    @property
    def is_settled(self) -> bool:
        """Whether no cell waits for a person."""
        return self.waiting == 0


def score(marks: Iterable[Given], *, kept: float = 1.0) -> Score:
    """The score of an attempt with ``marks``, of which lateness leaves the share ``kept``.

    Extra credit counts like other points, and lateness takes its part of it, too.
    """
    marks = tuple(marks)
    listed = [(mark.score, mark.max_score) for mark in marks]
    extra = kept * math.fsum(mark.extra for mark in marks)
    earned = kept * math.fsum(given for given, _ in listed if given is not None) + extra
    possible = math.fsum(most for _, most in listed)
    return Score(
        points=rounded(earned),
        possible=possible,
        share=share(earned, possible),
        kept=kept,
        waiting=sum(given is None for given, _ in listed),
        extra=rounded(extra),
    )


def share(earned: float, possible: float) -> float:
    """The part of ``possible`` that counts of what was ``earned``, as `Score` has it."""
    # Nine decimals take away what binary fractions add: three tenths are 0.3 and no more.
    return min(1.0, round(earned / possible, 9)) if possible > 0 else 1.0


def most_extra(possible: float) -> float:
    """The most extra credit that a cell of an attempt at ``possible`` points can get.

    It is as much as all cells together, so that a slip of the hand is caught and generosity
    is not. Where nothing is to be had but bonuses, there has to be a number.
    """
    return possible or _MOST_WITHOUT_POINTS


def counting(shares: Sequence[float], counts: Counts) -> int | None:
    """The place of the attempt that counts, by what each is worth, in the order of attempts.

    Of equally good ones the earliest is the best. None when there is no attempt.
    """
    if not shares:
        return None
    if counts is Counts.FIRST:
        return 0
    if counts is Counts.LAST:
        return len(shares) - 1
    return max(range(len(shares)), key=shares.__getitem__)


def rounded(points: float) -> float:
    """``points`` to two decimals, halves up, as people round by hand.

    It goes by the decimal digits that are shown: 2.675 becomes 2.68, though the binary
    number nearest to it lies below.
    """
    return float(Decimal(repr(points)).quantize(_HUNDREDTH, ROUND_HALF_UP))
