"""Work handed in, queued, claimed, settled, marked by hand and marked again."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from lms.core.errors import NotFound
from lms.core.i18n import say
from lms.core.journal import JournalEntry
from lms.grading import queries, service
from lms.grading.models import Grade, GradingRun, Submission, WorkerBeat
from lms.grading.runs import Ending
from lms.grading.states import State
from lms.learning.rules import Access

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LEASE = 10 * MINUTE


@pytest.fixture
def place(enrolled, salma):
    """Salma's place in a run in Fez."""
    return enrolled(salma)


@pytest.fixture
def claim(session, noon):
    return lambda after=timedelta(0): service.claim(session, lease=LEASE, now=noon + after)


@pytest.fixture
def grade(session):
    """The settled grade of an enrolment for an assignment."""

    def of(place, assignment):
        return queries.grades(session, [place]).get((place.id, assignment.id))

    return of


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def deeds(session, subject):
    found = select(JournalEntry.deed).where(JournalEntry.subject == subject.public_id)
    return session.scalars(found.order_by(JournalEntry.id)).all()


def test_work_is_stored_unchanged_and_queued(session, blobs, place, handed_in, work, noon):
    submission = handed_in(place)

    assert (submission.number, submission.handed_in) == (1, noon)
    assert blobs.get(submission.notebook) == work()
    assert [run.state for run in submission.runs] == [State.QUEUED]
    assert deeds(session, submission) == ["submission.handed_in"]


def test_the_same_work_twice_is_one_submission(session, place, handed_in, noon):
    first = handed_in(place)

    again = handed_in(place, at=noon + HOUR)

    assert again is first
    assert count(session, GradingRun) == 1


def test_the_same_work_as_an_earlier_try_is_a_new_one(place, handed_in):
    handed_in(place, answer="one")
    handed_in(place, "why", answer="one")

    numbers = [handed_in(place, "why", answer=answer).number for answer in ("two", "one")]

    assert numbers == [2, 3]


def test_the_same_work_of_two_learners_is_two_submissions(place, enrolled, handed_in, rim):
    first, other = handed_in(place), handed_in(enrolled(rim))

    assert first is not other
    assert first.notebook == other.notebook


def test_no_attempt_is_left_after_the_last(session, place, handed_in):
    handed_in(place, answer="one")
    handed_in(place, answer="two")

    with pytest.raises(service.AttemptsUsedUp, match="all 2 attempts"):
        handed_in(place, answer="three")

    assert count(session, Submission) == 2


def test_the_last_work_may_be_sent_again_when_no_attempt_is_left(place, handed_in):
    handed_in(place, answer="one")
    last = handed_in(place, answer="two")

    assert handed_in(place, answer="two") is last


def test_attempts_at_one_assignment_do_not_count_for_another(place, handed_in):
    handed_in(place, answer="one")
    handed_in(place, answer="two")

    assert handed_in(place, "why", answer="Because.").number == 1


def test_a_file_that_could_not_be_marked_costs_no_attempt(session, place, handed_in, claim, noon):
    handed_in(place, answer="one")
    service.refuse(session, claim(), say("This is no notebook."), now=noon)

    assert handed_in(place, answer="two").number == 2
    assert handed_in(place, answer="three").number == 3


@pytest.mark.parametrize("days", [-2, 30])
def test_work_is_taken_only_while_the_run_lasts(
    session, offered, enrolled, handed_in, salma, noon, days
):
    place = enrolled(salma, offered(closes=noon + 10 * DAY))

    assert handed_in(place, answer="one")
    with pytest.raises(service.RunNotOpen):
        handed_in(place, answer="two", at=noon + days * DAY)

    assert count(session, Submission) == 1


def test_what_has_waited_longest_is_claimed_first(place, enrolled, handed_in, claim, rim):
    first, second = handed_in(place), handed_in(enrolled(rim))

    assert [claim().submission, claim().submission] == [first, second]
    assert claim() is None


def test_a_claim_holds_for_its_lease(place, handed_in, claim, noon):
    handed_in(place)

    run = claim()

    assert (run.state, run.claims, run.claimed_until) == (State.RUNNING, 1, noon + LEASE)
    assert claim(after=LEASE) is None


def test_a_claim_that_ran_out_is_taken_by_another_worker(place, handed_in, claim):
    handed_in(place)
    first = claim()

    again = claim(after=LEASE + MINUTE)

    assert again is first
    assert again.claims == 2


def test_a_run_that_nobody_could_finish_is_given_up_and_costs_no_attempt(
    session, place, handed_in, claim
):
    submission = handed_in(place, answer="one")
    for time in range(service.CLAIMS_ALLOWED):
        assert claim(after=time * HOUR)

    assert claim(after=DAY) is None

    (run,) = submission.runs
    assert (run.state, run.claimed_until) == (State.GIVEN_UP, None)
    assert "costs no attempt" in str(run.message)
    assert service.attempts_used([submission]) == 0
    assert deeds(session, run) == ["run.given_up"]


def test_giving_one_up_does_not_cost_the_next_its_turn(place, enrolled, handed_in, claim, rim):
    handed_in(place)
    for time in range(service.CLAIMS_ALLOWED):
        claim(after=time * HOUR)
    next_one = handed_in(enrolled(rim))

    assert claim(after=DAY).submission is next_one


def test_a_run_given_back_is_as_if_nobody_had_taken_it(session, place, handed_in, claim):
    handed_in(place)
    for _ in range(service.CLAIMS_ALLOWED + 1):
        service.give_back(session, claim())

    run = claim()

    assert (run.state, run.claims) == (State.RUNNING, 1)


def test_a_run_given_back_keeps_its_place(session, place, enrolled, handed_in, claim, rim):
    first = handed_in(place)
    handed_in(enrolled(rim))
    run = claim()

    service.give_back(session, run)

    assert queries.place_in_line(session, run) == 1
    assert claim().submission is first


def test_a_worker_that_comes_too_late_takes_nothing_back(
    session, place, handed_in, settled, find, grade, noon
):
    run = settled(handed_in(place), 3).runs[0]

    service.give_back(session, run)
    service.refuse(session, run, say("This is no notebook."), now=noon)

    assert (run.state, run.ending) == (State.MARKED, "finished")
    assert grade(place, find(place, "double")).score == 3


def test_settling_records_marks_and_grade(session, place, handed_in, settled, find, grade, noon):
    submission = settled(handed_in(place), 3)

    run, worth = submission.runs[0], grade(place, find(place, "double"))
    assert (run.state, run.ending, run.settled) == (State.MARKED, "finished", noon)
    assert [(mark.grade_id, mark.score) for mark in run.marks] == [("tests", 3)]
    assert (worth.score, worth.max_score, worth.share) == (3, 4, 0.75)
    assert worth.submission is submission


def test_settling_twice_changes_nothing(session, place, handed_in, settled, find, grade, noon):
    submission = settled(handed_in(place), 3)

    service.settle(
        session,
        submission.runs[0],
        [],
        ending=Ending.TIMEOUT,
        message=None,
        seconds=9,
        now=noon + HOUR,
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

    service.settle(
        session, run, [], ending=Ending.FINISHED, message=None, seconds=1, now=noon + DAY
    )

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
    due = queries.due(place.run, find(place, "double"))

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

    service.mark_by_hand(session, submission, "reason", 2, by=idris, now=noon)
    service.mark_by_hand(session, submission, "reason", 4.5, by=idris, now=noon + HOUR)

    mark = submission.runs[-1].marks[0]
    assert (mark.score, mark.marker_id, mark.marked) == (4.5, idris.id, noon + HOUR)
    assert grade(place, find(place, "why")).share == 0.9
    assert deeds(session, submission)[-2:] == ["mark.given", "mark.given"]


@pytest.mark.parametrize("points", [0, 5])
def test_points_reach_from_nothing_to_all(session, place, handed_in, settled, idris, noon, points):
    submission = settled(handed_in(place, "why", answer="Because."), None)

    service.mark_by_hand(session, submission, "reason", points, by=idris, now=noon)

    assert service.result(submission).points == points


@pytest.mark.parametrize("points", [-0.5, 5.01, float("nan"), float("inf"), float("-inf")])
def test_points_beyond_that_are_refused(session, place, handed_in, settled, idris, noon, points):
    submission = settled(handed_in(place, "why", answer="Because."), None)

    with pytest.raises(service.PointsOutOfRange):
        service.mark_by_hand(session, submission, "reason", points, by=idris, now=noon)

    assert submission.runs[-1].marks[0].score is None


def test_what_tests_marked_no_hand_changes(session, place, handed_in, settled, idris, noon):
    submission = settled(handed_in(place), 1)

    with pytest.raises(service.NotByHand):
        service.mark_by_hand(session, submission, "tests", 4, by=idris, now=noon)
    with pytest.raises(NotFound):
        service.mark_by_hand(session, submission, "no such cell", 4, by=idris, now=noon)

    assert service.result(submission).points == 1


def test_the_course_is_completed_when_both_assignments_reach_what_is_asked(
    session, place, handed_in, settled, idris, noon
):
    settled(handed_in(place), 4)
    essay = settled(handed_in(place, "why", answer="Because."), None)
    assert place.completed is None

    service.mark_by_hand(session, essay, "reason", 3, by=idris, now=noon + HOUR)

    assert place.completed == noon + HOUR


def test_it_is_not_completed_while_one_falls_short(session, place, handed_in, settled, idris, noon):
    settled(handed_in(place), 4)
    essay = settled(handed_in(place, "why", answer="Because."), None)

    service.mark_by_hand(session, essay, "reason", 2.99, by=idris, now=noon)

    assert place.completed is None


def test_a_completed_course_stays_completed_when_points_are_taken_back(
    session, place, handed_in, settled, idris, noon
):
    settled(handed_in(place), 4)
    essay = settled(handed_in(place, "why", answer="Because."), 5)

    service.mark_by_hand(session, essay, "reason", 0, by=idris, now=noon + HOUR)

    assert place.completed == noon


def test_an_instructor_reads_what_the_learner_wrote(session, blobs, place, handed_in, settled):
    submission = settled(handed_in(place, "why", answer="One and one."), None)

    ((mark, answer),) = service.answers_by_hand(blobs, submission)

    assert (mark.grade_id, answer) == ("reason", "One and one.")


def test_where_tests_mark_there_is_nothing_to_read(blobs, place, handed_in, settled):
    assert service.answers_by_hand(blobs, settled(handed_in(place), 4)) == []


def test_marking_again_adds_a_run_and_keeps_the_earlier(
    session, place, handed_in, settled, find, grade, idris, noon
):
    submission = settled(handed_in(place), 1)

    run = service.regrade(session, submission, by=idris, now=noon + HOUR)
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

    service.regrade(session, submission, by=idris, now=noon)

    assert grade(place, find(place, "double")).score == 3


def test_marking_again_can_take_points_away(
    session, place, handed_in, settled, find, grade, idris, noon
):
    submission = settled(handed_in(place), 4)

    service.regrade(session, submission, by=idris, now=noon)
    session.expire_all()
    settled(submission, 0)

    assert grade(place, find(place, "double")).score == 0


def test_work_that_still_waits_is_not_queued_twice(session, place, handed_in, claim, idris, noon):
    submission = handed_in(place)

    with pytest.raises(service.StillQueued):
        service.regrade(session, submission, by=idris, now=noon)
    claim()
    with pytest.raises(service.StillQueued):
        service.regrade(session, submission, by=idris, now=noon)

    assert count(session, GradingRun) == 1


def test_a_refused_file_has_no_grade(session, place, handed_in, claim, find, grade, noon):
    submission = handed_in(place)

    service.refuse(session, claim(), say("This is no notebook."), now=noon)

    assert (submission.runs[0].state, submission.runs[0].ending) == (State.REFUSED, "refused")
    assert grade(place, find(place, "double")) is None
    assert count(session, Grade) == 0


def test_a_worker_that_beats_again_is_one_worker(session, noon):
    for after in (timedelta(0), MINUTE):
        service.beat(session, "host:1", walls_stand=True, found="all", mend="", now=noon + after)

    (beat,) = session.scalars(select(WorkerBeat)).all()
    assert beat.at == noon + MINUTE


def test_workers_silent_for_a_day_are_forgotten(session, noon):
    service.beat(session, "old:1", walls_stand=True, found="", mend="", now=noon - 25 * HOUR)

    service.beat(session, "new:1", walls_stand=True, found="", mend="", now=noon)

    assert session.scalars(select(WorkerBeat.name)).all() == ["new:1"]


def test_salma_hands_in_where_she_is_invited(session, offered, enrolled, handed_in, salma):
    assert handed_in(enrolled(salma, offered("rabat", access=Access.INVITATION)))
