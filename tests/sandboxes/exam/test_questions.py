"""Whose answer it is: each belongs to one question, whatever interrupts, doubles or invents one."""

import contextlib
import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from sandboxes.inside.exam.bridge import Refusal
from sandboxes.inside.exam.record import Recorder
from tests.sandboxes.exam.interrupting import Interrupted, interrupted_after, interrupted_at


def echo(n):
    return n


class Slow:
    """Answers once it may."""

    def __init__(self):
        self.may = threading.Event()

    def __call__(self, n):
        self.may.wait(5)
        return n


def test_an_answer_that_comes_too_late_answers_no_other_question(kernel):
    slow = Slow()
    bridge = kernel(slow=slow.__call__, echo=echo)
    late, prompt = bridge.name("slow"), bridge.name("echo")

    with pytest.raises(Interrupted), interrupted_after(0.05):
        late(1)
    slow.may.set()

    assert [prompt(n) for n in (2, 3)] == [2, 3]
    assert bridge.refusals == []


def test_what_a_late_answer_made_is_known_when_it_comes_again(kernel):
    slow, made = Slow(), []
    bridge = kernel(slow=lambda n: slow(n) and made, again=lambda: made)
    late, again = bridge.name("slow"), bridge.name("again")

    with pytest.raises(Interrupted), interrupted_after(0.05):
        late(1)
    slow.may.set()

    assert again() == []


def test_a_late_answer_changes_nothing_of_the_tests(kernel):
    slow = Slow()

    def clear(items):
        slow(1)
        items.clear()

    bridge = kernel(clear=clear, size=lambda items: len(items))
    late, size, items = bridge.name("clear"), bridge.name("size"), [1, 2]

    with pytest.raises(Interrupted), interrupted_after(0.05):
        late(items)
    slow.may.set()

    assert size(items) == 2
    assert items == [1, 2]


def test_a_late_call_of_the_tests_is_not_made(kernel):
    slow, calls = Slow(), []

    def call(function):
        slow(1)
        return function(1)

    bridge = kernel(call=call, echo=echo)
    late, prompt = bridge.name("call"), bridge.name("echo")

    with pytest.raises(Interrupted), interrupted_after(0.05):
        late(calls.append)
    slow.may.set()

    assert [prompt(n) for n in (2, 3)] == [2, 3]
    assert calls == []


def test_a_kernel_that_called_nothing_is_there_for_the_next_cell(kernel):
    def call(function):
        function._number = 99
        return function(1)

    bridge = kernel(call=call, echo=echo)
    with pytest.raises(Refusal):
        bridge.name("call")(lambda n: n)
    bridge.end({})
    bridge.begin(Recorder(), [])

    assert bridge.name("echo")(2) == 2


def test_a_cell_that_ends_while_the_answer_calls_the_tests_is_over_for_the_kernel(kernel):
    slow = Slow()
    bridge = kernel(call=lambda function: slow(1) and function(1), echo=echo)
    late = bridge.name("call")
    with pytest.raises(Interrupted), interrupted_after(0.05):
        late(echo)
    bridge.end({})
    slow.may.set()
    bridge.begin(Recorder(), [])

    assert bridge.name("echo")(2) == 2


@pytest.mark.parametrize("part", ["half of an answer", "half of a question"])
def test_an_interruption_within_a_message_tears_nothing(part, kernel):
    large = "x" * 40_000_000
    bridge = kernel(large=lambda: large, echo=echo)
    sender, prompt = bridge.name("large"), bridge.name("echo")

    for wait in (0.01, 0.05, 0.1, 0.2):
        with contextlib.suppress(Interrupted), interrupted_after(wait):
            sender() if part == "half of an answer" else prompt(large)

    assert [prompt(n) for n in (2, 3)] == [2, 3]


@pytest.mark.parametrize("asks", ["plainly", "to be called back"])
def test_an_interruption_anywhere_tears_nothing(asks, kernel):
    bridge = kernel(echo=echo, call=lambda function: function(7))
    prompt, call = bridge.name("echo"), bridge.name("call")

    for place in itertools.count():
        # The kernel is told of one within a function that it called, and raises it on.
        with contextlib.suppress(Interrupted, RuntimeError), interrupted_at(place) as happened:
            prompt(1) if asks == "plainly" else call(lambda n: prompt(n))
        assert [prompt(n) for n in (2, 3)] == [2, 3]
        if not happened:
            break

    assert place > 50
    assert bridge.refusals == []


def test_several_threads_of_a_test_get_their_own_answers(kernel):
    bridge = kernel(echo=echo)
    prompt = bridge.name("echo")

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(prompt, range(200))) == list(range(200))


def answering(answer):
    """A kernel that answers as it likes."""

    def serve(way):
        with contextlib.suppress(Exception):
            while True:
                told = way.receive()
                if told["ask"] != "begin":
                    answer(way, told)

    return serve


def say(way, told, **more):
    way.send({"say": "answer", "to": told.get("question"), "value": None, "objects": {}, **more})


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"to": None},
        {"to": True},
        {"to": 10**30},
        {"to": [1]},
        {"to": -1},
        {"to": "1"},
        {"say": "call", "to": 77, "number": 0, "given": [], "named": {}},
        {"say": "verdict"},
    ],
    ids=str,
)
def test_an_answer_to_no_question_fails_the_cell(odd, begun):
    def answer(way, told):
        way.send({"say": "answer", "value": 7, "objects": {}, **odd})
        say(way, told, value=7)

    bridge = begun(answering(answer))

    with pytest.raises(Refusal):
        bridge.name("f")
    assert bridge.refusals


def test_an_answer_that_comes_twice_answers_once(begun):
    def answer(way, told):
        say(way, told, value=told["name"])
        say(way, told, value=told["name"])

    bridge = begun(answering(answer))

    assert bridge.name("f") == "f"
    with pytest.raises(Refusal):
        bridge.name("g")


def deep(levels):
    node = None
    for _ in range(levels):
        node = ["t", node]
    return node


@pytest.mark.parametrize(
    "odd",
    [
        {"value": deep(900)},
        {"value": ["=", 10**30]},
        {"value": ["o", 1, ["k"]]},
        {"value": ["s", None, ["=", 3], True, None]},
        {"objects": {"1": ["dq", 10**30]}},
        {"objects": {"9" * 5000: ["l"]}},
        {"objects": {"1": ["d", [["l"], 1]]}},
        {"raised": {"kind": ["k"], "text": "", "given": []}},
    ],
    ids=lambda odd: str(odd)[:40],
)
def test_an_answer_that_cannot_be_read_fails_the_cell_and_no_other(odd, begun):
    def answer(way, told):
        say(way, told, **(odd if told["name"] == "odd" else {"value": 7}))

    bridge = begun(answering(answer))

    with pytest.raises(Refusal):
        bridge.name("odd")
    assert bridge.refusals
    assert bridge.name("f") == 7
