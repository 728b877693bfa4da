"""A master notebook of otter becomes an assignment in nbgrader's format."""

import json
from pathlib import Path

import pytest

from lms.catalogue import otter_code, otter_tests
from lms.catalogue.notebooks import graded_cells, read, release, source_faults, write
from lms.catalogue.otter import NoQuestions, import_master
from lms.catalogue.otter_tests import NotCarried, Output


def raw(text):
    return {"cell_type": "raw", "metadata": {}, "source": text}


def words(text):
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def code(text, result=None, printed=None):
    outputs = []
    if result is not None:
        told = {"output_type": "execute_result", "execution_count": 1, "metadata": {}}
        outputs.append(told | {"data": {"text/plain": [result]}})
    if printed is not None:
        outputs.append({"output_type": "stream", "name": "stdout", "text": printed})
    told = {"cell_type": "code", "metadata": {}, "execution_count": 1}
    return told | {"source": text, "outputs": outputs}


def master(*cells, language="python"):
    spec = {"name": "python3", "display_name": "Python 3", "language": language}
    told = {"cells": list(cells), "metadata": {"kernelspec": spec}}
    return json.dumps(told | {"nbformat": 4, "nbformat_minor": 4}).encode()


def question(told, *cells):
    return [raw(f"# BEGIN QUESTION\n{told}"), *cells, raw("# END QUESTION")]


def solution(*cells):
    return [raw("# BEGIN SOLUTION"), *cells, raw("# END SOLUTION")]


def checks(*cells):
    return [raw("# BEGIN TESTS"), *cells, raw("# END TESTS")]


#: A whole assignment: prices at a market.
MARKET = Path(__file__).parents[1] / "otter" / "market.ipynb"


@pytest.fixture
def market():
    return import_master(MARKET.read_bytes())


def test_a_master_becomes_an_assignment_without_faults(market):
    found = read(write(market.notebook))

    assert source_faults(found, "market.ipynb") == ()
    assert [(cell.grade_id, cell.kind.value, cell.points) for cell in graded_cells(found)] == [
        ("q1-tests", "tests", 0.5),
        ("q1-tests-2", "tests", 0.5),
        ("q1-tests-3", "tests", 2.0),
        ("q2-answer", "answer", 2.0),
    ]
    assert market.notes == (
        "Cell 1: files of the assignment is not carried over. Put these files beside the notebook.",
    )


def test_learners_get_neither_solutions_nor_hidden_tests_nor_what_is_for_authors(market):
    told = write(release(market.notebook)).decode()

    for hidden in ("sum(values)", "mean(prices)", "[1, 2]", "mean([3])", "far from", "authors"):
        assert hidden not in told
    assert "# average = ..." in told
    assert "assert (average) == 7.0" in told


def test_data_and_helpers_are_locked_so_that_tests_may_rely_on_them(market):
    (given,) = [cell for cell in market.notebook.cells if "prices = " in cell.source]

    assert given.duty.locked


@pytest.mark.parametrize(
    ("source", "became"),
    [
        (
            "x = 3 # SOLUTION",
            "# x = ...\n### BEGIN SOLUTION\nx = 3\n### END SOLUTION",
        ),
        (
            "def f(n):\n    m = n # SOLUTION NO PROMPT\n    return m # SOLUTION",
            "def f(n):\n    ### BEGIN SOLUTION\n    m = n\n    return m\n    ### END SOLUTION",
        ),
        (
            "# BEGIN SOLUTION\na = 1\n\nb = 2\n# END SOLUTION\nprint(a)",
            "### BEGIN SOLUTION\na = 1\n\nb = 2\n### END SOLUTION\nprint(a)",
        ),
        (
            "def f():\n    # BEGIN SOLUTION NO PROMPT\n    return 2\n    # END SOLUTION\n"
            '    """ # BEGIN PROMPT\n    # Give two.\n    pass\n    """; # END PROMPT',
            "def f():\n    # Give two.\n    # pass\n"
            "    ### BEGIN SOLUTION\n    return 2\n    ### END SOLUTION",
        ),
        (
            "rng.seed(4) # SEED\nx = rng.random() # SOLUTION",
            "# x = ...\n### BEGIN SOLUTION\nrng.seed(4)\nx = rng.random()\n### END SOLUTION",
        ),
        ("if n == 3: print(n) # SOLUTION", None),
        (
            "a = 1 # SOLUTION\n# BEGIN IGNORE\ncheck(a)\n# END IGNORE\nprint(a) # IGNORE\nb = a",
            "# a = ...\n### BEGIN SOLUTION\na = 1\n### END SOLUTION\nb = a",
        ),
    ],
)
def test_marks_of_solutions_become_regions(source, became):
    whole = f"### BEGIN SOLUTION\n{source.removesuffix(' # SOLUTION')}\n### END SOLUTION"
    assert otter_code.regions(source) == (became or whole)


@pytest.mark.parametrize(
    ("source", "output", "became"),
    [
        ("assert f(2) == 4", Output(), "assert f(2) == 4"),
        ("f(2) == 4", Output("True"), "assert f(2) == 4"),
        ("f(2) == 5", Output("False"), "assert (f(2) == 5) is False"),
        ("n = 2\nf(n)", Output("4"), "n = 2\nassert (f(n)) == 4"),
        ("names", Output("['Rim', 'Idris']"), "assert (names) == ['Rim', 'Idris']"),
        ("table", Output("<Table 3>"), "assert repr(table) == '<Table 3>'"),
        ("print(total)", Output(printed="12\n"), "assert str(total) == '12'"),
        ("np.testing.assert_equal(a, 1)", Output(), "np.testing.assert_equal(a, 1)"),
        (
            "def test_f(f, g):\n    assert f(1) == g\n\ntest_f(f, g)  # IGNORE",
            Output(),
            "def test_f(f, g):\n    assert f(1) == g\ntest_f(f, g)",
        ),
    ],
)
def test_tests_become_asserts(source, output, became):
    assert otter_tests.case(source, output).source == became


@pytest.mark.parametrize(
    ("source", "output", "told"),
    [
        ("total", Output(), "run the master first"),
        ("print('a', 'b')", Output(printed="a b\n"), "compares what is printed"),
        ("def test_f(env):\n    assert env['f'](1)", Output(), "takes the whole environment"),
        ("1 +", Output(), "no Python"),
        ("", Output(), "empty"),
        ('""" # BEGIN TEST CONFIG\n[\n""" # END TEST CONFIG\nf()', Output("1"), "no YAML"),
    ],
)
def test_a_test_that_no_assert_can_say_is_named_and_never_passes_in_silence(source, output, told):
    with pytest.raises(NotCarried, match=told):
        otter_tests.case(source, output)


def test_a_message_for_who_fails_stays_with_a_visible_test_and_is_a_hint_for_a_hidden_one():
    config = '""" # BEGIN TEST CONFIG\nfailure_message: Try again.\nsuccess_message: Good.\n'
    config += '{hidden}""" # END TEST CONFIG\nx == 1'

    shown = otter_tests.case(config.format(hidden=""), Output("True"))
    hidden = otter_tests.case(config.format(hidden="hidden: true\n"), Output("True"))

    assert shown.source == "assert x == 1, 'Try again.'"
    assert hidden.source.split("\n")[1:3] == ["# hint: Try again.", "assert x == 1"]
    assert shown.notes == ("success_message of a test is not carried over.",)


@pytest.mark.parametrize(
    ("told", "points"),
    [("name: q", [0.5, 0.5]), ("name: q\npoints: 4", [2, 2]), ("name: q\npoints: [1, 3]", [1, 3])],
)
def test_the_points_of_a_question_are_shared_among_its_tests(told, points):
    found = import_master(
        master(
            *question(
                told,
                *solution(code("x = 1 # SOLUTION")),
                *checks(code("x", result="1"), code("x + 1", result="2")),
            )
        )
    )

    assert [cell.points for cell in graded_cells(found.notebook)] == points


def test_what_is_not_carried_over_is_named_with_its_cell():
    found = import_master(
        master(
            raw("# ASSIGNMENT CONFIG\nseed: 42"),
            *question(
                "name: q 1\nall_or_nothing: true",
                *solution(code("x = 1"), code("for n in y: # SOLUTION\n    print(n)")),
                *checks(code("print(1, 2)", printed="1 2\n")),
            ),
        )
    )

    assert found.notes == (
        "Cell 1: seed of the assignment is not carried over. Set the seed in a locked cell.",
        "Cell 2: all_or_nothing of the question is not carried over.",
        "Cell 4: nothing is marked as the solution, so all of the cell becomes it.",
        "Cell 5: what learners get of it is no valid Python. Mend its regions.",
        "Cell 8: this test is left out: it compares what is printed; compare values with assert.",
        "Cell 2: this question has no test left and earns nothing.",
    )


@pytest.mark.parametrize(
    "content",
    [
        master(words("```\nBEGIN QUESTION\nname: q1\n```")),
        master(raw("# BEGIN QUESTION\nname: q"), language="R"),
    ],
)
def test_an_older_format_or_another_language_is_refused(content):
    with pytest.raises(NoQuestions):
        import_master(content)


@pytest.mark.parametrize(
    "told", ["name: [", "- a", "name: {}", "&a [*a]", "points: .inf", "name: ''"]
)
def test_settings_that_make_no_sense_break_nothing(told):
    cells = question(told, *solution(code("x = 1 # SOLUTION")), *checks(code("x", result="1")))

    found = import_master(master(*cells))

    assert source_faults(read(write(found.notebook)), "q.ipynb") == ()


def test_a_question_without_a_solution_still_has_an_answer_that_a_person_marks():
    found = import_master(master(*question("name: essay\nmanual: true\npoints: 3", words("Why?"))))

    (cell,) = graded_cells(read(write(found.notebook)))
    assert (cell.grade_id, cell.kind.value, cell.points) == ("essay-answer", "answer", 3)
    assert source_faults(read(write(found.notebook)), "essay.ipynb") == ()


def test_a_magic_line_keeps_no_data_from_being_locked():
    cells = [code("%matplotlib inline\nseed = 4"), *question("name: q", words("Nothing."))]

    assert import_master(master(*cells)).notebook.cells[0].duty.locked
