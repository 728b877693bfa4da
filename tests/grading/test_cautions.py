"""What deserves a second look in tests before they are published."""

import pytest

from lms.catalogue.notebooks import Cell, Notebook
from lms.grading.cautions import cautions

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
    ],
)
def test_tests_that_run_what_is_in_an_answer_are_named(tests):
    (said,) = found(tests)

    assert "line 2" in said or "line 1" in said
    assert "runs what a learner's answer" in said


@pytest.mark.parametrize(
    "tests",
    ["assert x == 1", "assert eval('1') == x", "import json\nassert json.loads(x)", "run(x)"],
)
def test_ordinary_tests_are_not(tests):
    assert found(tests) == []


def test_a_comparison_of_times_is_named():
    (said,) = found("import time\nstart = time.time()\nf()\nassert time.time() - start < 1")

    assert "line 4" in said


def test_data_from_a_cell_that_learners_may_edit_is_named():
    source = notebook("x = 1", "assert x == sum(table)")
    loose = Cell("code", "loose", "table = [1]")
    locked = notebook("x = 1", "assert x == sum(table)", "table = [1]")

    (caution,) = cautions(Notebook((loose, *source.cells), source.metadata))

    assert "table" in str(caution.sentence)
    assert cautions(locked) == ()
