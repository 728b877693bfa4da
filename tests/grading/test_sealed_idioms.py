"""What authors of public notebooks write into their tests is sealed, and fails a wrong answer."""

import pytest

from lms.catalogue.notebooks import Cell, Notebook
from lms.grading.sealing import author_record

from .sealed_cases import SANDBOX, check_sealed, graded, notebook

pytestmark = pytest.mark.kernel

ERRORS = """
class Empty(Exception):
    def __init__(self, name): self.name = name
    def __str__(self): return f'{self.name} is empty'
def take(items):
    if not items: raise Empty('basket')
    try: return {'tea': 1}[items[0]]
    except KeyError as fault: raise ValueError(items[0]) from fault
def attempt(items):
    try: return take(items)
    except Exception as fault: return fault
def read(name): return open(name).read()
"""

QUIET = """
class Quiet:
    def __init__(self, *kinds): self.kinds = kinds
    def __enter__(self): return self
    def __exit__(self, kind, value, places):
        self.seen = str(value)
        return kind is not None and issubclass(kind, self.kinds)
"""

COLOURS = """
from enum import Enum
class Colour(Enum):
    RED = 1
    BLUE = 2
"""

LIBRARY = """
import random, time
def throw(n): return [random.randint(1, 6) for _ in range(n)]
def nap(): time.sleep(100); return time.time()
def tell(sender, names):
    for name in names: sender.send(name, subject='Salam')
    return sender.open('box').count
"""

DRAWN = """
import random
def draw(source, n): return [source.randint(1, 6) for _ in range(n)]
"""

CARDS = """
from dataclasses import dataclass
@dataclass(frozen=True)
class Card:
    rank: int
    suit: str = 'c'
def count(ranks):
    found = {}
    for rank in ranks: found[Card(rank)] = found.get(Card(rank), 0) + 1
    return found
def pairs(n): return {(Card(n), Card(n))}
"""

SHAPES = """
from abc import ABC, abstractmethod
class Shape(ABC):
    unit = 'm'
    def __init__(self, name): self.name = name
    @abstractmethod
    def area(self): ...
    def told(self): return f'{self.name}: {self.area()} {self.unit}'
class Square(Shape):
    def __init__(self, side):
        super().__init__('square')
        self.side = side
    def area(self): return self.side ** 2
def total(shapes): return sum(one.area() for one in shapes)
"""

HINTS = """
import functools
def total(items: list[int]) -> int | None: return sum(items)
def keeping(f):
    @functools.wraps(f)
    def inner(n): return f(n)
    inner.__doc__ = 'Kept.'
    return inner
"""

FILES = """
import os
def load(name): return open(name).read()
def more(name, text):
    with open(name, 'a') as file: file.write(text)
def is_there(folder): return os.path.exists(os.path.join(folder, 'sealed.txt'))
"""

# Name: (own cell, the author's answer, tests, an answer that must fail).
IDIOMS = {
    "a class of the tests that looks the learner's things up": (
        "",
        "LIMIT = 5\ndef double(n): return 2 * n",
        "class Case:\n    'Doc.'\n    limit = LIMIT\n    value = double(2)\n"
        "assert (Case.limit, Case.value, Case.__doc__) == (5, 4, 'Doc.')",
        "LIMIT = 5\ndef double(n): return n",
    ),
    "unittest.main": (
        "import unittest",
        "def double(n): return 2 * n",
        "class TestDouble(unittest.TestCase):\n"
        "    def test_it(self): self.assertEqual(double(2), 4)\n"
        "done = unittest.main(argv=[''], exit=False).result\n"
        "assert done.testsRun == 1 and done.wasSuccessful()",
        "def double(n): return n",
    ),
    "a patched function of the notebook": (
        "from unittest.mock import patch",
        "def rate(): return 10\ndef price(n): return n * rate()",
        "with patch('__main__.rate', return_value=3) as asked:\n    assert price(2) == 6\n"
        "asked.assert_called_once_with()\nassert price(2) == 20",
        "def rate(): return 10\ndef price(n): return n * 10",
    ),
    "the text of the cell before": (
        "",
        "print('Salam')",
        "assert 'Salam' in In[-2] and 'In[-2]' in In[-1]",
        "print('Hello')",
    ),
    "what is changed in the learner's object and held no longer": (
        "",
        "class Stack:\n    def __init__(self): self.items = []\n"
        "    def size(self): return len(self.items)",
        "stack = Stack()\nstack.items.append(3)\nassert stack.size() == 1\n"
        "stack.items.extend(Stack().items)\nstack.items.clear()\nassert stack.size() == 0",
        "class Stack:\n    def __init__(self): self.items = []\n    def size(self): return 1",
    ),
    "copies of the learner's objects": (
        "import copy",
        "class Board:\n    def __init__(self): self.rows = [[0]]",
        "board = Board()\nother = copy.deepcopy(board)\nother.rows[0][0] = 5\n"
        "assert board.rows == [[0]] and other.rows == [[5]]\n"
        "assert copy.copy(board).rows is not None",
        "class Board:\n    rows = [[0]]",
    ),
    "enumerations of the learner's": (
        "from enum import Enum",
        COLOURS,
        "assert Colour['RED'].value == 1 and Colour['RED'] is Colour.RED is Colour(1)\n"
        "assert [one.name for one in Colour] == ['RED', 'BLUE'] and len(Colour) == 2\n"
        "assert Colour.BLUE in Colour and set(Colour.__members__) == {'RED', 'BLUE'}\n"
        "assert issubclass(Colour, Enum)",
        COLOURS.replace("BLUE", "GREEN"),
    ),
    "what classes and objects hold": (
        "class Person:\n    def __init__(self, name): self.name = name",
        "class Learner(Person):\n    def marks(self): return [self.name]",
        "rim = Learner('Rim')\nassert vars(rim) == rim.__dict__ == {'name': 'Rim'}\n"
        "assert 'marks' in dir(rim) and 'marks' in dir(Learner) and 'marks' in vars(Learner)\n"
        "assert isinstance(rim, Person) and issubclass(Learner, Person)",
        "class Learner:\n    def __init__(self, name): self.name = name\n"
        "    def marks(self): return [self.name]",
    ),
    "what an exception tells": (
        "",
        ERRORS,
        "try: take([])\nexcept Empty as fault:\n"
        "    assert fault.name == 'basket' and str(fault) == 'basket is empty'\n"
        "else: raise AssertionError\n"
        "try: take(['mint'])\nexcept ValueError as fault:\n"
        "    assert isinstance(fault.__cause__, KeyError)\n"
        "else: raise AssertionError\n"
        "try: read('none')\nexcept OSError as fault: assert fault.filename == 'none'\n"
        "assert isinstance(attempt(['mint']), ValueError) and attempt([]).name == 'basket'",
        ERRORS.replace("self.name = name", "self.name = 'box'"),
    ),
    "an exception in a learner's context": (
        "",
        QUIET,
        "with Quiet(ValueError) as quiet:\n    raise ValueError('gone')\n"
        "assert quiet.seen == 'gone'\n"
        "try:\n    with Quiet(KeyError): raise ValueError('there')\n"
        "except ValueError: pass\nelse: raise AssertionError",
        QUIET.replace("str(value)", "None"),
    ),
    "classes that tests derive from the learner's": (
        "",
        SHAPES,
        "class Tri(Shape):\n    unit = 'cm'\n"
        "    def __init__(self, a, b):\n        super().__init__('tri')\n"
        "        self.a, self.b = a, b\n    def area(self): return self.a * self.b // 2\n"
        "tri = Tri(3, 4)\nassert tri.area() == 6 and tri.told() == 'tri: 6 cm'\n"
        "assert isinstance(tri, Shape) and type(tri) is Tri and issubclass(Tri, Shape)\n"
        "class Double(Square):\n    def area(self): return 2 * super().area()\n"
        "    @property\n    def half(self): return self.area() // 2\n"
        "assert total([Double(2), tri]) == 14 and Double(2).half == 4\n"
        "class None_(Shape): pass\ntry: None_('none')\nexcept TypeError: pass\n"
        "else: raise AssertionError",
        SHAPES.replace("{self.area()}", "0"),
    ),
    "data classes": (
        "import dataclasses",
        CARDS,
        "assert [one.name for one in dataclasses.fields(Card)] == ['rank', 'suit']\n"
        "assert dataclasses.is_dataclass(Card) and dataclasses.fields(Card(1))[1].default == 'c'\n"
        "assert dataclasses.asdict(Card(3)) == {'rank': 3, 'suit': 'c'}\n"
        "assert dataclasses.replace(Card(3), suit='d').suit == 'd'\n"
        "assert Card.__annotations__ == {'rank': int, 'suit': str}",
        CARDS.replace("rank: int", "rank: float"),
    ),
    "the learner's objects in sets and as keys": (
        "",
        CARDS,
        "assert len({Card(1), Card(1), Card(2)}) == 2 and {Card(1): 'a'}[Card(1)] == 'a'\n"
        "assert hash(Card(1)) == hash(Card(1)) and Card(3) not in {Card(2)}\n"
        "assert count([1, 1, 2]) == {Card(1): 2, Card(2): 1}\n"
        "assert Card(2) in set(count([1, 2])) and pairs(1) == {(Card(1), Card(1))}",
        CARDS.replace("frozen=True", "eq=False"),
    ),
    "hints, names and what another function made": (
        "",
        HINTS,
        "assert total.__annotations__ == {'items': list[int], 'return': int | None}\n"
        "assert 'total' in dir() and 'total' in globals() and type(total).__name__ == 'function'\n"
        "def three(n): return 3 * n\n"
        "kept = keeping(three)\nassert (kept.__name__, kept.__doc__) == ('three', 'Kept.')",
        HINTS.replace("@functools.wraps(f)", ""),
    ),
    "what is patched in a library, and mocks handed over": (
        "from unittest.mock import MagicMock, patch",
        LIBRARY,
        "with patch('random.randint', side_effect=[4, 5]) as thrown:\n"
        "    assert throw(2) == [4, 5]\nassert thrown.call_count == 2\n"
        "with patch('time.sleep') as slept, patch('time.time', return_value=7):\n"
        "    assert nap() == 7\nslept.assert_called_once_with(100)\n"
        "post = MagicMock()\npost.open.return_value.count = 2\nassert tell(post, ['Rim']) == 2\n"
        "post.send.assert_called_once_with('Rim', subject='Salam')",
        LIBRARY.replace("sender.send(name", "sender.post(name"),
    ),
    "generators of random numbers": (
        "import random",
        DRAWN,
        "source, other = random.Random(7), random.Random(7)\nfirst = draw(source, 3)\n"
        "assert first == [other.randint(1, 6) for _ in range(3)]\n"
        "assert source.random() == other.random()",
        DRAWN.replace("source.randint", "random.Random(7).randint"),
    ),
    "files that either side writes": (
        "import os, pathlib, tempfile",
        FILES,
        "with open('in.txt', 'w') as file: file.write('tea')\nassert load('in.txt') == 'tea'\n"
        "more('in.txt', '!')\nassert open('in.txt').read() == 'tea!'\n"
        "with tempfile.TemporaryDirectory() as folder:\n    assert not is_there(folder)\n"
        "    pathlib.Path(folder, 'sealed.txt').write_text('x')\n    assert is_there(folder)\n"
        "more('out.txt', 'mint')\nassert os.path.getsize('out.txt') == 4\n"
        "os.remove('out.txt')\nassert not os.path.exists('out.txt')",
        FILES.replace("file.write(text)", "pass"),
    ),
}


@pytest.mark.parametrize("name", IDIOMS)
def test_what_authors_commonly_write_is_sealed(name):
    check_sealed(*IDIOMS[name])


def test_a_value_that_is_too_large_leaves_its_own_cell_open_and_no_other():
    large = "text = 'x' * (80 * 2**20)\nheld = [text]\ndef size(): return len(text)"
    two = notebook(large, "assert held[0][0] == 'x'")
    duty = {"nbgrader": {**two.cells[-1].metadata["nbgrader"], "grade_id": "next"}}
    after = Cell("code", "next", "assert size() == 80 * 2**20", duty)
    source = Notebook((*two.cells, after), two.metadata)

    record = author_record(source, SANDBOX, profile="python")

    assert record.sealed == {"next"}
    assert "too large" in record.open_cells["tests"]


def test_a_learner_s_context_keeps_back_no_failure_of_the_tests():
    tests = (
        "with Quiet(ValueError) as quiet:\n    assert quiet.double(2) == 4\n    raise ValueError"
    )
    source = notebook(f"{QUIET}    def double(self, n): return 2 * n", tests)
    record = author_record(source, SANDBOX, profile="python")
    forged = f"{QUIET.replace('issubclass(kind, self.kinds)', 'True')}    def double(self, n): "

    assert record.open == {}
    assert graded(source, f"{forged}return 2 * n", record).score == 1
    assert graded(source, f"{forged}return 0", record).score == 0
    assert graded(source, f"{forged}raise ValueError", record).score == 0
