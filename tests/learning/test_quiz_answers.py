"""What learners answer is read forgivingly, and marked by rules that can be said in a sentence."""

import pytest

from lms.catalogue.quiz_values import Foreseen, Option, Question, QuestionKind, Strict
from lms.learning.quiz_answers import folded, is_answered, mark, number, told_to

TEXT = {"en": "Which?"}


def choice(*right, kind=QuestionKind.MULTIPLE):
    options = tuple(Option({"en": str(place)}, each) for place, each in enumerate(right))
    return Question("q", kind, 2.0, TEXT, options=options)


def numeric(answer, tolerance=0.0, relative=False):
    return Question(
        "q", QuestionKind.NUMERIC, 1.0, TEXT, answer=answer, tolerance=tolerance, relative=relative
    )


def text(*accepted, strict=()):
    return Question("q", QuestionKind.TEXT, 1.0, TEXT, accepted=accepted, strict=strict)


def lines(kind, number):
    return Question("q", kind, 3.0, TEXT, options=tuple(Option(TEXT) for _ in range(number)))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("3.5", 3.5),
        ("3,5", 3.5),
        ("\u0663\u066b\u0665", 3.5),
        ("\u06f3", 3.0),
        (" 1 000 ", 1000.0),
        ("1\u202f000,25", 1000.25),
        ("\u22124", -4.0),
        ("-.5", -0.5),
        ("2e3", 2000.0),
        ("1,000.5", None),
        ("1.000.000", None),
        ("", None),
        ("three", None),
        ("nan", None),
        ("inf", None),
        ("0x10", None),
        ("1_000", None),
        ("²", None),
        ("9" * 61, None),
        ("1e9999", None),
    ],
)
def test_a_number_is_read_as_people_write_it_and_nothing_is_guessed(typed, read):
    assert number(typed) == read


@pytest.mark.parametrize(
    ("question", "given", "right"),
    [
        pytest.param(numeric(2.5, 0.01), "2,505", True, id="within"),
        pytest.param(numeric(2.5, 0.01), "2.52", False, id="outside"),
        pytest.param(numeric(0.3), str(0.1 + 0.2), True, id="binary fractions"),
        pytest.param(numeric(200, 0.05, relative=True), "209", True, id="within five percent"),
        pytest.param(numeric(200, 0.05, relative=True), "211", False, id="beyond five percent"),
        pytest.param(numeric(-200, 0.05, relative=True), "-209", True, id="a negative answer"),
        pytest.param(numeric(2), "two", False, id="no number"),
        pytest.param(numeric(2), None, False, id="nothing"),
        pytest.param(numeric(2), 2, False, id="another shape"),
    ],
)
def test_a_number_is_right_within_its_tolerance(question, given, right):
    assert mark(question, given).is_right is right


@pytest.mark.parametrize(
    ("question", "given", "right"),
    [
        pytest.param(text("Élève"), "  eleve ", True, id="case, spaces, accents"),
        pytest.param(text("Élève", strict=(Strict.ACCENTS,)), "eleve", False, id="accents matter"),
        pytest.param(text("Élève", strict=(Strict.ACCENTS,)), "ÉLÈVE", True, id="case does not"),
        pytest.param(text("fit", strict=(Strict.CASE,)), "Fit", False, id="case matters"),
        pytest.param(text("e\u0301t\u00e9"), "\u00e9te\u0301", True, id="composed or not"),
        pytest.param(text("ضَاعَفَ"), "ضاعف", True, id="Arabic vowel signs"),
        pytest.param(text("ضاعف"), "ضـــاعف", True, id="tatweel"),
        pytest.param(text("أحمد"), "احمد", True, id="hamza"),
        pytest.param(text("12"), "\u0661\u0662", True, id="digits"),
        pytest.param(text("l'eau"), "l\u2019eau", True, id="apostrophes"),
        pytest.param(text("a b"), "a\u00a0  b", True, id="spaces within"),
        pytest.param(text("a.b"), "axb", False, id="no pattern"),
        pytest.param(text("double"), "doubles", False, id="another word"),
    ],
)
def test_a_short_text_is_right_when_it_says_the_same(question, given, right):
    assert mark(question, given).is_right is right


def test_what_an_author_wants_exact_stays_exact():
    assert folded(" Ab ", (Strict.CASE, Strict.ACCENTS)) == "Ab"


@pytest.mark.parametrize(
    ("question", "given", "points"),
    [
        pytest.param(choice(True, True, False), [0, 1], 2.0, id="all"),
        pytest.param(choice(True, True, False), [0], 1.0, id="half of the right ones"),
        pytest.param(choice(True, True, False), [0, 2], 0.0, id="a wrong one takes one away"),
        pytest.param(choice(True, True, False), [0, 1, 2], 1.0, id="everything"),
        pytest.param(choice(True, True, False), [2], 0.0, id="never below nothing"),
        pytest.param(choice(True, True, False), [0, 0, 0], 1.0, id="one of them often"),
        pytest.param(choice(True, False), [9, -1], 0.0, id="places that are none"),
        pytest.param(choice(True, False, kind=QuestionKind.SINGLE), 0, 2.0, id="the right one"),
        pytest.param(choice(True, False, kind=QuestionKind.SINGLE), 1, 0.0, id="the wrong one"),
        pytest.param(choice(True, False, kind=QuestionKind.SINGLE), -2, 0.0, id="no place"),
        pytest.param(choice(True, False, kind=QuestionKind.SINGLE), None, 0.0, id="none"),
        pytest.param(lines(QuestionKind.ORDER, 3), [0, 1, 2], 3.0, id="in order"),
        pytest.param(lines(QuestionKind.ORDER, 3), [0, 2, 1], 1.0, id="one in its place"),
        pytest.param(lines(QuestionKind.ORDER, 3), [1, None, None], 0.0, id="hardly any"),
        pytest.param(lines(QuestionKind.MATCH, 2), [0, 1], 3.0, id="all pairs"),
        pytest.param(lines(QuestionKind.MATCH, 2), [0, 5], 1.5, id="one pair"),
        pytest.param(lines(QuestionKind.MATCH, 2), [0, 1, 0, 1], 3.0, id="more than asked"),
        pytest.param(lines(QuestionKind.MATCH, 2), "0", 0.0, id="another shape"),
    ],
)
def test_points_follow_the_rule_of_the_kind(question, given, points):
    assert mark(question, given).points == points


@pytest.mark.parametrize(
    ("question", "given", "answered"),
    [
        (choice(True, False), [1], True),
        (choice(True, False), None, False),
        (numeric(2), "", False),
        (choice(True, False, kind=QuestionKind.SINGLE), 0, True),
        (lines(QuestionKind.ORDER, 2), [0, None], False),
        (lines(QuestionKind.ORDER, 2), [1, 0], True),
    ],
)
def test_a_question_is_answered_when_all_its_parts_are(question, given, answered):
    assert is_answered(question, given) is answered


def test_feedback_is_for_what_was_chosen_or_foreseen():
    foreseen = (Foreseen("10.0", {"en": "The double."}), Foreseen("7.0", {"en": "No."}))
    half = Question("q", QuestionKind.NUMERIC, 1.0, TEXT, answer=2.5, foreseen=foreseen)

    assert told_to(half, "10,0") == [0]
    assert told_to(half, "2.5") == []
    assert told_to(choice(True, False, True), [0, 1]) == [0, 1]
    assert told_to(lines(QuestionKind.MATCH, 3), [0, 2, None]) == [1]
