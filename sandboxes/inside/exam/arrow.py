"""Arrow's arrays and tables in the codec: told value by value, and built anew from the values.

Arrow's own messages would be quicker, but whoever reads them trusts their buffers and offsets; here
the library that belongs to this side makes every one of them itself. Each type is in a closed list;
what an extension or a union holds does not cross.
"""

# mypy: disable-error-code="import-not-found, import-untyped, unused-ignore, no-any-return"

import decimal
from collections.abc import Callable
from typing import Any

from .channel import BrokenMessage
from .codec import Node, Packing, Unfit, Unpacking, bytes_in, text_of, value

TAGS = frozenset("ra rc rs rb rt rh rf rd".split())

_PLAIN = (
    "null bool_ int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 "
    "string large_string binary large_binary date32 date64"
).split()
_WIDEST = 2**20
#: The most that each type of decimals holds.
_DIGITS = {"decimal32": 9, "decimal64": 18, "decimal128": 38, "decimal256": 76}
_UNITS = ("s", "ms", "us", "ns")
_LISTS = {"ListType": "list_", "LargeListType": "large_list"}


def register(arrow: Any) -> None:
    """Let the types of this library cross, which is pyarrow."""
    _Arrow(arrow).register()


class _Arrow:
    """What Arrow's types are made of, with the library of this side."""

    def __init__(self, arrow: Any) -> None:
        self.pa = arrow
        self._plain = {getattr(arrow, name)(): name for name in _PLAIN}

    def register(self) -> None:
        """Let them cross."""
        pa = self.pa
        for kind in self._kinds(pa.Array):
            self._value(kind, "ra", self._array, self._array_read)
        for kind in self._kinds(pa.Scalar):
            self._value(kind, "rs", self._scalar, self._scalar_read)
        for kind in self._kinds(pa.DataType):
            self._value(kind, "rd", lambda t, _: [self._type(t)], lambda p, _: self._type_read(*p))
        self._value(pa.ChunkedArray, "rc", self._chunked, self._chunked_read)
        self._value(pa.RecordBatch, "rb", self._table, self._reader(pa.RecordBatch))
        self._value(pa.Table, "rt", self._table, self._reader(pa.Table))
        self._value(pa.Schema, "rh", self._schema, self._schema_read)
        self._value(
            pa.Field, "rf", lambda f, _: self._field(f), lambda parts, _: self._field_read(parts)
        )

    def _kinds(self, base: Any) -> list[Any]:
        """The library's classes below ``base``, without those that anybody may add to."""
        found = [kind for kind in vars(self.pa.lib).values() if isinstance(kind, type)]
        return [kind for kind in found if issubclass(kind, base) and "Extension" not in str(kind)]

    def _value(self, kind: type, tag: str, pack: Any, read: Callable[..., Any]) -> None:
        def checked(parts: list[Node], unpacking: Unpacking) -> Any:
            try:
                return read(parts, unpacking)
            except (self.pa.ArrowException, ValueError, TypeError, LookupError) as odd:
                raise BrokenMessage(f"data that is none ({type(odd).__name__})") from None

        value(kind, tag, pack, checked)

    # Types.

    def _type(self, told: Any) -> Node:
        if told in self._plain:
            return self._plain[told]
        kind = type(told).__name__
        if kind == "TimestampType":
            return ["timestamp", told.unit, told.tz]
        if kind in ("Time32Type", "Time64Type", "DurationType"):
            return [kind[:-4].lower(), told.unit]
        if kind.startswith("Decimal"):
            return [kind[:-4].lower(), told.precision, told.scale]
        if kind == "FixedSizeBinaryType":
            return ["binary", told.byte_width]
        if kind in _LISTS:
            return [_LISTS[kind], self._field(told.value_field)]
        if kind == "StructType":
            return ["struct", [self._field(one) for one in told]]
        if kind == "DictionaryType":
            parts = self._type(told.index_type), self._type(told.value_type)
            return ["dictionary", *parts, bool(told.ordered)]
        raise Unfit(f"Arrow data of the type {told}")

    def _type_read(self, node: Node) -> Any:
        pa = self.pa
        if isinstance(node, str) and node in _PLAIN:
            return getattr(pa, node)()
        if not isinstance(node, list) or not node:
            raise BrokenMessage("an unknown type of Arrow")
        name, *parts = node
        if name == "timestamp":
            zone = None if parts[1] is None else str(parts[1])
            return pa.timestamp(parts[0], zone)
        if name in ("time32", "time64", "duration") and parts[0] in _UNITS:
            return getattr(pa, name)(parts[0])
        if name in _DIGITS:
            precision, scale = map(_whole, parts)
            if scale > _DIGITS[name]:
                raise BrokenMessage("an unknown type of Arrow")
            return getattr(pa, name)(precision, scale)
        if name == "binary":
            if (width := _whole(parts[0])) > _WIDEST:
                raise BrokenMessage("an array of an unknown type")
            return pa.binary(width)
        if name in _LISTS.values():
            return getattr(pa, name)(self._field_read(parts[0]))
        if name == "struct":
            return pa.struct([self._field_read(one) for one in parts[0]])
        if name == "dictionary":
            index, values, is_ordered = parts
            return pa.dictionary(self._type_read(index), self._type_read(values), bool(is_ordered))
        raise BrokenMessage("an unknown type of Arrow")

    def _field(self, field: Any) -> list[Node]:
        return [field.name, self._type(field.type), bool(field.nullable)]

    def _field_read(self, parts: list[Node]) -> Any:
        name, kind, nullable = parts
        return self.pa.field(str(name), self._type_read(kind), nullable=bool(nullable))

    def _schema(self, schema: Any, _: Packing) -> list[Node]:
        # With a table that pandas made it says which of the columns is the index.
        said = (schema.metadata or {}).items()
        return [
            [self._field(one) for one in schema],
            [[text_of(key), text_of(item)] for key, item in said],
        ]

    def _schema_read(self, parts: list[Node], _: Unpacking) -> Any:
        fields, said = parts
        words = {bytes_in(key): bytes_in(item) for key, item in said}
        return self.pa.schema([self._field_read(one) for one in fields], metadata=words or None)

    # Arrays: by their type either a list of values, or the arrays that they are made of.

    def _array(self, array: Any, packing: Packing) -> list[Node]:
        told, name = self._type(array.type), type(array.type).__name__
        if name in _LISTS:
            return [told, array.value_lengths().to_pylist(), packing.pack(array.flatten())]
        if name == "StructType":
            children = [packing.pack(one) for one in array.flatten()]
            return [told, array.is_valid().to_pylist(), children]
        if name == "DictionaryType":
            return [told, packing.pack(array.indices), packing.pack(array.dictionary)]
        stored = self._stored_as(array.type)
        values = array if stored is None else array.view(stored)
        return [told, [packing.pack(one) for one in values.to_pylist()]]

    def _stored_as(self, kind: Any) -> Any:
        """The integers that are kept for values of this type, where Python's would be coarser."""
        pa = self.pa
        if pa.types.is_float16(kind):
            return pa.uint16()
        return {32: pa.int32(), 64: pa.int64()}[kind.bit_width] if _is_time(kind, pa) else None

    def _array_read(self, parts: list[Node], unpacking: Unpacking) -> Any:
        kind = self._type_read(parts[0])
        found = self._made(kind, parts[1:], unpacking)
        found.validate(full=True)
        if found.type != kind:
            raise BrokenMessage("an array of another type")
        return found

    def _made(self, kind: Any, parts: list[Node], unpacking: Unpacking) -> Any:
        pa, name = self.pa, type(kind).__name__
        if name in _LISTS:
            maker, width = (
                (pa.ListArray, pa.int32())
                if name == "ListType"
                else (pa.LargeListArray, pa.int64())
            )
            offsets = pa.array(_offsets(parts[0]), type=width)
            return maker.from_arrays(offsets, unpacking.unpack(parts[1]), type=kind)
        if name == "StructType":
            missing = pa.array([one is not True for one in parts[0]], type=pa.bool_())
            children = [unpacking.unpack(one) for one in parts[1]]
            if any(len(one) != len(missing) for one in children):
                raise BrokenMessage("an array of another size")
            return pa.StructArray.from_arrays(children, fields=list(kind), mask=missing)
        if name == "DictionaryType":
            indices, values = (unpacking.unpack(one) for one in parts)
            return pa.DictionaryArray.from_arrays(indices, values, ordered=kind.ordered)
        stored = self._stored_as(kind)
        told = [unpacking.unpack(one) for one in parts[0]]
        if name.startswith("Decimal") and not all(_fits(one, kind) for one in told):
            raise BrokenMessage("a decimal that is none")
        values = pa.array(told, type=stored or kind)
        return values if stored is None else values.view(kind)

    def _scalar(self, scalar: Any, packing: Packing) -> list[Node]:
        pa, kind = self.pa, scalar.type
        return [packing.pack(pa.array([scalar], kind) if scalar.is_valid else pa.nulls(1, kind))]

    def _scalar_read(self, parts: list[Node], unpacking: Unpacking) -> Any:
        return unpacking.unpack(parts[0])[0]

    # Columns and tables.

    def _chunked(self, column: Any, packing: Packing) -> list[Node]:
        return [self._type(column.type), [packing.pack(one) for one in column.chunks]]

    def _chunked_read(self, parts: list[Node], unpacking: Unpacking) -> Any:
        chunks = [unpacking.unpack(one) for one in parts[1]]
        return self.pa.chunked_array(chunks, type=self._type_read(parts[0]))

    def _table(self, table: Any, packing: Packing) -> list[Node]:
        return [packing.pack(table.schema), [packing.pack(one) for one in table.columns]]

    def _reader(self, kind: Any) -> Callable[[list[Node], Unpacking], Any]:
        def read(parts: list[Node], unpacking: Unpacking) -> Any:
            columns = [unpacking.unpack(one) for one in parts[1]]
            table = kind.from_arrays(columns, schema=unpacking.unpack(parts[0]))
            table.validate(full=True)
            return table

        return read


def _fits(number: Any, kind: Any) -> bool:
    """Whether this is a number of this type as it stands.

    Arrow would scale others by a power of ten that it looks up in a table, past its end for some.
    """
    if number is None:
        return True
    if type(number) is not decimal.Decimal:
        return False
    _, digits, exponent = number.as_tuple()
    return exponent == -kind.scale and len(digits) <= kind.precision


def _is_time(kind: Any, arrow: Any) -> bool:
    # What is neither a moment nor a span has a width of other meaning, or none.
    return arrow.types.is_temporal(kind) and not arrow.types.is_interval(kind)


def _offsets(lengths: list[Node]) -> list[int | None]:
    """Where each list begins among all values, None for one that is missing; last, the end."""
    offsets: list[int | None] = []
    end = 0
    for length in lengths:
        offsets.append(None if length is None else end)
        end += 0 if length is None else _whole(length)
    return [*offsets, end]


def _whole(node: Node) -> int:
    if isinstance(node, bool) or not isinstance(node, int) or node < 0:
        raise BrokenMessage("a number that is none")
    return node
