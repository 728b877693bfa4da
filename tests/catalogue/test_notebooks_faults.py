"""What an author is told to mend in a source notebook."""

import json

import pytest

from lms.catalogue.notebooks import graded_cells, read, release, source_cautions, source_faults


def nbgrader(**told):
    return {"nbgrader": {"schema_version": 3, "grade_id": "a"} | told}


def cell(kind, source, metadata=None):
    told = {"cell_type": kind, "metadata": metadata or {}, "source": source.splitlines(True)}
    return told | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def notebook(*cells, indent=None):
    told = {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return read(json.dumps(told, indent=indent).encode())


def faults(*cells):
    return [str(fault.sentence) for fault in source_faults(notebook(*cells), "a.ipynb")]


ANSWER = nbgrader(grade_id="answer", solution=True)
TESTS = nbgrader(grade_id="tests", grade=True, locked=True, points=1)
SOLVED = "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"


def test_a_sound_source_has_no_faults():
    assert (
        faults(cell("markdown", "Hi"), cell("code", SOLVED, ANSWER), cell("code", "", TESTS)) == []
    )


@pytest.mark.parametrize(
    ("kind", "source", "metadata", "told"),
    [
        pytest.param("code", "", nbgrader(grade=True), "no number of points", id="no points"),
        pytest.param(
            "code", "", nbgrader(grade=True, points=-1), "fewer than 0", id="negative points"
        ),
        pytest.param(
            "code", "", nbgrader(grade=True, points=float("nan")), "no number", id="points NaN"
        ),
        pytest.param(
            "code", "", nbgrader(grade=True, points="two"), "not a number", id="points in words"
        ),
        pytest.param(
            "code", "", nbgrader(grade=True, points=True), "not a number", id="points true"
        ),
        pytest.param(
            "code", "", nbgrader(grade=True, points=10**40), "not a number", id="absurd points"
        ),
        pytest.param("markdown", "", nbgrader(task=True), "no number", id="a task without points"),
        pytest.param(
            "code", "", nbgrader(solution=True, grade_id=""), "no grade_id", id="empty grade_id"
        ),
        pytest.param(
            "code", "", nbgrader(solution=True, grade_id=7), "no grade_id", id="grade_id a number"
        ),
        pytest.param(
            "code", "", nbgrader(locked=True, grade_id="../a"), "letters", id="unsafe grade_id"
        ),
        pytest.param(
            "code", "", nbgrader(solution="yes"), "true or false", id="a flag that is a word"
        ),
        pytest.param(
            "code", "", nbgrader(solution=True, schema_version=4), "up to 3", id="newer schema"
        ),
        pytest.param("code", "", {"nbgrader": []}, "must be an object", id="metadata a list"),
        pytest.param(
            "markdown", "", nbgrader(grade=True, points=1), "cannot test", id="tests in Markdown"
        ),
        pytest.param(
            "markdown", "", nbgrader(solution=True), "without points", id="unmarkable answer"
        ),
        pytest.param("raw", "", nbgrader(solution=True), "raw text", id="an answer in raw text"),
        pytest.param(
            "code", "", nbgrader(task=True, points=1), "must therefore be Markdown", id="code task"
        ),
        pytest.param(
            "markdown",
            "",
            nbgrader(task=True, grade=True, points=1),
            "cannot be an answer",
            id="a task that is graded as tests",
        ),
        pytest.param(
            "code", "### BEGIN SOLUTION\nx", ANSWER, "never ends", id="a solution without end"
        ),
        pytest.param(
            "code", "x\n### END SOLUTION", ANSWER, "never opened", id="a solution without beginning"
        ),
        pytest.param(
            "code",
            "### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION",
            ANSWER,
            "stands inside",
            id="a solution in a solution",
        ),
        pytest.param(
            "code", "### BEGIN HIDDEN TESTS\nx", TESTS, "never ends", id="hidden tests without end"
        ),
        pytest.param("code", SOLVED, {}, "not a solution cell", id="a solution in a plain cell"),
        pytest.param("code", SOLVED, TESTS, "not a solution cell", id="a solution among tests"),
        pytest.param(
            "code",
            "### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS",
            ANSWER,
            "not a graded cell",
            id="hidden tests in an answer",
        ),
        pytest.param(
            "markdown",
            "BEGIN MARK SCHEME\nEND MARK SCHEME",
            {},
            "not a task",
            id="a mark scheme outside a task",
        ),
        pytest.param(
            "markdown", "", {"jazari": {"lang": "la"}}, '"la"', id="a language we do not have"
        ),
        pytest.param(
            "code", SOLVED, ANSWER | {"jazari": {"lang": "fr"}}, "one language", id="French answer"
        ),
    ],
)
def test_a_fault_is_named(kind, source, metadata, told):
    (only,) = faults(cell(kind, source, metadata))

    assert "Cell 1" in only
    assert told in only


def test_a_grade_id_used_twice_is_named_with_both_cells():
    (only,) = faults(cell("code", SOLVED, ANSWER), cell("code", ""), cell("code", SOLVED, ANSWER))

    assert 'Cell 3 has the grade_id "answer" of cell 1' in only


def test_all_faults_are_told_at_once_in_the_order_of_the_cells():
    found = faults(
        cell("code", "### BEGIN SOLUTION", ANSWER),
        cell("code", "", nbgrader(grade=True, grade_id="b c")),
    )

    assert ["Cell 1" in found[0], "Cell 2" in found[1], "Cell 2" in found[2]] == [True] * 3
    assert len(found) == 3


@pytest.mark.parametrize("indent", [None, 1, 4])
def test_a_fault_names_the_line_of_the_file(indent):
    fence = "x = 1\n\n### BEGIN SOLUTION\ny = '\\\"['\n"
    source = notebook(cell("markdown", "a\nb"), cell("code", fence, ANSWER), indent=indent)

    (fault,) = source_faults(source, "m/a.ipynb")

    named = source.text.split("\n")[fault.line - 1]
    assert "BEGIN SOLUTION" in named
    assert str(fault).startswith(f"m/a.ipynb:{fault.line}: ")


def test_a_fault_of_a_whole_cell_names_the_line_where_it_begins():
    source = notebook(cell("markdown", "a"), cell("raw", "b", nbgrader(solution=True)), indent=1)

    (fault,) = source_faults(source, "a.ipynb")

    assert '"cell_type": "raw"' in source.text.split("\n")[fault.line]


@pytest.mark.parametrize(
    ("told", "points"),
    [
        pytest.param({"grade": True, "points": "2.5"}, 2.5, id="text before schema 1"),
        pytest.param({"grade": True, "points": ""}, 0.0, id="nothing before schema 1"),
        pytest.param({"grade": True, "points": -3}, 0.0, id="less than nothing before schema 1"),
        pytest.param({"grade": True}, 0.0, id="missing before schema 1"),
        pytest.param({"schema_version": 1, "grade": True, "points": 3}, 3.0, id="schema 1"),
        pytest.param({"schema_version": 2, "grade": True, "points": 3}, 3.0, id="schema 2"),
    ],
)
def test_older_metadata_are_upgraded_as_nbgrader_does(told, points):
    metadata = {"nbgrader": {"grade_id": "t", "locked": True, "solution": False} | told}
    source = notebook(cell("code", "assert x", metadata))

    assert source_faults(source, "a.ipynb") == ()
    assert [one.points for one in graded_cells(source)] == [points]


# What nbgrader itself wrote for the same two cells, release by release.
OF_EACH_SCHEMA = {
    "before schema 1": (
        {"grade_id": "answer", "solution": True},
        {"grade_id": "tests", "grade": True, "points": "2"},
    ),
    "schema 1": (
        {"schema_version": 1, "grade_id": "answer", "grade": False, "solution": True,
         "locked": False},
        {"schema_version": 1, "grade_id": "tests", "grade": True, "solution": False,
         "locked": False, "points": 2, "checksum": "0" * 32, "cell_type": ""},
    ),
    "schema 2": (
        {"schema_version": 2, "grade_id": "answer", "grade": False, "solution": True,
         "locked": False, "cell_type": "code"},
        {"schema_version": 2, "grade_id": "tests", "grade": True, "solution": False,
         "locked": True, "points": 2.0, "checksum": "0" * 32, "cell_type": "code"},
    ),
    "schema 3": (
        {"schema_version": 3, "grade_id": "answer", "grade": False, "solution": True,
         "locked": False, "task": False},
        {"schema_version": 3, "grade_id": "tests", "grade": True, "solution": False,
         "locked": True, "points": 2, "task": False},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "tests"), OF_EACH_SCHEMA.values(), ids=OF_EACH_SCHEMA.keys())
def test_every_schema_is_published_as_schema_3(answer, tests):
    source = notebook(
        cell("code", SOLVED, {"nbgrader": answer}), cell("code", "assert x", {"nbgrader": tests})
    )

    released = [one.metadata["nbgrader"] for one in release(source).cells]

    assert source_faults(source, "a.ipynb") == ()
    assert [one.points for one in graded_cells(source)] == [2.0]
    assert [told["schema_version"] for told in released] == [3, 3]
    assert released[0] | {"solution": True, "grade": False, "task": False} == released[0]
    assert released[1]["points"] == 2.0
    assert not any({"checksum", "cell_type"} & told.keys() for told in released)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        pytest.param({"schema_version": "1", "points": 1}, "schema_version must", id="in words"),
        pytest.param(
            {"schema_version": None, "points": 1}, "schema_version must", id="none at all"
        ),
        pytest.param(
            {"schema_version": 1.5, "points": 1}, "schema_version must", id="half a version"
        ),
        pytest.param({"schema_version": 1}, "no number of points", id="schema 1 without points"),
        pytest.param(
            {"schema_version": 2, "points": "2"}, "not a number", id="schema 2, points in words"
        ),
        pytest.param({"schema_version": 1, "points": -1}, "fewer than 0", id="schema 1, below 0"),
        pytest.param({"points": "two"}, "not a number", id="points that were never a number"),
    ],
)
def test_what_no_upgrade_can_mend_is_named_with_cell_and_line(told, sentence):
    metadata = {"nbgrader": {"grade_id": "t", "grade": True, "solution": False} | told}
    source = notebook(cell("markdown", "a"), cell("code", "assert x", metadata), indent=1)

    (fault,) = source_faults(source, "a.ipynb")

    assert sentence in str(fault)
    assert "Cell 2" in str(fault)
    assert '"cell_type": "code"' in source.text.split("\n")[fault.line]


def test_a_cell_that_changed_its_type_since_nbgrader_saw_it_is_a_caution():
    made = nbgrader(grade=True, solution=True, points=1, cell_type="code")
    source = notebook(cell("markdown", "why", made), cell("code", "why", made), indent=1)

    (caution,) = source_cautions(source, "a.ipynb")

    assert "Cell 1 was of the type code" in str(caution)


def test_metadata_that_give_a_cell_no_duty_need_nothing_more():
    assert faults(cell("code", "x", {"nbgrader": {"schema_version": 3, "grade": False}})) == []


def test_tests_that_only_nbgrader_could_write_are_a_caution_and_no_fault():
    source = notebook(cell("code", "x = 1\n### HASHED AUTOTEST f(1)\n", TESTS), indent=1)

    (caution,) = source_cautions(source, "a.ipynb")

    assert source_faults(source, "a.ipynb") == ()
    assert "AUTOTEST" in source.text.split("\n")[caution.line - 1]


def test_tests_that_the_author_wrote_need_no_caution():
    assert source_cautions(notebook(cell("code", "assert f(1)", TESTS)), "a.ipynb") == ()


def test_an_upgrade_is_told_once_for_each_older_version():
    older = [
        cell("code", "assert x", {"nbgrader": {"schema_version": version, "grade_id": f"t{place}",
             "grade": True, "solution": False, "locked": True, "points": 1}})
        for place, version in enumerate((1, 1, 2, 3))
    ]  # fmt: skip

    told = [str(one) for one in source_cautions(notebook(*older), "a.ipynb")]

    assert [("schema_version 1" in one, "schema_version 2" in one) for one in told] == [
        (True, False),
        (False, True),
    ]
    assert all("your file stays as it is." in one for one in told)


@pytest.mark.parametrize(
    ("kind", "bonus", "duty", "is_sound"),
    [
        ("code", True, {"grade": True, "locked": True, "points": 1}, True),
        ("code", False, {"solution": True}, True),
        ("code", "yes", {"grade": True, "locked": True, "points": 1}, False),
        ("code", True, {"solution": True}, False),
        ("markdown", True, {"grade": True, "solution": True, "points": 1}, False),
    ],
)
def test_only_tests_can_be_a_bonus(kind, bonus, duty, is_sound):
    metadata = nbgrader(**duty) | {"jazari": {"bonus": bonus}}

    found = faults(cell(kind, "x", metadata))

    assert (found == []) is is_sound
    assert is_sound or "metadata.jazari.bonus" in str(found)


def test_a_bonus_adds_nothing_to_what_can_be_had():
    tests = nbgrader(grade=True, locked=True, points=3)
    source = notebook(cell("code", "assert x", tests | {"jazari": {"bonus": True}}))

    (found,) = graded_cells(source)

    assert (found.points, found.possible, found.bonus) == (3, 0, True)
