"""Small assignments with hidden tests, as an author would write them."""

from .assembling import Assignment, answer, given, tests
from .courtyard import COURTYARD
from .market import MARKET

NUMBERS = Assignment(
    "python",
    (
        given("""
import contextlib
import io
import math
import statistics

DATA = [3, 5, 10]
WORDS = ["tea", "mint", "tea", "sugar"]


def close(found, expected):
    return abs(found - expected) < 1e-9
"""),
        answer(
            "mean",
            """
def mean(values):
    ### BEGIN SOLUTION
    return sum(values) / len(values)
    ### END SOLUTION
""",
        ),
        tests(
            "mean-tests",
            3,
            """
assert mean([1, 2, 3]) == 2
assert isinstance(mean([1, 2]), float)
""",
            """
assert close(mean(DATA), 6), secret
assert math.isclose(mean([0.5, 17.25]), 8.875), secret
assert abs(statistics.mean([1, 7]) - mean([1, 7])) < 1e-9, secret
""",
        ),
        answer(
            "spread",
            """
### BEGIN SOLUTION
spread = max(DATA) - min(DATA)
### END SOLUTION
""",
        ),
        tests(
            "spread-tests",
            3,
            "assert isinstance(spread, (int, float))",
            """
assert spread == 7, secret
assert abs(7 - spread) < 1e-9, secret
""",
        ),
        answer(
            "distinct",
            """
def distinct(words):
    ### BEGIN SOLUTION
    return sorted(set(words))
    ### END SOLUTION
""",
        ),
        tests(
            "distinct-tests",
            2,
            """
given = ["b", "a", "b"]
assert distinct(given) == sorted(set(given))
""",
            """
given = ["rose", "musk", "amber", "musk"]
assert distinct(given) == sorted(set(given)), secret
""",
        ),
        tests(
            "distinct-more",
            1,
            """
found = distinct(WORDS)
assert len(found) == 3
""",
            """
assert all(one == other for one, other in zip(found, ["mint", "sugar", "tea"])), secret
""",
        ),
        answer(
            "label",
            """
def label(name, marks):
    ### BEGIN SOLUTION
    return f"{name}: {sum(marks) / len(marks):.2f}"
    ### END SOLUTION
""",
        ),
        tests(
            "label-tests",
            1,
            'assert label("Salma", [12, 14]) == "Salma: 13.00"',
            'assert "12.50" in label("Rim", [12, 13]), secret',
        ),
        tests(
            "format-tests",
            1,
            'assert f"{mean([1, 2, 6]):.1f}" == "3.0"',
            'assert f"{mean([1, 2]):.3f}" == "1.500", secret',
        ),
        tests(
            "round-tests",
            1,
            "assert round(mean([1, 2, 2]), 2) == 1.67",
            "assert round(mean([2, 2, 3]), 2) == 2.33, secret",
        ),
        answer(
            "greet",
            """
def greet(names):
    ### BEGIN SOLUTION
    for name in names:
        print(f"Salam, {name}!")
    ### END SOLUTION
""",
        ),
        tests(
            "greet-tests",
            1,
            """
shown = io.StringIO()
with contextlib.redirect_stdout(shown):
    greet(["Rim", "Reda"])
assert "Salam, Rim!" in shown.getvalue()
""",
            'assert shown.getvalue().splitlines() == ["Salam, Rim!", "Salam, Reda!"], secret',
        ),
        tests(
            "partial-tests",
            2,
            "points = 0",
            """
points = points + 1 * (mean([4, 8]) == 6)
points = points + 1 * (label("Rim", [9]) == "Rim: 9.00")
points
""",
        ),
    ),
)

ACCOUNTS = Assignment(
    "python",
    (
        given("""
import unittest

check = unittest.TestCase()


def twice(function, value):
    return function(function(value))
"""),
        answer(
            "account",
            """
### BEGIN SOLUTION
class InsufficientFunds(Exception):
    pass


class Account:
    def __init__(self, balance):
        self.balance = balance

    def deposit(self, amount):
        self.balance += amount

    def withdraw(self, amount):
        if amount > self.balance:
            raise InsufficientFunds(f"There are only {self.balance} left.")
        self.balance -= amount
### END SOLUTION
""",
        ),
        tests(
            "account-tests",
            3,
            """
account = Account(10)
account.deposit(5)
assert account.balance == 15
assert isinstance(account, Account)
""",
            """
account.withdraw(4)
check.assertEqual(account.balance, 11, secret)
""",
        ),
        tests(
            "refusal-tests",
            2,
            """
try:
    Account(1).withdraw(2)
    raise AssertionError("This must be refused.")
except InsufficientFunds:
    pass
""",
            """
try:
    Account(12).withdraw(13)
    raise AssertionError(secret)
except InsufficientFunds:
    pass
""",
        ),
        tests(
            "reason-tests",
            2,
            "reason = None",
            """
try:
    Account(12).withdraw(13)
except InsufficientFunds as refused:
    reason = str(refused)
assert reason is not None and "only 12 left" in reason, secret
""",
        ),
        answer(
            "pour",
            """
def pour(source, target):
    ### BEGIN SOLUTION
    target.extend(source)
    source.clear()
    ### END SOLUTION
""",
        ),
        tests(
            "pour-tests",
            2,
            """
source, target = [1, 2], [3]
pour(source, target)
assert source == [] and target == [3, 1, 2]
""",
            """
source, target = ["oil"], []
pour(source, target)
assert source == [] and target == ["oil"], secret
""",
        ),
        answer(
            "each",
            """
def each(function, values):
    ### BEGIN SOLUTION
    return [function(value) for value in values]
    ### END SOLUTION
""",
        ),
        tests(
            "each-tests",
            2,
            """
seen = []
each(seen.append, [4, 5])
assert seen == [4, 5]
""",
            "assert each(lambda value: value * value, [1, 2, 3]) == [1, 4, 9], secret",
        ),
        answer(
            "middle",
            """
### BEGIN SOLUTION
middle = (2 + 5) / 2
### END SOLUTION
""",
        ),
        tests(
            "middle-tests",
            2,
            "from fractions import Fraction",
            """
assert middle == Fraction(7, 2), secret
assert abs(Fraction(7, 2) - middle) < 1e-9, secret
""",
        ),
        answer(
            "step",
            """
def step(number):
    ### BEGIN SOLUTION
    return number + 3
    ### END SOLUTION
""",
        ),
        tests("step-tests", 2, "assert twice(step, 1) == 7", "assert twice(step, -6) == 0, secret"),
    ),
)

ARRAYS = Assignment(
    "python-ml",
    (
        given("""
import numpy as np

TABLE = np.array([[1.0, 10.0], [3.0, 30.0], [5.0, 50.0]])
"""),
        answer(
            "standard",
            """
def standard(table):
    ### BEGIN SOLUTION
    return (table - table.mean(axis=0)) / table.std(axis=0)
    ### END SOLUTION
""",
        ),
        tests(
            "standard-tests",
            4,
            """
fresh = np.array([[1.0, 2.0], [5.0, 4.0]])
np.testing.assert_allclose(
    standard(fresh), (fresh - fresh.mean(axis=0)) / fresh.std(axis=0)
)
""",
            """
fresh = np.array([[0.0, 8.0], [9.0, 4.0]])
np.testing.assert_allclose(
    standard(fresh), (fresh - fresh.mean(axis=0)) / fresh.std(axis=0), err_msg=secret
)
""",
        ),
        tests(
            "moments-tests",
            3,
            """
result = standard(TABLE)
assert result.shape == (3, 2)
""",
            """
assert np.allclose(result.mean(axis=0), 0), secret
assert np.allclose(result.std(axis=0), 1), secret
assert np.array_equal(np.sign(result), [[-1, -1], [0, 0], [1, 1]]), secret
""",
        ),
        answer(
            "vector",
            """
class Vector:
    ### BEGIN SOLUTION
    def __init__(self, *parts):
        self.parts = parts

    def __len__(self):
        return len(self.parts)

    def __getitem__(self, place):
        return self.parts[place]
    ### END SOLUTION
""",
        ),
        tests(
            "vector-tests",
            1,
            """
expected = np.array([1.0, 2.0])
assert np.array_equal(np.asarray(Vector(1.0, 2.0)), expected)
""",
            """
expected = np.array([5.0, 0.5, 2.0])
assert np.array_equal(np.asarray(Vector(5.0, 0.5, 2.0)), expected), secret
""",
        ),
        answer(
            "largest",
            """
### BEGIN SOLUTION
largest = TABLE.max(axis=0)
### END SOLUTION
""",
        ),
        tests(
            "largest-tests",
            2,
            "assert isinstance(largest, np.ndarray)",
            """
assert (largest == np.array([5, 50])).all(), secret
assert np.abs(np.array([5.0, 50.0]) - largest).max() < 1e-9, secret
""",
        ),
        tests(
            "close-tests",
            1,
            "assert largest is not None",
            "np.testing.assert_allclose(largest, [5.0, 50.0], err_msg=secret)",
        ),
    ),
)

FRAMES = Assignment(
    "python-ml",
    (
        given("""
import pandas as pd

towns = pd.read_csv("towns.csv")
"""),
        answer(
            "regions",
            """
### BEGIN SOLUTION
regions = towns.groupby("region", as_index=False)["people"].sum()
### END SOLUTION
""",
        ),
        tests(
            "regions-tests",
            3,
            """
expected = pd.DataFrame({"region": ["north", "south"], "people": [700, 50]})
assert list(regions.columns) == ["region", "people"]
""",
            "pd.testing.assert_frame_equal(regions, expected)",
        ),
        tests(
            "equals-tests",
            3,
            "assert len(regions) == 2",
            """
assert regions.equals(expected), secret
assert (regions["people"] == expected["people"]).all(), secret
""",
        ),
        answer(
            "people",
            """
### BEGIN SOLUTION
people = towns["people"].sum()
### END SOLUTION
""",
        ),
        tests(
            "people-tests",
            2,
            "assert people >= 0",
            'assert people == pd.read_csv("towns.csv")["people"].sum(), secret',
        ),
        answer(
            "biggest",
            """
def biggest(frame):
    ### BEGIN SOLUTION
    return frame.sort_values("people").iloc[-1]["town"]
    ### END SOLUTION
""",
        ),
        tests(
            "biggest-tests",
            2,
            'assert biggest(towns) == "Fez"',
            """
assert biggest(pd.DataFrame({"town": ["Asilah", "Safi"], "people": [9, 8]})) == "Asilah", secret
""",
        ),
    ),
    files={"towns.csv": b"town,region,people\nFez,north,600\nTaza,north,100\nZagora,south,50\n"},
)

ASSIGNMENTS = {
    "numbers": NUMBERS,
    "accounts": ACCOUNTS,
    "arrays": ARRAYS,
    "frames": FRAMES,
    "market": MARKET,
    "courtyard": COURTYARD,
}
