"""A learner takes a quiz in the page, without a script; what is right stays on the server."""

import json
from datetime import timedelta

import pytest

from lms.learning import quiz_queries, quizzes
from lms.learning.quiz_rules import SLACK


@pytest.fixture
def quiz(place):
    return place.run.version.modules[1].quizzes[0]


@pytest.fixture
def address(place):
    return f"/learn/{place.public_id}/quizzes/recall"


@pytest.fixture
def attempt(session, place, quiz, now):
    return quizzes.begin(session, place, quiz, now=now)


@pytest.fixture
def fields(session, place, quiz):
    """What a browser sends for answers by the author's places: places as they are shown."""

    def fields(given, number=1):
        attempt = quiz_queries.attempt(session, place, quiz, number)
        sent = {}
        for place_, (question, asked) in enumerate(quizzes.questions_of(attempt), start=1):
            answer = given.get(question.id)
            if question.kind in ("single", "multiple"):
                chosen = answer if isinstance(answer, list) else [answer]
                shown = [asked.options.index(each) + 1 for each in chosen if each is not None]
                sent[f"q{place_}"] = [str(each) for each in shown]
            elif question.kind in ("numeric", "text"):
                sent[f"q{place_}"] = answer or ""
            else:
                for line, own in enumerate(asked.options, start=1):
                    part = answer[own] if answer else None
                    known = asked.matches if question.kind == "match" else range(9)
                    value = "" if part is None else str(list(known).index(part) + 1)
                    sent[f"q{place_}-{line}"] = value
        return sent

    return fields


def test_the_outline_leads_to_the_quiz_and_the_quiz_to_an_attempt(visit, salma, place, address):
    browser = visit(salma)

    course, page = browser.get(f"/learn/{place.public_id}"), browser.get(address)
    begun = browser.post(f"{address}/attempts")

    assert f'href="{address}"' in course.text
    assert "50% of the points" in page.text
    assert (begun.status_code, begun.location) == (303, f"{address}/attempts/1")


def test_answers_are_saved_and_still_there(visit, salma, attempt, address, fields, right_answers):
    browser = visit(salma)

    answer = browser.post(f"{address}/attempts/1", deed="save", **fields(right_answers))
    page = browser.get(f"{address}/attempts/1").text

    assert (answer.status_code, answer.location) == (303, f"{address}/attempts/1")
    assert page.count(" checked") == 3
    assert page.count(" selected") == 5
    assert 'value="2,5"' in page
    assert quizzes.given_of(attempt)["steps"] == [0, 1, 2]


def test_handing_in_says_what_is_missing_first(
    visit, salma, attempt, address, fields, right_answers
):
    browser, some = visit(salma), right_answers | {"half": None, "steps": [0, 0, 1]}

    asked = browser.post(f"{address}/attempts/1", deed="finish", **fields(some))
    before = attempt.finished
    done = browser.post(f"{address}/attempts/1", deed="anyway", **fields(some))

    assert (asked.status_code, before) == (422, None)
    assert "not answered yet" in asked.text
    assert "Give each line a place of its own." in asked.text
    assert done.status_code == 303
    assert attempt.finished is not None


def test_a_perfect_attempt_is_told_question_by_question(
    visit, salma, attempt, address, fields, right_answers
):
    browser = visit(salma)

    browser.post(f"{address}/attempts/1", deed="finish", **fields(right_answers))
    page = browser.get(f"{address}/attempts/1").text

    assert attempt.score == attempt.possible == 8.0
    assert "7 of 7 questions are right." in page
    assert "Doubling adds a number to itself." in page


def test_feedback_is_given_for_what_was_chosen(
    visit, salma, attempt, address, fields, right_answers
):
    browser, wrong = (
        visit(salma),
        right_answers | {"double-of-two": 1, "half": "10", "even": [0, 2]},
    )

    browser.post(f"{address}/attempts/1", deed="finish", **fields(wrong))
    page = browser.get(f"{address}/attempts/1").text

    for told in ("That is a text repeated.", "That is the double.", "5 is odd."):
        assert told in page


SECRETS = ("repeated", "Doubling adds", "5 is odd", "the double.", "ضاعف", "accepted", "tolerance")


def test_nothing_that_is_right_reaches_the_browser_before_the_end(
    visit, salma, attempt, address, fields, right_answers
):
    browser = visit(salma)

    pages = [
        browser.get(address).text,
        browser.get(f"{address}/attempts/1").text,
        browser.post(f"{address}/attempts/1", deed="finish", **fields({})).text,
        browser.post(f"{address}/attempts/1/answers", **fields(right_answers)).text,
        browser.get(f"{address}/attempts/1").text,
    ]

    assert [word for word in SECRETS for page in pages if word in page] == []
    names = [each.id for each, _asked in quizzes.questions_of(attempt) if "-" in each.id]
    assert [name for name in names for page in pages if name in page] == []


def test_two_learners_see_options_in_orders_of_their_own(
    session, enrolled, place, quiz, amina, now
):
    orders = {
        json.dumps(quizzes.begin(session, who, quiz, now=now).layout)
        for who in (place, enrolled(amina, place.run))
    }

    assert len(orders) == 2


def test_right_answers_wait_where_the_author_says_so(
    visit, session, salma, quiz, attempt, address, fields
):
    quiz.reveal = "last"
    browser = visit(salma)

    browser.post(f"{address}/attempts/1", deed="anyway", **fields({"double-of-two": 1}))
    first = browser.get(f"{address}/attempts/1").text
    for number in (2, 3):
        browser.post(f"{address}/attempts")
        browser.post(f"{address}/attempts/{number}", deed="anyway")
    last = browser.get(f"{address}/attempts/1").text

    assert "That is a text repeated." in first
    assert "Doubling adds a number to itself." not in first
    assert "Doubling adds a number to itself." in last


@pytest.mark.parametrize(
    ("late", "message", "score"),
    [(SLACK, "Saved", None), (SLACK + timedelta(seconds=5), "The time is over.", 0.0)],
)
def test_the_script_saves_until_the_time_is_over(
    visit, salma, attempt, address, fields, now, late, message, score, right_answers
):
    browser = visit(salma)
    attempt.ends = now - late + timedelta(seconds=2)

    answer = browser.post(f"{address}/attempts/1/answers", **fields(right_answers))

    assert answer.json["message"].startswith(message)
    assert answer.json["over"] is (score is not None)
    given = [each.given for each in attempt.answers if each.given is not None]
    assert len(given) == (0 if score is not None else 7)


@pytest.mark.parametrize(("early", "told"), [(-1, True), (30, False)])
def test_whose_time_ran_out_is_told_so_also_when_the_script_handed_in_then(
    visit, salma, attempt, address, fields, now, early, told, right_answers
):
    browser = visit(salma)
    attempt.ends = now + timedelta(seconds=early)
    right = {**fields(right_answers), "deed": "anyway"}

    page = browser.post(f"{address}/attempts/1", **right)
    results = browser.get(page.headers["Location"]).text

    assert "8 / 8" in results
    assert ("The time was over before you handed in." in results) is told


def test_what_came_too_late_is_told(visit, salma, attempt, address, fields, now, right_answers):
    browser = visit(salma)
    attempt.ends = now - timedelta(minutes=1)

    before = browser.get(f"{address}/attempts/1").text
    browser.post(f"{address}/attempts/1", deed="finish", **fields(right_answers))
    page = browser.get(f"{address}/attempts/1").text

    assert "The time is over. What you saved before counts." in before
    assert attempt.score == 0.0
    assert "It is kept and does not count." in page
    assert browser.post(f"{address}/attempts/1/answers").json["over"] is True


@pytest.mark.parametrize(
    "sent",
    [
        {"q1": "99", "q2": "-1", "q3-1": "\u0661", "q4": "1" * 400},
        {f"q{n}": "<script>alert(1)</script>" for n in range(1, 8)},
        {f"q{n}-{m}": "2" * 50 for n in range(1, 8) for m in range(1, 20)},
        {"q0": "1", "q8": "1", "q1[]": "1"},
    ],
)
def test_a_hostile_form_is_worth_nothing_and_harms_nothing(visit, salma, attempt, address, sent):
    browser = visit(salma)

    browser.post(f"{address}/attempts/1", deed="save", **sent)
    page = browser.get(f"{address}/attempts/1").text
    browser.post(f"{address}/attempts/1", deed="anyway", **sent)
    result = browser.get(f"{address}/attempts/1").text

    assert attempt.score == 0.0
    assert "<script>alert" not in page + result
    assert all(len(str(answer.given)) <= 200 for answer in attempt.answers)


def test_an_attempt_belongs_to_its_learner_alone(visit, session, enrolled, amina, attempt, place):
    other = enrolled(amina, place.run)
    browser = visit(amina)

    theirs = browser.get(f"/learn/{other.public_id}/quizzes/recall/attempts/1")
    salmas = browser.get(f"/learn/{place.public_id}/quizzes/recall/attempts/1")

    assert (theirs.status_code, salmas.status_code) == (404, 404)


def test_a_pre_test_marks_lessons_as_known(
    visit, salma, quiz, attempt, address, fields, right_answers
):
    quiz.places_past, quiz.place_mark = ["counting"], 0.9
    browser = visit(salma)

    browser.post(f"{address}/attempts/1", deed="finish", **fields(right_answers))
    offered = browser.get(f"{address}/attempts/1").text
    answer = browser.post(f"{address}/attempts/1/placement", lesson="counting")
    course = browser.get(answer.location).text

    assert 'name="lesson" value="counting" checked' in offered
    assert answer.status_code == 303
    assert "known from the pre-test" in course


def test_nobody_goes_past_what_was_not_offered(visit, salma, quiz, attempt, address, fields):
    quiz.places_past, quiz.place_mark = ["counting"], 0.9
    browser = visit(salma)
    browser.post(f"{address}/attempts/1", deed="anyway", **fields({}))

    answer = browser.post(f"{address}/attempts/1/placement", lesson="counting")

    assert answer.status_code == 409
    assert "Choose at least one lesson" in answer.text


def test_an_instructor_sees_who_took_it_and_how_each_question_went(
    visit, session, idris, place, attempt, address, fields, salma
):
    visit(salma).post(f"{address}/attempts/1", deed="anyway", **fields({"double-of-two": 0}))
    browser = visit(idris)

    run = browser.get(f"/teach/runs/{place.run.public_id}").text
    page = browser.get(f"/teach/runs/{place.run.public_id}/quizzes/recall").text
    learner = browser.get(f"/teach/enrolments/{place.public_id}").text
    taken = browser.get(f"/teach/enrolments/{place.public_id}/quizzes/recall/attempts/1").text

    assert f"/teach/runs/{place.run.public_id}/quizzes/recall" in run
    assert "Salma" in page
    assert "100% of the points, in 1 attempt" in page
    assert "Attempt 1" in learner
    assert "The right answer" in taken


@pytest.mark.parametrize("graded", [True, False])
def test_a_run_shows_the_share_of_each_graded_quiz(
    visit, salma, idris, place, quiz, attempt, address, graded
):
    quiz.graded = graded
    visit(salma).post(f"{address}/attempts/1", deed="anyway")

    page = visit(idris).get(f"/teach/runs/{place.run.public_id}").text

    assert ('class="number">Recall' in page.replace("<bdi>", "")) is graded


def test_more_time_is_granted_and_its_learner_told(visit, session, idris, salma, place, quiz, now):
    quiz.time_limit = 10
    browser = visit(idris)
    address = f"/teach/enrolments/{place.public_id}/quiz-time"

    faulty = browser.post(address, factor="9", reason="")
    answer = browser.post(address, factor="1.5", reason="Reads slowly.")
    page = visit(salma).get(f"/learn/{place.public_id}/quizzes/recall").text
    news = visit(salma).get("/notices/").text

    assert (faulty.status_code, answer.status_code) == (422, 303)
    assert "15 minutes" in page
    assert "Reads slowly." not in page + news
    assert "1.5 times the usual time" in news
    assert quizzes.begin(session, place, quiz, now=now).ends == now + timedelta(minutes=15)


def test_nobody_grants_themselves_time(visit, session, idris, enrolled, place):
    own = enrolled(idris, place.run)

    answer = visit(idris).post(
        f"/teach/enrolments/{own.public_id}/quiz-time", factor="2.0", reason="Me."
    )

    assert answer.status_code == 403
