"""What pages and workers read about work."""

from datetime import timedelta

import pytest

from lms.grading import by_hand, hand_queries, queries, regrading, service
from lms.grading.by_hand import Opinion
from lms.grading.queries import BEAT_LASTS
from lms.learning import service as learning
from lms.learning.rules import Kind

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.fixture
def beat(session, noon):
    def beat(name="host:1", at=noon, walls_stand=True):
        service.beat(session, name, walls_stand=walls_stand, found="as told", mend="", now=at)

    return beat


def test_steps_are_lessons_assignments_and_quizzes_in_the_author_s_order(session, place):
    steps = queries.steps(session, place)

    assert [(step.slug, step.kind, step.module) for step in steps] == [
        ("counting", Kind.LESSON, 0),
        ("double", Kind.ASSIGNMENT, 0),
        ("because", Kind.LESSON, 1),
        ("why", Kind.ASSIGNMENT, 1),
        ("recall", Kind.QUIZ, 1),
    ]


def test_a_step_says_when_it_is_due_in_this_run(session, place):
    due = [step.due for step in queries.steps(session, place)]

    assert due[1].isoformat() == "2026-07-13T23:59:59+01:00"
    assert [due[0], due[2], due[3]] == [None, None, None]


@pytest.mark.parametrize(
    ("points", "done"),
    [
        pytest.param(2.4, True, id="exactly what is asked"),
        pytest.param(2.39, False, id="a little less"),
        pytest.param(0, False, id="nothing"),
    ],
)
def test_an_assignment_is_done_at_the_share_that_the_credential_asks(
    session, place, handed_in, settled, points, done
):
    settled(handed_in(place), points)

    assert queries.steps(session, place)[1].done is done


def test_a_lesson_is_done_when_its_learner_says_so(session, place, find, noon):
    learning.set_done(session, place, find(place, "counting"), done=True, now=noon)

    done = [step.slug for step in queries.steps(session, place) if step.done]
    assert done == ["counting"]


def test_one_learner_s_steps_are_not_another_s(session, place, enrolled, handed_in, settled, rim):
    hers = enrolled(rim, place.run)
    settled(handed_in(place), 4)

    steps = queries.steps_of(session, [place, hers])

    assert (steps[place.id][1].done, steps[hers.id][1].done) == (True, False)


def test_places_in_line_follow_the_order_of_handing_in(session, place, enrolled, handed_in, rim):
    first, second = handed_in(place), handed_in(enrolled(rim))

    places = [queries.place_in_line(session, work.runs[0]) for work in (first, second)]

    assert places == [1, 2]
    assert queries.queue_length(session) == 2


def test_a_line_moves_on_when_the_first_is_taken(session, place, enrolled, handed_in, rim, noon):
    handed_in(place)
    second = handed_in(enrolled(rim))

    service.claim(session, lease=DAY, now=noon)

    assert queries.place_in_line(session, second.runs[0]) == 1
    assert queries.queue_length(session) == 2


def test_what_is_settled_is_in_no_line(session, place, handed_in, settled):
    settled(handed_in(place), 4)

    assert queries.queue_length(session) == 0


def test_submissions_are_listed_from_the_first_attempt(session, place, handed_in, find):
    made = [handed_in(place, answer=answer) for answer in ("one", "two")]
    handed_in(place, "why", answer="Because.")

    assert queries.submissions(session, place, find(place, "double")) == made


def test_everything_of_a_learner_is_listed_from_the_latest(session, place, handed_in, noon):
    first = handed_in(place)
    later = handed_in(place, "why", answer="Because.", at=noon + DAY)

    assert queries.submissions_of(session, place) == [later, first]


def test_work_waits_for_a_hand_only_at_its_own_institute(
    session, place, handed_in, settled, institute_called, idris
):
    essay = settled(handed_in(place, "why", answer="Because."), None)
    settled(handed_in(place), 4)

    assert queries.awaiting_hand(session, [institute_called("fez")], idris) == [essay]
    assert queries.awaiting_hand(session, [institute_called("rabat")], idris) == []
    assert queries.awaiting_hand(session, [], idris) == []


def test_nobody_s_own_work_waits_for_their_hand(
    session, place, handed_in, settled, institute_called
):
    settled(handed_in(place, "why", answer="Because."), None)

    assert queries.awaiting_hand(session, [institute_called("fez")], place.person) == []


def test_work_that_got_its_points_waits_no_more(
    session, place, handed_in, settled, institute_called, idris, noon
):
    essay = settled(handed_in(place, "why", answer="Because."), None)

    by_hand.give(session, essay, "reason", Opinion(0), by=idris, now=noon)

    assert queries.awaiting_hand(session, [institute_called("fez")], idris) == []


def test_work_waits_for_a_hand_while_it_is_marked_again(
    session, place, handed_in, settled, institute_called, idris, noon
):
    essay = settled(handed_in(place, "why", answer="Because."), None)

    regrading.mark_again(session, essay, by=idris, now=noon)

    assert queries.awaiting_hand(session, [institute_called("fez")], idris) == [essay]


@pytest.mark.parametrize("read", [queries.awaiting_hand, hand_queries.queues])
def test_what_waits_for_a_hand_is_sought_where_nothing_else_is(session, place, idris, plans, read):
    (steps,) = plans(lambda: read(session, [place.run.institute], idris))

    assert any("ix_mark_waiting" in step for step in steps)
    assert [step for step in steps if step.startswith("SCAN")] == [
        "SCAN mark USING INDEX ix_mark_waiting",
        next(step for step in steps if step.startswith("SCAN anon")),
    ]


def test_marking_goes_on_while_a_worker_with_walls_lives(session, beat, noon):
    beat("broken:1", walls_stand=False)
    beat("whole:1")

    assert not queries.marking_is_paused(session, noon + BEAT_LASTS - SECOND)
    assert [worker.name for worker in queries.living_workers(session, noon)] == [
        "whole:1",
        "broken:1",
    ]


@pytest.mark.parametrize("walls_stand", [True, False])
def test_marking_is_paused_when_none_lives_or_none_has_walls(session, beat, noon, walls_stand):
    beat(walls_stand=walls_stand, at=noon - (BEAT_LASTS if walls_stand else SECOND))

    assert queries.marking_is_paused(session, noon)


def test_marking_is_paused_where_no_worker_ever_lived(session, noon):
    assert queries.marking_is_paused(session, noon)
