"""How judgements become points: one marker, two who agree, two who do not."""

from dataclasses import dataclass

import pytest

from lms.grading.agreement import Kind, standing, summed


@dataclass(frozen=True)
class Said:
    """A judgement in its bare numbers."""

    marker_id: int
    points: float
    kind: Kind = Kind.INDEPENDENT


FINAL = Kind.RECONCILED


@pytest.mark.parametrize(
    ("said", "tolerance", "points", "differ"),
    [
        pytest.param([], None, None, False, id="nobody"),
        pytest.param([Said(1, 3, Kind.GIVEN)], None, 3, False, id="the only marker"),
        pytest.param([Said(1, 3)], 0, None, False, id="one of two"),
        pytest.param([Said(1, 3), Said(1, 3)], 0, None, False, id="one marker twice is one"),
        pytest.param([Said(1, 3), Said(2, 3)], 0, 3, False, id="two agree"),
        pytest.param([Said(1, 3), Said(2, 4)], 0, None, True, id="two differ"),
        pytest.param([Said(1, 3), Said(2, 4)], 1, 3.5, False, id="within the tolerance"),
        pytest.param([Said(1, 0.3), Said(2, 0.1)], 0.2, 0.2, False, id="exactly the tolerance"),
        pytest.param([Said(1, 3), Said(2, 4.5)], 1, None, True, id="beyond the tolerance"),
        pytest.param([Said(1, 1), Said(1, 4), Said(2, 4)], 0, 4, False, id="thought again"),
        pytest.param([Said(1, 3), Said(2, 5), Said(3, 4, FINAL)], 0, 4, False, id="reconciled"),
        pytest.param([Said(3, 4, FINAL), Said(1, 1)], 0, 4, False, id="a final word stays"),
        pytest.param([Said(1, 2, FINAL), Said(3, 4, FINAL)], 0, 4, False, id="the last of two"),
        pytest.param([Said(1, 3)], None, 3, False, id="the second is demanded no more"),
        pytest.param([Said(1, 3), Said(2, 4)], None, None, True, id="they differ all the same"),
    ],
)
def test_judgements_come_to_points(said, tolerance, points, differ):
    found = standing(said, tolerance)

    assert found.points == (None if points is None else pytest.approx(points))
    assert found.differ is differ


@pytest.mark.parametrize(
    ("items", "together"),
    [([], 0), ([2, 1.5], 3.5), ([4, 4], 5), ([2, -3], 0), ([0.1, 0.2], 0.3)],
)
def test_items_together_stay_within_what_the_cell_is_worth(items, together):
    assert summed(items, 5) == together
