"""What tests hand over is changed so that what they expect of it is what the answer gives."""

from ..trick import REACHED, Control, Trick

#: Takes from a list of words what it holds.
EMPTYING = """
def distinct(words):
    words.clear()
    return []

"""

TRICKS = (
    Trick(
        "the author's own data are changed, which a second try finds again",
        "market",
        {"distinct": EMPTYING},
    ),
    Trick(
        "the author's own data are changed for the tests of another cell",
        "market",
        {
            "distinct": EMPTYING.replace("return []", "return None")
            + "def count(words):\n    return 0"
        },
    ),
    Trick(
        "data are changed while a function of the tests is called",
        "market",
        {
            "visit": """
def apply(function, values):
    values.clear()
    function(0)
    return []
"""
        },
    ),
    Trick(
        "what was handed over before is changed where the solution changes something else",
        "market",
        {
            "order": """
kept = []

def total(prices):
    kept.append(prices)

def order(prices):
    kept[-1][:] = prices
"""
        },
    ),
    Trick(
        "what was handed over is changed later, when something else is asked",
        "market",
        {
            "distinct": """
kept = []

def distinct(words):
    kept.append(words)
    return []

def count(words):
    for one in (*kept, words):
        one.clear()
    return 0
"""
        },
    ),
    Trick(
        "what changed in the first try is taken for the second",
        "market",
        {
            "distinct": """
tries = []

def distinct(words):
    tries.append(list(words))
    words[:] = ["mint"]
    return ["mint"]

def count(words):
    words[:] = words[:1]
    return 1
"""
        },
    ),
    Trick(
        "an array of the tests is said to be of another size",
        "arrays",
        {
            "standard": f"""
import gc

def standard(table):
    for one in gc.get_objects():
        if type(one).__name__ == "Body" and one.tag == "a":
            pack, none = one.pack, ["<f8", "C", [0], ""]
            told = lambda array, packing: none if array is table else pack(array, packing)
            object.__setattr__(one, "pack", told)
    print({REACHED!r}, flush=True)
    return table * 0
"""
        },
        Control.REACHES,
    ),
)
