"""Every trick deceives where tests and answers share a process: none is a straw man."""

import pytest

from lms.grading.execution import mark_notebook
from lms.grading.sandbox import BehindWalls

from .assembling import SECRET
from .assignments import ASSIGNMENTS
from .grading import naively, openly
from .trick import REACHED, Control, Trick
from .tricks import FAMILIES, TRIED

pytestmark = pytest.mark.kernel


def tricks(*controls):
    return [
        pytest.param(trick, id=f"{family}: {trick.name}")
        for family, found in TRIED.items()
        for trick in found
        if trick.control in controls
    ]


def test_there_are_tricks_of_every_family_and_each_has_a_name_of_its_own():
    names = [trick.name for found in FAMILIES.values() for trick in found]

    assert all(len(found) >= 4 for found in FAMILIES.values())
    assert len(names) == len(set(names)) >= 175


@pytest.mark.parametrize("assignment", ASSIGNMENTS.values(), ids=ASSIGNMENTS)
def test_the_solution_earns_all_points_and_a_blank_none(assignment):
    def score(submission):
        marked = mark_notebook(
            assignment.source,
            submission,
            BehindWalls(),
            profile=assignment.profile,
            files=assignment.files,
        )
        return sum(mark.score for mark in marked.marks)

    assert score(assignment.content) == assignment.points
    assert score(assignment.submission({})) == 0.0


@pytest.mark.parametrize("trick", tricks(Control.OPEN))
def test_a_trick_earns_more_than_its_due_where_tests_run_in_the_kernel(trick: Trick):
    assert openly(trick).score > trick.honest


@pytest.mark.parametrize("trick", tricks(Control.NAIVE))
def test_a_trick_earns_more_than_its_due_of_a_grader_that_trusts(trick: Trick, tmp_path):
    assert naively(trick, tmp_path).score > trick.honest


@pytest.mark.parametrize("trick", tricks(Control.STEALS))
def test_a_thief_finds_the_hidden_tests_where_they_run_in_the_kernel(trick: Trick):
    assert SECRET in openly(trick).shown


@pytest.mark.parametrize("trick", tricks(Control.REACHES))
def test_a_trick_made_for_an_examiner_comes_to_its_point(trick: Trick):
    assert REACHED in openly(trick).shown


@pytest.mark.parametrize("assignment", ASSIGNMENTS.values(), ids=ASSIGNMENTS)
def test_no_trick_finds_the_secret_in_what_is_handed_out(assignment):
    assert SECRET.encode() not in assignment.submission({})
