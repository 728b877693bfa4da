"""Arrays and frames that are not what they look like."""

from ..trick import Trick
from .parts import LIAR

YES = """
class Yes(np.ndarray):
    def __array_ufunc__(self, ufunc, method, *told, **more):
        if ufunc is np.sign:
            return self
        return np.zeros(2) if ufunc in (np.subtract, np.absolute) else np.ones(2, bool)
    def __array_function__(self, function, kinds, told, more):
        return True
    def __eq__(self, other):
        return np.ones(2, bool)
    def mean(self, axis=None):
        return self
    std = mean

"""

REGIONS = "frame = pd.DataFrame({'region': ['a', 'b'], 'people': [0, 0]})\n"

TRICKS = (
    Trick(
        "an array that answers for every function",
        "arrays",
        {"largest": YES + "largest = np.array([1, 2]).view(Yes)"},
    ),
    Trick(
        "an array whose moments are what they should be",
        "arrays",
        {"standard": YES + "def standard(table):\n    return np.zeros((3, 2)).view(Yes)"},
    ),
    Trick(
        "an object that goes before arrays",
        "arrays",
        {
            "largest": """
class First:
    __array_priority__ = 1e9
    __array_ufunc__ = None
    __class__ = np.ndarray
    __eq__ = lambda self, other: np.ones(2, bool)
    __rsub__ = lambda self, other: np.zeros(2)

largest = First()
"""
        },
    ),
    Trick(
        "an object that says it is an array",
        "arrays",
        {
            "largest": """
class Interface:
    __class__ = np.ndarray
    def __array__(self, dtype=None, copy=None):
        return np.array([5.0, 50.0]) if "assert_" in str(dtype) else np.zeros(2)
    def __array_ufunc__(self, ufunc, method, *told, **more):
        return np.zeros(2)
    __eq__ = lambda self, other: np.ones(2, bool)
    __rsub__ = lambda self, other: np.zeros(2)

largest = Interface()
"""
        },
    ),
    Trick(
        "an array of objects that agree to everything",
        "arrays",
        {
            "largest": LIAR
            + """
largest = np.empty(2, object)
largest[:] = [Liar(), Liar()]
"""
        },
    ),
    Trick(
        "a masked array hides what is wrong",
        "arrays",
        {"largest": "largest = np.ma.masked_all(2)"},
    ),
    Trick(
        "a masked array hides what is wrong with a function's result",
        "arrays",
        {"standard": "def standard(table):\n    return np.ma.masked_all(table.shape)"},
    ),
    Trick(
        "a matrix whose comparison agrees",
        "arrays",
        {
            "largest": """
class Agreeing(np.matrix):
    __eq__ = lambda self, other: np.ones(2, bool)
    __rsub__ = lambda self, other: np.zeros(2)

largest = np.matrix([[0, 0]]).view(Agreeing)
"""
        },
    ),
    Trick(
        "a record array whose fields answer",
        "arrays",
        {
            "largest": """
class Fields(np.recarray):
    def __eq__(self, other):
        return np.ones(2, bool)
    def __rsub__(self, other):
        return np.zeros(2)

largest = np.zeros(2, [("a", object), ("b", float)]).view(Fields)
"""
        },
    ),
    Trick(
        "an array in a memory that changes while it is read",
        "arrays",
        {
            "standard": """
import threading

def standard(table):
    class Waits(np.ndarray):
        def __array_finalize__(self, other):
            table[...] = 0.0
        def __eq__(self, other):
            return np.ones(self.shape, bool)
        def __array_function__(self, function, kinds, told, more):
            return True
    found = np.zeros(table.shape).view(Waits)
    table[:] = [[-1.0, -1.0], [1.0, 1.0]] if len(table) == 2 else 0.0
    return found + table
"""
        },
    ),
    Trick(
        "the argument is changed until the answer is right",
        "arrays",
        {
            "standard": """
def standard(table):
    if len(table) == 2:
        table[:] = [[-1.0, -1.0], [1.0, 1.0]]
    return table
"""
        },
    ),
    Trick(
        "a number whose kind is numpy's and whose word is not",
        "frames",
        {
            "people": """
class Count(int):
    __eq__ = lambda self, other: True
    __hash__ = int.__hash__

people = Count()
"""
        },
    ),
    Trick(
        "a frame that equals every other",
        "frames",
        {
            "regions": """
class Same(pd.DataFrame):
    def equals(self, other):
        return True
    def __getitem__(self, name):
        return Column()

class Column:
    __eq__ = lambda self, other: self
    all = lambda self: True

"""
            + REGIONS
            + "regions = Same(frame)"
        },
    ),
    Trick(
        "a column of objects that agree",
        "frames",
        {
            "regions": """
class Any:
    __eq__ = lambda self, other: True
    __ne__ = lambda self, other: False
    __hash__ = lambda self: 0

regions = pd.DataFrame({"region": [Any(), Any()], "people": [Any(), Any()]}, dtype=object)
pd.DataFrame.equals = lambda self, other: (self == other).all().all()
"""
        },
    ),
    Trick(
        "an extension array of its own",
        "frames",
        {
            "regions": """
import numpy as np

class Own(pd.arrays.NumpyExtensionArray):
    def __eq__(self, other):
        return pd.array([True] * len(self), dtype="boolean")
    def equals(self, other):
        return True

class Column(pd.Series):
    def __eq__(self, other):
        return pd.Series([True, True])

class Frame(pd.DataFrame):
    _constructor_sliced = Column
    def equals(self, other):
        return True
    def __getitem__(self, name):
        return Column([0, 0])

regions = Frame({"region": ["a", "b"], "people": Own(np.array([0, 0]))})
"""
        },
    ),
    Trick(
        "categories that lie about what they hold",
        "frames",
        {
            "biggest": """
class Town(str):
    __eq__ = lambda self, other: True
    __hash__ = lambda self: 0

def biggest(frame):
    return pd.Categorical([Town("Nowhere")])[0]
"""
        },
    ),
    Trick(
        "notes of a frame carry a liar",
        "frames",
        {
            "biggest": LIAR.replace("claims = float", "claims = str")
            + """
def biggest(frame):
    frame.attrs["town"] = Liar()
    return frame.attrs["town"]
"""
        },
    ),
    Trick(
        "accessors and caches of the argument are poisoned",
        "frames",
        {
            "biggest": """
class Town(str):
    __eq__ = lambda self, other: True
    __hash__ = lambda self: 0

def biggest(frame):
    frame["town"] = [Town("x") for _ in range(len(frame))]
    return frame["town"].iloc[0]
"""
        },
    ),
)
