"""Exceptions that end what is not theirs: iterations, assertions and cases of the tests."""

from ..trick import Control, Trick
from .examining import attack

TRICKS = (
    Trick(
        "an answer ends the iteration of the tests that call it",
        "market",
        {"square": "def square(number):\n    raise StopIteration"},
    ),
    Trick(
        "an answer ends it with an exception of its own",
        "market",
        {
            "square": """
class Over(StopIteration):
    pass

def square(number):
    raise Over(number)
"""
        },
    ),
    Trick(
        "an answer ends it from its second call on",
        "market",
        {
            "square": """
def square(number, calls=[]):
    calls.append(number)
    if len(calls) > 1:
        raise StopIteration
    return number * number
"""
        },
    ),
    Trick(
        "an assertion of the tests is swallowed where the answer calls them",
        "market",
        {
            "visit": """
def visit(values, welcome):
    for value in values:
        try:
            welcome(value)
        except BaseException:
            pass
"""
        },
    ),
    Trick(
        "every case of the tests is said to be skipped",
        "market",
        {
            "square": """
import unittest

def square(number):
    raise unittest.SkipTest("not today")
"""
        },
    ),
    attack(
        "half of a character is printed, shown and raised",
        """
print("\\ud800")
Odd = type("Odd" * 100_000, (Exception,), {})
raise Odd("\\udfff")
""",
    ),
    Trick(
        "an answer says how a test ends by its name",
        "market",
        {
            "square": """
print("the trick came to its point")
AssertionError = StopIteration = type("StopIteration", (Exception,), {"__module__": "builtins"})

def square(number):
    raise StopIteration
"""
        },
        Control.REACHES,
    ),
)
