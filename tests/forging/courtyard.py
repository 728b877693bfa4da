"""An assignment whose tests ask much of classes, contexts, exceptions and objects."""

from .assembling import Assignment, answer, given, tests

COURTYARD = Assignment(
    "python",
    (
        given("import copy\nimport random\nfrom unittest.mock import patch"),
        answer(
            "shape",
            """
### BEGIN SOLUTION
class Shape:
    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side**2


def total(shapes):
    return sum(one.area() for one in shapes)
### END SOLUTION
""",
        ),
        tests(
            "shape-tests",
            2,
            """
class Strip(Shape):
    def area(self):
        return 2 * super().area()


assert total([Strip(3), Shape(1)]) == 19
assert vars(Shape(4)) == {"side": 4}
""",
            """
class Field(Shape):
    def __init__(self, side):
        super().__init__(2 * side)


assert total([Field(5)]) == Field(5).area() == 100, secret
assert vars(Field(3)) == {"side": 6}, secret
""",
        ),
        answer(
            "colour",
            """
### BEGIN SOLUTION
from enum import Enum


class Colour(Enum):
    BLUE = 3
    GREEN = 5
### END SOLUTION
""",
        ),
        tests(
            "colour-tests",
            1,
            'assert Colour["BLUE"].value == 3',
            """
assert Colour["GREEN"].value == 5 and Colour(3).name == "BLUE", secret
assert [one.name for one in Colour] == ["BLUE", "GREEN"] and len(Colour) == 2, secret
""",
        ),
        answer(
            "quiet",
            """
### BEGIN SOLUTION
class Quiet:
    def __enter__(self):
        return self

    def __exit__(self, kind, value, places):
        self.seen = str(value)
        return kind is ValueError

    def double(self, number):
        return 2 * number
### END SOLUTION
""",
        ),
        tests(
            "quiet-tests",
            1,
            """
with Quiet() as quiet:
    raise ValueError("gone")
assert quiet.seen == "gone"
""",
            """
with Quiet() as quiet:
    assert quiet.double(21) == 42, secret
    raise ValueError("there")
""",
        ),
        answer(
            "fault",
            """
### BEGIN SOLUTION
class Empty(Exception):
    def __init__(self, place):
        self.place = place

    def __str__(self):
        return f"{self.place} is empty"


def take(place):
    raise Empty(place)
### END SOLUTION
""",
        ),
        tests(
            "fault-tests",
            1,
            "assert issubclass(Empty, Exception)",
            """
try:
    take("fountain")
except Empty as fault:
    assert fault.place == "fountain" and str(fault) == "fountain is empty", secret
else:
    raise AssertionError
""",
        ),
        answer(
            "tiles",
            """
### BEGIN SOLUTION
from dataclasses import dataclass


@dataclass(frozen=True)
class Tile:
    size: int


def distinct(sizes):
    return {Tile(size) for size in sizes}
### END SOLUTION
""",
        ),
        tests(
            "tiles-tests",
            1,
            "assert Tile(3).size == 3",
            """
assert distinct([1, 1, 2]) == {Tile(1), Tile(2)}, secret
assert sum(one.size for one in distinct([4, 4, 5])) == 9, secret
assert copy.deepcopy(Tile(6)).size == 6, secret
""",
        ),
        answer(
            "throw",
            """
def throw(times):
    ### BEGIN SOLUTION
    return [random.randint(1, 6) for _ in range(times)]
    ### END SOLUTION
""",
        ),
        tests(
            "throw-tests",
            1,
            "assert len(throw(3)) == 3",
            """
with patch("random.randint", side_effect=[6, 1, 4]):
    assert throw(3) == [6, 1, 4], secret
""",
        ),
    ),
)
