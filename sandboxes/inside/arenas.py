"""Python's objects side by side: few large pages hold them, and few are written to by a fork.

Python takes its memory in arenas of one megabyte, each where the host finds room, with libraries
in between; no large page fits into that. Arenas that are all taken before anything is loaded lie
in one piece. Later, whatever is new is put into gaps wherever there are some; once all are filled
it comes to lie in one place. Source: the comments in CPython's Objects/obmalloc.c.
"""

from collections.abc import Iterator

from . import linux

_ARENA, _POOL = 1 << 20, 1 << 14
# Arenas hold what is not larger than this, each size, in steps, in pools of its own.
_LARGEST, _STEP = 512, 16
# An object of bytes has so many itself, before what it holds.
_OF_BYTES = 33
# Larger ones come from the C library, here from the largest down: what is left of a gap is soon
# too small for any.
_LARGER = (1 << 16, 1 << 14, 1 << 13, 1 << 12, *range(1 << 11, _LARGEST, -128))
_MOST_FILLED = 1 << 21


def taken(size: int) -> list[bytes]:
    """Take so many bytes of arenas; those in which nothing else lies go when the result goes."""
    # The list comes first: one that grows would move, and leave holes between arenas.
    blocks = [b""] * (size // _LARGEST)
    for place in range(len(blocks)):
        blocks[place] = bytes(_LARGEST - _OF_BYTES)
    # One in each keeps it. With as many in each none is preferred, and they fill up in order.
    first = min(map(id, blocks))
    return list({(id(block) - first) // _ARENA: block for block in blocks}.values())


def filled() -> list[object]:
    """Fill the gaps between objects, for as long as the result is kept.

    What writes into a gap copies its page, and divides the large page around it for all that are
    forked from then on.
    """
    held: list[object] = []
    end = linux.trimmed_heap()
    for size in _LARGER:
        for block in _new(size):
            held.append(block)
            if id(block) > end - size:
                break
    # Pools that are free as a whole, until they come from an arena that has nothing else.
    in_a_row, last = 0, 0
    for block in _new(_LARGEST):
        held.append(block)
        in_a_row = in_a_row + 1 if 0 < id(block) - last <= 2 * _LARGEST else 0
        last = id(block)
        if in_a_row * _LARGEST > _ARENA // 2:
            break
    # And pools that have some place left, until one has little else.
    for size in range(_STEP, _LARGEST, _STEP):
        count, pool = 0, 0
        for block in _new(size):
            held.append(block)
            count = count + 1 if id(block) // _POOL == pool else 1
            pool = id(block) // _POOL
            if count * size > _POOL // 2:
                break
    return held


def _new(size: int) -> Iterator[object]:
    """Objects of that size; as many as may be missing at the very most."""
    for _ in range(_MOST_FILLED // size):
        if size == _STEP:
            yield object()
        elif size == 2 * _STEP:
            yield float(size)
        else:
            yield bytes(size - _OF_BYTES)
