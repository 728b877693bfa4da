"""What learners are told where an examiner says which line failed and what it compared."""

import pytest

from lms.catalogue.notebooks import release
from lms.grading.feedback import why_not
from lms.grading.hidden_values import depends_on_hidden, statement_at
from lms.grading.hints import ANY, hint_at, hint_for
from lms.grading.laying_in import lay_in
from lms.grading.marking import Verdict, marks
from lms.grading.runs import CellError, CellRun, Ending, Run
from lms.grading.visible import Visible

TESTS = """\
assert double(1) == 2, "Twice one is two."
assert (
    double(2)
    == 4
)
### BEGIN HIDDEN TESTS
secret = 42
# hint: Think of numbers below zero.
# hint[fr]: Pensez aux nombres
# hint[fr]: négatifs.
assert double(-21) == -secret
for n in range(3):
    # not a hint
    assert double(n) == 2 * n
# hint[ar]: ماذا عن الصفر؟
assert double(0) == 0
### END HIDDEN TESTS
assert double(21) == secret
assert double(5) == 10"""


@pytest.fixture
def why(make):
    """Why a cell with TESTS, or others, did not pass."""

    def why(line=None, tests=TESTS, error=None, **told):
        source = make.notebook(make.answer("def double(n): pass"), make.checks(tests))
        laid_in = lay_in(source, make.notebook(make.answer("def double(n): return 1")))
        told = {"error": error or CellError("AssertionError", ""), "sealed": True} | told
        ran = CellRun(source.cells[1].id, "error", line=line, **told)
        return why_not(source.cells[1], ran, Visible.in_notebook(laid_in))

    return why


def test_a_visible_comparison_shows_both_sides_and_the_test(why):
    found = why(5, expected="4", came="1")

    assert str(found.message) == "Expected 4, but got 1."
    assert found.code == "assert (\n    double(2)\n    == 4\n)"
    assert found.hint is None


def test_the_authors_message_stands_beside_both_sides(why):
    found = why(1, error=CellError("AssertionError", "Twice one is two."), expected="2", came="1")

    assert str(found.message) == "Expected 2, but got 1: Twice one is two."


@pytest.mark.parametrize(
    ("error", "message"),
    [
        pytest.param(CellError("AssertionError", ""), "This test did not pass.", id="a bare no"),
        pytest.param(
            CellError("AssertionError", "Look again."),
            "This test did not pass: Look again.",
            id="the author's words",
        ),
        pytest.param(
            CellError("ZeroDivisionError", "division by zero"),
            "This test stopped with ZeroDivisionError: division by zero",
            id="another exception",
        ),
        pytest.param(
            CellError("NotImplementedError", ""),
            "This test needs an answer that is still to be written.",
            id="no answer yet",
        ),
    ],
)
def test_without_a_comparison_a_visible_test_says_what_it_can(why, error, message):
    found = why(1, error=error)

    assert str(found.message) == message
    assert found.code == 'assert double(1) == 2, "Twice one is two."'


@pytest.mark.parametrize("line", [7, 11, 14, 16])
def test_of_a_hidden_test_neither_side_nor_line_nor_message_is_shown(why, line):
    error = CellError("AssertionError", "the secret is 42")

    found = why(line, error=error, expected="42", came="secretly 41")

    assert str(found.message) == "A hidden test of this cell did not pass."
    assert found.code is None
    assert "42" not in str(found.hint)


def test_a_visible_function_that_a_hidden_line_calls_shows_nothing_of_its_arguments(why):
    tests = (
        "def check(n, want):\n    assert double(n) == want\n### BEGIN HIDDEN TESTS\n"
        "# hint: Think of large numbers.\ncheck(42, 84)\n### END HIDDEN TESTS"
    )
    found = why(2, tests, through=(5, 2), expected="84", came="42")

    assert str(found.message) == "A hidden test of this cell did not pass."
    assert (found.code, found.hint) == (None, {ANY: "Think of large numbers."})


def test_a_visible_test_of_a_hidden_value_shows_its_line_alone(why):
    error = CellError("AssertionError", "not 42")

    found = why(18, error=error, expected="42", came="1")

    assert str(found.message) == "This test did not pass."
    assert found.code == "assert double(21) == secret"


def test_a_visible_test_below_hidden_ones_shows_both_sides(why):
    assert str(why(19, expected="10", came="1").message) == "Expected 10, but got 1."


OWN = "def double(n): return 1"


@pytest.mark.parametrize(
    ("places", "told"),
    [
        pytest.param([(1, OWN)], "your line def double(n): return 1 (line 1 of", id="their line"),
        pytest.param([(7, "n / 0"), (1, OWN)], "your line def double(n)", id="below a library's"),
        pytest.param([(2, OWN)], "with ZeroDivisionError: by zero", id="at another place"),
        pytest.param([(1, "secret = 42")], "with ZeroDivisionError: by zero", id="a hidden line"),
        pytest.param([(1, TESTS.split("\n")[0])], "with ZeroDivisionError", id="the author's line"),
        pytest.param([(-1, ""), (0, ""), (10**9, OWN)], "with ZeroDivisionError", id="nowhere"),
    ],
)
def test_an_error_in_their_own_code_names_their_line_if_it_stands_there(why, places, told):
    found = why(1, error=CellError("ZeroDivisionError", "by zero"), places=tuple(places))

    assert told in str(found.message)
    assert ("in your line" in str(found.message)) is ("your line" in told)
    assert found.code == 'assert double(1) == 2, "Twice one is two."'


def test_of_a_hidden_test_not_even_the_learners_own_line_is_named(why):
    found = why(7, error=CellError("ZeroDivisionError", "by zero"), places=((1, OWN),))

    assert str(found.message) == "A hidden test of this cell did not pass."


def test_lines_are_counted_as_an_editor_counts_them(make):
    work = make.notebook(make.answer("\n\ndef double(n):\n    return n / 0", "double", id="a"))
    visible = Visible.in_notebook(lay_in(make.notebook(make.answer("1", id="a")), work))
    ran = CellRun("tests", "error", places=((2, "return n / 0"),))

    cell, number, text = visible.own_place(ran)
    assert (cell.grade_id, number, text) == ("double", 4, "return n / 0")


@pytest.mark.parametrize("line", [0, -1, 99])
def test_a_line_that_is_none_counts_as_none(why, line):
    found = why(line, error=CellError("AssertionError", "42"), expected="42", came="41")

    assert str(found.message) == "A hidden test of this cell did not pass."


def test_values_become_short_plain_text(why):
    found = why(1, expected="\x1b[31m2\x1b[0m", came="x\u202e\n" * 5000)

    assert str(found.message).startswith("Expected 2, but got x x x")
    assert len(str(found.message)) < 200


def test_what_was_refused_is_told_to_instructors_only(why):
    found = why(1, refused="Odd overrides __eq__.")

    assert "__eq__" not in str(found.message)
    assert "Give the plain value" in str(found.message)
    assert found.refused == "Odd overrides __eq__."


def test_a_refusal_fails_the_cell_even_when_its_test_swallowed_it(make):
    source = make.notebook(make.answer("x = 1"), make.checks("assert x"))
    ran = CellRun(source.cells[1].id, "ok", sealed=True, refused="Odd overrides __bool__.")

    found = marks(source, lay_in(source, source), Run(Ending.FINISHED, (ran,)))[0]

    assert (found.score, found.verdict) == (0.0, Verdict.FAILED)
    assert found.refused == "Odd overrides __bool__."


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(7, None, id="above every hint"),
        pytest.param(
            11,
            {ANY: "Think of numbers below zero.", "fr": "Pensez aux nombres négatifs."},
            id="right below, several languages and lines",
        ),
        pytest.param(
            14,
            {ANY: "Think of numbers below zero.", "fr": "Pensez aux nombres négatifs."},
            id="further below",
        ),
        pytest.param(16, {"ar": "ماذا عن الصفر؟"}, id="the next hint replaces it"),
        pytest.param(18, None, id="below the region"),
    ],
)
def test_a_hint_holds_for_the_hidden_tests_below_it(line, expected):
    assert hint_at(TESTS, line) == expected


def test_a_hint_of_another_region_does_not_hold():
    region = "### BEGIN HIDDEN TESTS\n{}\nassert x\n### END HIDDEN TESTS"
    two = region.format("# hint: one") + "\n" + region.format("# other")

    assert (hint_at(two, 3), hint_at(two, 7)) == ({ANY: "one"}, None)


def test_a_visible_comment_and_an_unknown_language_are_no_hints():
    told = "# hint: visible\n### BEGIN HIDDEN TESTS\n# hint[de]: nein\nassert x"

    assert hint_at(told, 4) is None


def test_the_hint_reaches_the_mark_and_the_release_lacks_it(why, make):
    source = make.notebook(make.answer("def double(n): pass"), make.checks(TESTS))

    assert why(16).hint == {"ar": "ماذا عن الصفر؟"}
    assert "hint" not in release(source).cells[1].source


@pytest.mark.parametrize(
    ("told", "locale", "expected"),
    [
        pytest.param({"fr": "f", ANY: "a"}, "fr", ("f", "fr"), id="their own language"),
        pytest.param({"fr": "f", ANY: "a"}, "zgh", ("a", None), id="the one for all"),
        pytest.param({"fr": "f", "ar": "r"}, "en", ("r", "ar"), id="any rather than none"),
    ],
)
def test_a_reader_gets_the_hint_they_can_best_read(told, locale, expected):
    assert hint_for(told, locale) == expected


HIDDEN = "### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"


@pytest.mark.parametrize(
    ("cells", "hidden"),
    [
        pytest.param([HIDDEN.format("s = 1"), "assert f() == s"], True, id="set"),
        pytest.param([HIDDEN.format("s = 1"), "t = s + 1", "assert f() == t"], True, id="computed"),
        pytest.param(
            [HIDDEN.format("def g(): return 1"), "assert f() == g()"], True, id="returned"
        ),
        pytest.param(
            ["def g(): return s", HIDDEN.format("s = 1"), "assert f() == g()"],
            True,
            id="read later by a visible function",
        ),
        pytest.param(
            ["found = []", HIDDEN.format("found.append(1)"), "assert f() == found"],
            True,
            id="put into a visible list",
        ),
        pytest.param(
            ["d = {}", HIDDEN.format("d['s'] = 1"), "assert f() == d['s']"], True, id="stored"
        ),
        pytest.param(
            [HIDDEN.format("%time s = 1\nx ="), "assert f() == s"], True, id="no Python at all"
        ),
        pytest.param(
            [f"for n in range(3):\n    pass\n    {HIDDEN.format('    n')}\n    assert f(n)"],
            True,
            id="beside hidden lines of one loop",
        ),
        pytest.param(
            [HIDDEN.format("x = 1"), "x = 2", "assert f() == x"], False, id="set anew since"
        ),
        pytest.param(["x = 2\nassert f() == x", HIDDEN.format("x = 1")], False, id="set later"),
        pytest.param(
            [HIDDEN.format("import numpy as np\nnp.seterr()"), "assert f() == np.pi"],
            False,
            id="a library",
        ),
        pytest.param(
            ["%matplotlib inline\nx = 1", HIDDEN.format("y = 1"), "assert f() == x"],
            False,
            id="magics elsewhere",
        ),
        pytest.param(
            [HIDDEN.format("def g():\n    x = 1"), "assert f() == x"], False, id="another's local"
        ),
    ],
)
def test_a_visible_test_that_uses_a_hidden_value_is_known(make, cells, hidden):
    authors = make.notebook(*(make.cell("code", text) for text in cells)).cells
    last = next(c for c in reversed(authors) if "assert" in c.source)
    line = next(n for n, row in enumerate(last.source.split("\n"), 1) if "assert" in row)

    assert depends_on_hidden(authors, last, line) is hidden


def test_the_statement_of_a_line_is_whole_and_no_more():
    source = "if x:\n    assert f(\n        1,\n    ) == 2\n    assert g()"

    assert statement_at(source, 3) == "assert f(\n    1,\n) == 2"
    assert statement_at(source, 1) == "if x:"
    assert statement_at("assert (", 1) == "assert ("
    assert statement_at("x", 7) == ""
