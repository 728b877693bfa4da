"""A learner's answers in the author's own notebook."""

import pytest

from lms.catalogue.notebooks import read, release, write
from lms.grading.laying_in import CopiedCell, Copy, lay_in


def texts(laid_in):
    return [cell.source for cell in laid_in.notebook.cells]


def test_the_answer_is_the_learners_and_all_else_the_authors(make, source):
    submission = make.notebook(
        make.cell("code", "import math", id="imports"),
        make.answer("def double(n):\n    return n + n"),
        make.checks("pass  # no tests at all", points=99),
        make.by_hand("I think so."),
    )

    laid_in = lay_in(source, submission)

    assert texts(laid_in) == [
        "import math",
        "def double(n):\n    return n + n",
        source.cells[2].source,
        "I think so.",
    ]
    assert [cell.id for cell in laid_in.notebook.cells] == [cell.id for cell in source.cells]
    assert laid_in.missing == ()


def test_the_authors_solution_is_nowhere_in_it(make, source):
    laid_in = lay_in(source, make.notebook())

    assert b"return 2 * n" not in write(laid_in.notebook)
    assert b"Because." not in write(laid_in.notebook)


def test_outputs_of_the_learner_are_not_taken_over(make, source):
    forged = {"output_type": "execute_result", "data": {"text/plain": "2"}, "metadata": {}}

    laid_in = lay_in(source, make.notebook(make.checks("2", outputs=[forged])))

    assert b"execute_result" not in write(laid_in.notebook)


def test_answers_are_found_wherever_they_stand(make, source):
    submission = make.notebook(
        make.by_hand("A reason."),
        make.checks("pass"),
        make.answer("double = lambda n: 2 * n"),
    )

    assert texts(lay_in(source, submission)) == [
        "import math",
        "double = lambda n: 2 * n",
        source.cells[2].source,
        "A reason.",
    ]


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"cell_type": "markdown"}, id="made Markdown"),
        pytest.param({"cell_type": "raw"}, id="made raw"),
        pytest.param(
            {"metadata": {"nbgrader": {"grade_id": "double", "solution": False, "locked": True}}},
            id="flags edited",
        ),
        pytest.param({"metadata": {}, "id": "answer"}, id="metadata lost but the id kept"),
    ],
)
def test_an_answer_whose_type_or_flags_changed_counts_all_the_same(make, source, changed):
    submission = make.notebook(make.answer("def double(n): return n + n") | changed)

    laid_in = lay_in(source, submission)

    assert laid_in.notebook.cells[1].source == "def double(n): return n + n"
    assert laid_in.notebook.cells[1].kind == "code"
    assert "double" not in laid_in.missing


def test_missing_answers_are_named_and_stay_empty(make, source):
    laid_in = lay_in(source, make.notebook(make.cell("code", "import math", id="imports")))

    assert laid_in.missing == ("double", "why")
    assert texts(laid_in) == ["import math", "", source.cells[2].source, ""]


def test_an_answer_as_it_was_handed_out_is_unanswered(source):
    laid_in = lay_in(source, read(write(release(source))))

    assert laid_in.unanswered == {"double", "why"}
    assert laid_in.missing == ()


@pytest.mark.parametrize(
    ("text", "is_unanswered"),
    [
        pytest.param("  \n", True, id="only spaces"),
        pytest.param("YOUR ANSWER HERE\n", True, id="the stub"),
        pytest.param("YOUR ANSWER HERE: yes", False, id="more than the stub"),
    ],
)
def test_a_written_answer_is_unanswered_only_without_words_of_its_own(
    make, source, text, is_unanswered
):
    laid_in = lay_in(source, make.notebook(make.by_hand(text)))

    assert ("why" in laid_in.unanswered) is is_unanswered


@pytest.mark.parametrize("copied", ["answer", "checks", "by_hand"])
def test_a_copied_answer_or_graded_cell_is_refused_by_name(make, source, copied):
    cell = getattr(make, copied)("x = 1")
    grade_id = cell["metadata"]["nbgrader"]["grade_id"]

    assert lay_in(source, make.notebook(cell))

    with pytest.raises(CopiedCell, match=f'"{grade_id}" more than once, as cells 1, 3'):
        lay_in(source, make.notebook(cell, make.cell("code", "y"), cell))


def test_a_copied_read_only_cell_is_harmless(make):
    source = make.notebook(make.cell("code", "n = 9", "setup", locked=True, id="setup"))
    copy = make.cell("code", "n = 10", "setup", locked=True)

    laid_in = lay_in(source, make.notebook(copy, copy))

    assert texts(laid_in) == ["n = 9", "n = 10"]


def test_read_only_cells_are_the_authors_even_when_edited_or_deleted(make):
    source = make.notebook(make.cell("code", "n = 9", "setup", locked=True))

    assert texts(lay_in(source, make.notebook(make.cell("code", "n = 1", "setup")))) == ["n = 9"]
    assert texts(lay_in(source, make.notebook())) == ["n = 9"]


def test_cells_that_the_learner_added_run_after_the_cell_they_follow(make, source):
    submission = make.notebook(
        make.cell("code", "first = 1", id="mine-1"),
        make.cell("code", "import math", id="imports"),
        make.cell("code", "def helper(n): return 2 * n", id="mine-2"),
        make.answer("double = helper"),
        make.cell("code", "double(3)", id="mine-3"),
        make.cell("code", "  "),
    )

    laid_in = lay_in(source, submission)

    assert texts(laid_in)[:5] == [
        "first = 1",
        "import math",
        "def helper(n): return 2 * n",
        "double = helper",
        "double(3)",
    ]
    assert texts(laid_in)[5] == source.cells[2].source


def test_no_cell_of_the_learner_can_take_the_id_of_the_authors_tests(make, source):
    submission = make.notebook(
        make.answer("double = 1"), make.cell("code", "forged", "elsewhere", grade=True, id="tests")
    )

    laid_in = lay_in(source, submission)

    by_id = {cell.id: cell.source for cell in laid_in.notebook.cells}
    assert len(by_id) == len(laid_in.notebook.cells)
    assert by_id["tests"] == source.cells[2].source


def test_an_ordinary_cell_that_the_learner_changed_runs_as_changed(make, source):
    changed = make.cell("code", "import math\nimport statistics", id="imports")

    laid_in = lay_in(source, make.notebook(changed))

    assert texts(laid_in)[0] == "import math\nimport statistics"
    assert texts(laid_in).count("import math") == 0


def test_an_ordinary_cell_that_the_learner_deleted_is_put_back(make, source):
    assert texts(lay_in(source, make.notebook(make.answer("x = 1"))))[0] == "import math"


def test_without_ids_a_changed_cell_takes_the_place_of_the_authors(make, source):
    submission = make.notebook(
        make.cell("code", "import math, statistics"), make.answer("double = abs"), minor=4
    )

    assert texts(lay_in(source, submission))[:2] == ["import math, statistics", "double = abs"]


def test_without_ids_unchanged_cells_are_known_by_their_text(make, source):
    submission = make.notebook(
        make.cell("code", "mine = 1"),
        make.cell("code", "import math"),
        make.answer("double = abs"),
        minor=4,
    )

    assert texts(lay_in(source, submission))[:3] == ["mine = 1", "import math", "double = abs"]


def test_text_in_other_languages_comes_along_only_if_the_learner_has_it(make):
    french = make.cell("markdown", "Bonjour", metadata={"jazari": {"lang": "fr"}}, id="fr")
    arabic = make.cell("markdown", "مرحبا", metadata={"jazari": {"lang": "ar"}}, id="ar")
    source = make.notebook(french, arabic, make.answer("x"))

    laid_in = lay_in(source, read(write(release(source, "fr"))))

    assert "Bonjour" in texts(laid_in)
    assert "مرحبا" not in texts(laid_in)


def test_the_source_handed_in_lays_itself_in(source):
    assert lay_in(source, source).notebook.cells == source.cells


def test_the_time_of_a_cell_is_the_authors_whatever_the_learner_writes(make):
    hurried = {"jazari": {"limits": {"cell_seconds": 5}}}
    patient = {"jazari": {"limits": {"cell_seconds": 900}}, "sandbox": {"seconds": 900}}
    source = make.notebook(make.cell("code", "n = 1", id="a") | {"metadata": hurried})
    theirs = make.notebook(
        make.cell("code", "n = 2", id="a") | {"metadata": patient},
        make.cell("code", "n = 3", id="mine") | {"metadata": patient},
    )

    laid = lay_in(source, theirs).notebook.cells

    assert [cell.metadata.get("sandbox") for cell in laid] == [{"seconds": 5}, None]


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("\n  x = 1\ny", "x = 1"),
        ("", ""),
        ("a\u202eb\x1b", "a b "),
        ("x" * 61, "x" * 59 + "…"),
    ],
)
def test_a_copy_is_known_by_how_it_begins(text, beginning):
    assert Copy("double", 1, text).beginning == beginning
