"""Lateness, rounding and the attempt that counts."""

from datetime import UTC, datetime, timedelta

import pytest

from lms.catalogue.attempts import Counts
from lms.core.i18n import say
from lms.grading.marking import Mark, Verdict
from lms.grading.policy import (
    NO_LOSS,
    LatePolicy,
    counting,
    is_late,
    kept_share,
    rounded,
    score,
)

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


@pytest.mark.parametrize(
    ("late", "kept"),
    [
        pytest.param(-timedelta(days=3), 1.0, id="early"),
        pytest.param(timedelta(minutes=30), 1.0, id="at the last moment of the grace"),
        pytest.param(timedelta(minutes=30, seconds=1), 0.9, id="after the grace"),
        pytest.param(timedelta(days=1), 0.9, id="a whole day from the due date"),
        pytest.param(timedelta(days=1, seconds=1), 0.8, id="a second day from the due date"),
        pytest.param(timedelta(days=30), 0.5, id="never below the floor"),
    ],
)
def test_within_the_grace_nothing_is_lost_and_days_count_from_the_due_date(late, kept):
    graceful = LatePolicy(loss_per_day=0.1, floor=0.5, grace=timedelta(minutes=30))

    assert kept_share(graceful, DUE, DUE + late) == pytest.approx(kept)
    assert is_late(graceful, DUE, DUE + late) is (kept < 1)


def test_a_grace_longer_than_a_day_spares_that_day_and_no_later_one():
    graceful = LatePolicy(loss_per_day=0.1, floor=0.5, grace=timedelta(days=2))

    assert kept_share(graceful, DUE, DUE + timedelta(days=2)) == 1.0
    assert kept_share(graceful, DUE, DUE + timedelta(days=2, seconds=1)) == pytest.approx(0.7)


def test_a_grace_is_no_negative_time():
    with pytest.raises(ValueError, match="grace"):
        LatePolicy(0.1, 0.5, timedelta(seconds=-1))


def test_work_without_a_due_date_is_never_late():
    assert kept_share(TENTH_A_DAY, None, DUE) == 1.0
    assert not is_late(TENTH_A_DAY, None, DUE)


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


@pytest.mark.parametrize(
    ("counts", "points", "place"),
    [
        pytest.param(Counts.BEST, (1.0, 3.0, 3.0, 2.0), 1, id="the best, the earliest of equals"),
        pytest.param(Counts.LAST, (1.0, 3.0, 3.0, 2.0), 3, id="the last, though it is not best"),
        pytest.param(Counts.FIRST, (1.0, 3.0, 3.0, 2.0), 0, id="the first, though it is not best"),
        pytest.param(Counts.BEST, (2.0,), 0, id="the only one is the best"),
        pytest.param(Counts.LAST, (2.0,), 0, id="the only one is the last"),
        pytest.param(Counts.BEST, (), None, id="no attempt, no best"),
        pytest.param(Counts.LAST, (), None, id="no attempt, no last"),
        pytest.param(Counts.FIRST, (), None, id="no attempt, no first"),
    ],
)
def test_the_attempt_that_counts(counts, points, place):
    assert counting([score(marks((each, 4.0))).share for each in points], counts) == place
