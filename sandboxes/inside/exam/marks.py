"""Tells cheaply whether an array or a table is as it was, without packing it again.

A mark is equal as long as the content is; None where that cannot be told of this content.
"""

# mypy: disable-error-code="import-not-found, import-untyped, unused-ignore"

import hashlib
import marshal
import sys
from collections.abc import Hashable
from typing import Any

from .ledger import BY_VALUE

# Texts, and the numbers that stand for missing ones: each has a text of its own.
_PLAIN = frozenset({str, float, type(None)})


def array(values: Any) -> Hashable | None:
    """The mark of one of numpy's arrays, or of what pandas keeps texts in."""
    numpy = sys.modules["numpy"]
    if type(values) is not numpy.ndarray:
        values = getattr(values, "_ndarray", None)
        if type(values) is not numpy.ndarray:
            return None
    shape, flags = values.shape, values.flags
    order = flags.f_contiguous and not flags.c_contiguous
    if values.dtype.kind != "O":
        content = values.tobytes(order="F" if order else "C")
        return values.dtype.str, shape, order, _digest(content)
    members = values.ravel().tolist()
    if not _PLAIN.issuperset(map(type, members)):
        return None
    return "O", shape, order, _digest(marshal.dumps(members, BY_VALUE))


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16).digest()


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
    return None if found is None else (str(told.dtype), told.name, found)


def table(told: Any) -> Hashable | None:
    """The mark of a table or of one of its columns."""
    marks: list[Hashable | None] = [index(axis) for axis in told.axes]
    marks += [_block(block) for block in told._mgr.blocks]
    if None in marks:
        return None
    name = getattr(told, "_name", None)
    return (*marks, name) if type(name) in (str, type(None)) else None


def _block(block: Any) -> Hashable | None:
    found = array(block.values)
    if found is None:
        return None
    return str(block.values.dtype), block.mgr_locs.as_array.tobytes(), found
