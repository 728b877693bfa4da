"""Work handed in, queued, claimed, given back and given up."""

from datetime import timedelta

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.dialects import postgresql

from lms.core.i18n import say
from lms.core.journal import JournalEntry
from lms.grading import queries, service
from lms.grading.models import Grade, GradingRun, Submission, WorkerBeat
from lms.grading.parts import refused
from lms.grading.states import State
from lms.learning.rules import Access

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LEASE = 10 * MINUTE


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def deeds(session, subject):
    found = select(JournalEntry.deed).where(JournalEntry.subject == subject.public_id)
    return session.scalars(found.order_by(JournalEntry.id)).all()


def test_work_is_stored_unchanged_and_queued(session, blobs, place, handed_in, work, noon):
    submission = handed_in(place)

    assert (submission.number, submission.handed_in) == (1, noon)
    assert blobs.get(submission.notebooks[0].content) == work()
    assert [run.state for run in submission.runs] == [State.QUEUED]
    assert deeds(session, submission) == ["submission.handed_in"]


def test_the_same_work_twice_is_one_submission(session, place, handed_in, noon):
    first = handed_in(place)

    again = handed_in(place, at=noon + HOUR)

    assert again is first
    assert count(session, GradingRun) == 1


def test_two_tabs_of_a_learner_hand_in_one_after_the_other_on_every_database(
    session, place, handed_in
):
    asked = []
    event.listen(session, "do_orm_execute", lambda told: asked.append(told.statement))

    handed_in(place)

    wanted = [str(one.compile(dialect=postgresql.dialect())) for one in asked]
    held = next(at for at, one in enumerate(wanted) if one.endswith("FOR UPDATE"))
    assert "FROM enrolment" in wanted[held]
    assert all("FROM submission" not in one for one in wanted[:held])


def test_the_same_work_as_an_earlier_try_is_a_new_one(place, handed_in):
    handed_in(place, answer="one")
    handed_in(place, "why", answer="one")

    numbers = [handed_in(place, "why", answer=answer).number for answer in ("two", "one")]

    assert numbers == [2, 3]


def test_the_same_work_of_two_learners_is_two_submissions(place, enrolled, handed_in, rim):
    first, other = handed_in(place), handed_in(enrolled(rim))

    assert first is not other
    assert first.notebooks[0].content == other.notebooks[0].content


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
    service.refuse(session, claim(), [refused("", say("This is no notebook."))], now=noon)

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


def test_a_refused_file_has_no_grade(session, place, handed_in, claim, find, grade, noon):
    submission = handed_in(place)

    service.refuse(session, claim(), [refused("", say("This is no notebook."))], now=noon)

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
