"""What is kept of the places that a kernel names for an exception: lines, or nothing."""

import pytest

from sandboxes.inside.exam.codec import Unpacking
from sandboxes.inside.exam.ledger import Ledger
from sandboxes.inside.exam.raising import raised

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
