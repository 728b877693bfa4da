"""How judgements become points: one marker, two who agree, two who do not."""

from dataclasses import dataclass

import pytest

from lms.grading.agreement import Kind, standing, summed


@dataclass(frozen=True)
class Said:
    """A judgement in its bare numbers."""

    marker_id: int
    points: float | None
    kind: Kind = Kind.INDEPENDENT
    extra: float | None = None
    max_score: float = 5


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
    found = standing(said, tolerance, 5)

    assert found.points == (None if points is None else pytest.approx(points))
    assert found.differ is differ


GIVEN, REVIEWED = Kind.GIVEN, Kind.REVIEWED


@pytest.mark.parametrize(
    ("said", "tolerance", "points", "extra"),
    [
        pytest.param([Said(1, 3, GIVEN)], None, 3, None, id="nothing said of it"),
        pytest.param([Said(1, 3, GIVEN, 2)], None, 3, 2, id="the only marker"),
        pytest.param([Said(1, 3, extra=2)], 0, None, None, id="one of two"),
        pytest.param([Said(1, 3, extra=2), Said(2, 3, extra=2)], 0, 3, 2, id="two agree"),
        pytest.param([Said(1, 3, extra=2), Said(2, 3)], 0, None, None, id="one gives none"),
        pytest.param([Said(1, 3, extra=2), Said(2, 3, extra=3)], 1, 3, 2.5, id="their mean"),
        pytest.param(
            [Said(1, 3), Said(2, 5), Said(3, 4, FINAL, 1)], 0, 4, 1, id="reconciled with some"
        ),
        pytest.param([Said(1, 3, GIVEN), Said(2, None, REVIEWED, 1)], None, 3, 1, id="beside"),
        pytest.param([Said(2, None, REVIEWED, 1)], None, None, 1, id="what the tests gave stays"),
        pytest.param(
            [Said(2, None, REVIEWED, 1), Said(1, 3, GIVEN)], None, 3, 1, id="other points keep it"
        ),
        pytest.param(
            [Said(1, 3, GIVEN, 2), Said(2, None, REVIEWED, 0)], None, 3, 0, id="taken back"
        ),
        pytest.param(
            [Said(1, 3, extra=2), Said(2, 3, extra=2), Said(1, 4, GIVEN)],
            None, 4, 2, id="one is enough again, and says nothing of it",
        ),
        pytest.param(
            [Said(1, 3, GIVEN, 2, max_score=9)], None, None, 2, id="worth other points now"
        ),
        pytest.param(
            [Said(1, 3, extra=2, max_score=9), Said(2, 3, extra=2, max_score=9)],
            0, None, None, id="two agreed about another worth",
        ),
    ],
)  # fmt: skip
def test_extra_credit_goes_the_way_of_points(said, tolerance, points, extra):
    found = standing(said, tolerance, 5)

    assert (found.points, found.extra) == (points, extra)


def test_two_who_differ_on_extra_credit_alone_do_not_agree():
    assert standing([Said(1, 3, extra=2), Said(2, 3)], 1, 5).differ
    assert not standing([Said(1, 3, extra=2), Said(2, 3, extra=1)], 1, 5).differ


def test_words_that_took_extra_credit_back_are_not_behind_the_points():
    given, taken = Said(1, 3, GIVEN), Said(2, None, REVIEWED, 0)

    assert standing([given, taken], None, 5).behind == (given,)
    assert standing([given, Said(2, None, REVIEWED, 1)], None, 5).behind[0] is given


@pytest.mark.parametrize(
    ("items", "together"),
    [([], 0), ([2, 1.5], 3.5), ([4, 4], 5), ([2, -3], 0), ([0.1, 0.2], 0.3)],
)
def test_items_together_stay_within_what_the_cell_is_worth(items, together):
    assert summed(items, 5) == together
