"""How what people judged becomes the points of a cell: one marker, or two who must agree."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypedDict

#: Differences below this come from binary fractions, not from people.
_NOTHING = 1e-9


class Kind(StrEnum):
    """In which part somebody judged a cell.

    ``given``: as its only marker. ``independent``: as one of two who do not see each
    other's points. ``reconciled``: with both before their eyes. ``reviewed``: when the
    points of the cell were looked at again. All but ``independent`` are final words.
    """

    GIVEN = "given"
    INDEPENDENT = "independent"
    RECONCILED = "reconciled"
    REVIEWED = "reviewed"


class ChosenItem(TypedDict):
    """A rubric item as it read when a marker chose it."""

    label: str
    points: float


class Judged(Protocol):
    """What one person judged one cell to be worth."""

    @property
    def kind(self) -> Kind: ...

    @property
    def marker_id(self) -> int: ...

    @property
    def points(self) -> float: ...

    @property
    def items(self) -> Sequence[ChosenItem]: ...

    @property
    def comment(self) -> str: ...

    @property
    def given(self) -> datetime: ...


@dataclass(frozen=True)
class Standing:
    """What a cell's judgements come to: its points, None while it waits, and what they rest on.

    ``differ`` says that two markers did not agree, so that it waits for a third look.
    """

    points: float | None
    behind: tuple[Judged, ...] = ()
    differ: bool = False


def standing(judgements: Sequence[Judged], tolerance: float | None) -> Standing:
    """What ``judgements``, the earliest first, come to.

    The last final word counts. Without one, two markers who differ by at most
    ``tolerance`` settle it at their mean; None demands no second marker.
    """
    final = next((each for each in reversed(judgements) if is_final(each)), None)
    if final is not None:
        return Standing(final.points, (final,))
    heard = tuple(latest_of_each(judgements))
    if len(heard) > 1:
        low, high = sorted(each.points for each in heard[:2])
        if high - low > (tolerance or 0.0) + _NOTHING:
            return Standing(None, heard, differ=True)
        return Standing((low + high) / 2, heard)
    if heard and tolerance is None:
        return Standing(heard[0].points, heard)
    return Standing(None)


def is_final(judgement: Judged) -> bool:
    """Whether it counts whatever others judged before."""
    return judgement.kind is not Kind.INDEPENDENT


def latest_of_each(judgements: Iterable[Judged]) -> Collection[Judged]:
    """The last judgement of each marker, in the order in which they first judged."""
    return {each.marker_id: each for each in judgements}.values()


def summed(points: Iterable[float], most: float) -> float:
    """The points of chosen rubric items together, within 0 and what the cell is worth."""
    return min(most, max(0.0, round(sum(points), 9)))
