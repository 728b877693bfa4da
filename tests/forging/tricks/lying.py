"""Values that agree to everything, and values whose kind is a lie."""

from ..trick import Trick
from .parts import LIAR

TRICKS = (
    Trick("an object that equals everything", "numbers", {"spread": LIAR + "spread = Liar()"}),
    Trick(
        "a function that returns what equals everything",
        "numbers",
        {"mean": LIAR + "def mean(values):\n    return Liar()"},
    ),
    Trick(
        "a class that passes for a number by its class attribute",
        "numbers",
        {
            "spread": """
class Pretender:
    __class__ = int
    def __eq__(self, other):
        return True
    def __rsub__(self, other):
        return 0

spread = Pretender()
"""
        },
    ),
    Trick(
        "a float that is equal to all and at no distance",
        "numbers",
        {
            "spread": """
class Any(float):
    __eq__ = lambda self, other: True
    __sub__ = __rsub__ = lambda self, other: 0.0
    __hash__ = float.__hash__

spread = Any("nan")
"""
        },
    ),
    Trick(
        "an int whose reflected difference is nothing",
        "numbers",
        {
            "spread": """
class Near(int):
    __eq__ = lambda self, other: True
    __rsub__ = lambda self, other: 0.0
    __hash__ = int.__hash__

spread = Near(99)
"""
        },
    ),
    Trick(
        "a truth value that stands for a comparison",
        "numbers",
        {
            "spread": """
class Yes:
    def __bool__(self):
        return True

class Asked(int):
    def __eq__(self, other):
        return Yes()
    def __rsub__(self, other):
        return Asked()
    def __abs__(self):
        return self
    def __lt__(self, other):
        return Yes()

spread = Asked()
"""
        },
    ),
    Trick(
        "a text that equals and contains every text",
        "numbers",
        {
            "label": """
class Any(str):
    __eq__ = __contains__ = lambda self, other: True
    __hash__ = str.__hash__

def label(name, marks):
    return Any()
"""
        },
    ),
    Trick(
        "a list that equals everything",
        "numbers",
        {
            "distinct": """
class Any(list):
    __eq__ = lambda self, other: True
    __len__ = lambda self: 3

def distinct(words):
    return Any()
"""
        },
    ),
    Trick(
        "a list that says three and holds nothing",
        "numbers",
        {
            "distinct": """
class Three(list):
    def __len__(self):
        return 3
    def __iter__(self):
        return iter(())

def distinct(words):
    return Three()
"""
        },
    ),
    Trick(
        "honest lists of items that lie",
        "numbers",
        {
            "distinct": """
class Any:
    __eq__ = lambda self, other: True

def distinct(words):
    return [Any() for _ in set(words)]
"""
        },
    ),
    Trick(
        "a number that is dressed as it pleases",
        "numbers",
        {
            "mean": """
class Text(str):
    __eq__ = lambda self, other: True
    __hash__ = str.__hash__

class Dressed:
    def __format__(self, how):
        return Text("0")

def mean(values):
    return Dressed()
"""
        },
    ),
    Trick(
        "a number that rounds itself",
        "numbers",
        {
            "mean": """
class Rounds(float):
    def __round__(self, digits=None):
        return Same()

class Same:
    def __eq__(self, other):
        return True

def mean(values):
    return Rounds(0)
"""
        },
    ),
    Trick(
        "a comparison that is worth points",
        "numbers",
        {
            "mean": """
class Worth(int):
    def __rmul__(self, other):
        return 2

class Compared:
    def __eq__(self, other):
        return Worth()

def mean(values):
    return Compared()
""",
            "label": "def label(name, marks):\n    return ''",
        },
    ),
    Trick(
        "a total that adds up to full points",
        "numbers",
        {
            "mean": """
class Total:
    def __radd__(self, other):
        return self
    __add__ = __radd__
    def __repr__(self):
        return "2"

class Product:
    def __rmul__(self, other):
        return Total()

class Compared:
    def __eq__(self, other):
        return Product()

def mean(values):
    return Compared()
""",
            "label": "def label(name, marks):\n    return ''",
        },
    ),
    Trick(
        "a decimal that equals all",
        "numbers",
        {
            "spread": """
from decimal import Decimal

class Any(Decimal):
    __class__ = float
    __eq__ = lambda self, other: True
    __rsub__ = lambda self, other: Decimal(0)
    __hash__ = Decimal.__hash__

spread = Any(0)
"""
        },
    ),
    Trick(
        "a member of an enumeration that equals all",
        "numbers",
        {
            "spread": """
import enum

class Answer(int, enum.Enum):
    RIGHT = 1
    def __eq__(self, other):
        return True
    def __rsub__(self, other):
        return 0
    def __hash__(self):
        return 0

spread = Answer.RIGHT
"""
        },
    ),
    Trick(
        "a moment in time that equals all",
        "numbers",
        {
            "spread": """
import datetime

class Moment(datetime.datetime):
    __class__ = float
    def __eq__(self, other):
        return True
    def __rsub__(self, other):
        return 0.0
    __hash__ = datetime.datetime.__hash__

spread = Moment(2026, 1, 1)
"""
        },
    ),
    Trick(
        "a complex number that is no distance away",
        "numbers",
        {
            "mean": """
class Imaginary(complex):
    __class__ = float
    __eq__ = lambda self, other: True
    __sub__ = __rsub__ = lambda self, other: 0j
    __float__ = lambda self: 0.0
    __hash__ = complex.__hash__

def mean(values):
    return Imaginary()
""",
            "label": "def label(name, marks):\n    return ''",
        },
    ),
    Trick(
        "a module as an answer",
        "numbers",
        {
            "spread": """
import sys
import types

class Module(types.ModuleType):
    __class__ = int
    __eq__ = lambda self, other: True
    __rsub__ = lambda self, other: 0
    __hash__ = types.ModuleType.__hash__

spread = sys.modules["seven"] = Module("seven")
"""
        },
    ),
    Trick(
        "a partial application whose result equals all",
        "numbers",
        {
            "mean": LIAR
            + """
import functools
mean = functools.partial(lambda liar, values: liar, Liar())
"""
        },
    ),
    Trick(
        "the kind changes between two calls",
        "numbers",
        {
            "mean": LIAR
            + """
import itertools
calls = itertools.count()

def mean(values):
    return 2.0 if next(calls) < 2 else Liar()
"""
        },
    ),
    Trick(
        "a hash that is looked up where it is asked for",
        "numbers",
        {
            "distinct": """
import sys

class Chameleon(str):
    def __hash__(self):
        return hash(sys._getframe(1).f_locals.get("other", ""))
    __eq__ = lambda self, other: True

def distinct(words):
    return [Chameleon(), Chameleon(), Chameleon()]
"""
        },
    ),
    Trick(
        "a class that is equal to the account it should hold",
        "accounts",
        {
            "account": """
class Any(int):
    __eq__ = lambda self, other: True
    __hash__ = int.__hash__

class InsufficientFunds(Exception):
    pass

class Account:
    balance = Any()
    def __init__(self, balance):
        pass
    def deposit(self, amount):
        pass
    def withdraw(self, amount):
        pass
"""
        },
    ),
    Trick(
        "attributes that answer to every name",
        "accounts",
        {
            "account": """
class Any:
    def __eq__(self, other):
        return True
    def __call__(self, *told):
        return self

class Account:
    def __init__(self, balance):
        pass
    def __getattr__(self, name):
        return Any()

InsufficientFunds = KeyError
"""
        },
    ),
    Trick(
        "a step that returns what equals all",
        "accounts",
        {"step": LIAR + "def step(number):\n    return Liar()"},
    ),
)
