"""Asking, answering, changing and following."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.core.journal import JournalEntry
from lms.institutes import queries as institutes
from lms.institutes.rules import News
from lms.learning import following, help_queries, helping, moderating
from lms.learning.help_rules import (
    LONGEST_TEXT,
    MOST_EDITS,
    POSTS_AN_HOUR,
    Place,
    Reader,
)

HOUR = timedelta(hours=1)
CELL = Place("double", "tests")


@pytest.fixture
def fez(place, enrolled, amina):
    """The run of Salma's place, in which Amina learns too."""
    return enrolled(amina, place.run).run


@pytest.fixture
def reads(idris):
    """Somebody as a reader: Idris teaches."""
    return lambda person: Reader(person.id, teaches=person is idris)


@pytest.fixture
def ask(session, fez, salma, noon, reads):
    def ask(by=salma, about=CELL, title="Why twice?", text="I do not see it.", at=noon, **more):
        return helping.ask(
            session, fez, about, by, reads(by), title=title, text=text, now=at, **more
        )

    return ask


@pytest.fixture
def answer(session, amina, noon, reads):
    def answer(thread, by=amina, text="Try it.", at=noon, **more):
        return helping.answer(session, thread, by, reads(by), text=text, now=at, **more)

    return answer


@pytest.fixture
def edit(session, noon, reads):
    def edit(post, text, by=None, title="", for_instructors=False, at=noon):
        helping.edit(
            session,
            post,
            reads(by or post.author),
            title=title or post.thread.title,
            text=text,
            for_instructors=for_instructors,
            now=at,
        )

    return edit


@pytest.fixture
def listed(session, fez, reads):
    """The titles of the questions that somebody finds."""

    def listed(person, **more):
        found = help_queries.threads(session, fez, reads(person), **more)
        return [each.question.thread.title for each in found.items]

    return listed


@pytest.fixture
def told(session):
    """What somebody was told of questions and answers, the latest first."""

    def told(person):
        kinds = (News.HELP_ANSWERED, News.HELP_ENDORSED, News.HELP_MODERATED)
        return [
            str(each.sentence) for each in institutes.notices(session, person) if each.kind in kinds
        ]

    return told


def test_a_question_is_found_where_it_was_asked(ask, listed, amina):
    ask()

    assert listed(amina) == listed(amina, place=CELL) == ["Why twice?"]
    assert listed(amina, place=Place("double")) == ["Why twice?"]
    assert listed(amina, place=Place("double", "other")) == []
    assert listed(amina, place=Place("counting")) == []


def test_questions_are_counted_by_cell_for_each_reader(session, ask, fez, salma, amina, reads):
    ask()
    ask(about=Place("double"), for_instructors=True)

    assert help_queries.counts(session, fez, "double", reads(amina)) == {"tests": 1}
    assert help_queries.counts(session, fez, "double", reads(salma)) == {"tests": 1, "": 1}


def test_whoever_asks_is_told_once_until_they_have_read_it(ask, answer, told, salma, idris):
    thread = ask()

    answer(thread)
    answer(thread, idris)

    assert told(salma) == ["There is an answer to “Why twice?”."]


def test_nobody_is_told_of_their_own_answer_or_of_what_they_may_not_see(
    session, ask, answer, told, salma, amina
):
    thread = ask()

    answer(thread, salma)
    answer(thread, amina, text="My solution: 2 * n", for_instructors=True)

    assert told(salma) == told(amina) == []


def test_whoever_follows_is_told_and_no_more_afterwards(session, ask, answer, told, amina, idris):
    thread = ask()
    following.follow(session, thread, amina, wanted=True)
    following.follow(session, thread, amina, wanted=True)

    answer(thread, idris)

    assert len(told(amina)) == 1
    following.follow(session, thread, amina, wanted=False)
    assert help_queries.follows(session, thread, amina) is None


def test_what_says_nothing_or_too_much_is_refused(ask, listed, salma):
    for title, text in (("?!", "Text"), ("Title", "\u200b")):
        with pytest.raises(helping.SaysNothing):
            ask(title=title, text=text)
    for title, text in (("Title", "x" * (LONGEST_TEXT + 1)), ("x" * 151, "Text")):
        with pytest.raises(helping.PostTooLong):
            ask(title=title, text=text)

    assert listed(salma) == []


def test_one_person_writes_so_many_posts_an_hour(ask, answer, salma, amina, noon):
    thread = ask(by=amina, at=noon)
    for _ in range(POSTS_AN_HOUR):
        answer(thread, salma)

    with pytest.raises(helping.TooManyPosts):
        ask(at=noon + HOUR / 2)

    answer(thread, amina)
    ask(at=noon + HOUR)


def test_an_answer_of_one_who_teaches_answers_and_that_of_a_fellow_does_not(
    session, ask, answer, idris, noon
):
    thread = ask()

    fellow = answer(thread)

    assert not fellow.teaching
    assert thread.answered is None
    assert answer(thread, idris, at=noon + HOUR).teaching
    assert thread.answered == noon + HOUR


def test_what_helped_the_asker_answers_until_they_take_it_back(
    session, ask, answer, told, amina, noon
):
    thread = ask()
    fellow = answer(thread)

    helping.thank(session, fellow, good=True, now=noon)

    assert thread.answered == noon
    assert told(amina) == ["Your answer to “Why twice?” helped the person who asked."]
    helping.thank(session, fellow, good=False, now=noon)
    assert thread.answered is None


def test_nobody_finds_their_own_answer_good(session, ask, answer, salma, idris, noon):
    thread = ask()
    own, taught = answer(thread, salma), answer(thread, idris)

    with pytest.raises(helping.OwnPost):
        helping.thank(session, own, good=True, now=noon)
    with pytest.raises(helping.OwnPost):
        moderating.endorse(session, taught, good=True, by=idris, now=noon)
    question = help_queries.question(session, thread)
    with pytest.raises(helping.PostGone):
        moderating.endorse(session, question, good=True, by=idris, now=noon)


def test_answers_found_good_come_first(session, ask, answer, idris, amina, reads, noon):
    thread = ask()
    first, second, third = (answer(thread, text=f"Number {n}") for n in range(3))

    helping.thank(session, second, good=True, now=noon)
    moderating.endorse(session, third, good=True, by=idris, now=noon)

    found = help_queries.answers(session, thread, reads(amina), 1)
    assert list(found.items) == [third, second, first]


def test_a_change_is_told_and_what_was_said_is_kept(session, ask, edit, listed, amina, noon):
    question = help_queries.question(session, ask())

    edit(question, "Now I see.", title="Why thrice?", at=noon + HOUR)

    assert question.edited == noon + HOUR
    assert listed(amina) == listed(amina, words="thrice see") == ["Why thrice?"]
    assert listed(amina, words="twice") == []
    (was,) = help_queries.earlier(session, question)
    assert (was.title, was.text) == ("Why twice?", "I do not see it.")


def test_saving_the_same_is_no_change(session, ask, edit):
    question = help_queries.question(session, ask())

    edit(question, question.text)

    assert question.edited is None
    assert help_queries.earlier(session, question) == []


def test_whoever_stood_by_an_answer_does_not_stand_by_its_new_words(
    session, ask, answer, edit, idris, noon
):
    thread = ask()
    fellow = answer(thread)
    moderating.endorse(session, fellow, good=True, by=idris, now=noon)

    edit(fellow, "Something else.")

    assert fellow.endorsed is None
    assert thread.answered is None


def test_a_post_is_changed_so_often_and_no_more(session, ask, edit):
    question = help_queries.question(session, ask())
    for number in range(MOST_EDITS):
        edit(question, f"Version {number}")

    with pytest.raises(helping.TooManyEdits):
        edit(question, "Once more")


def test_what_is_withdrawn_is_found_no_more_and_takes_no_answer(
    session, ask, answer, edit, listed, amina, salma, noon
):
    thread = ask()
    question = help_queries.question(session, thread)

    helping.withdraw(session, question, now=noon)

    assert listed(amina) == listed(salma) == listed(amina, words="twice") == []
    with pytest.raises(helping.PostGone):
        answer(thread)
    with pytest.raises(helping.PostGone):
        edit(question, "Back again")


def test_a_withdrawn_answer_answers_no_more(session, ask, answer, idris, noon):
    thread = ask()
    taught = answer(thread, idris)

    helping.withdraw(session, taught, now=noon)

    assert thread.answered is None


def test_a_solution_is_found_by_its_author_and_those_who_teach(
    ask, answer, listed, salma, amina, idris
):
    ask(title="My solution", text="return n + n", for_instructors=True)
    thread = ask(title="Another")
    answer(thread, amina, text="return n + n", for_instructors=True)

    assert listed(amina) == ["Another"]
    assert listed(salma) == listed(idris) == ["Another", "My solution"]
    assert listed(salma, words="n + n") == ["My solution"]
    assert listed(amina, words="n + n") == ["Another"]


def test_who_may_open_a_question_no_more_is_not_told_of_it(
    session, ask, answer, edit, told, amina, salma, idris
):
    thread = ask()
    following.follow(session, thread, amina, wanted=True)

    edit(help_queries.question(session, thread), "return 2 * n", for_instructors=True)
    answer(thread, idris)

    assert told(amina) == []
    assert len(told(salma)) == 1


def test_questions_are_found_by_their_words(ask, listed, amina):
    ask(text="I do not see it. Eleve. مُدَّة وٱلمـصفوفة ⵜⴰⵡⵓⵔⵉ")
    looked_for = {
        "TWICE": "whatever the case",
        "élève": "with accents that are not there",
        "see twice": "in any order",
        "مدة": "without vowel signs",
        "مصفوفه": "within a word, and as people write its end",
        "ⵡⵓⵔⵉ": "in Tifinagh",
        "مصفوفات": None,
        "see nowhere": None,
        "%": None,
        "t_ice": None,
        "100%": None,
    }

    found = {words for words in looked_for if listed(amina, words=words)}

    assert found == {words for words, why in looked_for.items() if why}


def test_a_question_like_it_is_shown_before_asking(session, ask, fez, amina, reads):
    ask(title="Why does double return None?", text="It prints None.")
    ask(title="Reading a file", text="Where does it lie?")

    found = help_queries.similar(session, fez, reads(amina), "My double function gives None")

    assert [each.question.thread.title for each in found] == ["Why does double return None?"]
    assert help_queries.similar(session, fez, reads(amina), "??") == []


def test_questions_come_page_by_page(session, ask, fez, amina, idris, reads, noon):
    for number in range(21):
        by = amina if number % 2 else idris
        ask(by=by, title=f"Number {number}", at=noon + timedelta(seconds=number))

    first = help_queries.threads(session, fez, reads(amina))
    second = help_queries.threads(session, fez, reads(amina), number=2)

    assert len(first.items) == 20
    assert first.items[0].question.thread.title == "Number 20"
    assert [each.question.thread.title for each in second.items] == ["Number 0"]


def test_what_is_done_is_in_the_journal(session, ask, answer, edit, noon):
    thread = ask()
    post = answer(thread)
    edit(post, "Another word.")
    helping.withdraw(session, post, now=noon)

    deeds = session.scalars(select(JournalEntry.deed).where(JournalEntry.deed.like("help.%")))

    assert list(deeds) == ["help.asked", "help.answered", "help.edited", "help.withdrawn"]
