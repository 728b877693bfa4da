"""Where the modules and steps of a course lie on its map: a winding way, drawn from above."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, pairwise

#: Units of the drawing. It is as wide as the narrowest telephone leaves room for, so that
#: there a unit is a pixel and words on it can be read.
WIDTH = 280
_HEAD, _STEP, _END = 72, 68, 88

#: How far from its edge the way runs, place by place: it swings out and back.
_SWING = (30, 44, 52, 44, 30, 22)
#: Where words begin, measured from the same edge.
_WORDS = 84


@dataclass(frozen=True)
class Spot:
    """A place on the map: its middle, the top and height of its row, and the way that leads to it.

    ``words`` is where the left edge of its words is, ``room`` how wide they may be.
    """

    x: float
    y: float
    top: float
    height: float
    words: float
    room: float
    way: str


@dataclass(frozen=True)
class Layout:
    """The spots of a map: for each module its own and those of its steps, and that of the end."""

    height: float
    modules: list[tuple[Spot, list[Spot]]]
    end: Spot


def lay_out(steps: Sequence[int], *, mirrored: bool) -> Layout:
    """The map of a course whose modules have so many ``steps``; mirrored from right to left."""
    heights = [h for number in steps for h in (_HEAD, *[_STEP] * number)] + [_END]
    tops = [sum(heights[:place]) for place in range(len(heights))]
    middles = [
        (float(_mirror(_SWING[place % len(_SWING)], mirrored)), top + height / 2)
        for place, top, height in zip(count(), tops, heights, strict=False)
    ]
    ways = ["", *[_way(*pair) for pair in pairwise(middles)]]
    room = WIDTH - _WORDS
    words = 0 if mirrored else _WORDS
    spots = iter(
        [
            Spot(x, y, top, height, words, room, way)
            for (x, y), top, height, way in zip(middles, tops, heights, ways, strict=True)
        ]
    )
    modules = [(next(spots), [next(spots) for _ in range(number)]) for number in steps]
    return Layout(sum(heights), modules, next(spots))


def _mirror(x: int, mirrored: bool) -> int:
    return WIDTH - x if mirrored else x


def _way(start: tuple[float, float], end: tuple[float, float]) -> str:
    """A curve that leaves and arrives straight down, as the value of ``d``."""
    (x, y), (to_x, to_y) = start, end
    half = (y + to_y) / 2
    return f"M{x:g} {y:g}C{x:g} {half:g} {to_x:g} {half:g} {to_x:g} {to_y:g}"
