"""Replies that are too deep, too long, too slow, or not to be told in any words."""

from ..trick import REACHED, Control, Trick


def reply(name, value, before="", control=Control.REACHES, **limits):
    """A trick whose function prints that it was reached, and replies with ``value``."""
    body = f"{before}\ndef mean(values):\n    print({REACHED!r})\n    return {value}\n"
    more = {"spread": f"{before}\nspread = {value}\n"}
    limits = {"cell_seconds": 5} | limits
    return Trick(name, "numbers", {"mean": body} | more, control, limits=limits)


DEEP = """
def deep(levels=100_000):
    found = []
    for _ in range(levels):
        found = [found]
    return found
"""

TRICKS = (
    reply("a list in a list in a list", "deep()", DEEP),
    reply("a dictionary that is deep on both sides", "{0: deep(5000), (1,): deep()}", DEEP),
    reply("a hundred megabytes of text", "'z' * 10**8"),
    reply("millions of small numbers", "list(range(3 * 10**6))"),
    reply("an array larger than a reply may be", "bytearray(2 * 10**8)"),
    reply("a list that holds itself", "loop", "loop = []\nloop.append(loop)"),
    reply(
        "a dictionary that holds itself as a shared branch, doubled forty times",
        "bush",
        "bush = [0]\nfor _ in range(40):\n    bush = [bush, bush]",
    ),
    reply("a number with too many digits", "10 ** 300_000"),
    reply("text that is no text", "'\\ud800\\x00\\udfff'"),
    reply("keys that are equal and are not", "{1: 0, True: 1, float('nan'): 2, float('nan'): 3}"),
    reply(
        "a description that does not end",
        "Bomb()",
        """
class Bomb:
    def __repr__(self):
        return "2.0" * 10**8
    __str__ = __repr__
    __format__ = lambda self, how: repr(self)
""",
    ),
    reply(
        "a description that ends the process",
        "Bomb()",
        """
class Bomb:
    def __repr__(self):
        raise SystemExit(0)
    __str__ = __format__ = __hash__ = __eq__ = __bool__ = __len__ = __iter__ = __repr__
""",
    ),
    reply(
        "items without an end",
        "Endless()",
        """
class Endless(list):
    def __iter__(self):
        while True:
            yield 2.0
    __len__ = lambda self: 2**62
    items = keys = values = __iter__
""",
        cell_seconds=2,
    ),
    reply("sleep", "__import__('time').sleep(600)", cell_seconds=1),
    reply(
        "a view of memory that is gone",
        "memoryview(gone)[::-2]",
        "import mmap\n\ngone = bytearray(8)",
    ),
    reply("dates out of range", "datetime.timedelta.max", "import datetime"),
    reply(
        "a zone that never says what time it is",
        "datetime.datetime.now(Zone())",
        """
import datetime

class Zone(datetime.tzinfo):
    def utcoffset(self, moment):
        raise SystemExit(0)
    dst = tzname = utcoffset
""",
    ),
    reply("a decimal that is none", "decimal.Decimal('sNaN123')", "import decimal"),
    Trick(
        "text without an end is printed where text is captured",
        "numbers",
        {
            "greet": f"""
import sys

def greet(names):
    print({REACHED!r}, file=sys.__stdout__)
    print({REACHED!r}, file=sys.stderr)
    for _ in range(500):
        print("Salam, Rim!" * 10_000)
"""
        },
        Control.REACHES,
    ),
    Trick(
        "a dtype with objects in its fields",
        "arrays",
        {
            "largest": f"""
class Any:
    __eq__ = lambda self, other: True

largest = np.zeros(2, [("a", object), ("b", "V8")])
largest["a"] = [Any(), Any()]
print({REACHED!r})
"""
        },
        Control.REACHES,
    ),
    Trick(
        "an array with strides over everything",
        "arrays",
        {
            "largest": f"""
largest = np.lib.stride_tricks.as_strided(np.zeros(1), (2**30, 2**10), (0, 0))
print({REACHED!r})

def standard(table):
    return largest
"""
        },
        Control.REACHES,
    ),
    Trick(
        "an array without shape, of objects",
        "arrays",
        {
            "largest": f"""
class Any:
    __eq__ = lambda self, other: True
    all = lambda self: True

largest = np.array(Any(), dtype=object)
print({REACHED!r})
"""
        },
        Control.REACHES,
    ),
)
