"""What may not come from a kernel, and is refused only when something is done with it."""

import copy
import json
import math
import operator

import pytest

from sandboxes.inside.exam.barred import Barred, handle_of
from sandboxes.inside.exam.remote import reference


class Used(Exception):
    pass


@pytest.fixture
def barred():
    return Barred(lambda: Used("used"), lambda: False, 7)


USES = {
    "truth": bool,
    "text": str,
    "another text": repr,
    "format": "{}".format,
    "equality": lambda thing: thing == 1,
    "inequality": lambda thing: thing != 1,
    "order": lambda thing: thing > 1,
    "order of several": lambda thing: sorted([thing, 1]),
    "difference": lambda thing: 1 - thing,
    "sum": lambda thing: sum([thing]),
    "change in place": lambda thing: operator.iadd(thing, 1),
    "length": len,
    "members": list,
    "membership": lambda thing: 1 in thing,
    "membership of it": lambda thing: thing in [1],
    "item": lambda thing: thing[0],
    "change of an item": lambda thing: operator.setitem(thing, 0, 1),
    "attribute": lambda thing: thing.shape,
    "whether it has an attribute": lambda thing: hasattr(thing, "shape"),
    "change of an attribute": lambda thing: setattr(thing, "shape", 1),
    "call": lambda thing: thing(),
    "class": lambda thing: isinstance(thing, float),
    "key": lambda thing: {thing: 1},
    "number": float,
    "rounding": round,
    "rounding down": math.floor,
    "place": lambda thing: [1, 2][thing],
    "closeness": lambda thing: math.isclose(thing, 1.0),
    "unpacking": lambda thing: (lambda *rest: rest)(*thing),
    "context": lambda thing: thing.__enter__(),
    "copy": copy.copy,
    "deep copy": copy.deepcopy,
    "JSON": json.dumps,
    "listing": dir,
}


@pytest.mark.parametrize("use", USES)
def test_whatever_is_done_with_it_is_refused(use, barred):
    with pytest.raises(Used):
        USES[use](barred)


def test_it_can_be_kept_left_alone_and_handed_back(barred):
    kept = [barred, None]

    assert kept[0] is barred
    assert handle_of(barred) == 7
    assert reference(barred) is None


def test_a_verdict_shows_it_without_a_word_about_it():
    assert repr([Barred(lambda: Used("used"), lambda: True, None)]) == "[<…>]"
