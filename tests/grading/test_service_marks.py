"""Work settled, marked by hand and marked again, and the grade that follows."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lms.catalogue.attempts import Counts
from lms.core.errors import NotFound
from lms.core.i18n import say
from lms.core.journal import JournalEntry
from lms.grading import by_hand, models, queries, regrading, service
from lms.grading.by_hand import Opinion
from lms.grading.models import GradingRun
from lms.grading.parts import Part, refused
from lms.grading.runs import Ending, Environment
from lms.grading.states import State

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def deeds(session, subject):
    found = select(JournalEntry.deed).where(JournalEntry.subject == subject.public_id)
    return session.scalars(found.order_by(JournalEntry.id)).all()


def test_a_worker_that_comes_too_late_takes_nothing_back(
    session, place, handed_in, settled, find, grade, noon
):
    run = settled(handed_in(place), 3).runs[0]

    service.give_back(session, run)
    service.refuse(session, run, [refused("", say("This is no notebook."))], now=noon)

    assert (run.state, run.ending) == (State.MARKED, "finished")
    assert grade(place, find(place, "double")).score == 3


def test_settling_records_marks_and_grade(session, place, handed_in, settled, find, grade, noon):
    submission = settled(handed_in(place), 3)

    run, worth = submission.runs[0], grade(place, find(place, "double"))
    assert (run.state, run.ending, run.settled) == (State.MARKED, "finished", noon)
    assert [(mark.grade_id, mark.score) for mark in run.marks] == [("tests", 3)]
    assert (worth.score, worth.max_score, worth.share) == (3, 4, 0.75)
    assert worth.submission is submission


NUMPY, PANDAS = (
    Environment("python-ml", "3.11.2", {name: version})
    for name, version in (("numpy", "2.4.6"), ("pandas", "3.1.1"))
)


@pytest.fixture
def executed_with(session, place, handed_in, claim, noon):
    """Hands in and settles one piece of work for each environment; gives the runs."""

    def execute(*environments):
        runs = []
        for number, environment in enumerate(environments):
            slug = "double" if number < 2 else "why"
            handed_in(place, slug, answer=str(number))
            run = claim()
            service.settle(
                session, run, [Part("", Ending.FINISHED, (), None, 1, environment)], now=noon
            )
            runs.append(run)
        return runs

    return execute


def test_runs_executed_with_the_same_share_one_row_and_another_has_its_own(session, executed_with):
    again = Environment(NUMPY.profile, NUMPY.python, dict(NUMPY.packages))

    first, second, third = executed_with(NUMPY, again, PANDAS)

    assert first.environment is second.environment
    assert first.environment.packages == {"numpy": "2.4.6"}
    assert third.environment.packages == {"pandas": "3.1.1"}
    assert count(session, models.Environment) == 2


def test_a_run_of_which_nothing_is_known_has_no_environment(session, executed_with):
    (run,) = executed_with(None)

    assert run.environment is None
    assert count(session, models.Environment) == 0


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        (Environment("python", "3.11.2", {"a": "1", "b": "2"}), True),
        (Environment("python", "3.11.2", {"b": "2", "a": "1"}), True),
        (Environment("python-ml", "3.11.2", {"a": "1", "b": "2"}), False),
        (Environment("python", "3.11.3", {"a": "1", "b": "2"}), False),
        (Environment("python", "3.11.2", {"a": "1", "b": "3"}), False),
        (Environment("python", "3.11.2", {"a": "1"}), False),
    ],
    ids=["equal", "in another order", "profile", "python", "a version", "a package fewer"],
)
def test_environments_have_the_same_digest_when_nothing_differs(other, is_same):
    one = Environment("python", "3.11.2", {"a": "1", "b": "2"})

    assert (one.digest == other.digest) is is_same


def test_settling_twice_changes_nothing(session, place, handed_in, settled, find, grade, noon):
    submission = settled(handed_in(place), 3)

    service.settle(
        session, submission.runs[0], [Part("", Ending.TIMEOUT, (), None, 9)], now=noon + HOUR
    )

    assert submission.runs[0].ending == "finished"
    assert len(submission.runs[0].marks) == 1
    assert grade(place, find(place, "double")).score == 3


def test_a_run_that_was_given_up_cannot_be_settled_any_more(
    session, place, handed_in, claim, find, grade, noon
):
    handed_in(place)
    for time in range(service.CLAIMS_ALLOWED):
        run = claim(after=time * HOUR)
    claim(after=DAY)

    service.settle(session, run, [Part("", Ending.FINISHED, (), None, 1)], now=noon + DAY)

    assert run.state is State.GIVEN_UP
    assert grade(place, find(place, "double")) is None


@pytest.mark.parametrize(
    ("points", "counts"),
    [
        pytest.param((1, 3), 2, id="the better is the later"),
        pytest.param((3, 1), 1, id="the better is the earlier"),
        pytest.param((2, 2), 1, id="of equals the earlier"),
    ],
)
def test_the_best_attempt_counts(place, handed_in, settled, find, grade, points, counts):
    for number, given in enumerate(points):
        settled(handed_in(place, answer=f"try {number}"), given)

    worth = grade(place, find(place, "double"))
    assert worth.submission.number == counts
    assert worth.score == max(points)


@pytest.mark.parametrize(("counts", "number"), [("last", 3), ("first", 1), ("best", 2)])
def test_the_grade_is_that_of_the_attempt_the_assignment_says(
    place, handed_in, settled, find, grade, counts, number
):
    essay = find(place, "why")
    essay.counts = Counts(counts)
    works = [handed_in(place, "why", answer=f"try {each}") for each in (1, 2, 3)]

    # The second is marked last: in which order marks come must not matter.
    for place_of_it, points in ((0, 2), (2, 1), (1, 4)):
        settled(works[place_of_it], points)

    assert grade(place, essay).submission.number == number


def test_the_last_attempt_counts_once_it_is_marked_even_when_it_is_worse(
    place, handed_in, settled, find, grade
):
    doubling = find(place, "double")
    doubling.counts = Counts.LAST
    settled(handed_in(place, answer="one"), 4)
    second = handed_in(place, answer="two")
    assert grade(place, doubling).score == 4

    settled(second, 1)

    assert grade(place, doubling).score == 1


@pytest.mark.parametrize(
    ("after", "kept", "is_late"),
    [
        pytest.param(30 * MINUTE, 1.0, False, id="within the grace"),
        pytest.param(31 * MINUTE, 0.9, True, id="after it"),
    ],
)
def test_work_within_the_grace_loses_nothing(place, handed_in, settled, find, after, kept, is_late):
    find(place, "double").grace_minutes = 30
    due = queries.due(place.run, find(place, "double"), None)

    submission = settled(handed_in(place, at=due + after), 4)

    assert service.result(submission).kept == pytest.approx(kept)
    assert service.is_late(submission) is is_late


@pytest.mark.parametrize(
    ("late", "kept"),
    [
        pytest.param(timedelta(0), 1.0, id="in the last second"),
        pytest.param(timedelta(seconds=1), 0.9, id="a second late"),
        pytest.param(DAY, 0.9, id="a day late"),
        pytest.param(DAY + MINUTE, 0.8, id="a second day begun"),
        pytest.param(30 * DAY, 0.5, id="never less than the floor"),
    ],
)
def test_late_work_keeps_a_share_of_its_points(
    session, place, handed_in, settled, find, grade, late, kept
):
    due = queries.due(place.run, find(place, "double"), None)

    submission = settled(handed_in(place, at=due + late), 4)

    assert service.result(submission).kept == pytest.approx(kept)
    assert grade(place, find(place, "double")).share == pytest.approx(kept)


def test_work_without_a_due_date_is_never_late(place, handed_in, settled, noon):
    submission = settled(handed_in(place, "why", answer="Because.", at=noon + 90 * DAY), 5)

    assert service.result(submission).kept == 1.0


def test_before_it_is_marked_work_is_worth_nothing_yet(place, handed_in):
    assert service.result(handed_in(place)) is None


def test_a_person_gives_points_and_may_change_them(
    session, place, handed_in, settled, find, grade, idris, noon
):
    submission = settled(handed_in(place, "why", answer="Because."), None)
    assert service.result(submission).waiting == 1

    by_hand.give(session, submission, "reason", Opinion(2), by=idris, now=noon)
    by_hand.give(session, submission, "reason", Opinion(4.5), by=idris, now=noon + HOUR)

    mark = submission.runs[-1].marks[0]
    assert (mark.score, mark.marker_id, mark.marked) == (4.5, idris.id, noon + HOUR)
    assert grade(place, find(place, "why")).share == 0.9
    assert deeds(session, submission)[-2:] == ["mark.given", "mark.given"]


@pytest.mark.parametrize("points", [0, 5])
def test_points_reach_from_nothing_to_all(session, place, handed_in, settled, idris, noon, points):
    submission = settled(handed_in(place, "why", answer="Because."), None)

    by_hand.give(session, submission, "reason", Opinion(points), by=idris, now=noon)

    assert service.result(submission).points == points


@pytest.mark.parametrize("points", [-0.5, 5.01, float("nan"), float("inf"), float("-inf")])
def test_points_beyond_that_are_refused(session, place, handed_in, settled, idris, noon, points):
    submission = settled(handed_in(place, "why", answer="Because."), None)

    with pytest.raises(by_hand.PointsOutOfRange):
        by_hand.give(session, submission, "reason", Opinion(points), by=idris, now=noon)

    assert submission.runs[-1].marks[0].score is None


def test_what_tests_marked_no_hand_changes(session, place, handed_in, settled, idris, noon):
    submission = settled(handed_in(place), 1)

    with pytest.raises(by_hand.NotByHand):
        by_hand.give(session, submission, "tests", Opinion(4), by=idris, now=noon)
    with pytest.raises(NotFound):
        by_hand.give(session, submission, "no such cell", Opinion(4), by=idris, now=noon)

    assert service.result(submission).points == 1


def test_the_course_is_completed_when_both_assignments_reach_what_is_asked(
    session, place, handed_in, settled, idris, noon
):
    settled(handed_in(place), 4)
    essay = settled(handed_in(place, "why", answer="Because."), None)
    assert place.completed is None

    by_hand.give(session, essay, "reason", Opinion(3), by=idris, now=noon + HOUR)

    assert place.completed == noon + HOUR


def test_it_is_not_completed_while_one_falls_short(session, place, handed_in, settled, idris, noon):
    settled(handed_in(place), 4)
    essay = settled(handed_in(place, "why", answer="Because."), None)

    by_hand.give(session, essay, "reason", Opinion(2.99), by=idris, now=noon)

    assert place.completed is None


def test_a_completed_course_stays_completed_when_points_are_taken_back(
    session, place, handed_in, settled, idris, noon
):
    settled(handed_in(place), 4)
    essay = settled(handed_in(place, "why", answer="Because."), 5)

    by_hand.give(session, essay, "reason", Opinion(0), by=idris, now=noon + HOUR)

    assert place.completed == noon


def test_an_instructor_reads_what_the_learner_wrote(session, blobs, place, handed_in, settled):
    submission = settled(handed_in(place, "why", answer="One and one."), None)

    ((mark, answer),) = by_hand.answers(blobs, submission)

    assert (mark.grade_id, answer) == ("reason", "One and one.")


def test_where_tests_mark_there_is_nothing_to_read(blobs, place, handed_in, settled):
    assert by_hand.answers(blobs, settled(handed_in(place), 4)) == []


def test_marking_again_adds_a_run_and_keeps_the_earlier(
    session, place, handed_in, settled, find, grade, idris, noon
):
    submission = settled(handed_in(place), 1)

    run = regrading.mark_again(session, submission, by=idris, now=noon + HOUR)
    session.expire_all()
    settled(submission, 4, at=noon + HOUR)

    assert [each.state for each in submission.runs] == [State.MARKED, State.MARKED]
    assert [each.marks[0].score for each in submission.runs] == [1, 4]
    assert submission.runs[-1].id == run.id
    assert grade(place, find(place, "double")).score == 4


def test_while_it_waits_to_be_marked_again_the_grade_stands(
    session, place, handed_in, settled, find, grade, idris, noon
):
    submission = settled(handed_in(place), 3)

    regrading.mark_again(session, submission, by=idris, now=noon)

    assert grade(place, find(place, "double")).score == 3


def test_marking_again_can_take_points_away(
    session, place, handed_in, settled, find, grade, idris, noon
):
    submission = settled(handed_in(place), 4)

    regrading.mark_again(session, submission, by=idris, now=noon)
    session.expire_all()
    settled(submission, 0)

    assert grade(place, find(place, "double")).score == 0


def test_work_that_still_waits_is_not_queued_twice(session, place, handed_in, claim, idris, noon):
    submission = handed_in(place)

    with pytest.raises(regrading.StillQueued):
        regrading.mark_again(session, submission, by=idris, now=noon)
    claim()
    with pytest.raises(regrading.StillQueued):
        regrading.mark_again(session, submission, by=idris, now=noon)

    assert count(session, GradingRun) == 1


def test_marking_again_in_vain_takes_nothing_away(
    session, place, handed_in, settled, claim, idris, noon
):
    submission = settled(handed_in(place), points=3)
    before = service.result(submission)
    regrading.mark_again(session, submission, by=idris, now=noon)
    service.refuse(session, claim(), [refused("", say("This file is not a notebook."))], now=noon)

    assert service.result(submission) == before
    assert service.attempts_used([submission]) == 1
