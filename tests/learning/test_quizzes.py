"""Taking a quiz: begun, saved as it is answered, finished; what comes late is kept apart."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from lms.catalogue import service as publishing
from lms.core.journal import JournalEntry
from lms.grading import queries as grading
from lms.grading import service as marking
from lms.institutes import queries as institutes
from lms.learning import quiz_queries, quiz_rules, quiz_times, quizzes
from lms.learning import service as learning
from lms.learning.quiz_rules import SLACK
from lms.learning.rules import Kind, meets_criteria

COURSE = Path(__file__).parents[1] / "courses" / "first-numbers"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def published(session, blobs, tmp_path, noon):
    """Publishes the course with other words about its quiz in course.toml."""

    def publish(policy):
        folder = shutil.copytree(COURSE, tmp_path / "first-numbers")
        file = folder / "course.toml"
        file.write_text(file.read_text().replace("attempts = 3\npass_mark = 0.5", policy))
        return publishing.publish(session, blobs, folder, now=noon)[0]

    return publish


@pytest.fixture
def taking(session, published, institute_called, salma, noon):
    """Salma's place in a run of the course with a policy of its own, and its quiz."""

    def take(policy="attempts = 3\npass_mark = 0.5\n# as it is", **more):
        version = published(policy)
        run = learning.offer(
            session, institute_called("fez"), version, opens=noon - MINUTE, now=noon, **more
        )
        return learning.enrol(session, run, salma, now=noon), version.modules[1].quizzes[0]

    return take


def step_of(session, place):
    return next(step for step in grading.steps(session, place) if step.kind is Kind.QUIZ)


def deeds(session):
    return [entry.deed for entry in session.scalars(select(JournalEntry).order_by(JournalEntry.id))]


def test_a_quiz_is_begun_answered_and_marked(session, taking, noon):
    place, quiz = taking()
    attempt = quizzes.begin(session, place, quiz, now=noon)

    quizzes.save(session, attempt, {"double-of-two": 0, "half": "2.5"}, now=noon)
    quizzes.save(session, attempt, {"half": "10", "even": [0, 1, 2]}, now=noon + MINUTE)
    quizzes.finish(session, place, attempt, now=noon + 2 * MINUTE)

    assert (attempt.number, attempt.score, attempt.possible) == (1, 2.0, 8.0)
    assert {a.question: a.points for a in attempt.answers if a.points} == {
        "double-of-two": 1.0,
        "even": 1.0,
    }
    assert deeds(session)[-2:] == ["quiz.begun", "quiz.finished"]
    assert quizzes.given_of(attempt)["half"] == "10"


def test_beginning_again_is_the_same_attempt_until_it_is_finished(session, taking, noon):
    place, quiz = taking()

    first = quizzes.begin(session, place, quiz, now=noon)
    again = quizzes.begin(session, place, quiz, now=noon)
    layout = list(first.layout)
    quizzes.finish(session, place, first, now=noon)
    second = quizzes.begin(session, place, quiz, now=noon)

    assert (again is first, first.layout, second.number) == (True, layout, 2)


def test_no_attempt_is_left_after_the_last(session, taking, noon):
    place, quiz = taking("attempts = 1")
    quizzes.finish(session, place, quizzes.begin(session, place, quiz, now=noon), now=noon)

    with pytest.raises(quizzes.NoAttemptLeft):
        quizzes.begin(session, place, quiz, now=noon)


def test_a_run_that_is_over_takes_no_more_answers(session, taking, noon):
    place, quiz = taking(closes=noon + 10 * MINUTE)
    attempt = quizzes.begin(session, place, quiz, now=noon)

    with pytest.raises(quizzes.QuizClosed):
        quizzes.begin(session, place, quiz, now=noon + 11 * MINUTE)
    assert attempt.ends == attempt.finished == noon + 10 * MINUTE


def test_what_comes_too_late_is_kept_and_does_not_count(session, taking, noon):
    place, quiz = taking("time_limit = 10")
    attempt = quizzes.begin(session, place, quiz, now=noon)
    end = noon + 10 * MINUTE

    in_time = [
        quizzes.save(session, attempt, {"double-of-two": 0}, now=end + SLACK),
        quizzes.save(session, attempt, {"double-of-two": 1, "half": "2.5"}, now=end + MINUTE),
    ]
    quizzes.finish(session, place, attempt, now=end + MINUTE)

    answers = {answer.question: answer for answer in attempt.answers}
    assert in_time == [True, False]
    assert (attempt.score, attempt.finished) == (1.0, end)
    assert (answers["double-of-two"].given, answers["double-of-two"].late) == (0, 1)
    assert (answers["half"].given, answers["half"].late) == (None, "2.5")
    assert deeds(session)[-1] == "quiz.expired"


def test_an_attempt_that_is_handed_in_changes_no_more(session, taking, noon):
    place, quiz = taking()
    attempt = quizzes.begin(session, place, quiz, now=noon)
    quizzes.finish(session, place, attempt, now=noon)

    with pytest.raises(quizzes.AttemptFinished):
        quizzes.save(session, attempt, {"half": "2.5"}, now=noon)
    quizzes.finish(session, place, attempt, now=noon + MINUTE)
    assert attempt.finished == noon


def test_what_nobody_hands_in_is_found_when_its_time_is_over(session, taking, noon):
    place, quiz = taking("time_limit = 10")
    attempt = quizzes.begin(session, place, quiz, now=noon)

    found = [
        list(quiz_queries.expired(session, noon + minutes * MINUTE)) for minutes in (5, 10, 11)
    ]

    assert found == [[], [], [attempt]]
    assert quiz_queries.has_expired(session, noon + 11 * MINUTE)


def test_questions_that_are_not_of_the_attempt_are_passed_over(session, taking, noon):
    place, quiz = taking()
    attempt = quizzes.begin(session, place, quiz, now=noon)

    quizzes.save(session, attempt, {"sum-three": "3", "sum-five": "5", "no": "x"}, now=noon)

    assert len(attempt.answers) == 1


@pytest.mark.parametrize(
    ("policy", "knows", "done"),
    [
        pytest.param("pass_mark = 0.5", False, False, id="not passed"),
        pytest.param("pass_mark = 0.5", True, True, id="passed"),
        pytest.param("attempts = 2", False, True, id="taken, where nothing is asked"),
        pytest.param("graded = true", False, False, id="below the credential's score"),
        pytest.param("graded = true", True, True, id="at the credential's score"),
    ],
)
def test_when_the_step_is_done(session, taking, right_answers, noon, policy, knows, done):
    place, quiz = taking(policy)
    before = step_of(session, place)
    attempt = quizzes.begin(session, place, quiz, now=noon)
    given = right_answers if knows else {"even": [0, 1]}
    quizzes.save(session, attempt, given, now=noon)
    quizzes.finish(session, place, attempt, now=noon)

    after = step_of(session, place)

    assert (before.done, before.share) == (False, None)
    assert (after.done, after.share) == (done, attempt.score / attempt.possible)


@pytest.mark.parametrize("completed", [True, False])
def test_a_graded_quiz_is_asked_for_by_the_credential(
    session, taking, handed_in, settled, right_answers, noon, completed
):
    place, quiz = taking("graded = true")
    for slug, points in (("double", 4), ("why", 10)):
        settled(handed_in(place, slug), points)
    before = place.completed
    attempt = quizzes.begin(session, place, quiz, now=noon)
    quizzes.save(session, attempt, right_answers if completed else {}, now=noon)
    quizzes.finish(session, place, attempt, now=noon)

    marking.complete_earned(session, [place], now=noon)

    assert before is None
    assert (place.completed is not None) is completed
    assert meets_criteria(grading.steps(session, place)) is completed


PRE_TEST = 'places_past = ["counting", "because"]\nplace_mark = 0.9'


def test_a_pre_test_offers_to_go_past_what_is_known(session, taking, noon):
    place, quiz = taking(PRE_TEST)
    attempt = quizzes.begin(session, place, quiz, now=noon)
    quizzes.save(session, attempt, {"double-of-two": 0}, now=noon)
    early = quizzes.offered(attempt)
    quizzes.finish(session, place, attempt, now=noon)

    offered, before = quizzes.offered(attempt), grading.steps(session, place)
    went = quizzes.go_past(session, place, attempt, ["counting", "because"], now=noon)

    assert (early, offered, went) == ([], ["counting"], 1)
    assert not any(step.known for step in before)
    known = {step.slug for step in grading.steps(session, place) if step.known and step.done}
    assert known == {"counting"}
    assert deeds(session)[-1] == "quiz.placed_past"


def test_nobody_goes_past_what_they_did_not_know(session, taking, noon):
    place, quiz = taking(PRE_TEST)
    attempt = quizzes.begin(session, place, quiz, now=noon)
    quizzes.finish(session, place, attempt, now=noon)

    with pytest.raises(quizzes.NothingKnown):
        quizzes.go_past(session, place, attempt, ["counting", "because", "double"], now=noon)


def test_a_pre_test_is_left_out_by_beginning_to_learn(session, taking, find, noon):
    place, _quiz = taking(PRE_TEST)
    before = step_of(session, place).done

    learning.set_done(session, place, find(place, "counting"), done=True, now=noon)

    assert (before, step_of(session, place).done) == (False, True)


def test_more_time_is_granted_also_for_what_is_under_way(session, taking, idris, salma, noon):
    place, quiz = taking("time_limit = 10")
    attempt = quizzes.begin(session, place, quiz, now=noon)

    quiz_times.grant(session, place, factor=1.5, reason="Reads slowly.", by=idris, now=noon)
    longer = attempt.ends
    quizzes.finish(session, place, attempt, now=noon)
    second = quizzes.begin(session, place, quiz, now=noon)
    quiz_times.withdraw(session, place, by=idris, now=noon)

    assert longer == second.ends == noon + 15 * MINUTE
    assert quiz_queries.quiz_time(session, place) is None
    assert len(institutes.notices(session, salma)) == 2
    assert {"quiz_time.granted", "quiz_time.withdrawn"} <= set(deeds(session))


def test_nobody_grants_themselves_time(session, taking, salma, noon):
    place, _quiz = taking()

    with pytest.raises(quiz_times.OwnTime):
        quiz_times.grant(session, place, factor=2.0, reason="Me.", by=salma, now=noon)
    with pytest.raises(quiz_times.OwnTime):
        quiz_times.withdraw(session, place, by=salma, now=noon)


def test_a_run_tells_who_needs_help_and_how_each_question_went(
    session, taking, enrolled, amina, rachid, right_answers, noon
):
    place, quiz = taking()
    other = enrolled(amina, place.run)
    enrolled(rachid, place.run)
    for who, given in ((place, {"double-of-two": 0, "even": [0]}), (other, right_answers)):
        attempt = quizzes.begin(session, who, quiz, now=noon)
        quizzes.save(session, attempt, given, now=noon)
        quizzes.finish(session, who, attempt, now=noon)

    rates = quiz_queries.question_rates(session, place.run, quiz)
    learners, total = quiz_queries.results(session, place.run, quiz, first=0, most=2)

    assert (rates["double-of-two"].share, rates["even"].share) == (1.0, 0.75)
    assert rates["half"] == quiz_queries.QuestionRate("half", 2, 0.5)
    assert ([one.enrolment for one in learners], total) == ([place, other], 3)
    assert [one.share for one in learners] == [0.25, 1.0]


def test_what_is_drawn_is_recorded_with_the_attempt(session, taking, noon):
    place, quiz = taking()
    attempt = quizzes.begin(session, place, quiz, now=noon)
    content = quizzes.content_of(attempt.quiz)
    seed = f"{quiz.public_id}/{place.public_id}/1"

    assert attempt.layout == quiz_rules.layout_json(quiz_rules.draw(content, seed))
    assert len(attempt.layout) == 7
