"""What learners are told of tests that did not pass, and what they are not."""

import pytest

from lms.grading.feedback import plain, why_not
from lms.grading.laying_in import lay_in
from lms.grading.runs import CellError, CellRun
from lms.grading.visible import Visible

RULE = "-" * 75
TESTS = """\
# tests
assert double(1) == 2, 'twice one is two'
helper(3)
### BEGIN HIDDEN TESTS
def helper(n):
    assert double(n) == 2 * n, f'double({n}) must be {2 * n}'
assert double(21) == 42, 'the secret is 42'
### END HIDDEN TESTS
assert double(3) == 6"""
ANSWER = "def double(n):\n    return n + undefined"


def frame(number, code, name=""):
    """A frame as IPython prints it, with its neighbours and its colours."""
    inside = f", in \x1b[36m{name}\x1b[39m" if name else ""
    return (
        f"\x1b[36mCell\x1b[39m\x1b[36m \x1b[39m\x1b[32mIn[7]\x1b[39m\x1b[32m, line {number}"
        f"\x1b[39m{inside}\n      1 assert double(21) == 42, 'the secret is 42'\n"
        f"\x1b[32m----> \x1b[39m\x1b[32m{number}\x1b[39m {code}"
    )


def error(name, value, *frames):
    header = f"\x1b[31m{name}\x1b[39m    Traceback (most recent call last)"
    return CellError(name, value, (RULE, header, *frames, f"\x1b[31m{name}\x1b[39m: {value}"))


def message_for(tests, failure, visible):
    """What is told of an open cell."""
    why = why_not(tests, CellRun(tests.id, "error", error=failure), visible)
    assert (why.code, why.hint, why.refused) == (None, None, None)
    return str(why.message)


@pytest.fixture
def told(make):
    source = make.notebook(make.answer("def double(n): pass"), make.checks(TESTS))
    laid_in = lay_in(source, make.notebook(make.answer(ANSWER)))

    def _told(failure):
        return message_for(source.cells[1], failure, Visible.in_notebook(laid_in))

    return _told


def test_a_visible_test_is_shown_with_the_authors_message(told):
    line = "assert double(1) == 2, 'twice one is two'"

    message = told(error("AssertionError", "twice one is two", frame(2, line)))

    assert message == f'The test "{line}" did not pass: twice one is two'


def test_a_visible_test_after_the_hidden_ones_is_shown(told):
    message = told(error("AssertionError", "", frame(9, "assert double(3) == 6")))

    assert message == 'The test "assert double(3) == 6" did not pass.'


def test_an_exception_in_the_learners_code_names_their_own_line(told):
    message = told(
        error(
            "NameError",
            "name 'undefined' is not defined",
            frame(9, "assert double(3) == 6"),
            frame(2, "    return n + undefined", "double(n)"),
        )
    )

    assert 'in your line "return n + undefined"' in message
    assert "NameError" in message
    assert "name 'undefined' is not defined" in message


def test_an_answer_still_to_be_written_is_called_that(told):
    message = told(error("NotImplementedError", "", frame(9, "assert double(3) == 6")))

    assert "still to be written" in message


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(
            error("AssertionError", "the secret is 42", frame(7, TESTS.split("\n")[6])),
            id="a hidden assertion",
        ),
        pytest.param(
            error(
                "ValueError",
                "double(21) gave 40",
                frame(7, TESTS.split("\n")[6]),
                frame(2, "    return n + undefined", "double(n)"),
            ),
            id="the learner's code under a hidden test",
        ),
        pytest.param(
            error("AssertionError", "the secret is 42", frame(2, TESTS.split("\n")[6])),
            id="a hidden line under a visible number",
        ),
        pytest.param(
            error("AssertionError", "the secret is 42", frame(7, TESTS.split("\n")[1])),
            id="a visible line under a hidden number",
        ),
        pytest.param(CellError("AssertionError", "the secret is 42"), id="no traceback at all"),
        pytest.param(
            CellError("AssertionError", "the secret is 42", ("File <string>:1", "----> 1 x")),
            id="a traceback that names no cell",
        ),
        pytest.param(error("AssertionError", "secret", frame(99, "x")), id="a line that is none"),
        pytest.param(
            error("AssertionError", "secret", frame("9" * 5000, "x")), id="an absurd number"
        ),
    ],
)
def test_of_a_hidden_test_nothing_is_shown(told, failure):
    assert told(failure) == "A hidden test of this cell did not pass."


def test_a_hidden_helper_under_a_visible_test_shows_neither_its_values_nor_its_message(told):
    failure = error(
        "AssertionError",
        "double(3) must be 6",
        frame(3, "helper(3)"),
        frame(6, TESTS.split("\n")[5], "helper(n)"),
    )

    assert told(failure) == 'The test "helper(3)" did not pass.'


def test_a_learner_who_guessed_a_hidden_line_learns_nothing_by_writing_it_down(make):
    guess = TESTS.split("\n")[5]
    source = make.notebook(make.answer("def double(n): pass"), make.checks(TESTS))
    laid_in = lay_in(source, make.notebook(make.answer(f"{ANSWER}\n# {guess}\n{guess}")))
    failure = error(
        "AssertionError",
        "double(3) must be 6",
        frame(3, "helper(3)"),
        frame(6, guess, "helper(n)"),
    )

    message = message_for(source.cells[1], failure, Visible.in_notebook(laid_in))

    assert message == 'The test "helper(3)" did not pass.'


def test_the_last_of_chained_exceptions_decides(told):
    failure = error(
        "AssertionError",
        "the secret is 42",
        frame(2, "    return n + undefined", "double(n)"),
        "\nDuring handling of the above exception, another exception occurred:\n",
        frame(7, TESTS.split("\n")[6]),
    )

    assert told(failure) == "A hidden test of this cell did not pass."


def test_empty_lines_before_the_tests_do_not_shift_the_line(make):
    source = make.notebook(make.checks("\n\nassert x\nassert y"))
    visible = Visible.in_notebook(lay_in(source, source))

    message = message_for(
        source.cells[0], error("AssertionError", "", frame(2, "assert y")), visible
    )

    assert message == 'The test "assert y" did not pass.'


def test_hidden_tests_of_another_cell_stay_hidden(make):
    source = make.notebook(make.checks(TESTS), make.checks("helper(4)", "second"))
    visible = Visible.in_notebook(lay_in(source, source))
    failure = error(
        "AssertionError",
        "double(4) must be 8",
        frame(1, "helper(4)"),
        frame(6, TESTS.split("\n")[5], "helper(n)"),
    )

    assert "8" not in message_for(source.cells[1], failure, visible)


def test_without_hidden_tests_an_error_of_unknown_place_is_told(make):
    source = make.notebook(make.checks("assert ("))
    visible = Visible.in_notebook(lay_in(source, source))
    failure = CellError("SyntaxError", "'(' was never closed (1063758517.py, line 1)")

    message = message_for(source.cells[0], failure, visible)

    assert message.endswith("SyntaxError: '(' was never closed")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("\x1b[31mred\x1b[0m", "red", id="colours"),
        pytest.param("a\n  b\tc\x00d", "a b c d", id="lines and control characters"),
        pytest.param("\x1b]8;;http://e.org\x07link\x1b]8;;\x07", "link", id="terminal links"),
        pytest.param("\u202egnp.exe", "gnp.exe", id="reversed writing"),
        pytest.param("\ud800", "?", id="half a character"),
        pytest.param("مرحبا é", "مرحبا é", id="any language"),
    ],
)
def test_what_a_kernel_says_becomes_plain_text(text, expected):
    assert plain(text) == expected


def test_what_a_kernel_says_is_short(told):
    line = "assert double(3) == 6"

    message = told(error("AssertionError", "x" * 10_000_000, frame(9, line)))

    assert len(message) < 500
