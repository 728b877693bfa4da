"""What both sides know of the things that crossed."""

import pytest

from sandboxes.inside.exam import codec
from sandboxes.inside.exam.ledger import Ledger


@pytest.fixture
def ledger():
    return Ledger(1)


def held_by_nobody(ledger):
    """A list that crossed, was spoken of since, and that only the ledger has."""
    number = ledger.number([1])
    ledger.spoken_of.append(number)
    return number


def test_what_a_message_spoke_of_is_looked_at_once_more_though_nobody_holds_it(ledger):
    number = held_by_nobody(ledger)
    ledger.objects[number].append(2)

    assert ledger.watched() == [(number, [1, 2])]
    assert ledger.watched() == []


def test_what_is_spoken_of_again_is_looked_at_again(ledger):
    number = held_by_nobody(ledger)
    ledger.watched()

    ledger.spoken_of.append(number)

    assert ledger.watched() == [(number, [1])]


def test_what_somebody_holds_is_looked_at_each_time(ledger):
    held = [1]
    number = ledger.number(held)
    ledger.spoken_of.append(number)

    for _ in range(3):
        assert ledger.watched() == [(number, held)]


def test_a_change_without_a_holder_is_told(sides):
    inner = [1]
    came = sides.cross({"inner": inner})
    # The other side asks for the inner one, changes it, and lets go of it.
    ledger = sides.ledgers["examiner"]
    ledger.spoken_of.append(ledger.number(came["inner"]))
    came["inner"].append(2)
    packing = codec.Packing(ledger, None)

    packing.watched()

    assert list(packing.objects.values()) == [["l", 1, 2]]


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (["l", "a" * 9], ["l", "".join(["a"] * 9)], True),
        (["l", 1], ["l", 1.0], False),
        (["l", True], ["l", 1], False),
        (["l", -0.0], ["l", 0.0], False),
        (["l", ["a"]], ["l", "a"], False),
        (["l", 2**52], ["l", 2**52], True),
    ],
)
def test_bodies_are_told_apart_by_what_they_hold_alone(ledger, one, other, is_same):
    ledger.settle(1, one)

    assert ledger.settle(1, other) is not is_same
