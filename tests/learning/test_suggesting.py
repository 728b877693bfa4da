"""Which courses follow on the one completed."""

import pytest

from lms.learning.suggesting import Offer, suggest

PYTHON, LEARNING, LAW = (
    "https://skills.example/python",
    "https://skills.example/ml",
    "https://x/law",
)


def offer(slug, level="beginner", languages=("fr", "en"), skills=()):
    return Offer(slug, level, languages, frozenset(skills))


DONE = offer("first", skills=[PYTHON])

CASES = {
    "the same skills before others": (
        [offer("law", "intermediate", skills=[LAW]), offer("more", "advanced", skills=[PYTHON])],
        ["more", "law"],
    ),
    "the reader's language before another": (
        [offer("arabic", languages=("ar",)), offer("french")],
        ["french", "arabic"],
    ),
    "one level on before the same or two": (
        [offer("same"), offer("far", "advanced"), offer("on", "intermediate")],
        ["on", "far", "same"],
    ),
    "three at most": ([offer(f"c{number}") for number in range(5)], ["c0", "c1", "c2"]),
    "nothing where nothing is offered": ([], []),
}


@pytest.mark.parametrize(("offers", "expected"), CASES.values(), ids=CASES.keys())
def test_suggestions_come_in_this_order(offers, expected):
    found = suggest(DONE, offers, taken=[], locale="fr")

    assert [each.slug for each in found] == expected


def test_a_course_taken_or_completed_is_not_suggested():
    offers = [DONE, offer("taken"), offer("new")]

    found = suggest(DONE, offers, taken=["taken"], locale="fr")

    assert [each.slug for each in found] == ["new"]


def test_a_course_easier_than_the_one_completed_is_not_suggested():
    done = offer("second", "intermediate")

    found = suggest(done, [offer("easier"), offer("on", "advanced")], taken=[], locale="fr")

    assert [(each.slug, each.further) for each in found] == [("on", True)]


def test_a_suggestion_says_which_skills_it_goes_on_with():
    found = suggest(DONE, [offer("more", skills=[PYTHON, LEARNING])], taken=[], locale="fr")

    assert found[0].shared == {PYTHON}
