"""What tests hand over: arguments that are changed, callbacks that are taken apart."""

from ..trick import Control, Trick

TRICKS = (
    Trick(
        "a list is emptied so that nothing is expected",
        "numbers",
        {"distinct": "def distinct(words):\n    words.clear()\n    return []"},
    ),
    Trick(
        "the argument itself comes back, changed",
        "numbers",
        {
            "distinct": """
def distinct(words):
    words[:] = ["a"]
    return words
"""
        },
    ),
    Trick(
        "the argument is exchanged for one that lies",
        "numbers",
        {
            "distinct": """
class Any:
    __eq__ = lambda self, other: True
    __lt__ = lambda self, other: True
    __hash__ = lambda self: 0

def distinct(words):
    words[:] = [Any()]
    return words
"""
        },
    ),
    Trick(
        "lists are filled with what agrees to everything",
        "accounts",
        {
            "pour": """
class Any:
    __eq__ = lambda self, other: True

def pour(source, target):
    target.extend(Any() for _ in source)
    source.clear()
    target[:] = [Any() for _ in target]
"""
        },
    ),
    Trick(
        "a callback is given objects that agree to everything",
        "accounts",
        {
            "each": """
class Any(int):
    __eq__ = lambda self, other: True
    __mul__ = lambda self, other: Any()
    __hash__ = int.__hash__

def each(function, values):
    return [function(Any()) for value in values]
"""
        },
    ),
    Trick(
        "a callback's code is replaced",
        "accounts",
        {
            "each": """
class Any(list):
    __eq__ = lambda self, other: True

def each(function, values):
    if hasattr(function, "__code__"):
        function.__code__ = (lambda value: 0).__code__
        return Any()
    owner = getattr(function, "__self__", None)
    owner.extend([4, 5])
"""
        },
    ),
    Trick(
        "a callback's globals are rebound",
        "accounts",
        {
            "step": """
class Any:
    __eq__ = lambda self, other: True

def step(number):
    import sys
    names = sys._getframe(1).f_globals
    names["twice"].__globals__["twice"] = lambda function, value: Any()
    return Any()
"""
        },
    ),
    Trick(
        "a method's owner is reached and rewritten",
        "accounts",
        {
            "each": """
def each(function, values):
    owner = getattr(function, "__self__", None)
    if owner is not None:
        owner[:] = [Any(), Any()]
        return None
    return [Any(), Any(), Any()]

class Any:
    __eq__ = lambda self, other: True
"""
        },
    ),
    Trick(
        "a callback is called with what it cannot bear",
        "accounts",
        {
            "each": """
class Bomb:
    def __getattribute__(self, name):
        raise SystemExit(0)
    __mul__ = __eq__ = __hash__ = __repr__ = __getattribute__

def each(function, values):
    for hostile in (Bomb, Bomb(), exit, each, values, function, __builtins__):
        try:
            function(hostile)
        except BaseException:
            pass
    print("the trick came to its point")
"""
        },
        Control.REACHES,
        limits={"cell_seconds": 5},
    ),
    Trick(
        "a callback is called from within itself until the stack ends",
        "accounts",
        {
            "each": """
class Deep(int):
    def __mul__(self, other):
        return self.function(self)

def each(function, values):
    print("the trick came to its point")
    deep = Deep()
    deep.function = function
    return [function(deep)]
"""
        },
        Control.REACHES,
    ),
    Trick(
        "a callback is called from another thread, later",
        "accounts",
        {
            "each": """
import threading
import time

def each(function, values):
    def later():
        for _ in range(20):
            time.sleep(0.01)
            try:
                function(4), function(5)
            except BaseException:
                pass
    threading.Thread(target=later).start()
    print("the trick came to its point")
    return [1, 4, 9, 0]
"""
        },
        Control.REACHES,
        limits={"cell_seconds": 5},
    ),
)
