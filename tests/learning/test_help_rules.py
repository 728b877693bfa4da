"""Who sees what of questions and answers, and what is taken out of a text."""

import pytest

from lms.learning.help_rules import (
    Reader,
    Standing,
    Trace,
    hides_name,
    may_know_of,
    says_something,
    telling_words,
    tidied,
    tidied_title,
    trace_of,
    words_of,
)

SALMA, AMINA = 1, 2
AUTHOR, FELLOW, TEACHER = Reader(SALMA, False), Reader(AMINA, False), Reader(3, True)


def post(**more):
    plain = {"hidden": False, "withdrawn": False, "for_instructors": False}
    return Standing(author=SALMA, **{**plain, **more})


@pytest.mark.parametrize(
    ("reader", "knows"),
    [
        pytest.param(AUTHOR, True, id="its author"),
        pytest.param(TEACHER, True, id="an instructor"),
        pytest.param(FELLOW, False, id="not a fellow learner"),
    ],
)
def test_a_solution_is_for_its_author_and_instructors(reader, knows):
    assert may_know_of(reader, post(for_instructors=True)) is knows
    assert may_know_of(reader, post())


@pytest.mark.parametrize(
    ("found", "trace"),
    [
        pytest.param(post(), None, id="shown"),
        pytest.param(post(hidden=True), Trace.HIDDEN, id="hidden"),
        pytest.param(post(withdrawn=True), Trace.WITHDRAWN, id="withdrawn"),
        pytest.param(post(hidden=True, withdrawn=True), Trace.HIDDEN, id="both"),
    ],
)
def test_what_is_hidden_or_withdrawn_leaves_a_trace(found, trace):
    assert trace_of(found) is trace


@pytest.mark.parametrize(
    ("reader", "nameless", "hidden"),
    [
        pytest.param(FELLOW, SALMA, True, id="from fellow learners"),
        pytest.param(FELLOW, None, False, id="not where she gave it"),
        pytest.param(FELLOW, AMINA, False, id="not where somebody else asked"),
        pytest.param(TEACHER, SALMA, False, id="not from instructors"),
        pytest.param(AUTHOR, SALMA, False, id="not from herself"),
    ],
)
def test_a_name_is_hidden(reader, nameless, hidden):
    assert hides_name(reader, SALMA, nameless) is hidden


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        pytest.param("a\r\nb\rc\u2028d", "a\nb\nc\nd", id="every end of line is one"),
        pytest.param("a\x00\x1b[31mb\x85", "a[31mb", id="controls go"),
        pytest.param("x = 1 # \u202e\u2066evil\u2069", "x = 1 # evil", id="what turns text goes"),
        pytest.param("\ud800a", "a", id="half a character goes"),
        pytest.param("\tif x:\n\t\ty", "\tif x:\n\t\ty", id="tabs stay"),
        pytest.param("    code\n", "    code", id="the first line keeps its place"),
        pytest.param("مُدَّة\u200f ⴰⵣⵓⵍ 👩‍💻", "مُدَّة\u200f ⴰⵣⵓⵍ 👩‍💻", id="every script stays"),
        pytest.param("Z" + "\u0301" * 50 + "a", "Z" + "\u0301" * 4 + "a", id="heaps of marks go"),
    ],
)
def test_a_text_is_tidied(written, kept):
    assert tidied(written) == kept


def test_a_title_is_one_line():
    assert tidied_title("  Why \n\n \u202etwice?  ") == "Why twice?"


@pytest.mark.parametrize("text", ["", " \n", "\u200b\u200d", "...", "\u0301\u0301"])
def test_a_text_without_words_says_nothing(text):
    assert not says_something(text)


@pytest.mark.parametrize("text", ["a", "ⵉ", "س", "2"])
def test_one_letter_says_something(text):
    assert says_something(text)


def test_a_search_has_few_words_each_once():
    assert words_of("why why " + " ".join(map(str, range(50)))) == ["why", *"0123456"]


def test_the_longest_words_of_a_title_tell_most():
    assert telling_words("Why is my `matrix` not a square?") == ["matrix", "square", "Why", "not"]
