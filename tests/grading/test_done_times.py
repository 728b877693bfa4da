"""Work that waited on a device: taken once, and counted from when it was done if accepted."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from lms.core.errors import NotFound
from lms.core.journal import JournalEntry
from lms.grading import done_queries, done_times, queries, regrading, service
from lms.grading.done_models import DoneTime
from lms.grading.done_rules import Standing, believable, standing
from lms.grading.models import GradingRun, Submission
from lms.grading.states import Scope, State
from lms.institutes import queries as institutes
from lms.institutes.rules import News

ARRIVED = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)


@pytest.mark.parametrize(
    ("told", "since", "is_believed"),
    [
        pytest.param(ARRIVED - HOUR, ARRIVED - DAY, True, id="an hour ago"),
        pytest.param(ARRIVED - SECOND, ARRIVED - DAY, True, id="just now"),
        pytest.param(ARRIVED, ARRIVED - DAY, False, id="the arrival itself"),
        pytest.param(ARRIVED + HOUR, ARRIVED - DAY, False, id="in the future"),
        pytest.param(ARRIVED - DAY, ARRIVED - DAY, True, id="when the course was given"),
        pytest.param(ARRIVED - DAY - SECOND, ARRIVED - DAY, False, id="before it was given"),
        pytest.param(ARRIVED - 14 * DAY, ARRIVED - 30 * DAY, True, id="14 days ago"),
        pytest.param(ARRIVED - 14 * DAY - SECOND, ARRIVED - 30 * DAY, False, id="too long ago"),
        pytest.param(datetime(1970, 1, 1, tzinfo=UTC), ARRIVED - DAY, False, id="no clock at all"),
    ],
)
def test_a_device_is_believed_only_what_can_be_true(told, since, is_believed):
    found = believable(told, since=since, arrived=ARRIVED)

    assert found == (told if is_believed else None)


@pytest.mark.parametrize(
    ("by_arrival", "if_accepted", "expected"),
    [
        pytest.param(1.0, 1.0, Standing.NEEDLESS, id="in time anyhow"),
        pytest.param(0.5, 1.0, Standing.WAITING, id="late by its arrival alone"),
        pytest.param(0.5, 0.8, Standing.WAITING, id="less late"),
        pytest.param(0.5, 0.5, Standing.NEEDLESS, id="as late"),
    ],
)
def test_somebody_decides_only_where_it_matters(by_arrival, if_accepted, expected):
    assert standing(by_arrival, if_accepted) is expected


@pytest.fixture
def double(place, find):
    """An assignment whose late work loses a half for each day."""
    found = find(place, "double")
    found.loss_per_day, found.least_share = 0.5, 0.0
    return found


@pytest.fixture
def due(place, double):
    return queries.due(place.run, double, None)


@pytest.fixture
def sent(session, blobs, place, double, work, due):
    """Sends what a device kept: done an hour before the due date, and arrived an hour after."""

    def send(
        deed="a" * 32, *, done=due - HOUR, at=due + HOUR, answer="def double(n): return 2 * n"
    ):
        return done_times.hand_in(
            session, blobs, place, double, {"": work(answer=answer)}, deed=deed, done=done, now=at
        )

    return send


@pytest.fixture
def decide(session, idris, due):
    def decide(submission, accepted, reason="The bus has no link.", by=idris):
        done_times.decide(
            session, submission, accepted=accepted, reason=reason, by=by, now=due + DAY
        )

    return decide


def told(session, submission):
    found = done_queries.of_submission(session, submission)
    return found.done, found.standing


def test_the_moment_it_was_done_stands_beside_that_of_its_arrival(session, sent, due):
    submission = sent()

    assert submission.handed_in == due + HOUR
    assert told(session, submission) == (due - HOUR, Standing.WAITING)
    assert service.is_late(submission)


def test_the_same_deed_is_the_same_submission_however_often_it_is_sent(session, sent):
    first = sent(answer="one")
    sent("b" * 32, answer="two")

    again = sent(answer="one")

    assert again is first
    assert session.scalar(select(func.count(Submission.id))) == 2


def test_the_same_work_under_another_name_uses_no_attempt(session, sent):
    assert sent() is sent("b" * 32)
    assert session.scalar(select(func.count(DoneTime.id))) == 1


def test_another_learner_s_deed_of_that_name_is_another(
    session, blobs, sent, enrolled, rim, place, double, work, due
):
    hers = enrolled(rim, place.run)
    first = sent()

    other = done_times.hand_in(
        session, blobs, hers, double, {"": work()}, deed="a" * 32, done=due, now=due + HOUR
    )

    assert other is not first


@pytest.mark.parametrize("away", [timedelta(0), 15 * DAY], ids=["future", "too long ago"])
def test_what_cannot_be_true_is_taken_by_its_arrival(session, sent, decide, due, away):
    submission = sent(done=due + 2 * HOUR if not away else due - away, at=due + HOUR)

    assert told(session, submission) == (None, Standing.NEEDLESS)
    with pytest.raises(NotFound):
        decide(submission, True)


def test_work_is_done_after_what_it_began_with(session, blobs, place, double, work, due):
    submission = done_times.hand_in(
        session, blobs, place, double, {"": work()},
        deed="a" * 32, done=due - HOUR, since=due, now=due + HOUR,
    )  # fmt: skip

    assert told(session, submission)[0] is None


def test_in_time_nobody_has_to_decide(session, sent, place, due):
    submission = sent(at=due - SECOND, done=due - HOUR)

    assert told(session, submission) == (due - HOUR, Standing.NEEDLESS)
    assert done_queries.waiting(session, place.run).items == []


def test_accepted_it_counts_from_when_it_was_done(
    session, place, salma, idris, double, sent, settled, grade, decide, due
):
    submission = settled(sent(), 4)
    before = grade(place, double).score

    decide(submission, True)

    assert (before, grade(place, double).score) == (2, 4)
    assert not service.is_late(submission)
    assert submission.handed_in == due + HOUR
    notice = institutes.notices(session, salma)[0]
    assert notice.kind == News.DONE_TIME_DECIDED
    assert "counts as done on" in str(notice.sentence)
    assert "The bus has no link." in str(notice.sentence)
    deeds = select(JournalEntry.actor).where(JournalEntry.deed == "done_time.accepted")
    assert session.scalars(deeds).all() == [idris.public_id]


def test_declined_or_taken_back_it_counts_from_its_arrival(
    session, place, salma, double, sent, settled, grade, decide
):
    submission = settled(sent(), 4)
    decide(submission, True)

    decide(submission, False, "You were here at noon.")

    assert grade(place, double).score == 2
    assert "You were here at noon." in str(institutes.notices(session, salma)[0].sentence)
    assert told(session, submission)[1] is Standing.DECLINED


def test_a_regrade_goes_by_the_accepted_time(session, place, idris, sent, settled, decide, due):
    submission = settled(sent(), 4)
    decide(submission, True)
    begun = regrading.begin(
        session,
        place.run,
        submission.assignment,
        place.run.version,
        scope=Scope.ALL,
        reason="A test was wrong.",
        by=idris,
        now=due + DAY,
    )
    trial = session.scalars(select(GradingRun).where(GradingRun.regrade_id == begun.id)).one()
    trial.state = State.MARKED

    (outcome,) = regrading.outcomes(session, begun)

    assert (outcome.change.before.points, outcome.change.before.kept) == (4, 1.0)


def test_nobody_accepts_their_own(session, sent, salma, decide):
    with pytest.raises(done_times.OwnDoneTime, match="Ask a colleague"):
        decide(sent(), True, by=salma)


def test_those_who_teach_find_what_waits(session, place, idris, salma, sent, decide):
    submission = sent()

    def waits(person):
        found = done_queries.waiting_runs(session, [place.run.institute], person)
        return [(run.public_id, number) for run, number in found]

    assert waits(idris) == [(place.run.public_id, 1)]
    assert waits(salma) == []
    assert [each.submission for each in done_queries.waiting(session, place.run).items] == [
        submission
    ]
    decide(submission, False)
    assert waits(idris) == []
