"""``lms regrade --check``: a run repeated from its evidence comes to the same marks."""

import json
from dataclasses import replace

import pytest

from lms.commands.parts import GivenSandbox
from lms.grading.runs import Ending
from lms.worker import Worker


@pytest.fixture
def check(run, folder, sandbox):
    """Repeats what was marked, with the sandbox that tests tell what to answer."""

    def check(*arguments):
        return run("regrade", "--check", "--data", folder, *arguments, given=GivenSandbox(sandbox))

    return check


@pytest.fixture
def marked(session, lms, enrolled, salma, handed_in):
    """A submission that the worker has marked."""
    submission = handed_in(enrolled(salma))
    session.commit()
    worker = Worker(lms)
    worker.test_walls()
    assert worker.run_once()
    session.expire_all()
    return submission


def test_a_run_gives_the_same_marks_again_and_nothing_is_recorded(marked, check, sandbox):
    done = check()

    assert done.exit_code == 0
    assert done.output == (
        f"{marked.public_id}: the same marks\n1 of 1 gave the same marks again.\n"
    )
    assert sandbox.ran[0] == sandbox.ran[1]
    assert len(marked.runs) == 1


def test_the_limits_that_held_then_hold_again(marked, check, sandbox):
    check()

    assert sandbox.limits[0] == {}
    assert sandbox.limits[1]["cell_seconds"] == 30
    assert sandbox.limits[1].keys() == marked.runs[0].notebooks[0].evidence["limits"].keys()


def test_other_marks_are_told_cell_by_cell(marked, check, sandbox):
    sandbox.fails["assert double"] = "AssertionError"

    done = check()

    assert done.exit_code == 1
    assert f"{marked.public_id}: other marks\n  tests: 4 then, 0 now\n" in done.output
    assert "0 of 1 gave the same marks again." in done.output


def test_a_cell_that_fails_otherwise_for_the_same_points_is_a_difference(marked, check, sandbox):
    sandbox.fails["assert double"] = "AssertionError"
    assert check().exit_code == 1
    marked.runs[0].marks[0].score = 0.0

    done = check()

    assert "tests: 0 then, 0 now" in done.output


def test_what_a_person_gave_is_no_difference(session, marked, check, idris, noon):
    mark = marked.runs[0].marks[0]
    mark.automatic, mark.score, mark.marker_id, mark.marked = 4.0, 1.0, idris.id, noon

    assert check().exit_code == 0


def test_other_packages_on_this_host_are_told(marked, check, sandbox):
    sandbox.environment = replace(sandbox.environment, packages={"numpy": "2.5.0", "polars": "1.0"})

    done = check()

    assert done.exit_code == 0
    assert "on this host numpy is 2.5.0 and was 2.4.6" in done.output
    assert "on this host pandas is absent and was 3.1.1" in done.output
    assert "on this host polars is 1.0 and was absent" in done.output


def test_another_profile_on_this_host_is_told(marked, check):
    (part,) = marked.runs[0].notebooks
    part.evidence = {**part.evidence, "profile_digest": "0" * 64}

    assert "on this host the profile python says something else" in check().output


def test_a_notebook_that_is_no_longer_kept_intact_is_named(marked, check, lms):
    digest = marked.notebooks[0].content
    (lms.settings.folder / "blobs" / digest[:2] / digest[2:]).write_bytes(b"another")

    done = check()

    assert done.exit_code == 1
    assert "cannot be repeated: A stored file is missing or damaged" in done.output
    assert digest in done.output


def test_what_has_no_evidence_cannot_be_repeated(marked, check):
    marked.runs[0].notebooks[0].evidence = None

    assert "it was marked before evidence was kept" in check(marked.public_id).output
    assert "0 of 0 gave" in check().output


def test_an_unknown_submission_is_named(marked, check):
    done = check("nobody")

    assert done.exit_code == 1
    assert "nobody: cannot be repeated: there is no such submission with marks" in done.output


def test_without_walls_nothing_is_told_of_any_run(marked, check, sandbox):
    sandbox.ending = Ending.UNAVAILABLE

    done = check()

    assert done.exit_code == 1
    assert "cannot be run safely on this machine" in done.output
    assert "gave the same marks" not in done.output


def test_a_program_reads_one_object_per_submission(marked, check):
    done = check("--json", "--last", "1")

    assert json.loads(done.output) == {
        "submission": marked.public_id,
        "differences": [],
        "changed": [],
        "fault": "",
    }


def test_checking_must_be_asked_for(run, folder):
    assert run("regrade", "--data", folder).exit_code == 2
