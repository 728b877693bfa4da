"""What is kept of an executed notebook, and what never is."""

import json

import pytest

from lms.grading.executed import MOST_OUTPUT, Executed
from lms.grading.laying_in import lay_in
from lms.grading.runs import CellRun, Ending, Run

HIDING = (
    "assert double(1) == 2\n### BEGIN HIDDEN TESTS\nassert double(21) == 42\n### END HIDDEN TESTS"
)


def printed(text):
    return {"output_type": "stream", "name": "stdout", "text": text}


def shown(**data):
    bundle = {name.replace("_", "/", 1): value for name, value in data.items()}
    return {"output_type": "display_data", "data": bundle, "metadata": {}}


@pytest.fixture
def laid(make):
    """A notebook of three exercises; the tests of the second one are hidden."""
    source = make.notebook(
        make.cell("code", "import math", id="imports"),
        make.answer("x = 1", "first", id="one"),
        make.checks("assert x == 1", "first-tests", id="one-tests"),
        make.answer("def double(n): return 2 * n", id="two"),
        make.checks(HIDING, id="two-tests"),
        make.answer("y = 3", "third", id="three"),
        make.checks("print(y)\nassert y == 3", "third-tests", id="three-tests"),
    )
    work = make.notebook(
        make.answer("x = 1; print(x)", "first"),
        make.answer("def double(n): return 2 * n"),
        make.answer("y = 3; print(SEEN)", "third"),
    )
    return source, lay_in(source, work)


def ran(laid, outputs, ending=Ending.FINISHED, skipped=()):
    """The run of all that is laid in, in which these cells have put something out."""
    cells = [
        CellRun(cell.id, "skipped" if cell.id in skipped else "ok", tuple(outputs.get(cell.id, ())))
        for cell in laid[1].notebook.cells
    ]
    return Run(ending, tuple(cells))


def kept(laid, run, again=None):
    """The cells kept, by their ids."""
    told = json.loads(Executed(*laid, run, again).kept())
    return {cell["id"]: cell for cell in told["cells"]}


def test_what_cells_put_out_before_hidden_tests_is_kept(laid):
    run = ran(laid, {"one": [printed("1\n")], "one-tests": [printed("tested\n")]})
    cells = kept(laid, run)

    assert cells["one"]["outputs"] == [printed("1\n")]
    assert cells["one-tests"]["outputs"] == [printed("tested\n")]
    assert cells["one"]["source"] == "x = 1; print(x)"
    assert not Executed(*laid, run).lacks_outputs


def test_hidden_tests_are_kept_neither_as_text_nor_by_what_they_put_out(laid):
    run = ran(laid, {"two-tests": [printed("21 and 42")]})
    cells = kept(laid, run)

    assert "42" not in json.dumps(cells)
    assert cells["two-tests"]["source"] == "assert double(1) == 2"
    assert cells["two-tests"]["outputs"] == []


def test_what_is_put_out_after_hidden_tests_may_tell_of_them_and_is_withheld(laid):
    run = ran(laid, {"three": [printed("[21]")], "three-tests": [printed("[21]")]})
    cells = kept(laid, run)

    assert "[21]" not in json.dumps(cells)
    assert cells["three"]["metadata"]["jazari"] == {"outputs": "withheld"}
    assert "jazari" not in cells["one"]["metadata"]
    assert Executed(*laid, run).lacks_outputs


def test_a_second_run_without_hidden_tests_gives_those_outputs(laid):
    first = ran(laid, {"one": [printed("first")], "three": [printed("[21]")]})
    again = ran(laid, {"one": [printed("second")], "three": [printed("[]")]})
    cells = kept(laid, first, again)

    assert cells["one"]["outputs"] == [printed("first")]
    assert cells["three"]["outputs"] == [printed("[]")]
    assert cells["three-tests"]["outputs"] == []
    assert "jazari" not in cells["three"]["metadata"]


def test_what_the_second_run_did_not_reach_stays_withheld(laid):
    first = ran(laid, {"three": [printed("[21]")]})
    again = ran(laid, {}, Ending.TIMEOUT, skipped={"three"})

    assert kept(laid, first, again)["three"]["metadata"]["jazari"] == {"outputs": "withheld"}


def test_the_notebook_of_the_second_run_has_nothing_hidden_in_it(laid):
    source, again = Executed(*laid, ran(laid, {})).without_hidden()

    for notebook in (source, again.notebook):
        assert "42" not in str(notebook.cells)
        assert "assert double(1) == 2" in str(notebook.cells)
    assert [cell.id for cell in again.notebook.cells] == [c.id for c in laid[1].notebook.cells]
    assert "SEEN" in str(again.notebook.cells)


def test_a_run_that_ended_badly_is_not_repeated(laid):
    run = ran(laid, {"three": [printed("[21]")]}, Ending.TIMEOUT)

    assert not Executed(*laid, run).lacks_outputs


def test_metadata_of_the_author_and_mark_schemes_stay_behind(make):
    task = "Explain.\n=== BEGIN MARK SCHEME ===\nTen points\n=== END MARK SCHEME ==="
    cell = make.cell("markdown", task, "why", task=True, points=3, id="why")
    cell["metadata"]["notes"] = "the solution is 42"
    source = make.notebook(cell)
    laid = source, lay_in(source, source)

    told = json.dumps(kept(laid, ran(laid, {})))
    assert "Explain." in told
    assert "Ten points" not in told
    assert "42" not in told


def test_the_traceback_of_a_test_is_left_to_its_mark(laid):
    failed = {"output_type": "error", "ename": "AssertionError", "evalue": "", "traceback": ["1"]}
    cells = kept(laid, ran(laid, {"one": [failed], "one-tests": [failed]}))

    assert cells["one"]["outputs"] == [failed]
    assert cells["one-tests"]["outputs"] == []


@pytest.mark.parametrize(
    ("output", "left"),
    [
        pytest.param(shown(text_plain=["a", "b"]), {"text/plain": "ab"}, id="text in lines"),
        pytest.param(shown(image_png="iVBO\nRw0="), {"image/png": "iVBORw0="}, id="a picture"),
        pytest.param(shown(image_png="<b>", text_plain="x"), {"text/plain": "x"}, id="no picture"),
        pytest.param(shown(text_html=7, text_plain="x"), {"text/plain": "x"}, id="no text"),
        pytest.param(
            {
                "output_type": "display_data",
                "data": {"application/vnd.plotly.v1+json": {}, "text/plain": "Figure"},
            },
            {"text/plain": "Figure"},
            id="for a script",
        ),
    ],
)
def test_only_what_can_be_shown_is_kept(laid, output, left):
    (found,) = kept(laid, ran(laid, {"one": [output]}))["one"]["outputs"]

    assert found["data"] == left


@pytest.mark.parametrize("output", [{}, {"output_type": "odd"}, {"output_type": "display_data"}])
def test_what_is_no_output_is_not_kept(laid, output):
    assert kept(laid, ran(laid, {"one": [output]}))["one"]["outputs"] == []


def test_outputs_are_bounded_together_and_say_so(laid):
    picture = shown(image_png="A" * (MOST_OUTPUT // 2 + 4 & ~3))
    run = ran(laid, {"imports": [picture], "one": [picture, printed("small")]})
    cells = kept(laid, run)

    assert len(Executed(*laid, run).kept()) < MOST_OUTPUT + 10_000
    assert "jazari" not in cells["imports"]["metadata"]
    assert cells["one"]["outputs"] == [printed("small")]
    assert cells["one"]["metadata"]["jazari"] == {"outputs": "cut"}


def test_a_long_text_is_cut_and_markup_that_is_too_long_is_left_out(laid):
    long = shown(text_html="<b>" * 100_000, text_plain="x" * 300_000)
    cell = kept(laid, ran(laid, {"one": [long]}))["one"]

    (found,) = cell["outputs"]
    assert found["data"] == {"text/plain": "x" * 200_000}
    assert cell["metadata"]["jazari"] == {"outputs": "cut"}
