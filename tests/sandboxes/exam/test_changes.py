"""What the other side changes of the tests' things, and how it is undone."""

import collections

import pytest

from sandboxes.inside.exam.changes import Changes
from sandboxes.inside.exam.ledger import Ledger
from sandboxes.inside.exam.record import Judge, Recorder

NOTHING = {"rules": 2, "kinds": {}, "operations": {}, "changes": [], "theirs": []}


class Slotted:
    __slots__ = ("value",)

    def __init__(self, value):
        self.value = value


def set_value(thing, value):
    thing.value = value


# Name: (a thing, how it is changed, how to look at it).
THINGS = {
    "list": ([2, 1], list.sort, list),
    "dictionary": ({"b": 1, "a": 2}, lambda thing: thing.pop("b"), lambda thing: [*thing.items()]),
    "ordered dictionary": (
        collections.OrderedDict(b=1, a=2),
        lambda thing: thing.move_to_end("b"),
        lambda thing: [*thing.items()],
    ),
    "counter": (collections.Counter("aab"), lambda thing: thing.update("a"), dict),
    "dictionary with defaults": (
        collections.defaultdict(list, a=[1]),
        lambda thing: thing["b"],
        dict,
    ),
    "set": ({1, 2}, lambda thing: thing.add(3), set),
    "queue": (collections.deque([1, 2], 2), lambda thing: thing.append(3), list),
    "bytes": (bytearray(b"ab"), lambda thing: thing.append(3), bytes),
    "object": (Slotted(1), lambda thing: set_value(thing, 2), lambda thing: thing.value),
}


@pytest.fixture
def changes():
    return Changes(Ledger(2))


@pytest.mark.parametrize("name", THINGS)
def test_an_unseen_change_is_undone(name, changes):
    thing, change, seen = THINGS[name]
    before = seen(thing)
    assert changes.takes(Judge(NOTHING), "f()", {2: "1"}, 2, thing)
    change(thing)
    assert seen(thing) != before

    changes.undo(every=False)

    assert changes.unseen
    assert seen(thing) == before


@pytest.mark.parametrize(
    ("path", "places", "is_seen"),
    [
        ("f()", {2: "1"}, True),
        ("f()", {2: "2"}, False),
        ("f()", {}, False),
        ("g()", {2: "1"}, False),
    ],
)
def test_a_change_is_seen_where_the_author_s_own_is(path, places, is_seen, changes):
    recorder = Recorder()
    Changes(Ledger(2)).takes(recorder, "f()", {2: "1"}, 2, [])

    changes.takes(Judge(recorder.written()), path, places, 2, [])

    assert changes.unseen is not is_seen


def test_what_was_handed_over_before_is_known_by_where_it_was(changes):
    recorder = Recorder()
    for one in (changes, Changes(Ledger(2))):
        one.given("Cart()", {2: "1"})
        policy = recorder if one is changes else Judge(recorder.written())
        one.takes(policy, "Cart().add()", {}, 2, [])

        assert not one.unseen


def test_in_a_second_try_only_unseen_changes_are_left_out(changes):
    policy = Judge({**NOTHING, "changes": ["f()@1"]})
    changes.begin(frozen=True)

    assert changes.takes(policy, "f()", {2: "1"}, 2, [])
    assert not changes.takes(policy, "g()", {2: "1"}, 2, [])


def test_a_record_made_before_places_were_noted_holds_for_all_of_them(changes):
    older = {key: held for key, held in NOTHING.items() if key != "rules"}

    changes.takes(Judge({**older, "changes": ["f()"]}), "f()", {2: "2"}, 2, [])

    assert not changes.unseen


@pytest.mark.parametrize("name", THINGS)
def test_what_is_kept_becomes_what_it_was_wherever_it_lies(name, changes):
    thing, change, seen = THINGS[name]
    before = seen(thing)
    holder = Slotted({"deep": [(thing,)]})
    Slotted.__module__ = "__main__"  # As the author's classes are.
    undo = changes.kept([holder])
    change(thing)
    holder.value["deep"].append(1)
    assert seen(thing) != before

    undo()

    assert seen(thing) == before
    assert len(holder.value["deep"]) == 1
