"""Functions that tests look up first are known as the cell begins, while that holds."""

import contextlib
import itertools
import threading

import pytest

from sandboxes.inside.exam.answering import Answering
from sandboxes.inside.exam.bridge import Absent, Refusal
from sandboxes.inside.exam.handing import REMOVED
from sandboxes.inside.exam.record import Judge
from tests.sandboxes.exam.conftest import honest
from tests.sandboxes.exam.interrupting import Interrupted, interrupted_after, interrupted_at

FUNCTIONS = ("first", "second", "echo")


def echo(n=1):
    return n


def begin(bridge):
    """A cell begins in which the author's solution had these functions, and a number."""
    kinds = {name: ["callable"] for name in FUNCTIONS} | {"number": ["value"]}
    called = {name: ["call"] for name in FUNCTIONS}
    record = {"kinds": kinds, "operations": called, "changes": [], "theirs": [], "rules": 2}
    bridge.begin(Judge(record), [])


@pytest.fixture
def judged(begun):
    """The way to a kernel that is served by ``serve``, or is an honest one with the variables."""

    def made(space=None, *, serve=None):
        bridge = begun(serve or (lambda way: honest(way, space)))
        bridge.end({})
        begin(bridge)
        return bridge

    return made


@pytest.fixture
def asked(monkeypatch):
    """What the kernel is asked one by one."""
    found = []
    answer = Answering._answer

    def noted(self, told):
        found.append(told["ask"])
        answer(self, told)

    monkeypatch.setattr(Answering, "_answer", noted)
    return found


def test_a_function_needs_no_question_of_its_own(judged, asked):
    bridge = judged({"first": echo, "echo": echo})

    assert bridge.name("first")(7) == 7
    assert asked == ["operation"]


def test_what_is_no_function_is_asked_for(judged, asked):
    bridge = judged({"first": 5, "number": 3})

    assert (bridge.name("first"), bridge.name("number")) == (5, 3)
    assert asked == ["name", "name"]


def test_what_is_not_there_is_absent(judged):
    bridge = judged({"first": echo})

    with pytest.raises(Absent):
        bridge.name("second")


def test_a_name_that_was_bound_anew_meanwhile_is_the_new_one(judged):
    space = {"second": lambda: "old"}
    space["first"] = lambda: space.update(second=lambda: "new")
    bridge = judged(space)

    bridge.name("first")()

    assert bridge.name("second")() == "new"


def test_a_name_that_the_tests_removed_is_gone(judged):
    bridge = judged({"first": echo})
    bridge.handing.replaced["first"] = REMOVED

    with pytest.raises(Absent):
        bridge.name("first")


def test_a_cell_that_asks_for_nothing_leaves_nothing_to_the_next(judged):
    space = {"first": lambda: "old"}
    bridge = judged(space)
    bridge.end({})
    space["first"] = lambda: "new"
    begin(bridge)

    assert bridge.name("first")() == "new"


def test_a_kernel_that_owes_an_answer_is_asked_one_by_one(judged, asked):
    may = threading.Event()
    bridge = judged({"first": lambda: may.wait(5) and None, "echo": echo})
    late = bridge.name("first")
    with pytest.raises(Interrupted), interrupted_after(0.05):
        late()
    bridge.end({})
    begin(bridge)
    may.set()

    assert bridge.name("echo")(2) == 2
    assert asked == ["operation", "name", "operation"]


def test_an_interruption_anywhere_tears_nothing(judged):
    bridge = judged({"first": echo, "echo": echo})

    for place in itertools.count():
        with contextlib.suppress(Interrupted), interrupted_at(place) as happened:
            begin(bridge)
            bridge.name("first")(1)
        assert [bridge.name("echo")(n) for n in (2, 3)] == [2, 3]
        bridge.end({})
        if not happened:
            break

    assert place > 50
    assert bridge.refusals == []


def saying(**answer):
    """A kernel that says this of the functions."""

    def serve(way):
        with contextlib.suppress(Exception):
            while True:
                told = way.receive()
                if told["ask"] == "functions":
                    way.send({"say": "answer", "to": told["question"], **answer})
                elif told["ask"] not in ("begin", "end"):
                    way.send({"say": "answer", "to": told["question"], "value": 5, "objects": {}})

    return serve


@pytest.mark.parametrize("odd", [{}, {"functions": 5}, {"functions": {"first": None}}])
def test_an_answer_that_knows_no_function_is_asked_again(odd, judged):
    assert judged(serve=saying(**odd)).name("first") == 5


@pytest.mark.parametrize("node", [["zz"], ["fn"], ["fn", "x", "first", None], ["=", 7], [], {}])
def test_a_function_that_is_none_fails_the_cell(node, judged):
    bridge = judged(serve=saying(functions={"first": node}))

    with pytest.raises(Refusal):
        bridge.name("first")

    assert len(bridge.refusals) == 1


def test_a_call_in_the_place_of_the_answer_is_not_made(judged):
    refused, calls = [], []

    def serve(way):
        told = {"ask": ""}
        while told["ask"] != "functions":
            told = way.receive()
        call = {"say": "call", "number": 0, "given": [], "named": {}, "objects": {}}
        way.send({**call, "to": told["question"]})
        refused.append(way.receive())
        way.send({"say": "answer", "to": told["question"], "functions": {"first": 5}})

    bridge = judged(serve=serve)
    bridge.handing.callbacks.append(lambda: calls.append(1))

    assert bridge.name("first") == 5
    assert (calls, refused[0]["raised"]["text"]) == ([], "refused")
