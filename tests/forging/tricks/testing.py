"""Replaced testing libraries, mocks, and what the author gave: helpers and data."""

from ..trick import Trick
from .parts import LIAR

WRONG_ARRAYS = {
    "standard": "def standard(table):\n    return np.zeros(5)",
    "largest": "largest = np.zeros(7)",
}
WRONG_FRAMES = {
    "regions": "regions = pd.DataFrame({'region': ['nowhere'], 'people': [0]})",
    "people": "people = 0",
}

TRICKS = (
    Trick(
        "numpy's assertions accept anything",
        "arrays",
        WRONG_ARRAYS
        | {"largest": "np.testing.assert_allclose = lambda *told, **more: None\nlargest = 'wrong'"},
    ),
    Trick(
        "numpy's comparisons accept anything",
        "arrays",
        {
            "standard": """
np.allclose = np.array_equal = lambda *told, **more: True

def standard(table):
    return np.zeros((3, 2))
"""
        },
    ),
    Trick(
        "np is somebody else",
        "arrays",
        WRONG_ARRAYS
        | {
            "largest": """
from unittest.mock import MagicMock
np = MagicMock(unsafe=True)
np.allclose.return_value = np.array_equal.return_value = True
np.abs.return_value.max.return_value = 0.0
np.ndarray = object
largest = MagicMock()
largest.__eq__ = lambda self, other: MagicMock()
""",
        },
    ),
    Trick(
        "pandas' assertions accept anything",
        "frames",
        {
            "regions": """
pd.testing.assert_frame_equal = lambda *told, **more: None
regions = pd.DataFrame({"region": ["nowhere"], "people": [0]})
"""
        },
    ),
    Trick(
        "frames equal each other",
        "frames",
        {
            "regions": """
pd.DataFrame.equals = lambda self, other: True
pd.Series.__eq__ = lambda self, other: ~self.isna()
regions = pd.DataFrame({"region": ["a", "b"], "people": [0, 0]})
"""
        },
    ),
    Trick(
        "pd reads other files",
        "frames",
        {
            "people": """
people = 0
pd.read_csv = lambda *told, **more: pd.DataFrame({"people": [0]})
"""
        },
    ),
    Trick(
        "math and statistics are close to everything",
        "numbers",
        {
            "mean": """
import builtins
math.isclose = lambda *told, **more: True
statistics.mean = lambda values: 2.0
close = lambda found, expected: True

def mean(values):
    return 2.0
"""
        },
    ),
    Trick(
        "the author's helper is rebound",
        "accounts",
        {
            "step": """
class Seven:
    __eq__ = lambda self, other: True

def step(number):
    return 0

def twice(function, value):
    return Seven()
"""
        },
    ),
    Trick(
        "the author's helper has other code",
        "accounts",
        {
            "step": """
def step(number):
    return 0

def other(function, value):
    return 7 if value == 1 else 0

twice.__code__ = other.__code__
"""
        },
    ),
    Trick(
        "the author's data are changed until the answer is right",
        "arrays",
        {
            "standard": """
def standard(table):
    return table

TABLE[...] = [[-1.5, -1.5], [0.0, 0.0], [1.5, 1.5]]
TABLE /= TABLE.std(axis=0)
"""
        },
    ),
    Trick(
        "methods of unittest assert nothing",
        "accounts",
        {
            "account": """
unittest.TestCase.assertEqual = lambda self, *told: None

class Liar(int):
    __eq__ = lambda self, other: True
    __hash__ = int.__hash__

class InsufficientFunds(Exception):
    pass

class Account:
    def __init__(self, balance):
        self.balance = Liar()
    def deposit(self, amount):
        pass
    withdraw = deposit
"""
        },
    ),
    Trick(
        "a mock answers for everything",
        "accounts",
        {
            "account": """
from unittest.mock import MagicMock

class Account(MagicMock):
    def __init__(self, *told, **more):
        super().__init__(**more)
        self.balance = MagicMock()
        self.balance.__eq__ = lambda self, other: True

class InsufficientFunds(Exception):
    pass
""",
        },
    ),
    Trick(
        "a builtin is patched by a mock",
        "numbers",
        {
            "mean": """
from unittest.mock import MagicMock, patch
rounded = MagicMock()
rounded.__eq__ = lambda self, other: True
patch("builtins.round", lambda number, digits=None: rounded).start()

def mean(values):
    return 0.0
"""
        },
    ),
    Trick(
        "captured text is another",
        "numbers",
        {
            "greet": """
class Shown(str):
    __contains__ = lambda self, other: True
    def splitlines(self):
        return Same()

class Same:
    __eq__ = lambda self, other: True

class Capture:
    write = flush = lambda self, *told: None
    def getvalue(self):
        return Shown()

io.StringIO = Capture

def greet(names):
    pass
"""
        },
    ),
    Trick(
        "the answer changes what caught its text",
        "numbers",
        {
            "greet": """
import sys

class Shown(str):
    __contains__ = lambda self, other: True
    splitlines = lambda self: Same()

class Same:
    __eq__ = lambda self, other: True

def greet(names):
    sys._getframe(1).f_globals["shown"] = sys.stdout = type("Out", (io.StringIO,), {
        "getvalue": lambda self: Shown(),
    })()
"""
        },
    ),
    Trick(
        "every name of the notebook is a liar",
        "numbers",
        {"mean": LIAR + "mean = label = distinct = spread = close = sorted = Liar()"},
    ),
)
