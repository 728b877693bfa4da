"""Questions and answers as the people of a run see them."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event

from lms.learning import help_queries, helping, moderating
from lms.learning.help_rules import POSTS_AN_HOUR, Place, Reader

CELL = Place("double", "tests")


@pytest.fixture
def fez(place, enrolled, amina):
    """The run of Salma's place, in which Amina learns too."""
    return enrolled(amina, place.run).run


@pytest.fixture
def ask(session, fez, salma, now):
    def ask(about=CELL, title="Why twice?", text="I do not see it.", **more):
        return helping.ask(
            session,
            fez,
            about,
            salma,
            Reader(salma.id, teaches=False),
            title=title,
            text=text,
            now=now,
            **more,
        )

    return ask


@pytest.fixture
def answer(session, amina, idris, now):
    def answer(thread, by=amina, text="Try it.", **more):
        reader = Reader(by.id, teaches=by is idris)
        return helping.answer(session, thread, by, reader, text=text, now=now, **more)

    return answer


def test_a_question_is_asked_answered_and_told(visit, fez, place, salma, idris):
    browser = visit(salma)
    lesson = browser.get(f"/learn/{place.public_id}/lessons/counting").text
    where = f"/help/runs/{fez.public_id}/?about=counting"
    assert where in lesson
    assert "Ask a question about this" in lesson

    asked = browser.post(
        f"/help/runs/{fez.public_id}/ask?about=counting",
        title="Why count?",
        text="With `len` it is done.",
    )
    visit(idris).post(asked.location, text="To see how it works.\n\n```python\nlen([1])\n```")

    assert asked.status_code == 303
    thread = browser.get(asked.location).text
    assert '<code dir="ltr">len</code> it is done.' in thread
    assert '<span class="nb">len</span>' in thread
    assert "<span>Instructor</span>" in thread
    assert "There is an answer to “<bdi>Why count?</bdi>”." in browser.get("/notices/").text
    assert "Why count?" in browser.get(where).text
    lesson = browser.get(f"/learn/{place.public_id}/lessons/counting").text
    assert "1 question about this" in lesson


def test_a_course_leads_its_learner_to_the_questions_of_its_run(visit, fez, place, salma, rim):
    course = visit(salma).get(f"/learn/{place.public_id}")
    strangers = visit(rim).get(f"/help/runs/{fez.public_id}/")

    assert f'href="/help/runs/{fez.public_id}/"' in course.text
    assert visit(salma).get(f"/help/runs/{fez.public_id}/").status_code == 200
    assert strangers.status_code == 404


def test_a_preview_sends_nothing(visit, ask, fez, amina):
    thread, browser = ask(), visit(amina)
    asking = f"/help/runs/{fez.public_id}/ask?about=double"

    shown = browser.post(asking, title="Why twice", text="*So*", preview="yes")
    answered = browser.post(f"/help/threads/{thread.public_id}", text="*So*", preview="yes")

    for page in (shown, answered):
        assert page.status_code == 200
        assert "<em>So</em>" in page.text
    assert "Is it one of these?" in shown.text
    assert "1 question<" in browser.get(f"/help/runs/{fez.public_id}/").text
    assert "No answer yet" in browser.get(f"/help/threads/{thread.public_id}").text


def test_what_was_written_is_still_there_when_it_is_refused(visit, ask, salma, session):
    thread = ask()
    for number in range(POSTS_AN_HOUR - 1):
        ask(title=f"Number {number}")
    browser = visit(salma)

    refused = browser.post(f"/help/threads/{thread.public_id}", text="My long text")
    empty = browser.post(f"/help/threads/{thread.public_id}", text=" ")
    large = browser.post(f"/help/threads/{thread.public_id}", text="x" * 1_000_000)

    assert refused.status_code == empty.status_code == large.status_code == 422
    assert "You have written 20 posts within an hour." in refused.text
    assert "My long text</textarea>" in refused.text
    assert "Write a text." in empty.text
    assert "At most 10,000 characters." in large.text


def test_a_name_is_kept_from_fellow_learners_and_from_nobody_else(
    visit, ask, answer, salma, amina, idris
):
    thread = ask(nameless=True)
    answer(thread, salma, text="I have found it.")
    address = f"/help/threads/{thread.public_id}"

    fellow, teacher = visit(amina).get(address).text, visit(idris).get(address).text

    assert "Salma" not in fellow
    assert fellow.count("Who asked, without a name") == 2
    assert teacher.count("Salma") == 2
    assert "Name not shown to learners" in teacher


def test_a_solution_is_seen_by_its_author_and_those_who_teach(
    visit, ask, answer, salma, amina, idris
):
    mine = ask(title="Mine", for_instructors=True)
    thread = ask()
    answer(thread, amina, text="return 2 * n", for_instructors=True)

    seen = {
        who.name: (
            visit(who).get(f"/help/threads/{mine.public_id}").status_code,
            "return 2 * n" in visit(who).get(f"/help/threads/{thread.public_id}").text,
        )
        for who in (salma, amina, idris)
    }

    assert seen == {"Salma": (200, False), "Amina": (404, True), "Idris": (200, True)}


def test_what_is_hidden_leaves_a_trace_without_its_words(
    session, visit, ask, answer, salma, amina, idris, now
):
    thread = ask()
    rude = answer(thread, text="You are rude.")
    browser, moderator = visit(salma), visit(idris)
    browser.post(f"/help/posts/{rude.public_id}/report", reason="It insults me.")
    assert "1 reported post" in moderator.get("/teach/").text
    assert "You are rude." in moderator.get("/help/reports").text
    page = moderator.get(f"/help/posts/{rude.public_id}/moderation").text
    assert "It insults me." in page

    moderator.post(f"/help/posts/{rude.public_id}/hiding", reason="Be kind.")

    address = f"/help/threads/{thread.public_id}"
    for who in (salma, amina, idris):
        text = visit(who).get(address).text
        assert "An instructor has hidden this post." in text
        assert "You are rude." not in text
        assert ("Be kind." in text) is (who is amina)
    assert "Nothing was reported" in moderator.get("/help/reports").text


def test_a_hidden_question_hides_its_title_too(session, visit, ask, amina, idris, now):
    thread = ask(title="An insult")

    question = help_queries.question(session, thread)
    moderating.hide(session, question, "Be kind.", by=idris, now=now)

    page = visit(amina).get(f"/help/threads/{thread.public_id}").text
    assert "An insult" not in page
    assert "A question that is not shown" in page


def test_nobody_moderates_what_they_wrote(visit, ask, answer, idris):
    own = answer(ask(), idris)

    answers = [
        visit(idris).get(f"/help/posts/{own.public_id}/moderation"),
        visit(idris).post(f"/help/posts/{own.public_id}/keeping"),
    ]

    assert {each.status_code for each in answers} == {403}


def test_a_question_is_closed_before_the_run_opens(visit, offered, enrolled, rim, now):
    run = enrolled(rim, offered("rabat", opens=now + timedelta(days=1))).run

    assert visit(rim).get(f"/help/runs/{run.public_id}/").status_code == 403


def test_an_answer_is_endorsed_and_found_to_help(visit, ask, answer, salma, amina, idris):
    thread = ask()
    good = answer(thread)

    visit(idris).post(f"/help/posts/{good.public_id}/endorsement")
    visit(salma).post(f"/help/posts/{good.public_id}/thanks")

    page = visit(amina).get(f"/help/threads/{thread.public_id}").text
    assert "Endorsed by an instructor" in page
    assert "Helped whoever asked" in page
    assert "An instructor endorses your answer" in visit(amina).get("/notices/").text

    visit(amina).post(f"/help/posts/{good.public_id}/withdrawal")
    page = visit(idris).get(f"/help/threads/{thread.public_id}").text
    assert "Its author has withdrawn this post." in page
    assert "Endorsed by an instructor" not in page
    assert "Helped whoever asked" not in page


def test_the_one_who_wrote_changes_it_and_takes_it_back(visit, ask, answer, amina, idris):
    thread = ask()
    post, browser = answer(thread), visit(amina)
    edit = f"/help/posts/{post.public_id}/edit"
    assert "Try it.</textarea>" in browser.get(edit).text

    browser.post(edit, text="Try again.")

    address = f"/help/threads/{thread.public_id}"
    assert "Try again." in browser.get(address).text
    assert "edited " in browser.get(address).text
    before = visit(idris).get(f"/help/posts/{post.public_id}/moderation").text
    assert "Try it." in before
    browser.post(f"/help/posts/{post.public_id}/withdrawal")
    assert "Its author has withdrawn this post." in visit(idris).get(address).text
    assert "Try again." not in visit(idris).get(address).text


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("<script>alert(1)</script>", id="script"),
        pytest.param("</h1><img src=x onerror=alert(1)>", id="markup"),
        pytest.param("\u202egnp.exe {title} %(num)s {{ 7 * 7 }}", id="turned and templated"),
        pytest.param("W" * 150, id="one long word"),
        pytest.param("Z" + "\u0316\u0317" * 60, id="heaps of marks"),
    ],
)
def test_hostile_words_are_shown_and_do_nothing(visit, ask, answer, salma, amina, words):
    thread = ask(title=words, text=f"{words}\n\n[x](javascript:alert(1)) {words}")
    answer(thread)

    pages = [
        visit(amina).get(f"/help/threads/{thread.public_id}").text,
        visit(amina).get(f"/help/runs/{thread.run.public_id}/").text,
        visit(salma).get("/notices/").text,
    ]

    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert 'href="javascript' not in page
        assert "\u202e" not in page
        assert "\u0317" * 5 not in page
        assert not re.search("[\u0300-\u036f]{5}", page)
        assert "49" not in re.findall(r"<h1.*?</h1>", page, re.DOTALL)[0]


def test_a_long_thread_takes_no_more_questions_to_the_database(
    lms, visit, ask, answer, amina, idris
):
    thread, browser = ask(), visit(amina)
    address = f"/help/threads/{thread.public_id}"
    statements = []
    event.listen(
        lms.database.engine, "before_cursor_execute", lambda *told: statements.append(told[2])
    )

    def counted():
        statements.clear()
        page = browser.get(address)
        assert page.status_code == 200
        return len(statements)

    answer(thread)
    few = counted()
    for who in (amina, idris) * 5:
        answer(thread, who)

    assert counted() == few


def test_an_assignment_leads_to_what_is_asked_about_its_cells(visit, ask, fez, place, salma):
    ask()

    page = visit(salma).get(f"/learn/{place.public_id}/assignments/double").text
    notebook = visit(salma).get(f"/learn/{place.public_id}/assignments/double/notebook").text

    cell = f"/help/runs/{fez.public_id}/?about=double&amp;cell=tests"
    assert cell in page
    assert cell in notebook
    assert "1 question about this" in page
