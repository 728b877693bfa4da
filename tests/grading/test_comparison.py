"""What a regrade changes, cell by cell and in the grade."""

import pytest

from lms.catalogue.attempts import Counts
from lms.grading.comparison import Attempt, Cell, CellChange, Direction, change


def cells(**scores):
    return tuple(Cell(name, score, 4) for name, score in scores.items())


def attempt(before, after, number=1, kept=1.0):
    return Attempt(f"work-{number}", number, kept, cells(a=before), cells(a=after))


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [(1, 3, Direction.UP), (3, 1, Direction.DOWN), (2, 2, Direction.SAME)],
)
def test_a_grade_goes_up_down_or_stays(before, after, direction):
    found = change([attempt(before, after)], Counts.BEST)

    assert found.direction is direction
    assert (found.before.points, found.after.points) == (before, after)
    assert found.is_told is found.is_any is (before != after)


def test_only_the_cells_that_differ_are_named_those_of_one_version_too():
    before = (*cells(same=1, other=2), Cell("gone", 1, 1))
    after = (*cells(same=1, other=3), Cell("new", None, 2))

    found = change([Attempt("w", 1, 1.0, before, after)], Counts.BEST)

    assert found.cells == (
        CellChange("other", Cell("other", 2, 4), Cell("other", 3, 4)),
        CellChange("new", None, Cell("new", None, 2)),
        CellChange("gone", Cell("gone", 1, 1), None),
    )


def test_more_points_to_be_had_are_a_change_though_the_share_stays():
    found = change([Attempt("w", 1, 1.0, (Cell("a", 2, 2),), (Cell("a", 4, 4),))], Counts.BEST)

    assert (found.direction, found.is_told) == (Direction.SAME, True)


@pytest.mark.parametrize(
    ("counts", "before", "after", "number", "moves"),
    [
        pytest.param(Counts.BEST, 3, 4, 2, True, id="best: now the second"),
        pytest.param(Counts.LAST, 2, 4, 2, False, id="last"),
        pytest.param(Counts.FIRST, 3, 1, 1, False, id="first"),
    ],
)
def test_the_attempt_that_counts_is_found_anew(counts, before, after, number, moves):
    found = change([attempt(3, 1), attempt(2, 4, number=2)], counts)

    assert (found.before.points, found.after.points) == (before, after)
    assert (found.number, found.moves) == (number, moves)


def test_lateness_takes_the_same_share_before_and_after():
    found = change([attempt(2, 4, kept=0.5)], Counts.BEST)

    assert (found.before.points, found.after.points) == (1, 2)


def test_a_cell_that_differs_in_an_unchanged_grade_is_still_shown():
    before, after = cells(a=1, b=2), cells(a=2, b=1)

    found = change([Attempt("w", 1, 1.0, before, after)], Counts.BEST)

    assert (found.is_told, found.is_any, len(found.cells)) == (False, True, 2)


def test_without_attempts_there_is_nothing_to_compare():
    assert change([], Counts.BEST) is None
