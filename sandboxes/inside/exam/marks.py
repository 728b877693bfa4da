"""Tells cheaply whether an array or a table is as it was, without packing it again.

A mark is equal as long as the content is; None where that cannot be told of this content.
"""

# mypy: disable-error-code="import-not-found, import-untyped, unused-ignore"

import hashlib
import sys
from collections.abc import Hashable
from typing import Any

# Texts, and the numbers that stand for missing ones: none of them can change.
_PLAIN = frozenset({str, float, type(None)})


class _Members:
    """Which objects an array holds. It holds them too, so that none comes to lie where one was."""

    __slots__ = ("_addresses", "_held")

    def __init__(self, values: Any, members: list[Any]) -> None:
        self._addresses, self._held = values.tobytes(), members

    def __eq__(self, other: object) -> bool:
        return type(other) is _Members and self._addresses == other._addresses

    def __hash__(self) -> int:
        return hash(self._addresses)


def array(values: Any) -> Hashable | None:
    """The mark of one of numpy's arrays, or of what pandas keeps texts in."""
    numpy = sys.modules["numpy"]
    is_plain = False
    if type(values) is not numpy.ndarray:
        # What pandas keeps as texts has nothing else in it, but what stands for a missing one.
        is_plain = getattr(values.dtype, "type", None) is str
        values = getattr(values, "_ndarray", None)
        if type(values) is not numpy.ndarray:
            return None
    shape, flags = values.shape, values.flags
    order = flags.f_contiguous and not flags.c_contiguous
    if values.dtype.kind != "O":
        content = values.tobytes(order="F" if order else "C")
        return values.dtype.str, shape, order, hashlib.blake2b(content, digest_size=16).digest()
    members = values.ravel().tolist()
    if not is_plain and not _PLAIN.issuperset(map(type, members)):
        return None
    return "O", shape, order, _Members(values, members)


def index(told: Any) -> Hashable | None:
    """The mark of what rows or columns are called."""
    pandas = sys.modules["pandas"]
    if type(told.name) not in (str, type(None)):
        return None
    if type(told) is pandas.RangeIndex:
        return told.start, told.stop, told.step, told.name
    if type(told) is not pandas.Index:
        return None
    found = array(told._values)
    return None if found is None else (told.dtype, told.name, found)


def table(told: Any) -> Hashable | None:
    """The mark of a table or of one of its columns."""
    marks: list[Hashable | None] = [index(axis) for axis in told.axes]
    marks += [_block(block) for block in told._mgr.blocks]
    if None in marks:
        return None
    # To ask a table for what only a column has takes longer than all else here.
    name = told._name if told.ndim == 1 else None
    return (*marks, name) if type(name) in (str, type(None)) else None


def _block(block: Any) -> Hashable | None:
    found = array(block.values)
    if found is None:
        return None
    return block.values.dtype, block.mgr_locs.as_array.tobytes(), found
