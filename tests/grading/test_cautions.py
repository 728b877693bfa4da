"""What deserves a second look in tests before they are published."""

import pytest

from lms.catalogue.notebooks import Cell, Notebook
from lms.grading.cautions import cautions
from lms.grading.unsealed import to_seal

from .sealed_cases import notebook


def found(tests, own=""):
    return [str(caution.sentence) for caution in cautions(notebook("x = 1", tests, own))]


@pytest.mark.parametrize(
    "tests",
    [
        "import pickle\nassert pickle.loads(x) == 1",
        "assert eval(x) == 1",
        "import numpy as np\nassert np.load(x, allow_pickle=True).size",
        "import subprocess\nsubprocess.run(x)",
        "import os\nos.system(x)",
        "import importlib\nimportlib.import_module(x)",
        "import pandas as pd\npd.read_pickle(x)",
        "import pandas as pd\npd.DataFrame().query(x)",
        "from pickle import loads as undone\nassert undone(x) == 1",
        "import pickle as p\nassert p.loads(x) == 1",
        "from subprocess import run\nrun(x)",
        "import doctest\ndoctest.run_docstring_examples(x, {})",
        "import yaml\nassert yaml.load(x, yaml.Loader)",
        "from runpy import run_path\nrun_path(x)",
        "from sympy import sympify\nassert sympify(x) == 1",
    ],
)
def test_tests_that_run_what_is_in_an_answer_are_named(tests):
    (said,) = found(tests)

    assert "line 2" in said or "line 1" in said
    assert "runs what a learner's answer" in said


@pytest.mark.parametrize(
    "tests",
    [
        "assert x > 1",
        "assert eval('1') == x",
        "import json\nassert json.loads(x)",
        "run(x)",
        "import datetime\nassert x == datetime.time(8, 30)",
    ],
)
def test_ordinary_tests_are_not(tests):
    assert found(tests) == []


@pytest.mark.parametrize(
    "compared",
    [
        "assert time.time() - start < 1",
        "took = time.time() - start; assert took < 1",
        "took = 0; took += time.time() - start; assert 2 * took < 1",
        "assert timeit.timeit(f) < 1",
        "from time import perf_counter as now; assert now() - start < 1",
        "import time as t; assert t.time() - start < 1",
        "now = time.monotonic_ns; assert now() - start < 1",
    ],
)
def test_a_comparison_of_times_is_named(compared):
    (said,) = found(f"import time, timeit\nstart = time.time()\nf()\n{compared}")

    assert "line 4" in said
    assert "compares times" in said


FUNCTION = "def f(n): return 2 * n"
HIDDEN = "\n### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"


@pytest.mark.parametrize(
    ("answer", "tests"),
    [
        pytest.param("x = 6 * 7", "assert x == 42", id="a variable"),
        pytest.param("x = 6 * 7", "assert 42 == round(x, 2)", id="the other way round"),
        pytest.param("x = 6 * 7", "assert abs(x - 42) < 1e-9", id="nearly"),
        pytest.param("x = [6]", "np.testing.assert_allclose(x, [6, 7])", id="by a library"),
        pytest.param("x = 6 * 7", "assert x == 42" + HIDDEN.format("assert x"), id="hidden too"),
        pytest.param(FUNCTION, "assert f(3) == 6", id="a function tried once"),
    ],
)
def test_what_a_visible_test_gives_away_is_named(answer, tests):
    (said,) = [str(caution.sentence) for caution in cautions(notebook(answer, tests))]

    assert "line 1: learners see here what" in said


@pytest.mark.parametrize(
    ("answer", "tests"),
    [
        pytest.param(FUNCTION, "assert f(3) == 6\nassert f(4) == 8", id="tried twice"),
        pytest.param(FUNCTION, "assert f(3) == 6" + HIDDEN.format("assert f(4) == 8"), id="hidden"),
        pytest.param(FUNCTION, "assert f(data) == 6", id="tried on data"),
        pytest.param("x = 6 * 7", HIDDEN.format("assert x == 42"), id="a hidden constant"),
        pytest.param("x = 6 * 7", "assert x == 6 * n", id="worked out"),
        pytest.param("x = 6 * 7", "assert isinstance(x, int)\nassert x > 0", id="no constant"),
        pytest.param("x = 6 * 7", "y = f()\nassert y == 42", id="no answer"),
    ],
)
def test_tests_that_cannot_be_answered_from_their_text_are_not(answer, tests):
    assert cautions(notebook(answer, tests)) == ()


def test_data_from_a_cell_that_learners_may_edit_is_named():
    source = notebook("x = 1", "assert x == sum(table)")
    loose = Cell("code", "loose", "table = [1]")
    locked = notebook("x = 1", "assert x == sum(table)", "table = [1]")

    (caution,) = cautions(Notebook((loose, *source.cells), source.metadata))

    assert "table" in str(caution.sentence)
    assert cautions(locked) == ()


@pytest.mark.parametrize(
    ("why", "told"),
    [
        ("the author's solution does not pass", "Mend the solution"),
        ("the tests hand over the class A of the tests, which cannot cross", "Define this class"),
        ("the tests hand over a generator of the tests, which cannot cross", "exchange lists"),
        ("a value that is too large to send", "a sum of it"),
        ("NameError: name 'n' is not defined", "Define this name"),
        ("an open cell needs what this one leaves behind", "Seal the open cell first"),
        ("the author's record comes out differently each time", "Seed what is drawn"),
        ("the examiner came to no end", "compare values"),
    ],
)
def test_each_reason_for_an_open_cell_comes_with_what_to_do(why, told):
    assert told in str(to_seal(why))
