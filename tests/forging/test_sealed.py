"""No trick earns more than its due when the examiner runs the tests, and none sees them."""

import pytest

from .assembling import SECRET
from .assignments import ASSIGNMENTS
from .grading import recorded, sealed
from .trick import Trick
from .tricks import FAMILIES, TRIED

pytestmark = pytest.mark.kernel

ALL = [
    pytest.param(trick, id=f"{family}: {trick.name}")
    for family, found in TRIED.items()
    for trick in found
]


@pytest.fixture(scope="session")
def record(walls):
    """The author's record of an assignment, made once."""
    made = {}

    def of(name):
        if name not in made:
            made[name] = recorded(ASSIGNMENTS[name])
        return made[name]

    return of


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_every_test_cell_is_sealed_and_the_solution_earns_all_points(name, record):
    honest = sealed(ASSIGNMENTS[name], ASSIGNMENTS[name].content, record(name))

    assert record(name).open_cells == {}
    assert len(record(name).sealed) == len(record(name).grade_ids)
    assert honest.score == ASSIGNMENTS[name].points


@pytest.mark.parametrize("trick", ALL)
def test_a_trick_earns_no_more_than_its_due_and_shows_no_hidden_test(trick: Trick, record):
    assignment = ASSIGNMENTS[trick.assignment]
    submission = assignment.submission(trick.answers, trick.edit)

    outcome = sealed(assignment, submission, record(trick.assignment), trick.limits)

    assert outcome.score <= trick.honest
    assert SECRET not in outcome.shown


@pytest.mark.parametrize("family", FAMILIES)
def test_the_solution_of_the_next_learner_earns_all_points(family, record):
    trick = FAMILIES[family][-1]
    assignment, written = ASSIGNMENTS[trick.assignment], record(trick.assignment)
    sealed(assignment, assignment.submission(trick.answers, trick.edit), written, trick.limits)

    next_one = sealed(assignment, assignment.content, written)

    assert next_one.score == assignment.points
