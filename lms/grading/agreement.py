"""How what people judged becomes the points of a cell: one marker, or two who must agree."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
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
    """What one person judged one cell to be worth.

    ``points`` None leaves those that it has, ``extra`` None the extra credit.
    """

    @property
    def kind(self) -> Kind: ...

    @property
    def marker_id(self) -> int: ...

    @property
    def points(self) -> float | None: ...

    @property
    def max_score(self) -> float: ...

    @property
    def extra(self) -> float | None: ...

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
    ``extra`` is the extra credit, None where nobody has settled any.
    """

    points: float | None
    behind: tuple[Judged, ...] = ()
    differ: bool = False
    extra: float | None = None


def standing(judgements: Sequence[Judged], tolerance: float | None, most: float) -> Standing:
    """What ``judgements`` of a cell worth ``most``, the earliest first, come to.

    The last final word counts. Without one, two markers who differ by at most
    ``tolerance`` settle it at their mean; None demands no second marker. Extra credit goes
    the same way, and each of the two may be settled apart. Judgements from when the cell was
    worth other points count no more; extra credit once settled does, as it is beside them.
    """
    final = [each for each in judgements if is_final(each)]
    fitting = [each for each in final if each.points is not None and each.max_score == most]
    last = fitting[-1] if fitting else None
    generous = next((each for each in reversed(final) if each.extra is not None), None)
    found = _of_two(judgements, tolerance, most)
    if last is not None:
        found = Standing(last.points, (last,), extra=found.extra)
    if generous is None:
        return found
    behind = found.behind
    if generous.extra and all(each is not generous for each in behind):
        behind = (*behind, generous)
    return replace(found, behind=behind, extra=generous.extra)


def _of_two(judgements: Sequence[Judged], tolerance: float | None, most: float) -> Standing:
    heard = tuple(
        latest_of_each(each for each in judgements if not is_final(each) and each.max_score == most)
    )
    points = [each.points or 0.0 for each in heard[:2]]
    extra = [each.extra or 0.0 for each in heard[:2]]
    if len(heard) > 1:
        apart = max(abs(one - other) for one, other in (points, extra))
        if apart > (tolerance or 0.0) + _NOTHING:
            return Standing(None, heard, differ=True)
        return Standing(sum(points) / 2, heard, extra=sum(extra) / 2)
    if heard and tolerance is None:
        return Standing(points[0], heard, extra=extra[0])
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
