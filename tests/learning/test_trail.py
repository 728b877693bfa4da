"""How far a learner has come, in one letter for each step."""

import pytest

from lms.learning.rules import Kind, Step
from lms.learning.trail import counts, share_done, trail


def step(slug="work", kind=Kind.ASSIGNMENT, *, done=False, share=None):
    return Step(kind, slug, {"en": slug}, 10, done, 1, share=share)


@pytest.mark.parametrize(
    ("one", "tries", "letter"),
    [
        pytest.param(step(), 0, "-", id="nothing yet"),
        pytest.param(step(), 3, "-", id="tried and not marked yet"),
        pytest.param(step(share=0.4), 1, "t", id="one attempt that fell short"),
        pytest.param(step(share=0.4), 2, "s", id="two attempts that fell short"),
        pytest.param(step(done=True, share=0.9), 5, "d", id="done"),
    ],
)
def test_a_step_is_one_letter(one, tries, letter):
    assert trail([one], {(Kind.ASSIGNMENT, "work"): tries}) == letter


def test_the_letters_stand_in_the_order_of_the_steps():
    steps = [
        step("read", Kind.LESSON, done=True),
        step("work", share=0.4),
        step("check", Kind.QUIZ),
    ]

    found = trail(steps, {(Kind.ASSIGNMENT, "work"): 2, (Kind.QUIZ, "work"): 9})

    assert found == "ds-"
    assert share_done(found) == pytest.approx(1 / 3)
    assert share_done("") == 0


def test_each_step_is_counted_over_all_trails():
    assert counts(["ds-", "dt-", "d--", "-dd"]) == [(3, 0), (1, 2), (1, 0)]
    assert counts([]) == []
