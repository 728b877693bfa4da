"""Arrays and tables in the codec: numpy's and pandas' own types, as bytes with their shape.

Those of Arrow are in `arrow`.

The libraries are the sandbox's, not ours; they are looked at only once they are loaded.
"""

# mypy: disable-error-code="import-not-found, import-untyped, unused-ignore, no-any-return"

import math
import sys
from functools import partial
from typing import Any

from . import arrow, drawing, marks
from .channel import BrokenMessage
from .codec import (
    ADDING,
    BODIES,
    BODY_OF,
    LATE,
    UNPACKERS,
    Body,
    Node,
    Packing,
    Unfit,
    Unpacking,
    bytes_in,
    changing,
    text_node,
    text_of,
    value,
)

_KINDS = "biufcmMSU"
_MOST_DIMENSIONS = 32
_registered: set[str] = set()


def load() -> None:
    """Let the types of those libraries cross that are loaded by now; takes no time again."""
    if "numpy" not in _registered and "numpy" in sys.modules:
        _registered.add("numpy")
        _register_numpy(sys.modules["numpy"])
        drawing.register_numpy(sys.modules["numpy"])
    if "pandas" not in _registered and hasattr(sys.modules.get("pandas"), "DataFrame"):
        _registered.add("pandas")
        _Pandas(sys.modules["pandas"]).register()
    if "pyarrow" not in _registered and hasattr(sys.modules.get("pyarrow"), "Table"):
        _registered.add("pyarrow")
        arrow.register(sys.modules["pyarrow"])


def _load_for(tag: str) -> bool:
    """Load the library that a tag belongs to, when the other side has it and we do not yet."""
    library = next((name for name, tags in _TAGS.items() if tag in tags), None)
    if library is None:
        return False
    try:
        __import__(library)
    except ImportError:
        return False
    load()
    return tag in BODY_OF or tag in UNPACKERS


LATE.append(_load_for)
ADDING.append(load)

_TAGS = {
    "numpy": frozenset("a as ty Rg Rs".split()),
    "pandas": frozenset("se df ix ri mi ts tl nat na pe iv co".split()),
    "pyarrow": arrow.TAGS,
}


def _register_numpy(numpy: Any) -> None:
    def pack(array: Any, packing: Packing) -> list[Node]:
        order = "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"
        if array.dtype.kind == "O":
            return ["O", order, list(array.shape), [packing.pack(one) for one in array.flat]]
        told = text_of(array.tobytes(order="F" if order == "F" else "C"))
        return [_dtype_told(array.dtype), order, list(array.shape), told]

    def made(parts: list[Node], unpacking: Unpacking) -> Any:
        told, order, shape, content = parts
        size = _size(shape)
        if told == "O":
            if not isinstance(content, list) or len(content) != size:
                raise BrokenMessage("an array of another size")
            return numpy.empty(tuple(shape), dtype=object)
        dtype = _dtype(told, numpy)
        found = bytes_in(content)
        if len(found) != size * dtype.itemsize:
            raise BrokenMessage("an array of another size")
        flat = numpy.frombuffer(bytearray(found), dtype=dtype) if size else numpy.empty(0, dtype)
        array = flat.reshape(tuple(shape), order="F" if order == "F" else "C")
        return _sound(array, numpy)

    def fill(array: Any, parts: list[Node], unpacking: Unpacking) -> None:
        fresh = made(parts, unpacking)
        if parts[0] == "O":
            for place, node in zip(numpy.ndindex(fresh.shape), parts[3], strict=True):
                fresh[place] = unpacking.unpack(node)
        if fresh.dtype != array.dtype:
            raise BrokenMessage("an array that became one of another type")
        if fresh.size != array.size:  # Others may look into its memory, which must stay.
            raise BrokenMessage("an array that became one of another size")
        if fresh.shape != array.shape:
            array.shape = fresh.shape
        if array.flags.writeable:
            array[...] = fresh

    def checked_make(parts: list[Node], unpacking: Unpacking) -> Any:
        return _checked(made, parts, unpacking)

    def checked_fill(array: Any, parts: list[Node], unpacking: Unpacking) -> None:
        _checked(fill, array, parts, unpacking)

    changing(
        numpy.ndarray,
        Body(
            *("a", pack, checked_make, checked_fill),
            mark=marks.array,
            is_whole=lambda parts: parts[0] != "O",
        ),
    )

    def scalar(parts: list[Node], _: Unpacking) -> Any:
        dtype = _dtype(parts[0], numpy)
        content = bytes_in(parts[1])
        if len(content) != dtype.itemsize:
            raise BrokenMessage("a number of another size")
        return _sound(numpy.frombuffer(content, dtype=dtype).copy(), numpy)[0]

    for name in numpy.sctypeDict.values():
        if issubclass(name, numpy.generic) and name not in (numpy.object_, numpy.void):
            value(name, "as", lambda x, _: [_dtype_told(x.dtype), text_of(x.tobytes())], scalar)
    value(
        type(numpy.dtype("f8")).__mro__[1],
        "ty",
        lambda d, _: [_dtype_told(d)],
        lambda parts, _: _dtype(parts[0], numpy),
    )
    for kind in {type(numpy.dtype(name)) for name in numpy.sctypeDict.values()}:
        value(
            kind,
            "ty",
            lambda d, _: ["O" if d.kind == "O" else _dtype_told(d)],
            lambda parts, _: numpy.dtype("O") if parts[0] == "O" else _dtype(parts[0], numpy),
        )


_TEXTS = frozenset({str, type(None)})


def _texts_told(texts: list[Any]) -> list[Node]:
    if _TEXTS.issuperset(map(type, texts)):
        try:
            "".join(filter(None, texts)).encode()
        except UnicodeEncodeError:
            pass  # One of them is no text in JSON.
        else:
            return texts
    return [None if text is None else text_node(str(text)) for text in texts]


def _texts_read(nodes: list[Node], missing: Any, unpacking: Unpacking) -> list[Any]:
    if not isinstance(nodes, list):
        raise BrokenMessage("texts that are none")
    if set(map(type, nodes)) == {str}:
        return nodes
    return [_text_read(node, missing, unpacking) for node in nodes]


def _text_read(node: Node, missing: Any, unpacking: Unpacking) -> Any:
    if type(node) is str:  # JSON, and so no subclass.
        return node
    if node is None:
        return missing
    if not isinstance(node, list) or len(node) != 2 or node[0] != "u":
        raise BrokenMessage("texts that are none")
    return UNPACKERS["u"](node[1:], unpacking)


# Any: what is called here raises what its library raises.
def _checked(deed: Any, *arguments: Any) -> Any:
    try:
        return deed(*arguments)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as odd:
        raise BrokenMessage(f"data that is none ({type(odd).__name__})") from None


def _dtype_told(dtype: Any) -> Node:
    if dtype.names is not None:
        if dtype.hasobject or dtype.isalignedstruct:
            raise Unfit(f"an array of {dtype}")
        parts = [dtype.fields[name] for name in dtype.names]
        told = [[n, _dtype_told(p[0]), p[1]] for n, p in zip(dtype.names, parts, strict=True)]
        return [dtype.itemsize, told]
    if dtype.kind not in _KINDS or dtype.subdtype is not None:
        raise Unfit(f"an array of {dtype}")
    return str(dtype.str)


def _dtype(told: Node, numpy: Any) -> Any:
    if isinstance(told, str):
        found = numpy.dtype(told)
        if found.kind not in _KINDS or found.itemsize > 2**20 or found.names or found.subdtype:
            raise BrokenMessage("an array of an unknown type")
        return found
    size, fields = told
    names, offsets = [name for name, _, _ in fields], [offset for _, _, offset in fields]
    if not all(isinstance(name, str) for name in names) or not 0 < size <= 2**20:
        raise BrokenMessage("an array of an unknown type")
    formats = [_dtype(one, numpy) for _, one, _ in fields]
    described = {"names": names, "formats": formats, "offsets": offsets, "itemsize": size}
    return numpy.dtype(described)


def _zone_name(told: Any) -> str:
    """The name of a time zone; pandas would open the file that one of dateutil's names."""
    if not isinstance(told, str) or told.startswith("dateutil"):
        raise BrokenMessage("a time zone that is unknown")
    return told


def _size(shape: Node) -> int:
    if not isinstance(shape, list) or len(shape) > _MOST_DIMENSIONS:
        raise BrokenMessage("an array without its shape")
    if any(isinstance(n, bool) or not isinstance(n, int) or n < 0 for n in shape):
        raise BrokenMessage("an array without its shape")
    return math.prod(shape)


def _sound(array: Any, numpy: Any) -> Any:
    """The array without bytes that its type does not have: code must be able to rely on that."""
    if array.dtype.names is not None:
        for name in array.dtype.names:
            array[name] = _sound(array[name].copy(), numpy)
    elif array.dtype.kind == "b":
        return array.view("u1") != 0
    elif array.dtype.kind == "U" and array.size and array.dtype.itemsize:
        points = array.astype(array.dtype.newbyteorder("="))
        points = numpy.ascontiguousarray(points).reshape(-1).view("u4")
        if points.size and int(points.max()) > sys.maxunicode:
            raise BrokenMessage("a text that is none")
    return array


def _is_whole(parts: list[Node]) -> bool:
    """Whether nothing in a table or column can be of the same message, or be the table itself."""
    *axes, last = parts
    columns = [last] if last and isinstance(last[0], str) else last
    return all(map(_is_closed, [*axes, *columns]))


def _is_closed(node: Node) -> bool:
    """Whether an axis or a column, or what one is called, is made of numbers and texts alone."""
    if node is None or isinstance(node, str):
        return True
    tag, *parts = node
    if tag == "ix":
        return _is_closed(parts[0]) and _is_closed(parts[1])
    if tag == "ri":
        return _is_closed(parts[3])
    return tag == "cs" or (tag == "a" and parts[0] != "O")


class _Pandas:
    """What pandas' types are made of: columns of numpy's, their index, and their names."""

    def __init__(self, pandas: Any) -> None:
        self.pd = pandas
        self.np = sys.modules["numpy"]

    def register(self) -> None:
        """Let them cross."""
        pd = self.pd
        changing(
            pd.Series,
            Body(
                *("se", self._series, partial(self._made, self._series_read), self._fill_series),
                mark=marks.table,
                is_whole=_is_whole,
            ),
        )
        changing(
            pd.DataFrame,
            Body(
                *("df", self._frame, partial(self._made, self._frame_read), self._fill_frame),
                mark=marks.table,
                is_whole=_is_whole,
            ),
        )
        for name in ("Index", "DatetimeIndex", "TimedeltaIndex", "CategoricalIndex"):
            self._value(getattr(pd, name), "ix", self._index, self._index_read)
        for name in ("PeriodIndex", "IntervalIndex"):
            self._value(getattr(pd, name), "ix", self._index, self._index_read)
        self._value(pd.RangeIndex, "ri", self._range, self._range_read)
        self._value(pd.MultiIndex, "mi", self._levels, self._levels_read)
        self._value(pd.Timestamp, "ts", self._moment, self._moment_read)
        self._value(pd.Timedelta, "tl", self._span, self._span_read)
        self._value(type(pd.NaT), "nat", lambda *_: [], lambda *_: pd.NaT)
        self._value(type(pd.NA), "na", lambda *_: [], lambda *_: pd.NA)
        self._value(
            pd.Period,
            "pe",
            lambda x, _: [int(x.ordinal), x.freqstr],
            lambda parts, _: pd.Period(ordinal=parts[0], freq=parts[1]),
        )
        self._value(
            pd.Interval,
            "iv",
            lambda x, p: [p.pack(x.left), p.pack(x.right), x.closed],
            lambda parts, u: pd.Interval(u.unpack(parts[0]), u.unpack(parts[1]), parts[2]),
        )
        arrays = pd.arrays
        for kind in (
            *(pd.Categorical, arrays.DatetimeArray, arrays.TimedeltaArray, arrays.PeriodArray),
            *(arrays.IntervalArray, arrays.IntegerArray, arrays.FloatingArray),
            *(arrays.BooleanArray, arrays.StringArray),
            *(arrays.ArrowStringArray, arrays.ArrowExtensionArray),
        ):
            self._value(kind, "co", lambda a, p: [self.column(a, p)], self._array_read)

    def _value(self, kind: type, tag: str, pack: Any, unpack: Any) -> None:
        value(kind, tag, pack, lambda parts, u: _checked(unpack, parts, u))

    # A column: numpy's values, or one of pandas' own arrays taken apart.

    def column(self, values: Any, packing: Packing) -> Node:
        """The node of an array of values, as it stands in a table or an index."""
        pd, dtype = self.pd, values.dtype
        if isinstance(values, self.np.ndarray):
            return ["a", *self._plain(values, packing)]
        if isinstance(dtype, pd.CategoricalDtype):
            codes = self._plain(self.np.asarray(values.codes), packing)
            return ["cc", codes, packing.pack(dtype.categories), bool(dtype.ordered)]
        if isinstance(dtype, pd.DatetimeTZDtype):
            ticks = self._plain(self.np.asarray(values.asi8), packing)
            return ["cz", ticks, dtype.unit, packing.pack(str(dtype.tz))]
        if isinstance(dtype, pd.PeriodDtype):
            return ["cp", self._plain(self.np.asarray(values.asi8), packing), dtype.name]
        if isinstance(dtype, pd.IntervalDtype):
            ends = [packing.pack(values.left), packing.pack(values.right)]
            return ["ci", *ends, values.closed]
        if isinstance(dtype, pd.ArrowDtype):
            return ["cx", packing.pack(values.__arrow_array__())]
        if isinstance(dtype, pd.StringDtype):
            texts = _texts_told(values.to_numpy(object, na_value=None).tolist())
            return ["cs", dtype.storage, bool(dtype.na_value is pd.NA), texts]
        if hasattr(values, "_mask") and hasattr(values, "_data"):
            both = self._plain(values._data, packing), self._plain(values._mask, packing)
            return ["cm", str(dtype), *both]
        if hasattr(values, "to_numpy") and type(dtype).__name__ == "NumpyEADtype":
            return ["a", *self._plain(values.to_numpy(), packing)]
        if type(values).__name__ in ("DatetimeArray", "TimedeltaArray"):
            return ["a", *self._plain(self.np.asarray(values), packing)]
        raise Unfit(f"a column of {dtype}")

    def column_read(self, node: Node, unpacking: Unpacking) -> Any:
        """The array of values that `column` told of."""
        pd, (tag, *parts) = self.pd, node
        if tag == "a":
            return self._plain_read(parts, unpacking)
        if tag == "cc":
            codes = self._plain_read(parts[0], unpacking)
            categories = unpacking.unpack(parts[1])
            if not isinstance(categories, pd.Index):
                raise BrokenMessage("categories that are none")
            return pd.Categorical.from_codes(codes, categories, ordered=bool(parts[2]))
        if tag == "cz":
            ticks = self._plain_read(parts[0], unpacking)
            zone = unpacking.unpack(parts[2])
            if ticks.dtype != "i8" or parts[1] not in ("s", "ms", "us", "ns"):
                raise BrokenMessage("moments that are none")
            moments = pd.DatetimeIndex(ticks.view(f"M8[{parts[1]}]")).tz_localize("UTC")
            return moments.tz_convert(_zone_name(zone)).array
        if tag == "cp":
            return pd.arrays.PeriodArray(
                self._plain_read(parts[0], unpacking), dtype=pd.PeriodDtype(parts[1][7:-1])
            )
        if tag == "ci":
            left, right = unpacking.unpack(parts[0]), unpacking.unpack(parts[1])
            return pd.arrays.IntervalArray.from_arrays(left, right, closed=parts[2])
        if tag == "cs":
            missing = pd.NA if parts[1] else math.nan
            dtype = pd.StringDtype(storage=parts[0], na_value=missing)
            return pd.array(_texts_read(parts[2], missing, unpacking), dtype=dtype)
        if tag == "cx":
            return pd.arrays.ArrowExtensionArray(unpacking.unpack(parts[0]))
        if tag == "cm" and parts[0] in _MASKED:
            data = self._plain_read(parts[1], unpacking)
            mask = self._plain_read(parts[2], unpacking)
            if mask.dtype != bool or data.dtype.kind not in "biuf":
                raise BrokenMessage("a column that is none")
            kind = pd.api.types.pandas_dtype(parts[0]).construct_array_type()
            return kind(data, mask)
        raise BrokenMessage("a column of an unknown kind")

    def _plain(self, values: Any, packing: Packing) -> list[Node]:
        return BODIES[self.np.ndarray].pack(values, packing)

    def _plain_read(self, parts: Node, unpacking: Unpacking) -> Any:
        body = BODY_OF["a"]
        array = body.make(parts, unpacking)
        if not body.is_whole(parts):
            body.fill(array, parts, unpacking)
        return array

    def _array_read(self, parts: list[Node], unpacking: Unpacking) -> Any:
        array = self.column_read(parts[0], unpacking)
        return self.pd.array(array) if isinstance(array, self.np.ndarray) else array

    # Tables.

    def _made(self, read: Any, parts: list[Node], unpacking: Unpacking) -> Any:
        if _checked(_is_whole, parts):
            return _checked(read, parts, unpacking)
        return self.pd.DataFrame() if read == self._frame_read else self.pd.Series(dtype=object)

    def _member(self, node: Node, unpacking: Unpacking) -> Any:
        """The column that `column` told of, as pandas is to be given it: it makes of objects
        what they are alike in, unless told not to.
        """
        values = self.column_read(node, unpacking)
        if isinstance(values, self.np.ndarray) and values.dtype.kind == "O":
            return self.pd.Series(values, dtype=object, copy=False)
        return values

    def _series(self, series: Any, packing: Packing) -> list[Node]:
        name = packing.pack(series.name)
        values = series._values
        return [name, packing.pack(series.index), self.column(values, packing)]

    def _series_read(self, parts: list[Node], unpacking: Unpacking) -> Any:
        name, index, values = parts
        made = self.pd.Series(self._member(values, unpacking), copy=False)
        made.index = self._as_index(index, unpacking)
        made.name = unpacking.unpack(name)
        return made

    def _fill_series(self, series: Any, parts: list[Node], unpacking: Unpacking) -> None:
        fresh = _checked(self._series_read, parts, unpacking)
        series._mgr = fresh._mgr
        series._name = fresh._name

    def _frame(self, frame: Any, packing: Packing) -> list[Node]:
        columns = [self.column(values, packing) for values in frame._iter_column_arrays()]
        return [packing.pack(frame.index), packing.pack(frame.columns), columns]

    def _frame_read(self, parts: list[Node], unpacking: Unpacking) -> Any:
        index, columns = self._as_index(parts[0], unpacking), self._as_index(parts[1], unpacking)
        arrays = [self._member(one, unpacking) for one in parts[2]]
        if len(arrays) != len(columns) or any(len(one) != len(index) for one in arrays):
            raise BrokenMessage("a table of another size")
        frame = self.pd.DataFrame(dict(enumerate(arrays)), index=range(len(index)))
        frame.index, frame.columns = index, columns
        return frame

    def _fill_frame(self, frame: Any, parts: list[Node], unpacking: Unpacking) -> None:
        fresh = _checked(self._frame_read, parts, unpacking)
        frame._mgr = fresh._mgr

    # What rows and columns are called.

    def _as_index(self, node: Node, unpacking: Unpacking) -> Any:
        found = unpacking.unpack(node)
        if not isinstance(found, self.pd.Index):
            raise BrokenMessage("an index that is none")
        return found

    def _index(self, index: Any, packing: Packing) -> list[Node]:
        freq = getattr(index, "freqstr", None) if type(index).__name__ in _REGULAR else None
        values = index.array if index.dtype.kind == "O" else index._values
        if isinstance(values, self.np.ndarray) is False and type(values).__name__ in _WRAPPED:
            values = self.np.asarray(values)
        return [packing.pack(index.name), self.column(values, packing), freq]

    def _index_read(self, parts: list[Node], unpacking: Unpacking) -> Any:
        values = self.column_read(parts[1], unpacking)
        dtype = object if parts[1][0] == "a" and parts[1][1] == "O" else None
        index = self.pd.Index(values, dtype=dtype, name=unpacking.unpack(parts[0]))
        if parts[2] is not None and type(index).__name__ in _REGULAR:
            index.freq = str(parts[2])
        return index

    def _range(self, index: Any, packing: Packing) -> list[Node]:
        return [index.start, index.stop, index.step, packing.pack(index.name)]

    def _range_read(self, parts: list[Node], unpacking: Unpacking) -> Any:
        name = unpacking.unpack(parts[3])
        return self.pd.RangeIndex(parts[0], parts[1], parts[2], name=name)

    def _levels(self, index: Any, packing: Packing) -> list[Node]:
        levels = [packing.pack(one) for one in index.levels]
        codes = [self._plain(self.np.asarray(one), packing) for one in index.codes]
        return [levels, codes, [packing.pack(one) for one in index.names]]

    def _levels_read(self, parts: list[Node], unpacking: Unpacking) -> Any:
        levels = [self._as_index(one, unpacking) for one in parts[0]]
        codes = [self._plain_read(one, unpacking) for one in parts[1]]
        names = [unpacking.unpack(one) for one in parts[2]]
        return self.pd.MultiIndex(levels=levels, codes=codes, names=names)

    def _moment(self, moment: Any, packing: Packing) -> list[Node]:
        zone = None if moment.tz is None else str(moment.tz)
        return [int(moment._value), moment.unit, packing.pack(zone)]

    def _moment_read(self, parts: list[Node], unpacking: Unpacking) -> Any:
        if parts[1] not in ("s", "ms", "us", "ns"):
            raise BrokenMessage("a moment that is none")
        moment = self.pd.Timestamp(self.np.datetime64(int(parts[0]), parts[1]))
        zone = unpacking.unpack(parts[2])
        return moment if zone is None else moment.tz_localize("UTC").tz_convert(_zone_name(zone))

    def _span(self, span: Any, _: Packing) -> list[Node]:
        return [int(span._value), span.unit]

    def _span_read(self, parts: list[Node], _: Unpacking) -> Any:
        if parts[1] not in ("s", "ms", "us", "ns"):
            raise BrokenMessage("a span of time that is none")
        return self.pd.Timedelta(self.np.timedelta64(int(parts[0]), parts[1]))


_MASKED = frozenset(
    "Int8 Int16 Int32 Int64 UInt8 UInt16 UInt32 UInt64 Float32 Float64 boolean".split()
)
_REGULAR = ("DatetimeIndex", "TimedeltaIndex")
_WRAPPED = ("NumpyExtensionArray",)
