"""More time or attempts for one learner, and what follows from it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.core.journal import JournalEntry
from lms.grading import extensions, queries, service
from lms.grading.models import Extension
from lms.institutes import queries as institutes
from lms.institutes.rules import News

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def double(place, find):
    return find(place, "double")


@pytest.fixture
def due(place, double):
    """When everybody's work is due."""
    return queries.due(place.run, double, None)


@pytest.fixture
def granted(session, place, double, idris, noon):
    """Grants Salma more time or attempts for the first assignment."""

    def grant(due=None, extra_attempts=0, **more):
        told = {"reason": "She was ill.", "by": idris, "now": noon} | more
        return extensions.grant(
            session, place, double, due=due, extra_attempts=extra_attempts, **told
        )

    return grant


@pytest.fixture
def withdrawn(session, place, double, idris, noon):
    return lambda: extensions.withdraw(session, place, double, by=idris, now=noon)


def due_dates(session, *places):
    steps = queries.steps_of(session, places)
    return [(steps[p.id][1].due, steps[p.id][1].extended) for p in places]


def told(session, person):
    return [
        (n.kind, str(n.sentence), n.about) for n in reversed(institutes.notices(session, person))
    ]


def deeds(session, place):
    entries = session.scalars(
        select(JournalEntry)
        .where(JournalEntry.subject == place.public_id, JournalEntry.deed.startswith("extension."))
        .order_by(JournalEntry.id)
    )
    return [(each.deed, each.details["extra_attempts"]) for each in entries]


def test_a_later_due_date_is_one_learner_s_own(session, place, enrolled, rim, granted, due):
    hers = enrolled(rim, place.run)

    granted(due + 3 * DAY)

    assert due_dates(session, place, hers) == [(due + 3 * DAY, True), (due, False)]


def test_what_came_in_late_is_settled_anew_by_the_later_date(
    session, place, handed_in, settled, grade, double, granted, withdrawn, due
):
    double.loss_per_day, double.least_share = 0.25, 0.0
    work = settled(handed_in(place, at=due + 2 * DAY - HOUR), 4)
    before = grade(place, double).score

    granted(due + DAY)
    with_a_day = grade(place, double).score, service.is_late(work)
    granted(due + 2 * DAY)
    with_two = grade(place, double).score, service.is_late(work)
    withdrawn()

    assert (before, with_a_day, with_two) == (2, (3, True), (4, False))
    assert grade(place, double).score == 2


def test_a_grade_that_an_extension_lifts_completes_the_course(
    session, place, handed_in, settled, double, granted, due
):
    double.loss_per_day, double.least_share = 1.0, 0.0
    settled(handed_in(place, at=due + HOUR), 4)
    settled(handed_in(place, "why", answer="Because.", at=due + HOUR), 5)
    assert place.completed is None

    granted(due + DAY)

    assert place.completed is not None


def test_more_attempts_are_for_one_learner(place, enrolled, rim, handed_in, granted):
    hers = enrolled(rim, place.run)
    for who in (place, hers):
        for answer in ("one", "two"):
            handed_in(who, answer=answer)

    granted(extra_attempts=1)

    assert handed_in(place, answer="three").number == 3
    with pytest.raises(service.AttemptsUsedUp, match="all 2 attempts"):
        handed_in(hers, answer="three")
    with pytest.raises(service.AttemptsUsedUp, match="all 3 attempts"):
        handed_in(place, answer="four")


def test_work_is_taken_until_the_granted_date_even_after_the_run(place, handed_in, granted, due):
    place.run.closes = due + HOUR
    granted(due + 2 * DAY)

    assert handed_in(place, answer="one", at=due + 2 * DAY).number == 1
    with pytest.raises(service.RunNotOpen):
        handed_in(place, answer="two", at=due + 2 * DAY + HOUR)


def test_without_an_extension_the_run_s_end_is_the_end(place, handed_in, due):
    place.run.closes = due + HOUR

    with pytest.raises(service.RunNotOpen):
        handed_in(place, at=due + DAY)


def test_the_learner_is_told_each_time_and_the_journal_keeps_it(
    session, place, salma, granted, withdrawn, due
):
    granted(due + DAY)
    granted(extra_attempts=2)
    withdrawn()

    assert told(session, salma) == [
        (
            News.DUE_DATE_CHANGED,
            "You have more time for “Doubling”: it is due on 14 July 2026, 23:59."
            " Attempts altogether: 2.",
            place.public_id,
        ),
        (
            News.DUE_DATE_CHANGED,
            "You have more attempts at “Doubling”: 4 altogether.",
            place.public_id,
        ),
        (
            News.DUE_DATE_CHANGED,
            "The extension for “Doubling” is withdrawn. It is due on 13 July 2026, 23:59.",
            place.public_id,
        ),
    ]
    assert deeds(session, place) == [
        ("extension.granted", 0),
        ("extension.changed", 2),
        ("extension.withdrawn", 0),
    ]
    assert session.scalar(select(Extension)) is None


def test_the_reason_is_neither_in_the_notice_nor_in_the_journal(session, salma, granted, due):
    granted(due + DAY, reason="A death in her family")

    entry = session.scalar(select(JournalEntry).where(JournalEntry.deed == "extension.granted"))
    assert "family" not in str(entry.details)
    assert "family" not in told(session, salma)[0][1]


def test_what_is_withdrawn_twice_is_told_once(session, salma, granted, withdrawn, due):
    granted(due + DAY)

    withdrawn()
    withdrawn()

    assert len(told(session, salma)) == 2


@pytest.mark.parametrize(
    ("after", "attempts", "refusal"),
    [
        pytest.param(None, 0, extensions.NothingGranted, id="nothing"),
        pytest.param(timedelta(0), 0, extensions.NotLater, id="the same date"),
        pytest.param(-DAY, 1, extensions.NotLater, id="an earlier date"),
    ],
)
def test_what_gives_nothing_is_refused(session, granted, due, after, attempts, refusal):
    with pytest.raises(refusal):
        granted(None if after is None else due + after, attempts)

    assert session.scalar(select(Extension)) is None


def test_where_nothing_is_due_there_is_no_later_date(session, place, find, idris, noon, due):
    essay = find(place, "why")

    def grant(day):
        extensions.grant(
            session, place, essay, due=day, extra_attempts=0, reason="x", by=idris, now=noon
        )

    with pytest.raises(extensions.NoDueDate):
        grant(due)
    place.run.closes = due
    with pytest.raises(extensions.NotLater):
        grant(due)
    grant(due + DAY)

    assert queries.steps(session, place)[3].due == due + DAY


def test_nobody_grants_themselves_anything(session, place, find, enrolled, idris, salma, noon):
    own = enrolled(idris, place.run)
    double = find(own, "double")

    for deed in (
        lambda: extensions.grant(
            session, own, double, due=None, extra_attempts=1, reason="x", by=idris, now=noon
        ),
        lambda: extensions.withdraw(session, own, double, by=idris, now=noon),
    ):
        with pytest.raises(extensions.OwnExtension):
            deed()
