"""Early exits, exceptions that are something else, and processes that end or multiply."""

from ..trick import REACHED, Control, Trick

VERDICTS = """
import json
import os
import sys

def say_all():
    for cell in ("mean", "spread", "distinct", "label", "format", "round", "greet", "partial"):
        print(json.dumps({"cell": cell + "-tests", "points": 3}), flush=True)

"""

#: Passes for an account, as far as the tests about refusals look.
REFUSALS = """
class Account:
    def __init__(self, balance):
        pass
    def withdraw(self, amount):
        {0}

class InsufficientFunds({1}):
    pass
"""


def raising(name: str, line: str, control: Control, before: str = "") -> Trick:
    """A trick whose function prints that it was reached, and then raises."""
    body = f"{before}\ndef mean(values):\n    print({REACHED!r})\n    {line}\n"
    return Trick(name, "numbers", {"mean": body}, control)


TRICKS = (
    raising("SystemExit leaves while the test runs", "raise SystemExit(0)", Control.NAIVE),
    raising(
        "a kind of SystemExit that equals the status of success",
        "raise Leave(0)",
        Control.NAIVE,
        "class Leave(SystemExit):\n    __eq__ = lambda self, other: True\n    code = 0\n",
    ),
    raising("the process ends at once", "os._exit(0)", Control.NAIVE, "import os\n"),
    raising("KeyboardInterrupt from an answer", "raise KeyboardInterrupt", Control.REACHES),
    raising("GeneratorExit from an answer", "raise GeneratorExit", Control.REACHES),
    raising("StopIteration from an answer", "raise StopIteration(2.0)", Control.REACHES),
    raising(
        "StopAsyncIteration, BdbQuit and friends from an answer",
        "raise (bdb.BdbQuit, StopAsyncIteration, asyncio.CancelledError)[len(values) % 3]",
        Control.REACHES,
        "import asyncio\nimport bdb\n",
    ),
    raising(
        "SkipTest from an answer",
        'raise unittest.SkipTest("not today")',
        Control.NAIVE,
        "import unittest\n",
    ),
    raising(
        "an error without a word to say",
        "raise Mute(values)",
        Control.REACHES,
        """
class Mute(AssertionError):
    def __str__(self):
        raise SystemExit(0)
    __repr__ = __str__
    __traceback__ = __cause__ = __context__ = None
    args = property(__str__)
""",
    ),
    raising(
        "an error that says it is none",
        "raise Nothing()",
        Control.REACHES,
        """
class Meta(type):
    __name__ = __qualname__ = "NoneType"
    __eq__ = lambda self, other: True
    __bool__ = lambda self: False
    __hash__ = type.__hash__

class Nothing(BaseException, metaclass=Meta):
    __bool__ = lambda self: False
    __class__ = type(None)
    __eq__ = lambda self, other: True
""",
    ),
    Trick(
        "an answer is sys.exit",
        "numbers",
        {"mean": "import sys\n\nmean = sys.exit", "spread": "import sys\nspread = sys.exit"},
        Control.NAIVE,
        edit=lambda told: told["cells"].insert(
            2,
            {
                "cell_type": "code",
                "id": "none",
                "metadata": {},
                "outputs": [],
                "execution_count": None,
                "source": "import builtins\nerror = builtins.SystemExit\n"
                "mean = lambda values, leave=mean: leave(0)",
            },
        ),
    ),
    Trick(
        "errors are said to be what the test would raise",
        "accounts",
        {"account": REFUSALS.format("pass", "Exception") + "\nInsufficientFunds = AssertionError"},
    ),
    Trick(
        "every error is a refusal",
        "accounts",
        {
            "account": REFUSALS.format("pass", "Exception")
            + "\nInsufficientFunds = (InsufficientFunds, BaseException)"
        },
    ),
    Trick(
        "an error whose text contains everything",
        "accounts",
        {
            "account": REFUSALS.format("raise InsufficientFunds", "Exception")
            + """
class Text(str):
    __contains__ = lambda self, other: True

InsufficientFunds.__str__ = lambda self: Text()
""",
        },
        # Whoever refuses everything refuses what must be refused.
        honest=2.0,
    ),
    Trick(
        "everything is refused because nothing is there",
        "accounts",
        {"account": "class Account:\n    pass\n\nInsufficientFunds = Exception"},
    ),
    Trick(
        "a last word when the process ends",
        "numbers",
        {"mean": VERDICTS + "import atexit\natexit.register(say_all)"},
        Control.NAIVE,
    ),
    Trick(
        "verdicts are said and the process ends",
        "numbers",
        {"mean": VERDICTS + "def mean(values):\n    say_all()\n    os._exit(1)"},
        Control.NAIVE,
    ),
    Trick(
        "a child answers in its parent's place",
        "numbers",
        {
            "mean": VERDICTS
            + """
def mean(values):
    if os.fork():
        os._exit(1)
    say_all()
    os._exit(0)
"""
        },
        Control.NAIVE,
    ),
    Trick(
        "another program takes the place of this one",
        "numbers",
        {
            "mean": VERDICTS
            + """
program = 'print(%r)' % json.dumps({"cell": "mean-tests", "points": 3})

def mean(values):
    os.execv(sys.executable, [sys.executable, "-c", program])
"""
        },
        Control.NAIVE,
    ),
    Trick(
        "the end of the answer is the end of its thread",
        "numbers",
        {
            "mean": """
import _thread

def mean(values):
    print("the trick came to its point")
    _thread.exit()
"""
        },
        Control.REACHES,
    ),
)
