"""Honest answers that differ from the author's in what no test looks at lose nothing sealed."""

import pytest

from lms.grading.sealing import author_record

from .sealed_cases import SANDBOX, graded, notebook

pytestmark = pytest.mark.kernel

MONEY = """
class Money:
    def __init__(self, n): self.n = n
    def __add__(self, other): return Money(self.n + other.n)
    def __eq__(self, other): return self.n == other.n
    def __lt__(self, other): return self.n < other.n
    def __repr__(self): return f"{self.n} DH"
    def __len__(self): return self.n
    def __getitem__(self, place): return range(self.n)[place]
"""

CHAIN = """
class Chain:
    def __init__(self, some=()): self.some = list(some)
    def add(self, one): return Chain([*self.some, one])
    def __add__(self, other): return Chain(self.some + other.some)
    def size(self): return len(self.some)
"""

# Name: (own cell, the author's answer, tests, another honest answer).
VARIED = {
    "a method that returns its object, where the author's returns nothing": (
        "",
        "class Stack:\n    def __init__(self): self.items = []\n"
        "    def push(self, one): self.items.append(one)",
        "stack = Stack()\nstack.push(3)\nassert stack.items == [3]\nstack.push(4)",
        "class Stack:\n    def __init__(self): self.items = []\n"
        "    def push(self, one):\n        self.items.append(one)\n        return self",
    ),
    "counts in a dictionary with defaults": (
        "",
        "def count(words): return {one: words.count(one) for one in words}\nseen = {'a': [0]}",
        "assert count(['a', 'b', 'a']) == {'a': 2, 'b': 1}\nassert seen == {'a': [0]}\nseen",
        "from collections import defaultdict\ndef count(words):\n"
        "    found = defaultdict(lambda: 0)\n    for one in words: found[one] += 1\n"
        "    return found\nseen = defaultdict(list)\nseen['a'].append(0)",
    ),
    "more and other methods than the author wrote": (
        "",
        MONEY,
        "a, b = Money(2), Money(3)\nassert a != b\nassert b > a\n"
        "assert str(a) == f'{a}' == '2 DH'\n"
        "a += b\nassert a == Money(5)\nassert a\nassert list(Money(3)) == [0, 1, 2]\n"
        "assert sorted([Money(3), Money(1)])[0].n == 1\nassert 1 in Money(3)",
        MONEY
        + "    def __ne__(self, other): return self.n != other.n\n"
        + "    def __gt__(self, other): return self.n > other.n\n"
        + "    def __str__(self): return f'{self.n} DH'\n"
        + "    def __format__(self, how): return f'{self.n} DH'\n"
        + "    def __bool__(self): return self.n > 0\n"
        + "    def __iter__(self): return iter(range(self.n))\n"
        + "    def __contains__(self, one): return 0 <= one < self.n\n"
        + "    def __iadd__(self, other):\n        self.n += other.n\n        return self\n",
    ),
    "a class that compares, where the author's does not": (
        "",
        "class Node:\n    def __init__(self, value, rest=None):\n"
        "        self.value, self.rest = value, rest\n"
        "chain = Node(1, Node(2))",
        "assert chain.rest != None\nassert chain.rest.value == 2",
        "from dataclasses import dataclass\n@dataclass\nclass Node:\n    value: int\n"
        "    rest: object = None\nchain = Node(1, Node(2))",
    ),
    "a class of its own for a named tuple": (
        "",
        "from collections import namedtuple\nPlace = namedtuple('Place', 'x y')\n"
        "def middle(a, b): return Place((a.x + b.x) / 2, (a.y + b.y) / 2)",
        "assert middle(Place(0, 0), Place(2, 4)) == Place(1, 2)\n"
        "assert middle(Place(0, 0), Place(2, 4)).y == 2",
        "from dataclasses import dataclass\n@dataclass\nclass Place:\n    x: float\n    y: float\n"
        "def middle(a, b): return Place((a.x + b.x) / 2, (a.y + b.y) / 2)",
    ),
    "many objects, each made of the one before": (
        "",
        CHAIN,
        "for one in range(150):\n    assert Chain([one]).size() == 1\nchain = Chain()\n"
        "for one in range(60):\n    chain = chain.add(one)\nassert chain.size() == 60\n"
        "for one in range(60):\n    chain = chain + Chain([one])\nassert chain.size() == 120",
        CHAIN.replace("return Chain([*self.some, one])", "self.some += [one]; return self"),
    ),
    "an object that is called, for a function": (
        "",
        "def square(n): return n * n",
        "assert square(3) == 9\nassert list(map(square, [1, 2])) == [1, 4]",
        "class Square:\n    def __call__(self, n): return n * n\nsquare = Square()",
    ),
    "a harmless change beside one that is wanted": (
        "",
        "def largest(some): return max(some)\ndef order(some): some.sort()",
        "given = [4, 5, 1]\nassert largest(given) == 5\nsome = [3, 1, 2]\norder(some)\n"
        "assert some == [1, 2, 3]",
        "def largest(some):\n    some.sort()\n    return some[-1]\ndef order(some): some.sort()",
    ),
    "functions that catch whatever they call": (
        "",
        "def guarded(call):\n    try: return call()\n"
        "    except (SystemExit, ValueError, AssertionError): return 'caught'",
        "def leave(): raise SystemExit(3)\ndef check(): assert False\n"
        "assert guarded(leave) == guarded(check) == 'caught'\nassert guarded(lambda: 3) == 3",
        "def guarded(call):\n    try: return call()\n    except BaseException: return 'caught'",
    ),
    "objects that go from one function into the next": (
        "",
        "def parsed(text): return tuple(text.split('+'))\n"
        "def worth(tree): return sum(map(int, tree))",
        "assert worth(parsed('1+2')) == 3\nassert worth(parsed('4')) == 4",
        "class Tree:\n    def __init__(self, text): self.parts = text.split('+')\n"
        "parsed = Tree\ndef worth(tree): return sum(map(int, tree.parts))",
    ),
    "an object of the tests that is called": (
        "",
        "def call(function): return function(2)",
        "class Spy:\n    def __call__(self, one):\n        self.one = one\n        return 7\n"
        "spy = Spy()\nassert call(spy) == 7\nassert spy.one == 2",
        "def call(function):\n    found = function(2)\n    return found",
    ),
    "an iterator of its own": (
        "",
        "class Down:\n    def __init__(self, n): self.n = n\n    def __iter__(self): return self\n"
        "    def __next__(self):\n        if not self.n: raise StopIteration\n"
        "        self.n -= 1\n        return self.n",
        "assert list(Down(3)) == [2, 1, 0]\ndown = Down(1)\nnext(down)\n"
        "try: next(down)\nexcept StopIteration: pass\nelse: raise AssertionError",
        "class Down:\n    def __init__(self, n): self.n = n\n    def __iter__(self): return self\n"
        "    def __next__(self):\n        self.n -= 1\n"
        "        if self.n < 0: raise StopIteration()\n"
        "        return self.n",
    ),
}


@pytest.mark.parametrize("name", VARIED)
def test_an_honest_answer_unlike_the_author_s_earns_all_points(name):
    own, answer, tests, other = VARIED[name]
    source = notebook(answer, tests, own)
    record = author_record(source, SANDBOX, profile="python")

    mark = graded(source, other, record)

    assert record.open_cells == {}
    assert mark.score == 1, mark.message
