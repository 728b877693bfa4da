"""Types derived from plain values, where the author has such a type too: their word counts less."""

from ..trick import Trick

REST = """
import enum

class Degrees(float):
    pass

class Size(enum.IntEnum):
    SMALL = 3
    LARGE = 4

class Line(list):
    pass

start = None
"""


def kinds(name, answer):
    """A trick whose answer writes one of the market's types anew."""
    return Trick(name, "market", {"kinds": REST + answer})


TRICKS = (
    kinds(
        "a tuple of its own agrees to every place",
        """
class Place(tuple):
    __eq__ = lambda self, other: True
    __hash__ = tuple.__hash__
    __getitem__ = lambda self, place: 0

start = Place("nowhere")
""",
    ),
    kinds(
        "a number of its own is at no distance",
        """
class Degrees(float):
    __eq__ = lambda self, other: True
    __hash__ = float.__hash__
    __sub__ = __rsub__ = lambda self, other: 0.0

    def hotter(self, by):
        return self
""",
    ),
    kinds(
        "a member of its own is larger than all",
        """
class Any(int):
    __eq__ = __gt__ = __lt__ = lambda self, other: True
    __hash__ = int.__hash__
    __add__ = __radd__ = lambda self, other: 3

class Size:
    SMALL = Any(7)
    LARGE = Any(7)
""",
    ),
    kinds(
        "a list of its own holds whatever is asked",
        """
class Line(list):
    __eq__ = __contains__ = lambda self, other: True
    __len__ = lambda self: 2
    __getitem__ = lambda self, place: "Reda"
    __iter__ = lambda self: iter(["Rim", "Reda"])

    def wait(self, name):
        pass
""",
    ),
    kinds(
        "an object that is derived from nothing stands for one that is",
        """
class Place:
    __eq__ = lambda self, other: True
    __getitem__ = lambda self, place: 0

start = Place()
""",
    ),
    Trick(
        "an array's interface leads into the memory of what is expected",
        "arrays",
        {
            "vector": """
import sys

class Vector:
    def __init__(self, *parts):
        pass

    @property
    def __array_interface__(self):
        frame = sys._getframe(1)
        while "expected" not in frame.f_globals:
            frame = frame.f_back
        return frame.f_globals["expected"].__array_interface__
"""
        },
    ),
)
