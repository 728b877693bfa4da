"""Real assignments and hostile notebooks, marked behind true walls."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from lms.catalogue.notebooks import graded_cells, read, release, write
from lms.commands.grade import grade
from lms.grading.sandbox import BehindWalls, UnknownProfile

pytestmark = pytest.mark.kernel

ASSIGNMENTS = Path(__file__).resolve().parents[3] / "shared" / "assignments"

#: What a blank earns: nothing, except where tests are written for nbgrader to fill in.
BLANKS = {
    "combinatorics": 0.0,
    "debugging": 0.0,
    "first-lesson": 0.0,
    "functions": 0.0,
    "ml-formulation": 0.0,
    "squares": 3.0,
}


@pytest.fixture(autouse=True)
def walls():
    found = BehindWalls().check()
    if not found.stand:
        if os.environ.get("CI") == "true":
            pytest.fail(f"walls are needed here: {found.found}; {found.mend}")
        pytest.skip(f"this host cannot sandbox: {found.found}")


@pytest.fixture
def marked():
    def _marked(source, *submissions):
        arguments = [str(path) for path in (source, *submissions)]
        done = CliRunner().invoke(grade, [*arguments, "--json", "--jobs", "2"])
        assert done.exit_code == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    return _marked


@pytest.fixture(params=sorted(BLANKS))
def real(request):
    path = ASSIGNMENTS / request.param / "source.ipynb"
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{path} is needed here")
        pytest.skip("the shared assignments are not beside this checkout")
    return path


def test_a_real_source_earns_all_that_tests_give_and_its_release_what_a_blank_earns(
    real, marked, tmp_path
):
    source = read(real.read_bytes())
    (tmp_path / "release.ipynb").write_bytes(write(release(source)))

    full, blank = marked(real, real, tmp_path / "release.ipynb")

    by_tests = sum(cell.points for cell in graded_cells(source) if not cell.kind.is_by_hand)
    by_hand = {cell.grade_id for cell in graded_cells(source) if cell.kind.is_by_hand}
    assert (full["ending"], full["score"]) == ("finished", by_tests)
    assert blank["score"] == BLANKS[real.parent.name]
    for told in (full, blank):
        assert {c["grade_id"] for c in told["cells"] if c["verdict"] == "manual"} == by_hand
    assert all(cell["score"] is None for cell in full["cells"] if cell["verdict"] == "manual")


def test_one_hostile_notebook_ends_as_stated_and_the_next_is_marked(make, source, marked, tmp_path):
    answers = {
        "crash": "import os\nos._exit(1)",
        "flood": "print('x' * 50_000_000)",
        "wrong": "def double(n):\n    return 3 * n",
        "memorised": "def double(n):\n    return 2",
        "warns": "import sys\ndef double(n):\n    print('!', file=sys.stderr)\n    return 2 * n",
    }
    (tmp_path / "source.ipynb").write_bytes(write(source))
    for name, answer in answers.items():
        (tmp_path / f"{name}.ipynb").write_bytes(make.file(make.answer(answer)))
    (tmp_path / "none.ipynb").write_text("<html>")

    told = marked(
        tmp_path / "source.ipynb", *(tmp_path / f"{name}.ipynb" for name in [*answers, "none"])
    )

    crash, flood, wrong, memorised, warns, none = told
    assert (crash["ending"], crash["score"]) == ("crashed", 0.0)
    assert (flood["ending"], flood["score"]) == ("output", 0.0)
    assert wrong["cells"][0]["message"] == "Expected 2, but got 3."
    assert memorised["cells"][0]["verdict"] == "failed"
    assert memorised["cells"][0]["message"] == "A hidden test of this cell did not pass."
    assert (warns["ending"], warns["score"]) == ("finished", 2.0)
    assert none["status"] == "refused"


def test_an_error_in_the_learners_code_is_shown_to_them(make, source, marked, tmp_path):
    (tmp_path / "source.ipynb").write_bytes(write(source))
    (tmp_path / "salma.ipynb").write_bytes(
        make.file(make.answer("def double(n):\n    return n + undefined"))
    )

    (told,) = marked(tmp_path / "source.ipynb", tmp_path / "salma.ipynb")

    assert told["cells"][0]["verdict"] == "error"
    assert told["cells"][0]["message"] == (
        "This test stopped in your line return n + undefined (line 2 of the cell double) "
        "with NameError: name 'undefined' is not defined"
    )
    assert told["cells"][0]["code"] == "assert double(1) == 2"


def test_partial_credit_is_the_last_expression(make, marked, tmp_path):
    (tmp_path / "source.ipynb").write_bytes(
        make.file(make.answer("share = 0.5"), make.checks("import numpy\nnumpy.float64(2 * share)"))
    )
    answers = {
        "half": "share = 0.5",
        "full": "share = 1",
        "greedy": "share = 9",
        "nan": "share = float('nan')",
    }
    for name, answer in answers.items():
        (tmp_path / f"{name}.ipynb").write_bytes(make.file(make.answer(answer)))

    told = marked(tmp_path / "source.ipynb", *(tmp_path / f"{name}.ipynb" for name in answers))

    assert [(one["score"], one["cells"][0]["verdict"]) for one in told] == [
        (1.0, "failed"),
        (2.0, "passed"),
        (0.0, "error"),
        (0.0, "error"),
    ]


def test_the_door_knows_which_profiles_there_are():
    assert BehindWalls().check("python").stand

    with pytest.raises(UnknownProfile, match="fortran"):
        BehindWalls().check("fortran")
    with pytest.raises(UnknownProfile, match="fortran"):
        BehindWalls().run(b"{}", "fortran")
