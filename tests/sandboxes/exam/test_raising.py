"""What an exception of a kernel becomes, and what is kept of the places that it names."""

from types import SimpleNamespace

import pytest

from sandboxes.inside.exam.codec import Unpacking
from sandboxes.inside.exam.ledger import Ledger
from sandboxes.inside.exam.raising import Stopped, raised
from sandboxes.inside.exam.record import Judge, Recorder

KIND = ["k", 1, "ValueError", "builtins:ValueError", True, [], [], "ValueError"]


@pytest.mark.parametrize(
    ("told", "places"),
    [
        ([[3, "return n / 0"]], [(3, "return n / 0")]),
        ([[True, "x"], ["3", "x"], [3], [3, 4], "3x", None], []),
        ([[3, "x" * 1000]], [(3, "x" * 400)]),
        ([[n, "x"] for n in range(20)], [(n, "x") for n in range(8)]),
        ({"3": "x"}, []),
        (None, []),
    ],
)
def test_places_are_pairs_of_number_and_text(told, places):
    unpacking = Unpacking(Ledger(2), lambda tag, parts: None)
    error = raised(
        None, "f()", {"kind": KIND, "text": "no", "given": [], "places": told}, unpacking
    )

    assert type(error) is ValueError
    assert error.places == places


@pytest.mark.parametrize(
    ("path", "name", "becomes"),
    [
        ("f()", "StopIteration", Stopped),
        ("f()", "StopAsyncIteration", Stopped),
        ("f()[next]", "StopIteration", StopIteration),
        ("g()", "StopIteration", StopIteration),
        ("f()", "SystemExit", Stopped),
        ("f()", "LookupError", LookupError),
    ],
)
def test_only_an_iterator_ends_an_iteration_unless_the_author_s_answer_does(path, name, becomes):
    recorder = Recorder()
    recorder.may_be("g()", "raises:StopIteration")
    bridge = SimpleNamespace(policy=Judge(recorder.written()))
    told = {"kind": [*KIND[:2], name, f"builtins:{name}", *KIND[4:7], name]}
    unpacking = Unpacking(Ledger(2), lambda tag, parts: None)

    error = raised(bridge, path, {**told, "text": "", "given": []}, unpacking)

    assert type(error) is becomes
