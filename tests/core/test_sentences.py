"""Sentences, refusals and faults before anybody translates them."""

import pytest

from lms.core.errors import Refused
from lms.core.faults import Fault
from lms.core.i18n import N_, best_text, direction, say
from lms.grading.service import AttemptsUsedUp


def test_a_refusal_speaks_in_a_whole_sentence_with_its_values():
    refusal = AttemptsUsedUp(allowed=3)

    assert isinstance(refusal, Refused)
    assert str(refusal) == "You have used all 3 attempts at this assignment."
    assert refusal.sentence.text == "You have used all {allowed} attempts at this assignment."


def test_a_refusal_that_lacks_a_value_is_a_fault_of_ours():
    with pytest.raises(KeyError):
        AttemptsUsedUp()


def test_marking_a_sentence_changes_nothing_in_it():
    assert N_("Choose a course.") == "Choose a course."


def test_a_fault_says_file_and_line():
    sentence = say("{slug} is already used.", slug="axes")

    assert str(Fault("course.toml", 12, sentence)) == "course.toml:12: axes is already used."
    assert str(Fault("course.toml", None, sentence)) == "course.toml: axes is already used."


@pytest.mark.parametrize(
    ("locale", "expected"),
    [("ar", "rtl"), ("ar_MA", "rtl"), ("fr", "ltr"), ("zgh", "ltr"), ("en", "ltr")],
)
def test_only_arabic_runs_from_right_to_left(locale, expected):
    assert direction(locale) == expected


def test_a_text_comes_in_the_language_asked_for_or_else_in_the_original():
    texts = {"fr": "Nombres", "ar": "أعداد"}

    assert best_text(texts, "ar") == ("أعداد", "ar")
    assert best_text(texts, "zgh") == ("Nombres", "fr")


def test_a_text_in_no_language_is_a_fault_of_ours():
    with pytest.raises(ValueError, match="at least one language"):
        best_text({}, "fr")
