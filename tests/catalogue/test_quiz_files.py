"""A quiz file is read whole, or all its faults are told with file and line."""

import json

import pytest

from lms.catalogue import quiz_publishing
from lms.catalogue.models import CourseVersion
from lms.catalogue.quiz_values import QuestionKind, QuizContent, Reveal

TOML = "course.toml"
PATH = "modules/01-arrays/recall.quiz.toml"
ITEM = '[[modules.items]]\nquiz = "recall"\nminutes = 5\n'

QUIZ = """\
title = "Recall"
[[pools]]
name = "sums"
draw = 1
[[questions]]
id = "one"
kind = "single"
about = "shapes"
text = { fr = "Un $x^2$ ?", en = "One [shape](shapes)?" }
options = [{ text = "`a`", right = true }, { text = "<b>", feedback = "No." }]
[[questions]]
id = "two"
kind = "numeric"
pool = "sums"
answer = 2
text = "Two ![Boxes](assets/boxes.svg)"
[[questions]]
id = "three"
kind = "numeric"
pool = "sums"
answer = 3
text = "Three"
[[questions]]
id = "four"
kind = "match"
text = "Four"
pairs = [{ text = "a", match = "1" }, { text = "b", match = "2" }]
"""


@pytest.fixture
def quizzed(course):
    """The course with a quiz without faults."""
    course.change(
        TOML,
        '[[modules.items]]\nassignment = "sums"',
        ITEM + "\n" + '[[modules.items]]\nassignment = "sums"',
    )
    course.write(PATH, QUIZ.replace("<b>", "b"))
    return course


def test_a_good_quiz_becomes_a_value(quizzed):
    (quiz,) = quizzed.read().quizzes

    assert (quiz.slug, quiz.titles["fr"], quiz.minutes, quiz.points) == ("recall", "Recall", 5, 3.0)
    assert [each.kind for each in quiz.content.questions] == [
        QuestionKind.SINGLE,
        QuestionKind.NUMERIC,
        QuestionKind.NUMERIC,
        QuestionKind.MATCH,
    ]
    assert (quiz.policy.attempts, quiz.policy.pass_mark, quiz.policy.reveal) == (None, None, "each")


def test_what_course_toml_says_of_it_is_read(quizzed):
    quizzed.change(
        TOML,
        "minutes = 5\n",
        'minutes = 5\nattempts = 2\ncounts = "last"\ntime_limit = 9\ngraded = true\n'
        'places_past = ["axes"]\nplace_mark = 0.9\n',
    )

    policy = quizzed.read().quizzes[0].policy

    assert (policy.attempts, policy.counts, policy.time_limit) == (2, "last", 9)
    assert (policy.graded, policy.reveal) == (True, Reveal.LAST)
    assert (policy.places_past, policy.place_mark) == (("axes",), 0.9)


def test_its_texts_are_published_as_html_and_read_back(quizzed):
    manifest = quizzed.read()

    row = quiz_publishing.quiz(CourseVersion(public_id="v"), manifest, 2, manifest.quizzes[0])
    content = QuizContent.of_json(json.loads(json.dumps(row.content)))

    one, two = content.questions[:2]
    assert one.text["en"] == 'One <a href="../../../lessons/shapes">shape</a>?'
    assert "<math" in one.text["fr"]
    assert one.options[0].text["en"] == '<code dir="ltr">a</code>'
    assert "/versions/v/assets/boxes.svg" in two.text["en"]
    assert content == QuizContent.of_json(row.content)


FAULTS = {
    "an unknown kind": ('"single"', '"essay"', 7, "kind is 'essay'"),
    "no text": ('text = "Three"\n', "", 17, "text is missing"),
    "a language missing": ('fr = "Un $x^2$ ?", ', "", 9, "fr is missing"),
    "HTML": ('"b", feedback', '"<b>b</b>", feedback', 10, "HTML is not read"),
    "a formula that is none": ("$x^2$", "$\\\\foo$", 9, "foo is not known"),
    "a list in an option": ('"`a`"', '"- a\\n- b"', 10, "one paragraph"),
    "a heading": ('text = "Three"', 'text = "## Three"', 22, "no headings"),
    "no right option": (", right = true", "", 10, "one right option"),
    "two right options": ('feedback = "No."', "right = true", 10, "one right option"),
    "options that say the same": ('"b", feedback', '"`a`", feedback', 10, "say the same"),
    "one pair": (', { text = "b", match = "2" }', "", 27, "between 2 and 12"),
    "matches that say the same": ('match = "2"', 'match = "1"', 27, "say the same"),
    "a name used twice": ('id = "two"', 'id = "one"', 12, "already used in line 6"),
    "a pool that is not there": ('pool = "sums"\nanswer = 3', 'pool = "x"\nanswer = 3', 20, "pool"),
    "a pool too small": ("draw = 1", "draw = 3", 4, "fewer questions"),
    "points that differ in a pool": (
        "answer = 3\n", "answer = 3\npoints = 2\n", 20, "same points"
    ),
    "no number": ("answer = 3", 'answer = "3"', 21, "must be a number"),
    "an endless number": ("answer = 3", "answer = inf", 21, "between"),
    "two tolerances": (
        "answer = 3\n", "answer = 3\ntolerance = 1\nrelative_tolerance = 0.1\n", 22, "not both"
    ),
    "a key that is not known": ("draw = 1", "draw = 1\ndrawn = 2", 5, "Did you mean draw?"),
    "a lesson that is not there": ('about = "shapes"', 'about = "shpes"', 8, "no lesson shpes"),
    "a link that leads nowhere": ("](shapes)", "](shpes)", 9, "Did you mean shapes?"),
    "a picture that is not there": ("boxes.svg", "bxes.svg", 16, "Did you mean assets/boxes.svg?"),
    "no question": (QUIZ[QUIZ.index("[[questions]]"):].replace("<b>", "b"), "", 1, "between 1 and"),
    "no TOML": ('title = "Recall"', "title = Recall", 1, "not valid TOML"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "told"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_told_with_its_line(quizzed, old, new, line, told):
    quizzed.change(PATH, old, new)

    faults = quizzed.faults()

    assert [fault for fault in faults if fault.startswith(f"{PATH}:{line}: ") and told in fault], (
        faults
    )


IN_COURSE = {
    "a file that is missing": ('quiz = "recall"', 'quiz = "other"', "The file modules/01-arrays/"),
    "a mark of its own": (
        "minutes = 5",
        "minutes = 5\ngraded = true\npass_mark = 0.5",
        "pass_mark",
    ),
    "an unknown lesson": ("minutes = 5", 'minutes = 5\nplaces_past = ["x"]', "no lesson x"),
    "a mark alone": ("minutes = 5", "minutes = 5\nplace_mark = 0.5", "goes with places_past"),
    "no attempt": ("minutes = 5", "minutes = 5\nattempts = 0", "attempts must be between"),
    "neither true nor false": ("minutes = 5", 'minutes = 5\ngraded = "yes"', "true or false"),
    "a name used twice": ('quiz = "recall"', 'quiz = "axes"', "already used"),
}


@pytest.mark.parametrize(("old", "new", "told"), IN_COURSE.values(), ids=IN_COURSE.keys())
def test_a_fault_of_its_policy_is_told_in_course_toml(quizzed, old, new, told):
    quizzed.change(TOML, old, new)

    assert any(fault.startswith(TOML) and told in fault for fault in quizzed.faults())
