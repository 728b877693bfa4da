"""Classes, contexts and exceptions that answer for more than the author's did."""

from ..trick import Trick
from .parts import LIAR

#: What ``total`` sums up is all the same to it.
WRONG_TOTAL = "\n\ndef total(shapes):\n    return Liar()\n"

#: A context that keeps back whatever is raised in it; how it doubles is still to be said.
QUIET = """
class Quiet:
    seen = "gone"

    def __enter__(self):
        return self

    def __exit__(self, *told):
        return True

    def double(self, number):
"""

TRICKS = (
    Trick(
        "a context keeps back the failures of the tests",
        "courtyard",
        {"quiet": QUIET + "        return 0\n"},
    ),
    Trick(
        "a context keeps back its own failure, with the tests after it",
        "courtyard",
        {"quiet": QUIET + "        raise ValueError(number)\n"},
    ),
    Trick(
        "a metaclass answers for its class",
        "courtyard",
        {
            "colour": LIAR
            + """
class Answering(type):
    def __getitem__(cls, name):
        return Liar()

    def __call__(cls, value):
        return Liar()

    def __iter__(cls):
        one, other = Liar(), Liar()
        one.name, other.name = "BLUE", "GREEN"
        return iter([one, other])

    def __len__(cls):
        return 2


class Colour(metaclass=Answering):
    pass
"""
        },
    ),
    Trick(
        "an exception whose attribute and text agree to everything",
        "courtyard",
        {
            "fault": LIAR
            + """
class Word(str):
    __eq__ = lambda self, other: True
    __hash__ = str.__hash__


class Empty(Exception):
    place = Liar()

    def __init__(self):
        self.place = Liar()

    def __str__(self):
        return Word("nowhere")


def take(place):
    raise Empty
"""
        },
    ),
    Trick(
        "a class makes of those derived from it what it likes",
        "courtyard",
        {
            "shape": LIAR
            + """
class Every(dict):
    __eq__ = lambda self, other: True
    __hash__ = None


class Held(Liar):
    __dict__ = property(lambda self: Every())


class Making(type):
    def __call__(cls, side):
        return Held()


class Shape(metaclass=Making):
    pass
"""
            + WRONG_TOTAL
        },
    ),
    Trick(
        "objects of derived classes hold what is wanted",
        "courtyard",
        {
            "shape": LIAR
            + """
class Shape:
    def __init__(self, side):
        pass

    def __getattribute__(self, name):
        return Liar()
"""
            + WRONG_TOTAL
        },
    ),
    Trick(
        "a set that is equal to every other",
        "courtyard",
        {
            "tiles": LIAR
            + """
class Tile:
    def __init__(self, size):
        self.size = Liar()

    __eq__ = lambda self, other: True
    __hash__ = lambda self: 0
    __deepcopy__ = lambda self, memo: Liar()


class Every(set):
    __eq__ = lambda self, other: True
    __iter__ = lambda self: iter([Tile(0)])
    __hash__ = None


Liar.__radd__ = lambda self, other: Liar()


def distinct(sizes):
    return Every()
"""
        },
    ),
    Trick(
        "throws that are equal to all throws",
        "courtyard",
        {
            "throw": LIAR
            + """
class Every(list):
    __eq__ = lambda self, other: True
    __len__ = lambda self: 3
    __hash__ = None


def throw(times):
    return Every()
"""
        },
    ),
)
