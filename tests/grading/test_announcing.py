"""What a learner is told before handing in."""

from datetime import timedelta

import pytest

from lms.catalogue.notebooks import GradedCell, GradedKind
from lms.grading import announcing, extensions, queries

DAY = timedelta(days=1)
CELLS = (
    GradedCell("a", "1", GradedKind.TESTS, 2, 1),
    GradedCell("b", "2", GradedKind.TESTS, 2, 2, bonus=True),
    GradedCell("c", "3", GradedKind.ANSWER, 2, 3),
)


@pytest.fixture
def told(session, place, find):
    """What Salma is told at a moment."""

    def told(now):
        double = find(place, "double")
        extension = queries.extension(session, place, double)
        earlier = queries.submissions(session, place, double)
        return announcing.handing_in(place, double, extension, earlier, CELLS, now=now)

    return told


@pytest.fixture
def due(place, find):
    """The assignment is due on the first day, loses 30 % a day and has an hour of grace."""
    double = find(place, "double")
    double.due_after_days, double.loss_per_day, double.least_share = 1, 0.3, 0.5
    double.grace_minutes = 60
    return queries.due(place.run, double, None)


@pytest.mark.parametrize(
    ("after", "is_late", "in_grace", "kept"),
    [
        pytest.param(-DAY, False, False, 1, id="before"),
        pytest.param(timedelta(minutes=30), False, True, 1, id="in the grace"),
        pytest.param(timedelta(hours=2), True, False, 0.7, id="late"),
        pytest.param(9 * DAY, True, False, 0.5, id="very late"),
    ],
)
def test_lateness_and_what_it_costs(told, due, after, is_late, in_grace, kept):
    found = told(due + after)

    assert (found.due, found.is_late, found.in_grace) == (due, is_late, in_grace)
    assert found.kept == pytest.approx(kept)


def test_attempts_count_down_and_files_that_could_not_be_marked_do_not(
    told, place, handed_in, settled, noon
):
    before = told(noon)
    settled(handed_in(place), 4)

    assert told(noon).left == before.left - 1
    assert told(noon).allowed == before.allowed


def test_what_was_granted_is_told(session, told, due, place, find, idris, noon):
    extensions.grant(
        session, place, find(place, "double"), due=due + 3 * DAY, extra_attempts=2,
        reason="She was ill.", by=idris, now=noon,
    )  # fmt: skip

    found = told(due + DAY)

    assert (found.extended, found.is_late, found.due) == (True, False, due + 3 * DAY)
    assert found.left == found.allowed == find(place, "double").attempts_allowed + 2


def test_cells_are_counted_by_who_marks_them(told, noon):
    assert (told(noon).tests, told(noon).by_hand) == (2, 1)
