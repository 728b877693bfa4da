"""When work is due, who may come in, what comes next."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lms.learning import rules
from lms.learning.rules import Kind, Step

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def at(zone, *when):
    return datetime(*when, tzinfo=ZoneInfo(zone))


def step(slug, kind=Kind.LESSON, *, done=False, due=None):
    return Step(kind, slug, {"en": slug}, 10, done, 0, due=due)


DUE = {
    "the evening of the same day": (
        at("Africa/Casablanca", 2026, 6, 1, 8), 0, "Africa/Casablanca",
        at("Africa/Casablanca", 2026, 6, 1, 23, 59, 59),
    ),
    "two weeks later": (
        at("Africa/Casablanca", 2026, 6, 1, 8), 14, "Africa/Casablanca",
        at("Africa/Casablanca", 2026, 6, 15, 23, 59, 59),
    ),
    "the institute's day, not the day in UTC": (
        datetime(2026, 6, 1, 23, 30, tzinfo=UTC), 0, "Africa/Casablanca",
        at("Africa/Casablanca", 2026, 6, 2, 23, 59, 59),
    ),
    "across the change to summer time": (
        at("Europe/Paris", 2026, 3, 28, 12), 2, "Europe/Paris",
        datetime(2026, 3, 30, 21, 59, 59, tzinfo=UTC),
    ),
    "across the change back": (
        at("Europe/Paris", 2026, 10, 24, 12), 2, "Europe/Paris",
        datetime(2026, 10, 26, 22, 59, 59, tzinfo=UTC),
    ),
    "into ramadan, when Morocco keeps UTC": (
        at("Africa/Casablanca", 2026, 2, 10, 12), 10, "Africa/Casablanca",
        datetime(2026, 2, 20, 23, 59, 59, tzinfo=UTC),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("opens", "days", "zone", "expected"), DUE.values(), ids=DUE.keys())
def test_work_is_due_at_the_end_of_a_day_of_the_institute(opens, days, zone, expected):
    assert rules.due_date(opens, days, zone) == expected


def test_work_without_days_is_never_due():
    assert rules.due_date(NOON, None, "Africa/Casablanca") is None


@pytest.mark.parametrize(
    ("closes", "expected"),
    [
        pytest.param(None, True, id="open without end"),
        pytest.param(NOON + DAY, True, id="the day before it ends"),
        pytest.param(NOON, False, id="the moment it ends"),
        pytest.param(NOON - DAY, False, id="the day after"),
    ],
)
def test_a_run_takes_learners_until_it_ends(closes, expected):
    assert rules.takes_enrolments(closes, NOON) is expected


@pytest.mark.parametrize(
    ("opens", "closes", "expected"),
    [
        pytest.param(NOON, None, True, id="the moment it opens"),
        pytest.param(NOON - DAY, NOON + DAY, True, id="while it lasts"),
        pytest.param(NOON + DAY, None, False, id="before it opens"),
        pytest.param(NOON - DAY, NOON, False, id="the moment it ends"),
    ],
)
def test_a_run_takes_work_while_it_lasts(opens, closes, expected):
    assert rules.takes_work(opens, closes, NOON) is expected


def test_the_next_step_is_the_first_that_is_not_done():
    steps = [step("one", done=True), step("two"), step("three", done=True), step("four")]

    assert rules.next_step(steps) == steps[1]


def test_nothing_comes_next_when_all_is_done_or_nothing_is_there():
    assert rules.next_step([step("one", done=True)]) is None
    assert rules.next_step([]) is None


def test_steps_stand_between_their_neighbours():
    steps = [step("one"), step("two"), step("three")]

    assert rules.preceding(steps, "two") == steps[0]
    assert rules.following(steps, "two") == steps[2]


def test_nothing_stands_before_the_first_or_after_the_last():
    steps = [step("one"), step("two")]

    assert rules.preceding(steps, "one") is None
    assert rules.following(steps, "two") is None


@pytest.mark.parametrize(
    ("done", "expected"), [((), 0.0), ((True, False), 0.5), ((True, True), 1.0), ((False,), 0.0)]
)
def test_the_share_done_counts_every_step_alike(done, expected):
    steps = [step(str(place), done=each) for place, each in enumerate(done)]

    assert rules.share_done(steps) == expected


def test_criteria_are_met_when_every_assignment_is_done_read_or_not():
    steps = [step("read"), step("work", Kind.ASSIGNMENT, done=True)]

    assert rules.meets_criteria(steps)


def test_criteria_are_not_met_by_reading_or_by_one_assignment_of_two():
    done = step("work", Kind.ASSIGNMENT, done=True)

    assert not rules.meets_criteria([done, step("more", Kind.ASSIGNMENT)])
    assert not rules.meets_criteria([step("read", done=True)])
    assert not rules.meets_criteria([])


@pytest.mark.parametrize(
    ("done", "last", "expected"),
    [
        ("", "b", "b"),
        ("b", "b", "c"),
        ("bcd", "c", "a"),
        ("a", "", "b"),
        ("a", "no such step", "b"),
        ("abcd", "b", None),
    ],
)
def test_one_goes_on_where_one_was_and_then_after_it(done, last, expected):
    steps = [step(name, done=name in done) for name in "abcd"]

    found = rules.go_on_at(steps, last)

    assert (found.slug if found else None) == expected
