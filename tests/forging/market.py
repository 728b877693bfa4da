"""One more assignment, whose tests hand over much: data, functions, classes of the author's."""

from .assembling import Assignment, answer, given, tests

MARKET = Assignment(
    "python",
    (
        given("""
import functools
import io
import math
import unittest
from unittest import mock

WORDS = ["tea", "mint", "tea", "sugar"]


class Near:
    def __init__(self, value, within=1e-6):
        self.value, self.within = value, within

    def __eq__(self, other):
        return abs(self.value - getattr(other, "value", other)) <= self.within


class Basket:
    def __init__(self, prices=()):
        self.prices = list(prices)

    @functools.cached_property
    def total(self):
        return sum(self.prices)

    def is_ordered(self):
        return self.prices == sorted(self.prices)
"""),
        answer(
            "distinct",
            """
def distinct(words):
    ### BEGIN SOLUTION
    return sorted(set(words))
    ### END SOLUTION


def count(words):
    ### BEGIN SOLUTION
    return len(words)
    ### END SOLUTION
""",
        ),
        tests(
            "distinct-tests",
            2,
            "assert isinstance(distinct(WORDS), list)",
            "assert distinct(WORDS) == sorted(set(WORDS)), secret",
        ),
        tests(
            "count-tests",
            1,
            "assert count(WORDS) == len(WORDS)",
            "assert count(WORDS[:]) == len(WORDS), secret",
        ),
        tests(
            "share-tests",
            2,
            """
points = 0
points += distinct(WORDS) == sorted(set(WORDS))
""",
            """
points += count(WORDS) == len(WORDS)
points
""",
        ),
        answer(
            "order",
            """
def total(prices):
    ### BEGIN SOLUTION
    return sum(prices)
    ### END SOLUTION


def order(prices):
    ### BEGIN SOLUTION
    prices.sort()
    ### END SOLUTION
""",
        ),
        tests(
            "order-tests",
            2,
            """
prices, expected = [30, 10, 20], [10, 20, 30]
total(expected)
order(prices)
assert prices == expected
""",
            """
prices, expected = [9, 2], [2, 9]
total(expected)
order(prices)
assert prices == expected, secret
""",
        ),
        tests(
            "near-tests",
            1,
            "assert total([1, 2]) == Near(3)",
            "assert total([5, 6]) == Near(11), secret",
        ),
        answer(
            "visit",
            """
def apply(function, values):
    ### BEGIN SOLUTION
    return [function(value) for value in values]
    ### END SOLUTION


def visit(values, welcome):
    ### BEGIN SOLUTION
    for value in sorted(values):
        welcome(value)
    ### END SOLUTION
""",
        ),
        tests(
            "apply-tests",
            2,
            """
values = [3, 5]
assert apply(lambda value: value + 1, values) == [value + 1 for value in values]
""",
            """
values = [8, 1, 4]
assert apply(lambda value: value * 2, values) == [value * 2 for value in values], secret
""",
        ),
        tests(
            "visit-tests",
            2,
            """
def welcome(value):
    assert not seen or seen[-1] < value
    seen.append(value)


seen = []
visit([3, 1, 2], welcome)
""",
            """
seen = []
visit([9, 4], welcome)
""",
        ),
        answer(
            "square",
            """
def square(number):
    ### BEGIN SOLUTION
    return number * number
    ### END SOLUTION
""",
        ),
        tests(
            "zip-tests",
            1,
            """
for found, expected in zip(map(square, [1, 2]), [1, 4]):
    assert found == expected
""",
            """
for found, expected in zip(map(square, [3, 4]), [9, 16]):
    assert found == expected, secret
""",
        ),
        tests(
            "all-tests",
            1,
            "assert all(map(lambda number: square(number) == number * number, [1, 2]))",
            "assert all(map(lambda number: square(number) == number**2, [5, 7])), secret",
        ),
        tests(
            "cases-tests",
            1,
            """
class Cases(unittest.TestCase):
    def test_small(self):
        self.assertEqual(square(3), 9)
""",
            """
    def test_large(self):
        self.assertEqual(square(30), 900, secret)


cases = unittest.defaultTestLoader.loadTestsFromTestCase(Cases)
assert unittest.TextTestRunner(io.StringIO()).run(cases).wasSuccessful()
""",
        ),
        answer(
            "kinds",
            """
### BEGIN SOLUTION
import enum
from collections import namedtuple

Place = namedtuple("Place", "row column")
start = Place(0, 0)


class Degrees(float):
    def hotter(self, by):
        return Degrees(self + by)


class Size(enum.IntEnum):
    SMALL = 1
    LARGE = 2


class Line(list):
    def wait(self, name):
        self.append(name)
### END SOLUTION
""",
        ),
        tests("place-tests", 1, "assert start == (0, 0)", "assert start[1] == 0, secret"),
        tests(
            "degrees-tests",
            1,
            "assert abs(Degrees(20).hotter(5) - 25) < 1e-9",
            "assert Degrees(1).hotter(2) == 3, secret",
        ),
        tests(
            "size-tests",
            1,
            "assert Size.SMALL == 1",
            "assert Size.LARGE > Size.SMALL and Size.LARGE + 1 == 3, secret",
        ),
        tests(
            "line-tests",
            1,
            """
line = Line()
line.wait("Rim")
assert line == ["Rim"]
""",
            """
line.wait("Reda")
assert len(line) == 2 and line[1] == "Reda" and "Rim" in line, secret
""",
        ),
        answer(
            "tidy",
            """
def tidy(basket):
    ### BEGIN SOLUTION
    return Basket(sorted(basket.prices))
    ### END SOLUTION
""",
        ),
        tests(
            "tidy-tests",
            2,
            "assert tidy(Basket([3, 1])).is_ordered()",
            """
tidied = tidy(Basket([5, 2, 4]))
assert tidied.is_ordered() and tidied.total == 11, secret
""",
        ),
        answer(
            "rate",
            """
def rate(announce):
    ### BEGIN SOLUTION
    announce("a rate")
    return 1.0
    ### END SOLUTION
""",
        ),
        tests(
            "rate-tests",
            1,
            """
announce = mock.MagicMock()
assert math.isclose(rate(announce), 1.0)
""",
            """
announce.assert_called_once_with("a rate")
assert rate(announce), secret
""",
        ),
        answer(
            "write",
            """
def write(text):
    ### BEGIN SOLUTION
    with open("prices.txt", "w") as file:
        file.write(text)
    return "prices.txt"
    ### END SOLUTION
""",
        ),
        tests(
            "write-tests",
            1,
            """
with open(write("mint 3")) as file:
    assert file.read() == "mint 3"
""",
            """
with open(write("tea 5")) as file:
    assert file.read() == "tea 5", secret
""",
        ),
    ),
)
