"""Lateness, rounding and the attempt that counts."""

from datetime import UTC, datetime, timedelta

import pytest

from lms.core.i18n import say
from lms.grading.marking import Mark, Verdict
from lms.grading.policy import NO_LOSS, LatePolicy, best, kept_share, rounded, score

DUE = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)
TENTH_A_DAY = LatePolicy(loss_per_day=0.1, floor=0.5)


@pytest.mark.parametrize(
    ("late", "kept"),
    [
        pytest.param(-timedelta(days=3), 1.0, id="early"),
        pytest.param(timedelta(0), 1.0, id="at the last moment"),
        pytest.param(timedelta(seconds=1), 0.9, id="a day begun"),
        pytest.param(timedelta(days=1), 0.9, id="a whole day"),
        pytest.param(timedelta(days=1, seconds=1), 0.8, id="a second day begun"),
        pytest.param(timedelta(days=30), 0.5, id="never below the floor"),
    ],
)
def test_late_work_keeps_a_share(late, kept):
    assert kept_share(TENTH_A_DAY, DUE, DUE + late) == pytest.approx(kept)


def test_work_without_a_due_date_is_never_late():
    assert kept_share(TENTH_A_DAY, None, DUE) == 1.0


def test_without_a_policy_lateness_costs_nothing():
    assert kept_share(NO_LOSS, DUE, DUE + timedelta(days=400)) == 1.0


@pytest.mark.parametrize(("loss", "floor"), [(-0.1, 0.0), (1.1, 0.0), (0.1, 2.0), (0.1, -1.0)])
def test_a_policy_speaks_in_shares_from_0_to_1(loss, floor):
    with pytest.raises(ValueError, match="share"):
        LatePolicy(loss, floor)


@pytest.mark.parametrize(
    ("points", "expected"),
    [(2.675, 2.68), (2.674, 2.67), (0.005, 0.01), (1 / 3, 0.33), (0.1 + 0.2, 0.3), (7.0, 7.0)],
)
def test_points_are_rounded_to_two_decimals_halves_up(points, expected):
    assert rounded(points) == expected


def marks(*points):
    return [
        Mark("a", given, most, Verdict.MANUAL, say("A person will mark this."))
        for given, most in points
    ]


def test_a_score_sums_what_was_given_and_counts_what_waits():
    found = score(marks((1.0, 1.0), (0.5, 2.0), (None, 3.0)), kept=0.8)

    assert (found.points, found.possible, found.waiting) == (1.2, 6.0, 1)
    assert found.share == pytest.approx(0.2)
    assert not found.is_settled


def test_a_share_is_never_more_than_all_or_less_by_binary_dust():
    assert score(marks((0.125, 0.125))).share == 1.0
    assert score(marks((0.1, 0.5), (0.2, 0.5))).share == 0.3


def test_an_assignment_without_points_is_done():
    assert score([]).share == 1.0
    assert score([]).is_settled


def test_the_best_attempt_counts_and_the_earliest_of_equals():
    scores = [score(marks((points, 4.0))) for points in (1.0, 3.0, 3.0, 2.0)]

    assert best(scores) == 1
    assert best([]) is None
