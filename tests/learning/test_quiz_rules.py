"""What is drawn, how long it lasts, which attempt counts, what a pre-test opens."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from lms.catalogue.attempts import Counts
from lms.catalogue.quiz_values import Option, Question, QuestionKind, QuizContent, Reveal
from lms.learning import quiz_rules as rules
from lms.learning.quiz_answers import Marked
from lms.learning.quiz_rules import Taken

MINUTE = timedelta(minutes=1)


def asks(name, pool="", kind=QuestionKind.SINGLE, options=4, fixed=False, about=""):
    texts = tuple(Option({"en": str(place)}) for place in range(options))
    return Question(
        name, kind, 1.0, {"en": name}, pool=pool, options=texts, fixed=fixed, about=about
    )


def quiz(*questions, shuffle=True, **pools):
    return QuizContent(shuffle, pools, questions)


POOLED = quiz(
    asks("first"), *(asks(f"p{n}", pool="p") for n in range(6)), asks("last"), shuffle=False, p=2
)


def test_the_same_seed_draws_the_same_and_others_draw_others():
    draws = {seed: rules.draw(POOLED, seed) for seed in map(str, range(20))}

    assert all(rules.draw(POOLED, seed) == asked for seed, asked in draws.items())
    assert len({tuple(each.id for each in asked) for asked in draws.values()}) > 5


def test_a_pool_gives_as_many_as_it_says_in_its_place_and_none_twice():
    for seed in map(str, range(20)):
        names = [each.id for each in rules.draw(POOLED, seed)]

        assert (names[0], names[-1], len(names)) == ("first", "last", 4)
        assert len(set(names)) == 4


def test_every_question_of_a_pool_is_drawn_by_somebody():
    drawn = Counter(
        each.id for n in range(60) for each in rules.draw(POOLED, str(n)) if each.id[0] == "p"
    )

    assert len(drawn) == 6


def test_what_its_author_fixes_stays_in_the_order_of_the_file():
    content = quiz(asks("fixed", fixed=True), asks("free"), shuffle=True)

    orders = {each.id: set() for each in rules.draw(content, "0")}
    for n in range(20):
        for each in rules.draw(content, str(n)):
            orders[each.id].add(tuple(each.options))

    assert orders["fixed"] == {(0, 1, 2, 3)}
    assert len(orders["free"]) > 5


def test_an_order_to_be_found_is_never_shown_as_it_is_right():
    content = quiz(asks("order", kind=QuestionKind.ORDER, options=2), shuffle=False)

    assert all(rules.draw(content, str(n))[0].options == [1, 0] for n in range(10))


def test_what_is_stored_of_a_draw_says_it_all():
    asked = rules.draw(POOLED, "seed")

    assert [each for _question, each in rules.asked_of(POOLED, rules.layout_json(asked))] == asked


@pytest.mark.parametrize(
    ("minutes", "factor", "closes_after", "lasts"),
    [
        pytest.param(None, 1.0, None, None, id="no limit"),
        pytest.param(10, 1.0, None, 10, id="a limit"),
        pytest.param(10, 1.5, None, 15, id="more time for one learner"),
        pytest.param(10, 1.5, 12, 12, id="the run closes before"),
        pytest.param(None, 1.0, 60, 60, id="the run closes"),
    ],
)
def test_an_attempt_ends_with_its_time_or_with_the_run(noon, minutes, factor, closes_after, lasts):
    closes = closes_after and noon + closes_after * MINUTE

    end = rules.ends(noon, minutes, factor, closes)

    assert end == (None if lasts is None else noon + lasts * MINUTE)


def test_what_was_sent_before_the_end_may_arrive_a_little_after_it(noon):
    assert not rules.is_over(None, datetime.max.replace(tzinfo=noon.tzinfo))
    assert not rules.is_over(noon, noon + rules.SLACK)
    assert rules.is_over(noon, noon + rules.SLACK + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("counts", "number"), [(Counts.BEST, 2), (Counts.LAST, 3), (Counts.FIRST, 1)]
)
def test_the_attempt_that_counts(counts, number):
    taken = [Taken(3, 1, 4), Taken(1, 2, 4), Taken(2, 3, 4)]

    assert rules.counting(taken, counts).number == number
    assert rules.counting([], counts) is None


def test_of_equals_the_earlier_attempt_is_the_best():
    assert rules.counting([Taken(2, 2, 4), Taken(1, 2, 4)], Counts.BEST).number == 1


@pytest.mark.parametrize(
    ("reveal", "may_try", "perfect", "shown"),
    [
        (Reveal.EACH, True, False, True),
        (Reveal.LAST, True, False, False),
        (Reveal.LAST, False, False, True),
        (Reveal.LAST, True, True, True),
    ],
)
def test_right_answers_are_kept_while_they_could_be_used(reveal, may_try, perfect, shown):
    assert rules.shows_answers(reveal, may_try_again=may_try, is_perfect=perfect) is shown


def test_a_pre_test_judges_a_lesson_by_the_questions_about_it():
    marked = [
        (asks("a", about="one"), Marked(1.0, 1.0, 1.0)),
        (asks("b", about="one"), Marked(1.0, 1.0, 1.0)),
        (asks("c", about="two"), Marked(0.0, 0.0, 1.0)),
    ]

    assert rules.known_lessons(["one", "two", "three"], 0.6, marked) == ["one", "three"]
    assert rules.known_lessons(["one", "two", "three"], 0.7, marked) == ["one"]
    assert rules.known_lessons(["one"], 0.5, []) == []
