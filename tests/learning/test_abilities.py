"""What somebody can do by now, by the work of each module."""

from datetime import UTC, datetime

import pytest

from lms.learning.abilities import Taught, abilities, is_mastered
from lms.learning.rules import Kind, Step
from lms.learning.standing import standing

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)


def step(slug, kind=Kind.LESSON, *, done=False, share=None, module=0, graded=False):
    return Step(kind, slug, {"en": slug}, 10, done, module, share=share, graded=graded)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([], False),
        ([step("read", done=True)], True),
        ([step("read", done=True), step("more")], False),
        ([step("read", done=True), step("work", Kind.ASSIGNMENT)], False),
        ([step("read"), step("work", Kind.ASSIGNMENT, done=True, share=0.9)], True),
        ([step("work", Kind.ASSIGNMENT, done=True), step("quiz", Kind.QUIZ, graded=True)], False),
        ([step("read", done=True), step("try", Kind.QUIZ)], False),
        ([step("work", Kind.ASSIGNMENT, done=True), step("try", Kind.QUIZ)], True),
    ],
    ids=[
        "nothing to do", "all read", "half read", "read, work missing", "work passed, unread",
        "graded quiz missing", "no work, quiz missing", "practice does not count beside work",
    ],
)  # fmt: skip
def test_a_module_is_mastered_by_its_work_or_else_by_all_its_steps(steps, expected):
    assert is_mastered(steps) is expected


def test_modules_are_mastered_near_or_later():
    steps = [
        step("a", Kind.ASSIGNMENT, done=True, share=0.8, module=0),
        step("b", module=1),
        step("c", Kind.ASSIGNMENT, module=1),
        step("d", module=2),
    ]
    modules = [Taught(each, {"en": f"Module {each}"}, [{"en": "Do it."}]) for each in range(3)]

    can = abilities(steps, standing(steps, NOON), modules)

    groups = (can.mastered, can.near, can.later)
    assert [[unit.taught.module for unit in group] for group in groups] == [[0], [1], [2]]
    assert (can.shown, can.total) == (1, 3)
    assert [each.slug for each in can.mastered[0].proofs] == ["a"]
    assert (can.near[0].done, can.near[0].total, can.near[0].first) == (0, 2, steps[1])


def test_a_module_that_names_nothing_is_left_out():
    steps = [step("a", done=True)]

    can = abilities(steps, standing(steps, NOON), [Taught(0, {"en": "Silent"}, [])])

    assert (can.mastered, can.near, can.later, can.total) == ([], [], [], 0)
