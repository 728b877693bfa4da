"""Who may need help, and how far all have come."""

from datetime import UTC, datetime, timedelta

import pytest

from lms.learning.attention import Bar, bars, needs, past, spans, weight
from lms.learning.rules import Kind, Step
from lms.learning.trail import trail

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def step(slug="work", *, done=False, share=None, due=None):
    return Step(Kind.ASSIGNMENT, slug, {"en": slug}, 10, done, 1, share=share, due=due)


def signs(steps, tries=0, last=NOON):
    tries = {(Kind.ASSIGNMENT, "work"): tries}
    found = weight(trail(steps, tries), past([each.due for each in steps], NOON), last, NOON)
    if found is None:
        return None
    why = needs(steps, tries, last, NOON)
    kinds = sum(map(bool, (why.overdue, why.short, why.quiet)))
    assert found == (kinds, len(why.overdue), why.quiet)
    return len(why.overdue), len(why.short), why.quiet


CASES = {
    "nothing yet": ([step()], 0, NOON, None),
    "work overdue": ([step(due=NOON - DAY)], 0, NOON, (1, 0, 0)),
    "work due later": ([step(due=NOON + DAY)], 0, NOON, None),
    "two attempts that fell short": ([step(share=0.3)], 2, NOON, (0, 1, 0)),
    "one attempt that fell short": ([step(share=0.3)], 1, NOON, None),
    "two attempts not marked yet": ([step()], 2, NOON, None),
    "a week without work": ([step()], 0, NOON - 7 * DAY, (0, 0, 7)),
    "six days without work": ([step()], 0, NOON - 6 * DAY, None),
    "all done, long ago": ([step(done=True, due=NOON - DAY)], 5, NOON - 60 * DAY, None),
}


@pytest.mark.parametrize(("steps", "tries", "last", "expected"), CASES.values(), ids=CASES.keys())
def test_these_signs_say_that_somebody_may_need_help(steps, tries, last, expected):
    assert signs(steps, tries, last) == expected


def test_several_kinds_of_signs_weigh_more_than_many_of_one():
    both = weight("-", [0], NOON - 8 * DAY, NOON)
    long = weight("-", [], NOON - 90 * DAY, NOON)

    assert both > long


def test_each_step_counts_who_is_done_who_tried_and_who_has_not_begun():
    assert bars(["d-", "t-", "s-", "-d"]) == [Bar(1, 2, 4), Bar(1, 0, 4)]
    assert (Bar(1, 2, 4).rest, Bar(1, 2, 4).shares) == (1, (0.25, 0.5))


def test_nobody_makes_no_bars_and_empty_spans():
    assert bars([]) == []
    assert [span.share for span in spans([], NOON)] == [0.0] * 4


def test_each_learner_is_in_one_span_of_days():
    last = [NOON + DAY, NOON - DAY, NOON - 2 * DAY, NOON - 13 * DAY, NOON - 99 * DAY]

    assert [span.learners for span in spans(last, NOON)] == [2, 1, 1, 1]
