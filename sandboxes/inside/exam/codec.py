"""The closed list of values that may cross, as JSON, and how each is packed and unpacked.

A node is null, a truth value, a number, a text, or a list that begins with a tag. What can change
in place is a node ``["=", NUMBER]``; its content travels beside it, once and after each change.
Nothing here ever runs code of the other side: no pickle, no name that leads to a call.
"""

import base64
import binascii
import collections
import datetime
import decimal
import fractions
import math
import pathlib
import re
import uuid
import zoneinfo
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from .channel import BrokenMessage
from .ledger import Ledger

# Any: a node is JSON, and what it stands for may be of any type in the list.
Node = Any

_DEEPEST = 200
_PLAIN_INTEGER = 2**53
# What readers raise over parts that no honest side sends.
_ODD = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, re.error)


class Unfit(Exception):
    """This value may not cross; the text says what it is."""


@dataclass
class Packing:
    """One message being written: ``other`` packs what is no plain value, or raises Unfit."""

    ledger: Ledger
    other: "Callable[[Any, Packing], Node]"
    objects: dict[str, Node] = field(default_factory=dict)
    #: Which part of the message is being written, and by which one each object came first.
    place: str = ""
    places: dict[int, str] = field(default_factory=dict)
    #: Whether what is being packed is found by its hash, as a member of a set is.
    is_key: bool = False
    _depth: int = 0

    def pack(self, value: Any) -> Node:
        """The node for ``value``; raises Unfit."""
        kind = type(value)
        if value is None or kind is bool or kind is str:
            return text_node(value) if kind is str else value
        if self._depth > _DEEPEST:
            raise Unfit("a value that is nested too deeply")
        self._depth += 1
        try:
            if kind in PACKERS:
                return PACKERS[kind](value, self)
            if kind in BODIES:
                return self.numbered(value, BODIES[kind])
            return self.pack(value) if _came_late(kind) else self.other(value, self)
        finally:
            self._depth -= 1

    def key(self, value: Any) -> Node:
        """`pack` what is found by its hash."""
        before, self.is_key = self.is_key, True
        try:
            return self.pack(value)
        finally:
            self.is_key = before

    def numbered(self, value: Any, body: "Body") -> Node:
        """The node for what can change, with its content beside it if the other side lacks it."""
        number = self.ledger.number(value)
        if number not in self.places:
            self.places[number] = self.place
            mark = body.mark(value)
            if mark is None or mark != self.ledger.marks.get(number):
                content = [body.tag, *body.pack(value, self)]
                if self.ledger.settle(number, content):
                    self.objects[str(number)] = content
                self.ledger.marks[number] = mark
        return ["=", number]

    def watched(self) -> None:
        """Add what changed, unasked, of the things that crossed lately."""
        self.place = ""
        for _, thing in self.ledger.watched():
            try:
                self.pack(thing)
            except Unfit:
                continue


@dataclass
class Unpacking:
    """One message being read. ``other`` answers nodes whose tag is not in the list.

    ``takes`` is asked whether an object that was here already, by number, becomes what the
    message says; what does not will be sent again as it is. ``changed`` are those that were to
    change. ``met`` holds those that the message speaks of: what it asks for may change them.
    ``comes`` gives what stands where the message speaks of an object that can change.
    """

    ledger: Ledger
    other: Callable[[str, list[Node]], Any]
    takes: Callable[[int, Any], bool] = lambda number, thing: True
    comes: Callable[[int, Any], Any] = lambda number, thing: thing
    changed: list[int] = field(default_factory=list)
    met: list[Any] = field(default_factory=list)

    def objects(self, told: Node) -> None:
        """Make or change the objects of a message; raises BrokenMessage."""
        if not isinstance(told, dict):
            raise BrokenMessage("objects that are none")
        fillings = []
        for key, content in told.items():
            number = int(key) if isinstance(key, str) and key.isdecimal() else 0
            tag, *parts = _tagged(content)
            body = BODY_OF.get(tag) or (BODY_OF.get(tag) if _loaded(tag) else None)
            if body is None:
                raise BrokenMessage(f"an object of an unknown kind, {tag[:20]!r}")
            if number in self.ledger.objects:
                thing = self.ledger.objects[number]
                if not self.ledger.settle(number, content):
                    continue
                self.changed.append(number)
                if BODIES.get(type(thing)) is not body and not body.is_of(thing):
                    raise BrokenMessage("an object that became another")
                if not self.takes(number, thing):
                    self.ledger.forget(number)
                    continue
            elif self.ledger.given_by_other(number):
                thing = body.make(parts, self)
                self.ledger.keep(number, thing)
                self.ledger.settle(number, content)
            else:
                raise BrokenMessage("an object without a number of its own")
            if number not in self.changed and body.is_whole(parts):
                self.ledger.marks[number] = body.mark(thing)
            else:
                fillings.append((number, body, thing, parts))
        for number, body, thing, parts in fillings:
            body.fill(thing, parts, self)
            # Of what is new both sides know what it holds: packing it would tell nothing.
            # What was here may have refused to change.
            self.ledger.marks[number] = None if number in self.changed else body.mark(thing)

    def unpack(self, node: Node) -> Any:
        """What the node stands for; raises BrokenMessage."""
        if node is None or isinstance(node, bool | int | float | str):
            return node
        tag, *parts = _tagged(node)
        if tag == "=":
            number = _number(parts[0] if parts else None)
            if number not in self.ledger.objects:
                raise BrokenMessage("an object that was never sent")
            self.ledger.spoken_of.append(number)
            self.met.append(self.ledger.objects[number])
            return self.comes(number, self.met[-1])
        reader = UNPACKERS.get(tag) or (UNPACKERS.get(tag) if _loaded(tag) else None)
        if reader is None:
            return self.other(tag, parts)
        try:
            return reader(parts, self)
        except BrokenMessage:
            raise
        except _ODD as odd:
            raise BrokenMessage(f"a value that is none ({type(odd).__name__})") from None


@dataclass(frozen=True)
class Body:
    """How something that can change is packed, made empty, and filled or changed in place.

    ``is_whole`` says of which parts `make` leaves nothing to fill. ``mark`` is equal as long as the
    content is, and cheaper than packing it; None tells nothing.
    """

    tag: str
    pack: Callable[[Any, Packing], list[Node]]
    make: Callable[[list[Node], Unpacking], Any]
    fill: Callable[[Any, list[Node], Unpacking], None]
    is_of: Callable[[Any], bool] = lambda thing: False
    mark: Callable[[Any], Hashable | None] = lambda thing: None
    is_whole: Callable[[list[Node]], bool] = lambda parts: False


PACKERS: dict[type, Callable[[Any, Packing], Node]] = {}
UNPACKERS: dict[str, Callable[[list[Node], Unpacking], Any]] = {}
BODIES: dict[type, Body] = {}
BODY_OF: dict[str, Body] = {}
#: Asked to load what a tag needs that is not in the list yet; each says whether it did.
LATE: list[Callable[[str], bool]] = []
#: Called for what is not in the list: each adds the types of libraries loaded meanwhile.
ADDING: list[Callable[[], None]] = []


def value(
    kind: type,
    tag: str,
    pack: Callable[[Any, Packing], list[Node]],
    unpack: Callable[[list[Node], Unpacking], Any],
) -> None:
    """Let values of exactly this type cross under this tag."""
    PACKERS[kind] = lambda thing, packing: [tag, *pack(thing, packing)]
    UNPACKERS[tag] = unpack


def changing(kind: type, body: Body) -> None:
    """Let things of exactly this type, which can change, cross."""
    BODIES[kind] = body
    BODY_OF[body.tag] = body


def bytes_in(text: Node) -> bytes:
    """The bytes that a text of base 64 stands for; raises BrokenMessage."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise BrokenMessage("bytes that are none") from None


def text_of(content: bytes) -> str:
    """These bytes in base 64."""
    return base64.b64encode(content).decode()


def _came_late(kind: type) -> bool:
    for add in ADDING:
        add()
    return kind in PACKERS or kind in BODIES


def _loaded(tag: str) -> bool:
    return any(load(tag) for load in LATE)


def text_node(text: str) -> Node:
    """The node for a text; one with lone surrogates is no text in JSON."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return ["u", text_of(text.encode("utf-8", "surrogatepass"))]
    return text


def _tagged(node: Node) -> list[Node]:
    if not isinstance(node, list) or not node or not isinstance(node[0], str):
        raise BrokenMessage("a value without its kind")
    return node


def _number(node: Node) -> int:
    if isinstance(node, bool) or not isinstance(node, int):
        raise BrokenMessage("a number that is none")
    return node


def _integer(thing: int, _: Packing) -> Node:
    return thing if -_PLAIN_INTEGER < thing < _PLAIN_INTEGER else ["i", hex(thing)]


def _float(thing: float, _: Packing) -> Node:
    return thing if math.isfinite(thing) else ["f", repr(thing)]


PACKERS[int] = _integer
PACKERS[float] = _float
UNPACKERS["i"] = lambda parts, _: int(parts[0], 16)
UNPACKERS["f"] = lambda parts, _: {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[parts[0]]
UNPACKERS["u"] = lambda parts, _: bytes_in(parts[0]).decode("utf-8", "surrogatepass")


def _items(thing: Any, packing: Packing) -> list[Node]:
    return [packing.pack(one) for one in thing]


def _all(parts: list[Node], unpacking: Unpacking) -> list[Any]:
    return [unpacking.unpack(one) for one in parts]


def _unordered(thing: Any, packing: Packing) -> list[Node]:
    # The same members make the same node, in whatever order a set shows them.
    return sorted(map(packing.key, thing), key=repr)


value(
    complex,
    "c",
    lambda z, p: [p.pack(z.real), p.pack(z.imag)],
    lambda parts, u: complex(*map(float, _all(parts, u))),
)
value(bytes, "b", lambda b, _: [text_of(b)], lambda parts, _: bytes_in(parts[0]))
value(tuple, "t", _items, lambda parts, u: tuple(_all(parts, u)))
value(frozenset, "F", _unordered, lambda parts, u: frozenset(_all(parts, u)))
value(
    range,
    "r",
    lambda r, p: _items((r.start, r.stop, r.step), p),
    lambda parts, u: range(*_all(parts, u)),
)
value(
    slice,
    "sl",
    lambda s, p: _items((s.start, s.stop, s.step), p),
    lambda parts, u: slice(*_all(parts, u)),
)
value(type(...), "e", lambda *_: [], lambda *_: ...)
value(type(NotImplemented), "ni", lambda *_: [], lambda *_: NotImplemented)

value(
    datetime.date,
    "da",
    lambda d, _: [d.year, d.month, d.day],
    lambda parts, _: datetime.date(*parts),
)
value(
    datetime.timedelta,
    "td",
    lambda d, _: [d.days, d.seconds, d.microseconds],
    lambda parts, _: datetime.timedelta(*parts),
)
value(
    datetime.datetime,
    "dt",
    lambda d, p: [
        *(d.year, d.month, d.day, d.hour, d.minute, d.second, d.microsecond, d.fold),
        p.pack(d.tzinfo),
    ],
    lambda parts, u: _datetime(parts, u),
)
value(
    datetime.time,
    "tm",
    lambda d, p: [d.hour, d.minute, d.second, d.microsecond, d.fold, p.pack(d.tzinfo)],
    lambda parts, u: _time(parts, u),
)
value(
    datetime.timezone,
    "tz",
    lambda z, p: [p.pack(z.utcoffset(None)), z.tzname(None)],
    lambda parts, u: _fixed_zone(u.unpack(parts[0]), parts[1]),
)
value(
    zoneinfo.ZoneInfo,
    "zi",
    lambda z, _: [z.key],
    lambda parts, _: _named_zone(parts[0]),
)
value(decimal.Decimal, "de", lambda d, _: [str(d)], lambda parts, _: _decimal(parts[0]))
value(
    fractions.Fraction,
    "fr",
    lambda f, p: _items((f.numerator, f.denominator), p),
    lambda parts, u: fractions.Fraction(*_all(parts, u)),
)
value(uuid.UUID, "id", lambda i, _: [i.hex], lambda parts, _: uuid.UUID(hex=parts[0]))
value(
    type(pathlib.Path()),
    "pa",
    lambda path, p: [p.pack(str(path))],
    lambda parts, u: pathlib.Path(u.unpack(parts[0])),
)
value(
    re.Pattern,
    "re",
    lambda r, p: [p.pack(r.pattern), r.flags],
    # With DEBUG it would print.
    lambda parts, u: re.compile(u.unpack(parts[0]), parts[1] & ~re.DEBUG),
)


def _zone(node: Node, unpacking: Unpacking) -> datetime.tzinfo | None:
    found: datetime.tzinfo | None = unpacking.unpack(node)
    if found is not None and type(found) not in (datetime.timezone, zoneinfo.ZoneInfo):
        raise BrokenMessage("a time zone that is none")
    return found


def _datetime(parts: list[Node], unpacking: Unpacking) -> datetime.datetime:
    *when, fold, zone = parts
    return datetime.datetime(*when).replace(tzinfo=_zone(zone, unpacking), fold=fold)


def _time(parts: list[Node], unpacking: Unpacking) -> datetime.time:
    *when, fold, zone = parts
    return datetime.time(*when).replace(tzinfo=_zone(zone, unpacking), fold=fold)


def _fixed_zone(offset: Any, name: Any) -> datetime.timezone:
    zone = datetime.timezone(offset)
    return zone if name == zone.tzname(None) else datetime.timezone(offset, name)


def _named_zone(key: Any) -> zoneinfo.ZoneInfo:
    if not isinstance(key, str) or key not in zoneinfo.available_timezones():
        raise BrokenMessage("a time zone that is unknown")
    return zoneinfo.ZoneInfo(key)


def _decimal(text: Any) -> decimal.Decimal:
    if not isinstance(text, str):
        raise BrokenMessage("a decimal that is none")
    return decimal.Decimal(text)


def _hashed(parts: list[Node], unpacking: Unpacking) -> list[Any]:
    found = _all(parts, unpacking)
    for one in found:
        hash(one)  # TypeError for what a set cannot hold.
    return found


def _pairs(thing: dict[Any, Any], packing: Packing) -> list[Node]:
    return [[packing.key(key), packing.pack(item)] for key, item in dict.items(thing)]


def _fill_list(thing: list[Any], parts: list[Node], unpacking: Unpacking) -> None:
    thing[:] = _all(parts, unpacking)


def _fill_set(thing: set[Any], parts: list[Node], unpacking: Unpacking) -> None:
    found = _filled(_hashed, parts, unpacking)
    thing.clear()
    thing.update(found)


def _fill_dict(thing: dict[Any, Any], parts: list[Node], unpacking: Unpacking) -> None:
    try:
        pairs = [(unpacking.unpack(key), unpacking.unpack(item)) for key, item in parts]
        fresh = dict(pairs)
    except (TypeError, ValueError):
        raise BrokenMessage("a dictionary that is none") from None
    dict.clear(thing)
    for key, item in fresh.items():
        dict.__setitem__(thing, key, item)


def _fill_ordered(
    thing: "collections.OrderedDict[Any, Any]", parts: list[Node], unpacking: Unpacking
) -> None:
    fresh: dict[Any, Any] = {}
    _fill_dict(fresh, parts, unpacking)
    thing.clear()
    thing.update(fresh)


def _fill_bytes(thing: bytearray, parts: list[Node], _: Unpacking) -> None:
    thing[:] = bytes_in(parts[0])


def _fill_deque(thing: "collections.deque[Any]", parts: list[Node], unpacking: Unpacking) -> None:
    thing.clear()
    thing.extend(_all(parts[1:], unpacking))


def _filled(
    reader: Callable[[list[Node], Unpacking], list[Any]], parts: list[Node], unpacking: Unpacking
) -> list[Any]:
    try:
        return reader(parts, unpacking)
    except TypeError:
        raise BrokenMessage("a member that cannot be one") from None


def _make_deque(parts: list[Node], _: Unpacking) -> "collections.deque[Any]":
    most = parts[0] if parts else None
    if most is not None and (isinstance(most, bool) or not isinstance(most, int) or most < 0):
        raise BrokenMessage("a queue without its length")
    return collections.deque(maxlen=most)


#: What dictionaries make missing values with, of which both sides have the same.
_FACTORIES: dict[str, type] = {
    one.__name__: one for one in (bool, int, float, str, bytes, tuple, list, dict, set, frozenset)
}


def _factory(made: Any, packing: Packing) -> Node:
    is_plain = type(made) is type and _FACTORIES.get(made.__name__) is made
    return ["by", made.__name__] if is_plain else packing.pack(made)


def _make_default(parts: list[Node], unpacking: Unpacking) -> "collections.defaultdict[Any, Any]":
    name = parts[0][1:] if isinstance(parts[0], list) and parts[0][:1] == ["by"] else None
    factory = _FACTORIES.get(str(*name)) if name else unpacking.unpack(parts[0])
    if factory is not None and not callable(factory):
        raise BrokenMessage("a dictionary whose default is none")
    return collections.defaultdict(factory)


changing(list, Body("l", _items, lambda *_: [], _fill_list))
changing(dict, Body("d", _pairs, lambda *_: {}, _fill_dict))
changing(set, Body("s", _unordered, lambda *_: set(), _fill_set))
changing(bytearray, Body("B", lambda b, _: [text_of(b)], lambda *_: bytearray(), _fill_bytes))
changing(
    collections.deque,
    Body("dq", lambda d, p: [d.maxlen, *_items(d, p)], _make_deque, _fill_deque),
)
changing(
    collections.OrderedDict,
    Body("od", _pairs, lambda *_: collections.OrderedDict(), _fill_ordered),
)
changing(collections.Counter, Body("ct", _pairs, lambda *_: collections.Counter(), _fill_dict))
changing(
    collections.defaultdict,
    Body(
        "dd",
        lambda d, p: [_factory(d.default_factory, p), *_pairs(d, p)],
        _make_default,
        lambda thing, parts, u: _fill_dict(thing, parts[1:], u),
    ),
)
