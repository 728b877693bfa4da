"""Marks made of a run: nbgrader's semantics with three deliberate differences."""

import pytest

from lms.grading.marking import Verdict, lay_in, marks
from lms.grading.policy import score
from lms.grading.runs import CellError, CellRun, Ending, Run

FULL = (2.0, Verdict.PASSED)


@pytest.fixture
def tests_only(make):
    return make.notebook(make.checks("assert True", points=2, id="t"))


def shown(text):
    return {"output_type": "execute_result", "metadata": {}, "data": {"text/plain": text}}


def marked(source, cell, ending=Ending.FINISHED, where=None):
    (mark,) = marks(source, lay_in(source, source), Run(ending, (cell,), 1.0, "", where))
    return mark


def test_tests_that_run_through_give_all_points(tests_only):
    mark = marked(tests_only, CellRun("t", "ok"))

    assert (mark.score, mark.verdict) == FULL
    assert mark.max_score == 2.0


def test_text_on_stderr_costs_nothing(tests_only):
    warning = {"output_type": "stream", "name": "stderr", "text": "DeprecationWarning"}

    mark = marked(tests_only, CellRun("t", "ok", outputs=(warning,)))

    assert (mark.score, mark.verdict) == FULL


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        pytest.param(CellError("AssertionError", ""), Verdict.FAILED, id="a test said no"),
        pytest.param(CellError("NameError", "x"), Verdict.ERROR, id="something else went wrong"),
        pytest.param(None, Verdict.ERROR, id="nobody knows what"),
    ],
)
def test_an_exception_costs_all_points(tests_only, error, verdict):
    mark = marked(tests_only, CellRun("t", "error", error=error))

    assert (mark.score, mark.verdict) == (0.0, verdict)


def test_a_result_shown_before_an_exception_gives_nothing(tests_only):
    broken = CellRun("t", "error", outputs=(shown("2"),), error=CellError("KeyError", "k"))

    assert marked(tests_only, broken).score == 0.0


@pytest.mark.parametrize(
    ("text", "score", "verdict"),
    [
        pytest.param("1.5", 1.5, Verdict.FAILED, id="a part"),
        pytest.param("0", 0.0, Verdict.FAILED, id="nothing"),
        pytest.param("2", 2.0, Verdict.PASSED, id="all"),
        pytest.param(["1.", "5"], 1.5, Verdict.FAILED, id="text in pieces"),
        pytest.param("np.float64(1.5)", 1.5, Verdict.FAILED, id="a number of numpy"),
        pytest.param("Decimal('0.5')", 0.5, Verdict.FAILED, id="a decimal"),
        pytest.param("2.001", 0.0, Verdict.ERROR, id="more than all"),
        pytest.param("-1", 0.0, Verdict.ERROR, id="less than nothing"),
        pytest.param("nan", 0.0, Verdict.ERROR, id="not a number"),
        pytest.param("inf", 0.0, Verdict.ERROR, id="infinitely much"),
        pytest.param("np.float64(nan)", 0.0, Verdict.ERROR, id="numpy's not a number"),
        pytest.param("1e400", 0.0, Verdict.ERROR, id="too large to hold"),
        pytest.param("'well done'", 2.0, Verdict.PASSED, id="a text, as in nbgrader"),
        pytest.param("True", 2.0, Verdict.PASSED, id="a truth value, as in nbgrader"),
        pytest.param("", 2.0, Verdict.PASSED, id="an empty text"),
    ],
)
def test_the_last_expression_may_give_part_of_the_points(tests_only, text, score, verdict):
    mark = marked(tests_only, CellRun("t", "ok", outputs=(shown(text),)))

    assert (mark.score, mark.verdict) == (score, verdict)


def test_only_a_result_counts_and_of_several_the_first(tests_only):
    printed = {"output_type": "stream", "name": "stdout", "text": "0"}
    displayed = shown("0") | {"output_type": "display_data"}

    mark = marked(
        tests_only, CellRun("t", "ok", outputs=(printed, displayed, shown("1"), shown("2")))
    )

    assert mark.score == 1.0


@pytest.mark.parametrize("broken", [{}, {"data": 7}, {"data": {"text/plain": {"a": 1}}}])
def test_a_result_of_a_broken_form_is_no_number(tests_only, broken):
    output = {"output_type": "execute_result"} | broken

    assert marked(tests_only, CellRun("t", "ok", outputs=(output,))).score == 2.0


@pytest.mark.parametrize("ending", [end for end in Ending if end is not Ending.FINISHED])
def test_a_cell_in_which_the_run_ended_badly_earns_nothing_and_says_so(tests_only, ending):
    mark = marked(tests_only, CellRun("t", "error"), ending, "t")

    assert (mark.score, mark.verdict) == (0.0, Verdict.ERROR)
    assert "without saying why" not in str(mark.message)


def test_cells_before_a_bad_ending_keep_their_points_and_those_after_earn_none(make):
    source = make.notebook(
        make.checks("1", "before", points=1, id="a"),
        make.cell("code", "while True: pass", id="b"),
        make.checks("2", "after", points=1, id="c"),
    )
    run = Run(
        Ending.TIMEOUT,
        (CellRun("a", "ok"), CellRun("b", "error"), CellRun("c", "skipped")),
        30.0,
        "",
        "b",
    )

    before, after = marks(source, lay_in(source, source), run)

    assert (before.score, before.verdict) == (1.0, Verdict.PASSED)
    assert (after.score, after.verdict) == (0.0, Verdict.ERROR)
    assert "earlier cell" in str(after.message)


@pytest.mark.parametrize("status", ["ok", "error"])
def test_a_cell_that_was_stopped_earns_nothing_and_says_that_its_time_was_over(tests_only, status):
    mark = marked(tests_only, CellRun("t", status, stopped=True), Ending.FINISHED, None)

    assert (mark.score, mark.verdict) == (0.0, Verdict.ERROR)
    assert "time allowed ran out while this cell ran" in str(mark.message)


def test_a_run_that_tells_of_no_cells_gives_no_points(source):
    tests, reason = marks(source, lay_in(source, source), Run(Ending.OUTPUT))

    assert (tests.score, tests.verdict) == (0.0, Verdict.ERROR)
    assert reason.verdict is Verdict.MANUAL


def test_written_answers_and_tasks_wait_for_a_person(make):
    source = make.notebook(
        make.by_hand("Because."),
        make.cell("code", "plot()", "drawing", grade=True, solution=True, points=2),
        make.cell("markdown", "Write.", "essay", task=True, locked=True, points=4),
    )

    found = marks(source, lay_in(source, source), Run(Ending.FINISHED))

    assert [(mark.score, mark.max_score, mark.verdict) for mark in found] == [
        (None, 3.0, Verdict.MANUAL),
        (None, 2.0, Verdict.MANUAL),
        (None, 4.0, Verdict.MANUAL),
    ]


def test_an_answer_nobody_wrote_is_worth_nothing_until_a_person_says_otherwise(make):
    source = make.notebook(make.by_hand("Because."))
    blank = make.notebook(make.by_hand("YOUR ANSWER HERE"))

    (mark,) = marks(source, lay_in(source, blank), Run(Ending.FINISHED))

    assert (mark.score, mark.verdict) == (0.0, Verdict.MANUAL)


def test_a_missing_written_answer_is_named(make, source):
    found = marks(source, lay_in(source, make.notebook()), Run(Ending.FINISHED))

    assert (found[1].score, found[1].verdict) == (0.0, Verdict.MISSING)
    assert '"why"' in str(found[1].message)


def test_tests_that_fail_for_want_of_the_answer_cell_name_it(make, source):
    failed = CellRun("tests", "error", error=CellError("NameError", "double"))

    found = marks(source, lay_in(source, make.notebook()), Run(Ending.FINISHED, (failed,)))

    assert (found[0].score, found[0].verdict) == (0.0, Verdict.MISSING)
    assert '"double"' in str(found[0].message)


def test_tests_that_pass_without_the_answer_cell_have_passed(make, source):
    elsewhere = make.notebook(make.cell("code", "def double(n): return n + n"))
    passed = CellRun("tests", "ok")

    found = marks(source, lay_in(source, elsewhere), Run(Ending.FINISHED, (passed,)))

    assert (found[0].score, found[0].verdict) == FULL


def test_points_and_tests_come_from_the_source_whatever_the_learner_wrote(make, source):
    greedy = make.notebook(make.answer("x"), make.checks("pass", points=1000, id="tests"))
    laid_in = lay_in(source, greedy)

    found = marks(source, laid_in, Run(Ending.FINISHED, (CellRun("tests", "ok"),)))

    assert [mark.max_score for mark in found] == [2.0, 3.0]


def test_a_score_follows_from_marks(source):
    found = marks(source, lay_in(source, source), Run(Ending.FINISHED, (CellRun("tests", "ok"),)))

    worth = score(found)

    assert (worth.points, worth.possible, worth.waiting) == (2.0, 5.0, 1)


@pytest.fixture
def with_bonus(make):
    """Tests of two points, and tests that give three on top."""
    extra = make.checks("assert True", "extra", points=3, id="b")
    extra["metadata"]["jazari"] = {"bonus": True}
    return make.notebook(make.checks("assert True", points=2, id="t"), extra)


@pytest.mark.parametrize(
    ("tests", "bonus", "points", "share"),
    [("ok", "ok", 5, 1), ("ok", "error", 2, 1), ("error", "ok", 3, 1), ("error", "error", 0, 0)],
)
def test_a_bonus_comes_on_top_and_nobody_needs_it(with_bonus, tests, bonus, points, share):
    run = Run(Ending.FINISHED, (CellRun("t", tests), CellRun("b", bonus)), 1.0)

    found = score(marks(with_bonus, lay_in(with_bonus, with_bonus), run))

    assert (found.points, found.possible, found.share) == (points, 2, share)


def test_a_bonus_may_give_part_of_its_points_and_never_more(with_bonus):
    def bonus(text):
        cells = (CellRun("t", "ok"), CellRun("b", "ok", outputs=(shown(text),)))
        run = Run(Ending.FINISHED, cells, 1.0)
        return marks(with_bonus, lay_in(with_bonus, with_bonus), run)[1].score

    assert (bonus("1.5"), bonus("3"), bonus("4"), bonus("-1")) == (1.5, 3, 0, 0)
