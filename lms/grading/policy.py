"""How marks become a score, a late score, and the best of several attempts."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import ceil
from typing import TypeVar

Attempt = TypeVar("Attempt")

_DAY = timedelta(days=1)
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class LatePolicy:
    """What late work loses: a share of its score for each day begun, down to a least share.

    Both are shares from 0 to 1; ValueError otherwise.
    """

    loss_per_day: float
    floor: float = 0.0

    def __post_init__(self) -> None:
        for share in (self.loss_per_day, self.floor):
            if not 0.0 <= share <= 1.0:
                raise ValueError(f"{share} is not a share from 0 to 1.")


#: For assignments that say nothing of lateness.
NO_LOSS = LatePolicy(loss_per_day=0.0, floor=1.0)


def kept_share(policy: LatePolicy, due: datetime | None, handed_in: datetime) -> float:
    """The share of its score that work handed in at ``handed_in`` keeps.

    A day begun counts as a day. Work without a due date is never late.
    """
    if due is None or handed_in <= due:
        return 1.0
    days = ceil((handed_in - due) / _DAY)
    return max(policy.floor, 1.0 - policy.loss_per_day * days)


@dataclass(frozen=True)
class Result:
    """What one attempt is worth: its score and share after lateness.

    ``score`` has two decimals. ``share`` is the part of ``max_score`` that counts, from 0
    to 1, and 1 where there were no points to be had; it is not rounded to two decimals, so
    that a threshold means what it says. ``waiting`` counts the cells that a person has still
    to mark: their points are in ``max_score`` but not in ``score`` yet.
    """

    score: float
    max_score: float
    share: float
    kept: float = 1.0
    waiting: int = 0

    @property
    def is_settled(self) -> bool:
        """Whether no cell waits for a person."""
        return self.waiting == 0


def result(points: Iterable[tuple[float | None, float]], *, kept: float = 1.0) -> Result:
    """The worth of an attempt from each cell's points, given (or None) and possible.

    ``kept`` is the share that lateness leaves.
    """
    listed = list(points)
    earned = kept * math.fsum(given for given, _ in listed if given is not None)
    possible = math.fsum(most for _, most in listed)
    # Nine decimals take away what binary fractions add: three tenths are 0.3 and no more.
    share = min(1.0, round(earned / possible, 9)) if possible > 0 else 1.0
    return Result(
        score=rounded(earned),
        max_score=possible,
        share=share,
        kept=kept,
        waiting=sum(given is None for given, _ in listed),
    )


def best(results: Sequence[tuple[Result, Attempt]]) -> tuple[Result, Attempt]:
    """The attempt that counts, with its result: the greatest share, the earliest of equals.

    Raises ValueError when there is no attempt.
    """
    return max(results, key=lambda one: one[0].share)


def rounded(points: float) -> float:
    """``points`` to two decimals, halves up, as people round by hand.

    It goes by the decimal digits that are shown: 2.675 becomes 2.68, though the binary
    number nearest to it lies below.
    """
    return float(Decimal(repr(points)).quantize(_HUNDREDTH, ROUND_HALF_UP))
