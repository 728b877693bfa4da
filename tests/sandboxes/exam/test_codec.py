"""What may cross between the examiner and a kernel, and what never does."""

import collections
import datetime
import decimal
import fractions
import json
import math
import pathlib
import re
import zoneinfo
from dataclasses import dataclass

import pytest

from sandboxes.inside.exam import codec
from sandboxes.inside.exam.channel import BrokenMessage

VALUES = [
    None,
    True,
    7,
    2**200,
    -1.5,
    math.inf,
    "ⴰⵣⵓⵍ",
    "\ud800",
    b"\x00\xff",
    1 + 2j,
    (1, ("a",)),
    frozenset({1, 2}),
    range(1, 9, 2),
    slice(None, 3),
    ...,
    datetime.date(2026, 11, 26),
    datetime.time(1, 2, 3, tzinfo=datetime.UTC),
    datetime.datetime(2026, 11, 26, tzinfo=zoneinfo.ZoneInfo("Africa/Casablanca")),
    datetime.timedelta(days=1, microseconds=5),
    decimal.Decimal("0.10"),
    fractions.Fraction(1, 3),
    pathlib.Path("data/values.csv"),
    re.compile("a+", re.IGNORECASE),
    [1, [2.5, None]],
    {"a": [1], 2: {3}},
    {1, "b"},
    bytearray(b"ab"),
    collections.deque([1, 2], 5),
    collections.Counter("aab"),
    collections.OrderedDict(b=1, a=2),
    collections.defaultdict(None, a=1),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_plain_value_arrives_as_what_it_was(sides, value):
    came = sides.cross(value)

    assert type(came) is type(value)
    assert came == value


def test_no_number_arrives_as_no_number(sides):
    assert math.isnan(sides.cross(math.nan))


class Liar(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


LOOKING_PLAIN = {
    "a subclass": Liar(3),
    "an object": object(),
    "a builtin": len,
    "a type": int,
    "a subclass within": (Liar(3),),
}


@pytest.mark.parametrize("value", LOOKING_PLAIN.values(), ids=LOOKING_PLAIN.keys())
def test_what_only_looks_plain_does_not_cross(sides, value):
    with pytest.raises(codec.Unfit):
        sides.cross(value)


def test_what_lies_too_deep_does_not_cross(sides):
    deep = []
    for _ in range(1000):
        deep = [deep]

    with pytest.raises(codec.Unfit):
        sides.cross(deep)


def test_one_thing_stays_one_thing_even_if_it_holds_itself(sides):
    thing = [1]
    thing.append(thing)

    came = sides.cross([thing, thing])

    assert came[0] is came[1]
    assert came[0][1] is came[0]


def test_a_change_is_made_in_the_thing_itself_and_only_changes_travel(sides):
    inner, outer = [1], {"kept": [0]}
    outer["inner"] = inner
    came = sides.cross(outer)
    came["inner"].append(2)

    back = sides.cross(came, side="examiner")

    assert back is outer
    assert inner == [1, 2]
    assert list(sides.sent.values()) == [["l", 1, 2]]


def test_what_did_not_change_is_not_sent_again(sides):
    thing = {"a": [1, {2}]}
    sides.cross(thing)

    sides.cross(thing)

    assert sides.sent == {}


def test_a_thing_that_takes_no_change_keeps_what_it_held_and_is_told_again(sides):
    thing = [1]
    came = sides.cross(thing, side="examiner")
    came.append(2)
    told = sides.told(came, side="kernel")

    back = sides.arrive(told, takes=lambda number, thing: False)

    assert back is thing
    assert thing == [1]
    assert sides.cross(thing, side="examiner") == came == [1]


BROKEN = [
    {"value": ["=", 99], "objects": {}},
    {"value": ["=", True], "objects": {}},
    {"value": [], "objects": {}},
    {"value": [["l"]], "objects": {}},
    {"value": ["zz"], "objects": {}},
    {"value": {"a": 1}, "objects": {}},
    {"value": None, "objects": []},
    {"value": None, "objects": {"x": ["l"]}},
    {"value": None, "objects": {"2": ["l"]}},
    {"value": None, "objects": {"1": ["zz"]}},
    {"value": None, "objects": {"1": ["d", [1]]}},
    {"value": None, "objects": {"1": ["d", [["=", 1], 2]]}},
    {"value": None, "objects": {"1": ["s", ["=", 1]]}},
    {"value": None, "objects": {"1": ["dq", -1]}},
    {"value": None, "objects": {"1": ["dd", 5]}},
    {"value": ["i", "zz"], "objects": {}},
    {"value": ["i"], "objects": {}},
    {"value": ["f", "1e5"], "objects": {}},
    {"value": ["b", "***"], "objects": {}},
    {"value": ["F", ["=", 1]], "objects": {"1": ["l"]}},
    {"value": ["r", 1.5, 2, 3], "objects": {}},
    {"value": ["da", 2026, 13, 45], "objects": {}},
    {"value": ["dt", 2026, 1, 1, 0, 0, 0, 0, 0, 5], "objects": {}},
    {"value": ["zi", "../../etc/passwd"], "objects": {}},
    {"value": ["de", 5], "objects": {}},
    {"value": ["fr", 1, 0], "objects": {}},
    {"value": ["re", "(", 0], "objects": {}},
]


@pytest.mark.parametrize("told", BROKEN, ids=json.dumps)
def test_what_no_honest_side_sends_is_refused_and_nothing_else_happens(sides, told):
    with pytest.raises(BrokenMessage):
        sides.arrive(told)


def test_a_thing_cannot_become_one_of_another_kind(sides):
    sides.arrive({"value": None, "objects": {"1": ["l", 1]}})

    with pytest.raises(BrokenMessage):
        sides.arrive({"value": None, "objects": {"1": ["d", [1, 2]]}})


def test_a_dictionary_with_defaults_crosses_with_what_makes_them(sides):
    thing = collections.defaultdict(list, {"a": [1]})

    came = sides.cross(thing)

    assert came == {"a": [1]}
    assert came["b"] == []


@dataclass(frozen=True)
class Late:
    number: int


@pytest.fixture
def library():
    """A library that is loaded only when something of it is there already."""

    def add():
        codec.value(Late, "late", lambda one, _: [one.number], lambda parts, _: Late(parts[0]))

    codec.ADDING.append(add)
    yield
    codec.ADDING.remove(add)
    codec.PACKERS.pop(Late, None)
    codec.UNPACKERS.pop("late", None)


def test_what_belongs_to_a_library_loaded_meanwhile_crosses_at_once(sides, library):
    assert sides.cross([Late(7)]) == [Late(7)]
