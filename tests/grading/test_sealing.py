"""Tests that the examiner runs: what passes as within the kernel, and what cannot be forged."""

import pytest

from lms.catalogue.notebooks import Cell, Notebook, read, write
from lms.grading.execution import mark_notebook
from lms.grading.laying_in import lay_in
from lms.grading.marking import Verdict
from lms.grading.paper import blanked
from lms.grading.sealing import Record, author_record, open_record

from ..forging.trick import VERDICTS
from .sealed_cases import SANDBOX, check_sealed, graded, handed_in, notebook

pytestmark = pytest.mark.kernel

# Name: (own cell, the author's answer, tests, an answer that must fail).
HONEST = {
    "values": ("", "x = 4\ny = [1, {'a': 2}]", "assert x == 4\nassert y[1]['a'] == 2", "x = 4"),
    "functions": ("", "def f(n): return n * 2", "assert f(4) == 8", "def f(n): return n"),
    "lists changed in place": (
        "",
        "def f(items): items.sort(); return items",
        "items = [2, 1]\nassert f(items) is items\nassert items == [1, 2]",
        "def f(items): return sorted(items)",
    ),
    "classes": (
        "",
        "class P:\n    def __init__(self, x): self.x = x\n"
        "    def __eq__(self, other): return self.x == other.x\n"
        "    def grow(self): self.x += 1",
        "p = P(3)\np.grow()\nassert p.x == 4\nassert isinstance(p, P)\nassert p == P(4)\n"
        "assert type(p) is P",
        "class P:\n    def __init__(self, x): self.x = x\n    def grow(self): pass",
    ),
    "classes of the author": (
        "class Node:\n    def __init__(self, value): self.value, self.next = value, None",
        "def push(node, value):\n    node.next = Node(value)\n    return node",
        "node = Node(1)\nassert push(node, 2) is node\nassert isinstance(node.next, Node)\n"
        "assert node.next.value == 2",
        "def push(node, value): return node",
    ),
    "printed text": (
        "import contextlib, io",
        "def greet(name): print('Salam', name)",
        "out = io.StringIO()\nwith contextlib.redirect_stdout(out):\n    greet('Rim')\n"
        "assert out.getvalue() == 'Salam Rim\\n'",
        "def greet(name): print('Salam')",
    ),
    "patched print and input": (
        "from unittest.mock import patch",
        "def ask():\n    print('Salam', input('Name? '))",
        "with patch('builtins.input', return_value='Rim'), patch('builtins.print') as shown:\n"
        "    ask()\nshown.assert_called_once_with('Salam', 'Rim')",
        "def ask():\n    print('Salam')",
    ),
    "exceptions": (
        "",
        "class Empty(Exception): pass\ndef f(n):\n    if n < 0: raise ValueError('below')\n"
        "    raise Empty('none')",
        "for kind, n in ((ValueError, -1), (Empty, 1)):\n    try:\n        f(n)\n"
        "    except kind: pass\n    else: raise AssertionError",
        "class Empty(Exception): pass\ndef f(n): raise KeyError(n)",
    ),
    "callbacks": (
        "",
        "def apply(f, items): return [f(item) for item in items]",
        "assert apply(lambda n: n + 1, [1, 2]) == [2, 3]",
        "def apply(f, items): return items",
    ),
    "generators": (
        "",
        "def squares(n):\n    for i in range(n): yield i * i",
        "assert list(squares(4)) == [0, 1, 4, 9]",
        "def squares(n):\n    for i in range(n): yield i",
    ),
    "the text of an answer": (
        "import inspect",
        "def f(n, times=2):\n    '''Twice.'''\n    return n * times",
        "assert 'for' not in inspect.getsource(f)\nassert f.__doc__ == 'Twice.'\n"
        "assert list(inspect.signature(f).parameters) == ['n', 'times']\nassert f(2) == 4",
        "def f(n, times=2):\n    '''Twice.'''\n    for _ in range(1): n += n\n    return n",
    ),
    "author's data that an answer changes": (
        "table = {'a': 1}",
        "table['b'] = 2",
        "assert table == {'a': 1, 'b': 2}",
        "table['b'] = 3",
    ),
    "author's data that an answer changes and a helper looks up": (
        "table = {'a': 1}\ndef size(): return len(table)",
        "table['b'] = 2",
        "assert size() == 2",
        "table['a'] = 2",
    ),
    "a helper taken away": (
        "",
        "def square(n): return n * n\ndef both(n): return [square(n), n]",
        "kept = square\ndel square\ntry:\n    both(2)\nexcept NameError: pass\n"
        "else: raise AssertionError\nsquare = kept\nassert both(2) == [4, 2]",
        "def square(n): return n * n\ndef both(n): return [n * n, n]",
    ),
    "a module that the notebook writes": (
        "",
        "with open('shop.py', 'w') as file: file.write('def price(n): return n * 3')",
        "from shop import price\nimport shop\nassert price(2) == shop.price(2) == 6",
        "with open('shop.py', 'w') as file: file.write('def price(n): return 6 + n')",
    ),
    "a limit of time, after which tests go on": (
        "import signal\ndef over(*_): raise TimeoutError",
        "import time\ndef f(n):\n    time.sleep(n)\n    return n",
        "signal.signal(signal.SIGALRM, over)\nsignal.setitimer(signal.ITIMER_REAL, 0.05)\n"
        "try:\n    f(0.2)\n    late = False\nexcept TimeoutError: late = True\n"
        "assert f(0) == 0 and f(0.01) == 0.01 and late",
        "import time\ndef f(n):\n    time.sleep(n)\n    return n * 2",
    ),
    "files": (
        "",
        "with open('out.txt', 'w') as file: file.write('42')",
        "with open('out.txt') as file:\n    assert file.read() == '42'",
        "open('out.txt', 'w').close()",
    ),
}


@pytest.mark.parametrize("name", HONEST)
def test_what_tests_do_in_a_kernel_they_can_do_sealed(name):
    check_sealed(*HONEST[name])


@pytest.mark.parametrize(
    "name", ["functions", "lists changed in place", "a limit of time, after which tests go on"]
)
def test_a_record_made_before_rules_were_counted_marks_as_before(name):
    own, answer, tests, wrong = HONEST[name]
    source = notebook(answer, tests, own)
    told = author_record(source, SANDBOX, profile="python").as_json()
    for cell in told["cells"].values():
        del cell["rules"], cell["touched"]
        cell["changes"] = [change.partition("@")[0] for change in cell["changes"]]
    older = Record.from_json(told)

    assert graded(source, answer, older).verdict is Verdict.PASSED
    assert graded(source, wrong, older).score == 0


TESTS = "assert abs(f(3) - 9) < 1e-9\nassert f(4) == 16\n"
LIAR = """
class Liar:
    __eq__ = __lt__ = __bool__ = __contains__ = lambda *_: True
    __sub__ = __rsub__ = __abs__ = lambda *_: 0.0
"""
FORGED = {
    "an object equal to everything": LIAR + "def f(n): return Liar()",
    "a number equal to everything": "class Liar(int):\n    __eq__ = lambda *_: True\n"
    "    __sub__ = lambda *_: 0.0\ndef f(n): return Liar(7)",
    "a name that lies": LIAR + "f = Liar()",
    "an end of the process": "import sys\nf = sys.exit",
    "a quiet end": "import os\ndef f(n): os._exit(0)",
    "no assertion error": "import builtins\nbuiltins.AssertionError = ZeroDivisionError\n"
    "builtins.abs = lambda *_: 0\ndef f(n): return 0",
    "a shell that knows no errors": "shell = get_ipython()\n"
    "shell.showtraceback = lambda *a, **k: None\n"
    "shell.run_cell = lambda *a, **k: None\ndef f(n): return 0",
    "a message of its own": "import os, json, struct\n"
    "word = json.dumps({'say': 'answer', 'value': 9, 'objects': {}}).encode()\n"
    "def f(n):\n    for d in range(3, 64):\n        try:\n"
    "            os.write(d, struct.pack('!I', len(word)) + word)\n"
    "        except OSError: pass\n    return 0",
    "a patched answer": "import gc\nfor one in gc.get_objects():\n"
    "    if type(one).__name__ == 'Answering':\n"
    "        one._asks['operation'] = lambda told, u: Liar()\n" + LIAR + "def f(n): return 0",
    "a deep answer": "def f(n):\n    deep = []\n    for _ in range(10**5): deep = [deep]\n"
    "    return deep",
    "a huge answer": "def f(n): return 'x' * (80 * 2**20)",
}


@pytest.fixture(scope="module")
def squares():
    """An assignment and its record, made once for every forgery."""
    source = notebook("def f(n): return n * n", TESTS)
    return source, author_record(source, SANDBOX, profile="python")


@pytest.mark.parametrize("name", FORGED)
def test_a_forgery_earns_nothing_and_harms_nobody(name, squares):
    source, record = squares

    mark = graded(source, FORGED[name], record)

    assert record.sealed == {"tests"}
    assert mark.score == 0
    assert graded(source, "def f(n): return n ** 2", record).score == 1


def test_an_argument_changed_so_that_the_test_agrees_earns_nothing():
    source = notebook("def least(a): return min(a)", "a = [3, 1]\nassert least(a) == min(a)")
    record = author_record(source, SANDBOX, profile="python")
    forged = "def least(a):\n    a[:] = [0]\n    return 0"

    assert graded(source, forged, record).score == 0
    assert graded(source, "def least(a): return sorted(a)[0]", record).score == 1


@pytest.mark.parametrize(
    ("own", "tests"),
    {
        "a list": ("a = [3, 1]", "a.append(2)\nassert least(a) == 1 and len(a) == 3"),
        "a list that a helper changes": (
            "a = [3, 1]\ndef more(n): a.append(n); return len(a)",
            "assert more(2) == 3 and least(a) == 1",
        ),
        "an object of the author's": (
            "class Bag:\n    def __init__(self): self.items = [3, 1]\nbag = Bag()",
            "bag.items.append(2)\nassert least(bag.items) == 1 and len(bag.items) == 3",
        ),
    }.values(),
    ids=["a list", "a list that a helper changes", "an object of the author's"],
)
def test_data_that_tests_change_themselves_are_changed_once_by_a_second_try(own, tests):
    source = notebook("def least(a): return min(a)", tests, own)
    record = author_record(source, SANDBOX, profile="python")
    assert record.cells["tests"]["touched"]

    assert graded(source, "def least(a):\n    a.sort()\n    return a[0]", record).score == 1
    assert graded(source, "def least(a):\n    a.sort()\n    return a[1]", record).score == 0


def test_an_object_of_the_authors_class_keeps_the_authors_methods():
    own = (
        "class Basket:\n    def __init__(self): self.items = []\n"
        "    def total(self): return sum(self.items)"
    )
    fill = "def fill(basket, one):\n    basket.items.append(one(5))\n    return basket"
    tests = "assert fill(Basket(), lambda n: n).total() == 5"
    source = notebook(fill, tests, own)
    record = author_record(source, SANDBOX, profile="python")
    forged = "def fill(basket, one):\n    basket.total = one\n    return basket"

    assert record.open == {}
    assert graded(source, forged, record).score == 0
    assert graded(source, "basket = 0\n" + fill, record).score == 1


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (f"'/proc/self/fd/{VERDICTS}'", "Permission denied"),
        (str(VERDICTS), "Bad file descriptor"),
    ],
    ids=["by name", "by number"],
)
def test_a_file_that_an_answer_names_is_never_that_of_the_verdicts(name, why):
    answer = "def save():\n    with open('o', 'w') as file: file.write('4')\n    return 'o'"
    source = notebook(answer, "with open(save()) as file:\n    assert file.read() == '4'")
    record = author_record(source, SANDBOX, profile="python")

    mark = graded(source, f"def save(): return {name}", record)

    assert mark.score == 0
    assert why in str(mark.message)  # The one with this number is that of the verdicts.


def test_the_text_of_sealed_tests_never_reaches_the_learners_kernel():
    secret = "1234567"
    source = notebook("def f(n): return n", f"token = {secret}\nassert f(1) == 1")
    record = author_record(source, SANDBOX, profile="python")
    thief = (
        "import gc, sys\ndef f(n):\n"
        f"    found = [o for o in gc.get_objects() if {secret[::-1]!r}[::-1] in repr(o)[:9999]]\n"
        "    return len(found)"
    )

    assert graded(source, thief, record).score == 0


def test_a_cell_that_cannot_be_sealed_is_open_and_says_why():
    tests = "class Mine: value = 3\nassert f(Mine()) == 3"
    source = notebook("def f(thing): return thing.value", tests)

    record = author_record(source, SANDBOX, profile="python")

    assert record.sealed == frozenset()
    assert "the class Mine" in record.open_cells["tests"]
    marked = mark_notebook(source, write(source), SANDBOX, profile="python", sealing=record)
    assert marked.marks[0].score == 1


#: Tests that only the learner's kernel can run, and its points are its result.
OPEN = (
    "class Mine: kept = 2\nassert Base().two(Mine()) == 2\n"
    "assert all([Base().two(Mine()) == 2])\n1.0"
)
RIGHT = "class Base:\n    def two(self, mine): return mine.kept"
WRONG = "class Base:\n    def two(self, mine): return 3\n"


@pytest.fixture(scope="module")
def open_cell():
    """An assignment whose only test cell is open, and its record."""
    source = notebook(RIGHT, OPEN)
    record = author_record(source, SANDBOX, profile="python")
    assert list(record.open) == ["tests"]
    return source, record


def test_an_open_cell_gives_its_points_to_honest_work(open_cell):
    source, record = open_cell

    assert graded(source, RIGHT, record).verdict is Verdict.PASSED
    assert graded(source, f"{RIGHT}\nall = None", record).verdict is Verdict.ERROR
    assert graded(source, WRONG, record).verdict is Verdict.FAILED


GUARDED = {
    "builtins": (
        "import builtins\nbuiltins.all = lambda found: True\nclass Base:\n"
        "    def two(self, mine): return 2",
        "builtins.all",
    ),
    "asserts taken out": (
        "import ast\nclass Out(ast.NodeTransformer):\n"
        "    def visit_Assert(self, node): return ast.Pass()\n"
        "get_ipython().ast_transformers.append(Out())",
        "what is made of a cell's text",
    ),
    "another text in its place": (
        "get_ipython().input_transformers_post.append(lambda lines: ['1.0\\n'])",
        "did not run to its end",
    ),
    "errors swallowed": (
        "shell = get_ipython()\nrun = type(shell).run_code\n"
        "async def swallow(self, code, result=None, *, async_=False):\n"
        "    await run(self, code, None, async_=async_)\n    return False\n"
        "type(shell).run_code = swallow",
        "run_code",
    ),
    "a shell of one's own": (
        "shell = get_ipython()\nrun = shell.run_cell\n"
        "shell.run_cell = lambda text, *given, **named: run('1.0', *given, **named)\n"
        "shell.run_cell_async = lambda text, *given, **named: "
        "type(shell).run_cell_async(shell, '1.0', *given, **named)",
        "of the shell",
    ),
    "tracing": ("import sys\nsys.settrace(lambda *told: None)\n" + RIGHT, "tracing"),
}


@pytest.mark.parametrize("name", GUARDED)
def test_an_open_cell_does_not_believe_a_changed_interpreter(name, open_cell):
    source, record = open_cell
    trick, told = GUARDED[name]

    mark = graded(source, f"{WRONG}{trick}", record)

    assert (mark.score, mark.verdict) == (0, Verdict.FAILED)
    assert told in (mark.refused or "")


def test_what_the_author_s_own_solution_changes_speaks_against_nobody():
    answer = f"import builtins\nbuiltins.sum = sum_of = lambda told: 2\n{RIGHT}"
    source = notebook(answer, OPEN)

    record = author_record(source, SANDBOX, profile="python")

    assert record.doubts == ("builtins.sum",)
    assert graded(source, answer, record).verdict is Verdict.PASSED


def test_a_cell_that_ends_the_run_takes_no_other_with_it():
    source = notebook("import time\ndef nap(): time.sleep(60)", "assert callable(nap)")
    patched = "usual, time.sleep = time.sleep, abs\nnap()\ntime.sleep = usual"
    last = source.cells[-1]
    duty = {"nbgrader": {**last.metadata["nbgrader"], "grade_id": "nap"}}
    sleepy = Cell("code", "nap", patched, duty)
    both = Notebook((*source.cells[:-1], sleepy, last), source.metadata)

    record = author_record(both, SANDBOX, profile="python", limits={"cell_seconds": 2.0})

    assert record.sealed == {"tests"}
    assert set(record.open) == {"nap"}


@pytest.mark.parametrize(
    "answer",
    [
        "def f(n):\n    while True: pass",
        "import time\ndef f(n):\n    try: time.sleep(60)\n    except BaseException: return 2 * n",
    ],
    ids=["endless", "swallows being stopped"],
)
def test_an_endless_answer_costs_its_own_points_and_no_other(answer):
    two = notebook("def f(n): return 2 * n", "assert f(2) == 4")
    duty = {"nbgrader": {**two.cells[-1].metadata["nbgrader"], "grade_id": "next"}}
    source = Notebook((*two.cells, Cell("code", "next", "assert 1 + 1 == 2", duty)), two.metadata)
    record = author_record(source, SANDBOX, profile="python")

    marked = mark_notebook(
        *(source, handed_in(source, answer), SANDBOX),
        profile="python",
        limits={"cell_seconds": 1.0},
        sealing=record,
    )

    assert [mark.score for mark in marked.marks] == [0.0, 1.0]
    assert "time allowed ran out" in str(marked.marks[0].message)
    assert "was stopped" in str(marked.message)


def test_partial_credit_is_the_examiners_word_alone():
    source = notebook("def f(n): return n * n", "0.5 if f(2) == 4 else 0.25")
    record = author_record(source, SANDBOX, profile="python")

    assert graded(source, "def f(n): return n * n", record).score == 0.5
    assert graded(source, "print(1)\ndef f(n): return 0", record).score == 0.25


DATA = {
    "arrays": (
        "import numpy as np",
        "def f(x): return x * 2",
        "assert np.allclose(f(np.arange(3)), [0, 2, 4])\nassert f(np.ones(2)).dtype == float",
        "def f(x): return list(x)",
    ),
    "tables": (
        "import pandas as pd\ntable = pd.DataFrame({'a': [1, 2], 'b': ['x', None]})",
        "table['c'] = table.a * 2\ntotal = table.c.sum()",
        "assert list(table.c) == [2, 4]\nassert total == 6\n"
        "pd.testing.assert_series_equal(table.a, pd.Series([1, 2], name='a'))",
        "total = 6",
    ),
    # Changed in a call that is given none of it, in each way in which a table can change.
    "tables changed unseen": (
        "import numpy as np\nimport pandas as pd",
        "kept = []\ndef keep(*things): kept.extend(things)\n"
        "def change():\n"
        "    table, words, row = kept\n"
        "    table.loc[0, 'a'] = 9\n    table.loc[1, 'b'] = 'z'\n    words[0] = 'ⴰ'\n"
        "    table.columns = ['a', 'd']\n    row[1] = 7",
        "table = pd.DataFrame({'a': [1, 2], 'b': ['x', None]})\n"
        "words, row = pd.Series(['p', 'q']), np.zeros(2)\nkeep(table, words, row)\nchange()\n"
        "assert list(table.columns) == ['a', 'd']\n"
        "assert list(table.a) == [9, 2] and list(table.d) == ['x', 'z']\n"
        "assert list(words) == ['ⴰ', 'q'] and list(row) == [0, 7]",
        "kept = []\ndef keep(*things): kept.extend(things)\n"
        "def change():\n    kept[0].loc[0, 'a'] = 9\n    kept[2][1] = 7",
    ),
    # -1 and -2 have one hash; and what one side changes the other may change back.
    "tables changed to and fro": (
        "import pandas as pd",
        "def fall(mixed, table):\n    mixed[0] = -2.0\n    table.loc[0, 'a'] = 5\n"
        "def of(mixed, table): return mixed[0], int(table.loc[0, 'a'])",
        "mixed = pd.Series([-1.0, 'x'], dtype=object)\ntable = pd.DataFrame({'a': [1, 2]})\n"
        "assert of(mixed, table) == (-1, 1)\nfall(mixed, table)\n"
        "assert (mixed[0], table.loc[0, 'a']) == (-2, 5)\n"
        "mixed[0] = -1.0\ntable.loc[0, 'a'] = 1\nassert of(mixed, table) == (-1, 1)",
        "def fall(mixed, table): pass\ndef of(mixed, table): return -1, 1",
    ),
    "figures": (
        "import matplotlib.pyplot as plt",
        "def draw(y):\n    figure, axes = plt.subplots()\n    axes.plot(y)\n"
        "    axes.set_title('Rain')\n    return axes",
        "axes = draw([1, 2])\nassert axes.get_title() == 'Rain'\n"
        "assert list(axes.lines[0].get_ydata()) == [1, 2]\nassert plt.gca().get_title() == 'Rain'",
        "def draw(y):\n    figure, axes = plt.subplots()\n    return axes",
    ),
    "models": (
        "import numpy as np\nfrom sklearn.linear_model import LinearRegression",
        "model = LinearRegression().fit(np.arange(4).reshape(-1, 1), np.arange(4))",
        "assert isinstance(model, LinearRegression)\nassert np.isclose(model.coef_[0], 1)\n"
        "assert np.isclose(model.predict([[10]])[0], 10)",
        "model = LinearRegression().fit([[0], [1]], [0, 5])",
    ),
}


@pytest.mark.parametrize("name", DATA)
def test_data_and_what_libraries_make_of_it(name):
    own, answer, tests, wrong = DATA[name]
    source = notebook(answer, tests, own)

    record = author_record(source, SANDBOX, profile="python-ml")

    assert record.open == {}
    assert graded(source, answer, record, "python-ml").score == 1
    assert graded(source, wrong, record, "python-ml").score == 0


def test_data_is_the_authors_for_learner_and_examiner_and_nobody_changes_it():
    given = "\ndef given():\n    with open('in.txt') as file: return file.read()"
    source = notebook(
        "with open('out.txt', 'w') as file: file.write('42')" + given,
        "with open('out.txt') as file:\n    assert file.read() == '42'\n"
        "with open('in.txt') as file:\n    assert file.read() == given() == 'given'",
    )
    files = {"in.txt": b"given"}
    record = author_record(source, SANDBOX, profile="python", files=files)

    def score(answer):
        work = handed_in(source, answer + given)
        marked = mark_notebook(source, work, SANDBOX, profile="python", files=files, sealing=record)
        return marked.marks[0].score

    write, change = "open('out.txt', 'w').write('42')", "open('in.txt', 'w').write('mine')"
    assert record.open == {}
    assert score("open('out.txt', 'w').write('41')") == 0
    assert score(f"{change}\n{write}") == 0  # The change is an error, and ends the cell.
    assert score(f"try:\n    {change}\nexcept OSError as fault:\n    {write}") == 1


def test_a_file_that_the_solution_writes_over_is_no_data_and_is_left_out():
    answer = "open('out/result.txt', 'w').write(open('data.txt').read() + '!')"
    tests = "import os\nassert open('out/result.txt').read() == 'rain!'"
    source = notebook(answer, tests, "import os\nos.makedirs('out', exist_ok=True)")
    files = {"data.txt": b"rain", "out/result.txt": b"rain!", "out/old.txt": b""}

    record = author_record(source, SANDBOX, profile="python", files=files)

    assert record.products == ("out/result.txt",)
    assert Record.from_json(record.as_json()) == record
    for sealing in (record, open_record(source, SANDBOX, profile="python", files=files)):
        scores = [
            mark_notebook(
                *(source, handed_in(source, work), SANDBOX),
                profile="python",
                files=files,
                sealing=sealing,
            )
            .marks[0]
            .score
            for work in (answer, "pass")
        ]
        assert scores == [1, 0]


def test_a_failed_comparison_tells_where_and_what_was_expected():
    source = notebook("def f(n): return n * n", "\nassert f(3) == 9")
    record = author_record(source, SANDBOX, profile="python")
    laid_in = lay_in(source, read(handed_in(source, "def f(n): return 8")))
    paper = record.paper(source, laid_in)
    run = SANDBOX.run(blanked(laid_in.notebook, paper.tests), "python", paper=paper)

    (cell,) = [cell for cell in run.cells if cell.sealed]
    assert (cell.line, cell.expected, cell.came) == (2, "9", "8")
