"""Small mistakes in a solution: which there are, where they stand, and which are tried."""

import ast
from collections import Counter

import pytest

from lms.grading.idle import idle_tests
from lms.grading.mutants import mutants
from lms.grading.mutations import Kind


@pytest.fixture
def changed(make):
    """The mistakes in an answer of this text, as pairs of kind and new line."""

    def of(code):
        found = mutants(make.notebook(make.answer(code), make.checks("assert True")))
        return {(one.kind, one.after) for one in found.chosen}

    return of


CASES = {
    "arithmetic": ("x = a + b", {"x = a - b"}),
    "arithmetic in place": ("x //= b", {"x /= b"}),
    "an operator beside brackets": (
        "x = (a + b) * (c)",
        {"x = (a - b) * (c)", "x = (a + b) / (c)"},
    ),
    "comparison": ("x = a < b", {"x = a <= b"}),
    "a chain": ("x = 0.0 < a <= b", {"x = 0.0 <= a <= b", "x = 0.0 < a < b", "x = 1.0 < a <= b"}),
    "membership": ("x = a in b", {"x = a not in b"}),
    "no membership": ("x = a not in b", {"x = a in b"}),
    "identity": ("x = a is not b", {"x = a is b"}),
    "boolean": ("x = a and b and c", {"x = a or b and c", "x = a and b or c"}),
    "not taken away": ("x = not a", {"x = a"}),
    "not put before": ("x = 1.5 if a else b", {"x = 1.5 if not (a) else b", "x = 3.0 if a else b"}),
    "whole numbers": ("x = 7", {"x = 8", "x = 6"}),
    "truth": ("x = True", {"x = False"}),
    "texts": ("x = 'a'", {'x = ""'}),
    "ranges": ("x = range(n)", {"x = range(n + 1)", "x = range(n - 1)"}),
    "slices": ("x = y[k:]", {"x = y[k + 1:]", "x = y[k - 1:]"}),
    "indices": ("x = y[1]", {"x = y[2]", "x = y[0]"}),
    "calls left out": ("f(a)", set()),
    "a call is no assignment": ("import os", None),
    "words of errors are the author's": ("raise ValueError('no' + 'body')", set()),
    "parts of f-strings": ("x = f'{a}: {b}'", set()),
}


@pytest.mark.parametrize(("code", "lines"), CASES.values(), ids=CASES)
def test_each_change_that_a_line_allows_is_found(changed, code, lines):
    wanted = set() if lines is None else lines | {"pass"}

    assert {line for _kind, line in changed(code)} == wanted


def test_a_function_may_return_nothing(changed):
    found = changed("def f(n):\n    '''Half of it.'''\n    return n / 2.0")

    assert (Kind.RETURN, "return None") in found
    assert not any('"""' in line or line == '""' for _kind, line in found)


def test_only_what_is_fenced_is_changed_and_every_line_keeps_its_number(make):
    code = (
        "def f(n):\n    x = 1.0\n    ### BEGIN SOLUTION\n    y = [\n        n,\n    ]\n"
        "    return y\n    ### END SOLUTION\nz = 3"
    )
    source = make.notebook(make.answer(code))

    found = mutants(source).chosen

    assert {(one.line, one.before, one.after) for one in found} == {
        (4, "y = [\n        n,\n    ]", "pass"),
        (7, "return y", "return None"),
    }
    for one in found:
        changed = one.notebook(source).cells[0].source
        assert changed.split("\n")[-1] == "z = 3"
        assert len(changed.split("\n")) == len(code.split("\n"))


def test_every_mistake_is_code_and_no_two_are_the_same(make):
    code = "é = 'ⵣ' * 2\nif not é == 1 and é:\n    x = é[-1:2]; y = 0\nwhile x: break\n%time f(x)"
    found = mutants(make.notebook(make.answer(code))).chosen

    trees = [ast.dump(ast.parse(one.text.replace("%time ", ""))) for one in found]
    assert len(trees) == len(set(trees)) > 10
    assert ast.dump(ast.parse(code.replace("%time ", ""))) not in trees


def test_of_many_mistakes_as_many_are_tried_of_each_cell_and_the_same_every_time(make):
    long = "\n".join(f"x = a + {n}.0 * b" for n in range(40))
    source = make.notebook(
        make.answer(long, "long"), make.answer("y = a < b", "short"), make.checks("assert x")
    )

    first, again = mutants(source, 12), mutants(source, 12)

    assert first == again
    assert first.there > 100
    assert Counter(one.grade_id for one in first.chosen) == {"long": 10, "short": 2}
    kinds = Counter(one.kind for one in first.chosen if one.grade_id == "long")
    assert set(kinds) == {Kind.ARITHMETIC, Kind.CONSTANT, Kind.REMOVAL}
    places = [(one.grade_id, one.line) for one in first.chosen]
    assert places == sorted(places)


def test_what_people_mark_what_is_not_the_learners_and_other_languages_are_left_alone(make):
    cells = (
        make.cell("code", "x = 1"),
        make.cell("code", "y = 2", "essay", solution=True, grade=True, points=1),
        make.checks("assert 3"),
        make.answer("z = = 4"),
    )
    assert mutants(make.notebook(*cells)).there == 0


IDLE = {
    "nothing": ("", True),
    "a text": ('"""Looks at it."""\n# AUTOTEST f(1)', True),
    "a run": ("x = f(1)\nprint(x)", True),
    "an assertion": ("assert f(1) == 1", False),
    "an error": ("if f(1) != 1:\n    raise ValueError", False),
    "numpy": ("np.testing.assert_allclose(f(1), 1)", False),
    "the author's own": ("same(f(1), 1)\n_ = 0", False),
    "points": ("0.5 * (f(1) == 1)", False),
    "a magic": ("%%bash\ntest -f answer.txt", False),
}


@pytest.mark.parametrize(("tests", "is_idle"), IDLE.values(), ids=IDLE)
def test_a_test_cell_that_checks_nothing_is_named(make, tests, is_idle):
    source = make.notebook(
        make.cell("code", "def same(a, b):\n    assert a == b", "own", locked=True),
        make.answer("def f(n): return n"),
        make.checks(tests),
        make.checks("", "no-points", points=0),
    )

    assert idle_tests(source) == (("double-tests",) if is_idle else ())
