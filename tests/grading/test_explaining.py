"""What is said of a failed test when the learner's code may have known hidden ones by then."""

import pytest

from lms.catalogue.notebooks import read
from lms.grading.execution import mark_notebook
from lms.grading.hiding import after_hidden, hiding, may_know, readable
from lms.grading.laying_in import lay_in
from lms.grading.runs import CellError, CellRun, Ending, Run

HIDING = "assert f(1) == 1\n### BEGIN HIDDEN TESTS\nassert f(777) == 777\n### END HIDDEN TESTS"
LATER = "assert g(2) == 4"


@pytest.fixture
def source(make):
    return make.notebook(
        make.answer("def f(n): return n", "f", id="f"),
        make.checks(HIDING, "f-tests", id="f-tests"),
        make.answer("def g(n): return 2 * n", "g", id="g"),
        make.checks(LATER, "g-tests", id="g-tests"),
    )


@pytest.fixture
def work(make):
    return make.file(
        make.answer("SEEN = []\ndef f(n):\n    SEEN.append(n)\n    return n", "f"),
        make.answer("def g(n):\n    raise ValueError(SEEN)", "g"),
    )


class Twice:
    """A sandbox that tells another thing at its second run; what it was given is in ``given``."""

    def __init__(self, *runs):
        self.runs, self.given = list(runs), []

    def run(self, notebook, profile, *, limits=(), files=(), paper=None):
        self.given.append(notebook.decode())
        return self.runs[len(self.given) - 1]


def ran(failed=None, ending=Ending.FINISHED, **told):
    """A run in which one cell failed, as the examiner tells of it."""
    cells = []
    for name in ("f", "f-tests", "g", "g-tests"):
        error = (
            {"error": CellError("ValueError", ""), "sealed": True, **told} if failed == name else {}
        )
        cells.append(CellRun(name, "error" if error else "ok", **error))
    return Run(ending, tuple(cells))


def marked(source, work, *runs):
    """The mark of the last cell, and the sandbox that was asked."""
    sandbox = Twice(*runs)
    return mark_notebook(source, work, sandbox, profile="python").marks[-1], sandbox


TOLD = {
    "line": 1,
    "error": CellError("ValueError", "[1, 777]"),
    "places": ((2, "raise ValueError(SEEN)"),),
}
HARMLESS = TOLD | {"error": CellError("ValueError", "[1]")}


def test_after_hidden_tests_words_come_from_a_run_without_them(source, work):
    mark, sandbox = marked(source, work, ran("g-tests", **TOLD), ran("g-tests", **HARMLESS))

    assert str(mark.message) == (
        "This test stopped in your line raise ValueError(SEEN) (line 2 of the cell g) "
        "with ValueError: [1]"
    )
    assert mark.code == LATER
    assert "777" in sandbox.given[0]
    assert "777" not in sandbox.given[1]


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(ran(), id="passed"),
        pytest.param(ran("f-tests", **HARMLESS), id="another failed"),
        pytest.param(Run(Ending.TIMEOUT), id="not reached"),
        pytest.param(Run(Ending.UNAVAILABLE), id="could not be run"),
        pytest.param(ran("g-tests", **HARMLESS | {"line": None}), id="elsewhere"),
        pytest.param(ran("g-tests", **HARMLESS, refused="something"), id="refused"),
    ],
)
def test_where_that_run_tells_another_tale_only_the_test_is_shown(source, work, again):
    mark, _ = marked(source, work, ran("g-tests", **TOLD), again)

    assert str(mark.message) == "This test did not pass."
    assert mark.code == LATER


def test_before_hidden_tests_one_run_is_enough(source, work):
    told = ran("f-tests", line=1, expected="1", came="2", error=CellError("AssertionError", ""))
    sandbox = Twice(told)
    mark = mark_notebook(source, work, sandbox, profile="python").marks[0]

    assert str(mark.message) == "Expected 1, but got 2."
    assert len(sandbox.given) == 1


def test_a_run_that_ended_badly_is_not_repeated_for_words(source, work):
    mark, sandbox = marked(source, work, ran("g-tests", ending=Ending.MEMORY, **TOLD))

    assert str(mark.message) == "This test did not pass."
    assert len(sandbox.given) == 1


def test_where_only_points_are_wanted_one_run_is_enough(source, work):
    sandbox = Twice(ran("g-tests", **TOLD))
    mark = mark_notebook(source, work, sandbox, profile="python", explains=False).marks[-1]

    assert (str(mark.message), mark.score) == ("This test did not pass.", 0.0)
    assert len(sandbox.given) == 1


def test_a_test_that_says_nothing_needs_no_second_run(source, work):
    bare = ran("g-tests", line=1, error=CellError("AssertionError", ""))
    mark, sandbox = marked(source, work, bare)

    assert str(mark.message) == "This test did not pass."
    assert len(sandbox.given) == 1


def test_an_open_cell_after_hidden_tests_is_worded_by_the_second_run_too(source, work):
    first = ran("g-tests", error=CellError("ValueError", "[777]", ("---> 1 assert g(2) == 4",)))
    again = ran("g-tests", error=CellError("ValueError", "[1]"))
    mark, _ = marked(source, work, first, again)

    assert "777" not in str(mark.message)
    assert "[1]" in str(mark.message)


@pytest.mark.parametrize(
    ("told", "knows"),
    [
        pytest.param({"line": 1, "sealed": True}, False, id="above"),
        pytest.param({"line": 5, "sealed": True}, True, id="below"),
        pytest.param({"line": 1, "through": (5, 1), "sealed": True}, True, id="called from below"),
        pytest.param({"line": 1}, True, id="open"),
        pytest.param({"sealed": True}, True, id="nowhere"),
        pytest.param({"line": 1, "sealed": True, "refused": "x"}, True, id="refused"),
    ],
)
def test_only_what_runs_above_hidden_tests_cannot_know(source, work, make, told, knows):
    tests = make.notebook(make.checks(HIDING + "\nassert f(2) == 2", id="f-tests")).cells[0]
    stopped = CellRun("f-tests", "error", **told)
    later = after_hidden(lay_in(source, read(work)), Run(Ending.FINISHED, (stopped,)))

    assert may_know(tests, stopped, frozenset()) is knows
    assert later == ({"g", "g-tests"} if knows else set())


def test_hidden_is_what_learners_were_not_handed_out(source, make):
    answer = make.answer("def f(n): return '### BEGIN HIDDEN TESTS'", "f")
    laid_in = lay_in(source, make.notebook(answer))

    assert hiding(laid_in) == {"f-tests"}
    assert after_hidden(laid_in, Run(Ending.FINISHED)) == {"g", "g-tests"}
    assert "777" not in str(readable(source).cells)
    assert "def g(n): return 2 * n" in str(readable(source).cells)
