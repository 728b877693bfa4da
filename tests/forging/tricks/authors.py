"""Classes and functions of the author's, whose instances answer otherwise than the author wrote."""

from ..trick import REACHED, Control, Trick

#: Finds, in the learner's kernel, how instances of the author's classes are told of.
FOUND = f"""
import gc

def tell(parts):
    for one in gc.get_objects():
        if type(one).__name__ == "Answering":
            object.__setattr__(one._twin_body, "pack", parts)
    print({REACHED!r}, flush=True)

"""


def told(name, parts):
    """A trick that says of a basket whatever ``parts`` are, an expression over ``packing``."""
    return Trick(
        name,
        "market",
        {
            "tidy": FOUND
            + f"""
tell(lambda thing, packing: {parts})

def tidy(basket):
    return Basket([3, 2, 1])
"""
        },
        Control.REACHES,
    )


TRICKS = (
    told(
        "an instance comes with a dictionary in which a class stands for a method",
        '["Basket", ["__dict__", packing.pack({"total": 11, "is_ordered": Basket})]]',
    ),
    Trick(
        "what the author's class computes is written into its instance",
        "market",
        {
            "tidy": """
def tidy(basket):
    tidied = Basket()
    tidied.__dict__["total"] = sum(basket.prices)
    return tidied
"""
        },
    ),
    Trick(
        "a function of the tests' own comes back as the answer",
        "market",
        {
            "rate": """
def rate(announce):
    announce("a rate") if not announce.called else None
    return announce
"""
        },
        Control.OPEN,
    ),
    Trick(
        "an instance of the author's is near to everything",
        "market",
        {"order": "def total(prices):\n    return Near(0, math.inf)"},
    ),
    told(
        "an instance is one of a library's class that the tests have",
        '["mock", ["prices", packing.pack([])]]',
    ),
    told(
        "an instance has another class",
        '["Basket", ["__class__", packing.pack(Basket)], ["prices", packing.pack([])]]',
    ),
    told(
        "an instance has methods among its prices",
        '["Basket", ["prices", packing.pack([])], ["is_ordered", packing.pack(Basket)]]',
    ),
)
