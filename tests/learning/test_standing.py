"""What is mastered, what can be done next, what comes later."""

from datetime import UTC, datetime, timedelta

import pytest

from lms.learning.rules import Kind, Step
from lms.learning.standing import Later, Ready, Reason, shares, standing

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def step(slug, kind=Kind.LESSON, *, done=False, share=None, due=None, module=1):
    return Step(kind, slug, {"en": slug}, 10, done, module, share=share, due=due)


def test_a_course_not_begun_offers_its_first_step_and_says_what_the_others_follow():
    first, second, third = step("one"), step("two"), step("three")

    found = standing([first, second, third], NOON)

    assert found.mastered == []
    assert found.ready == [Ready(first, Reason.NEXT)]
    assert found.later == [Later(second, first), Later(third, second)]


def test_what_follows_on_anything_done_can_be_done_next():
    skipped, done, after = step("skipped"), step("done", done=True), step("after")

    found = standing([skipped, done, after], NOON)

    assert found.mastered == [done]
    assert [each.step for each in found.ready] == [skipped, after]
    assert [found.state_of(each) for each in (skipped, done, after)] == ["ready", "done", "ready"]


def test_work_that_fell_short_can_be_tried_again_and_holds_nobody_up():
    work, after = step("work", Kind.ASSIGNMENT, share=0.4), step("after")

    found = standing([work, after], NOON)

    assert found.ready == [Ready(work, Reason.AGAIN), Ready(after, Reason.NEXT)]


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (NOON - DAY, [Reason.OVERDUE]),
        (NOON + 7 * DAY, [Reason.DUE]),
        (NOON + 8 * DAY, []),
        (None, []),
    ],
    ids=["past", "in a week", "in more than a week", "never"],
)
def test_what_is_due_soon_does_not_wait_for_what_stands_before_it(due, expected):
    first, middle = step("one"), step("two")
    work = step("work", Kind.ASSIGNMENT, due=due)

    found = standing([first, middle, work], NOON)

    assert [each.reason for each in found.ready if each.step == work] == expected
    assert found.state_of(work) == ("ready" if expected else "later")


def test_all_done_leaves_nothing_to_do():
    found = standing([step("one", done=True), step("two", done=True)], NOON)

    assert (len(found.mastered), found.ready, found.later) == (2, [], [])


def test_each_module_counts_its_own_steps():
    steps = [step("one", done=True), step("two"), step("three", done=True, module=2)]

    assert shares(steps) == {1: (1, 2), 2: (1, 1)}
