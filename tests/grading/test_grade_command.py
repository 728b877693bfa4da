"""``lms grade`` as people and scripts meet it."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from lms.catalogue.notebooks import write
from lms.commands.grade import grade
from lms.commands.grade_report import told
from lms.commands.parts import GivenSandbox
from lms.core.i18n import say
from lms.grading.marking import Mark, Verdict
from lms.grading.offline import Outcome
from lms.grading.runs import CellError, Ending
from lms.grading.sandbox import UnknownProfile, Walls


@pytest.fixture(autouse=True)
def folder(make, source, tmp_path, monkeypatch):
    """A folder with a source, a good submission and one that is no notebook."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "source.ipynb").write_bytes(write(source))
    (tmp_path / "salma.ipynb").write_bytes(
        make.file(make.answer("double = lambda n: 2 * n"), make.by_hand("I counted."))
    )
    (tmp_path / "broken.ipynb").write_text("{")
    return tmp_path


@pytest.fixture
def run(scripted_sandbox):
    """Runs the command with a sandbox that does as it is told."""

    def _run(*arguments, sandbox=None):
        given = GivenSandbox(sandbox or scripted_sandbox())
        return CliRunner().invoke(grade, ("--open", *arguments), obj=given)

    return _run


def test_each_submission_gets_one_object_on_one_line_refused_ones_too(run):
    done = run("source.ipynb", "salma.ipynb", "broken.ipynb", "salma.ipynb", "--json")

    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 0
    assert [one["submission"] for one in told] == ["salma.ipynb", "broken.ipynb", "salma.ipynb"]
    assert [one["status"] for one in told] == ["marked", "refused", "marked"]
    assert [one["score"] for one in told] == [2.0, 0.0, 2.0]
    assert told[0]["cells"][1]["score"] is None


def test_people_get_a_table(run):
    done = run("source.ipynb", "salma.ipynb", "broken.ipynb")

    assert done.exit_code == 0
    assert "salma.ipynb: 2 of 5 points, finished" in done.stdout
    assert "double-tests  passed" in done.stdout
    assert "Points that wait for a person: 3." in done.stdout
    assert "broken.ipynb: refused. This file is not a notebook" in done.stdout


def test_people_are_told_the_author_s_hint():
    mark = Mark("q1", 0.0, 2.0, Verdict.FAILED, say("No."), hint={"fr": "Zéro ?", "en": "Zero?"})
    how = ("salma.ipynb", "marked", Ending.FINISHED)
    outcome = Outcome(
        *how, score=0.0, max_score=2.0, marks=(mark,), seconds=1.0, message=say("Run.")
    )

    assert "hint: Zero?" in told(outcome)


def test_a_bad_ending_is_no_failure_of_the_command(run, scripted_sandbox):
    sandbox = scripted_sandbox(ends={"lambda": Ending.TIMEOUT})

    done = run("source.ipynb", "salma.ipynb", "--json", sandbox=sandbox)

    assert (done.exit_code, json.loads(done.stdout)["ending"]) == (0, "timeout")


def test_files_beside_the_source_come_along_unless_told_otherwise(run, folder, scripted_sandbox):
    (folder / "data.csv").write_text("1")
    sandbox = scripted_sandbox()

    run("source.ipynb", "salma.ipynb", sandbox=sandbox)
    run("source.ipynb", "salma.ipynb", "--no-files", sandbox=sandbox)

    tried, marked, marked_without = sandbox.files
    assert tried == marked == {"data.csv": b"1"}
    assert marked_without == {}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [([], "python-ml"), (["--profile", "python"], "python")],
)
def test_the_profile_may_be_chosen(run, scripted_sandbox, arguments, expected):
    sandbox = scripted_sandbox()

    run("source.ipynb", "salma.ipynb", *arguments, sandbox=sandbox)

    assert set(sandbox.profiles) == {expected}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param([], "SOURCE", id="nothing at all"),
        pytest.param(["source.ipynb"], "SUBMISSION", id="no submission"),
        pytest.param(["gone.ipynb", "salma.ipynb"], "does not exist", id="no such source"),
        pytest.param(["source.ipynb", "gone.ipynb"], "does not exist", id="no such file"),
        pytest.param(["source.ipynb", "."], "has to be a file", id="a folder"),
        pytest.param(["source.ipynb", "salma.ipynb", "--jobs", "0"], "--jobs", id="no jobs"),
        pytest.param(["broken.ipynb", "salma.ipynb"], "line 1", id="a source that is none"),
    ],
)
def test_wrong_usage_is_told(run, scripted_sandbox, arguments, told):
    sandbox = scripted_sandbox()

    done = run(*arguments, sandbox=sandbox)

    assert done.exit_code == 2
    assert told in done.stderr
    assert sandbox.ran == []


def test_all_faults_of_a_source_are_told_and_nothing_is_run(run, make, folder, scripted_sandbox):
    faulty = make.file(make.answer("### BEGIN SOLUTION"), make.checks("x", points=-1))
    (folder / "faulty.ipynb").write_bytes(faulty)
    sandbox = scripted_sandbox()

    done = run("faulty.ipynb", "salma.ipynb", sandbox=sandbox)

    assert done.exit_code == 2
    assert done.stderr.count("faulty.ipynb:1: ") == 2
    assert sandbox.ran == []


def test_faulty_limits_of_the_source_are_wrong_usage(run, source, folder, scripted_sandbox):
    faulty = replace(source, metadata={"jazari": {"limits": {"cell_second": 5}}})
    (folder / "faulty.ipynb").write_bytes(write(faulty))
    sandbox = scripted_sandbox()

    done = run("faulty.ipynb", "salma.ipynb", sandbox=sandbox)

    assert done.exit_code == 2
    assert "Did you mean cell_seconds?" in done.stderr
    assert sandbox.ran == []


def test_without_walls_nothing_is_run_and_the_mending_line_is_told(run, scripted_sandbox):
    sandbox = scripted_sandbox(
        walls=Walls(stand=False, found="no bubblewrap", mend="apt-get install bubblewrap")
    )

    done = run("source.ipynb", "salma.ipynb", sandbox=sandbox)

    assert done.exit_code == 1
    assert "no bubblewrap" in done.stderr
    assert "apt-get install bubblewrap" in done.stderr
    assert sandbox.ran == []


def test_walls_that_fall_on_the_way_end_the_command_with_1(run, scripted_sandbox):
    sandbox = scripted_sandbox(ends={"lambda": Ending.UNAVAILABLE})

    done = run("source.ipynb", "broken.ipynb", "salma.ipynb", "--json", sandbox=sandbox)

    assert done.exit_code == 1
    assert json.loads(done.stdout)["status"] == "refused"


def test_an_unknown_profile_is_wrong_usage(run, scripted_sandbox):
    class Picky(scripted_sandbox):
        def check(self, profile="python-ml"):
            raise UnknownProfile(found=f"There is no profile {profile}.")

    done = run("source.ipynb", "salma.ipynb", "--profile", "fortran", sandbox=Picky())

    assert done.exit_code == 2
    assert "fortran" in done.stderr


def test_tests_that_test_nothing_are_a_warning_beside_the_marks(run, make, folder):
    (folder / "auto.ipynb").write_bytes(make.file(make.checks("### AUTOTEST f(1)")))

    done = run("auto.ipynb", "salma.ipynb", "--json")

    assert done.exit_code == 0
    assert "AUTOTEST" in done.stderr
    assert len(done.stdout.splitlines()) == 1


def test_help_tells_the_exit_status_and_the_fields(run):
    done = run("--help")

    assert done.exit_code == 0
    for word in ("Exit status", "max_score", "--jobs", "refused"):
        assert word in done.stdout


def test_a_failure_after_hidden_tests_is_explained_unless_that_is_not_wanted(
    run, folder, make, scripted_sandbox
):
    hiding = make.checks("### BEGIN HIDDEN TESTS\nassert f\n### END HIDDEN TESTS", "f-tests")
    later = make.checks("assert f(3)", "f-more")
    source = make.file(make.answer("f = abs", "f"), hiding, later)
    (folder / "hiding.ipynb").write_bytes(source)
    failing = {"assert f(3)": CellError("ValueError", "said by f")}
    told = {}
    for option in ("--explain", "--no-explain"):
        sandbox = scripted_sandbox(fails=failing)
        told[option] = run("hiding.ipynb", "hiding.ipynb", option, sandbox=sandbox).stdout, sandbox

    assert "with ValueError: said by f" in told["--explain"][0]
    assert "said by f" not in told["--no-explain"][0]
    assert "2 of 4 points" in told["--no-explain"][0]
    assert [len(sandbox.ran) for _, sandbox in told.values()] == [2, 1]


def test_feedback_writes_a_page_for_each_submission_refused_ones_too(run, folder):
    done = run("source.ipynb", "salma.ipynb", "broken.ipynb", "--feedback", "out/pages")

    page = (folder / "out/pages/salma.html").read_text()
    assert done.exit_code == 0
    assert "Feedback: out/pages/salma.html" in done.stdout
    assert "<title>Feedback: source: salma</title>" in page
    assert "2 of 2 points" in page
    assert "double = <" not in page
    assert "lambda" in page
    assert "double(21)" not in page
    assert "This file is not a notebook" in (folder / "out/pages/broken.html").read_text()


def test_feedback_is_in_the_language_asked_for_and_named_in_json(run, folder):
    options = ("--feedback", "pages", "--language", "ar", "--json")
    done = run("source.ipynb", "salma.ipynb", *options)

    assert json.loads(done.stdout)["feedback"] == "pages/salma.html"
    assert '<html lang="ar" dir="rtl">' in (folder / "pages/salma.html").read_text()


def test_without_feedback_nothing_is_written_or_named(run, folder):
    done = run("source.ipynb", "salma.ipynb", "--json")

    assert "feedback" not in json.loads(done.stdout)
    assert not list(folder.glob("**/*.html"))


def test_feedback_of_a_copied_cell_shows_both(run, folder, make):
    cell = make.answer("double = lambda n: n << 1")
    (folder / "twice.ipynb").write_bytes(make.file(cell, make.answer("double = abs")))
    done = run("source.ipynb", "twice.ipynb", "--feedback", "pages")

    page = (folder / "pages/twice.html").read_text()
    assert "as cells 1, 2, so" in done.stdout
    assert "  cell 1: double = lambda n: n << 1\n  cell 2: double = abs\n" in done.stdout
    assert "Cell 2 of your notebook" in page
    assert "double = lambda n: n &lt;&lt; 1" in page


def test_a_copied_cell_is_told_in_json_too(run, folder, make):
    cell = make.answer("double = abs")
    (folder / "twice.ipynb").write_bytes(make.file(cell, make.answer("\ndouble = 1")))
    (told,) = run("source.ipynb", "twice.ipynb", "--json").stdout.splitlines()

    assert json.loads(told)["copies"] == [
        {"grade_id": "double", "number": 1, "source": "double = abs"},
        {"grade_id": "double", "number": 2, "source": "\ndouble = 1"},
    ]


@pytest.fixture
def folders(make, source, folder):
    """An assignment of two notebooks and the folders of three learners, as nbgrader has them."""
    solved = make.file(make.answer("double = lambda n: 2 * n"), make.by_hand("I counted."))
    places = {
        "source/ps1/loops": write(source),
        "source/ps1/sums": write(source),
        "salma/ps1/loops": solved,
        "salma/ps1/sums": solved,
        "rim/ps1/sums": solved,
        "rim/ps1/other": solved,
        "amina/ps1/loops": solved,
        "amina/ps1/sums": make.file(make.answer("double = 1"), make.answer("double = 2")),
    }
    for place, content in places.items():
        path = folder / f"{place}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / "source/ps1/data.csv").write_text("1")
    return [f"{name}/ps1" for name in ("salma", "rim", "amina")]


def test_folders_are_marked_notebook_by_notebook_and_count_together(run, folders, scripted_sandbox):
    sandbox = scripted_sandbox()
    done = run("source/ps1", *folders, "--json", sandbox=sandbox)

    whole, partial, twice = map(json.loads, done.stdout.splitlines())
    assert [one["status"] for one in (whole, partial, twice)] == ["marked", "marked", "refused"]
    assert [one["score"] for one in (whole, partial, twice)] == [4.0, 2.0, 0.0]
    assert {one["max_score"] for one in (whole, partial, twice)} == {10.0}
    assert [cell["grade_id"] for cell in whole["cells"]] == [
        *("loops:double-tests", "loops:why", "sums:double-tests", "sums:why")
    ]
    assert [each["status"] for each in partial["notebooks"]] == ["missing", "marked"]
    assert twice["cells"] == []
    assert [len(each.get("copies", ())) for each in twice["notebooks"]] == [0, 2]
    assert all(files == {"data.csv": b"1"} for files in sandbox.files)


def test_people_are_told_of_each_notebook_in_a_folder(run, folders):
    told = run("source/ps1", *folders).stdout

    assert "salma/ps1: 4 of 10 points. Every cell was run." in told
    assert "rim/ps1: 2 of 10 points. These notebooks were not handed in: loops." in told
    assert "  rim/ps1/loops.ipynb: 0 of 5 points. This notebook was not handed in." in told
    assert "amina/ps1: refused. These notebooks could not be marked: sums." in told
    assert "    cell 2: double = 2" in told


def test_each_notebook_in_a_folder_has_its_feedback_page(run, folders, folder):
    told = run("source/ps1", *folders, "--feedback", "pages", "--json").stdout

    pages = [json.loads(line)["feedback"] for line in told.splitlines()]
    assert pages == [
        [f"pages/{name}-ps1/{each}.html" for each in ("loops", "sums")]
        for name in ("salma", "rim", "amina")
    ]
    assert "as it was run" in (folder / "pages/salma-ps1/sums.html").read_text()
    assert "was not handed in" in (folder / "pages/rim-ps1/loops.html").read_text()
    assert "Cell 2 of your notebook" in (folder / "pages/amina-ps1/sums.html").read_text()
    assert not any("double(21)" in page.read_text() for page in folder.glob("pages/*/*.html"))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["source/ps1", "salma.ipynb"], "has to be a folder"),
        (["source", "salma/ps1"], "There is no notebook in this folder."),
    ],
)
def test_folders_go_with_folders_that_hold_notebooks(run, folders, arguments, told):
    done = run(*arguments)

    assert done.exit_code == 2
    assert told in done.stderr


def test_a_folder_that_cannot_be_written_to_is_said(run, folder):
    (folder / "pages").write_text("a file")

    done = run("source.ipynb", "salma.ipynb", "--feedback", "pages/here")

    assert done.exit_code == 1
    assert "The page of salma.ipynb cannot be written" in done.stderr
