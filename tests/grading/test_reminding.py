"""What learners are told beforehand: work due soon, a course that opens."""

from datetime import timedelta

import pytest

from lms.grading import extensions, queries, reminding
from lms.institutes import notices
from lms.institutes import queries as institutes
from lms.institutes.rules import News, Reach

HOUR = timedelta(hours=1)


@pytest.fixture
def due(place, find):
    """When “Doubling” is due from everybody."""
    return queries.due(place.run, find(place, "double"), None)


@pytest.fixture
def remind(session, place):
    def remind(at):
        return reminding.remind(session, place.run.id, at) if at else 0

    return remind


def test_learners_are_told_some_after_others(
    session, due, place, salma, amina, enrolled, monkeypatch
):
    monkeypatch.setattr(reminding, "AT_ONCE", 1)
    hers = enrolled(amina, place.run)
    session.flush()
    seen, last = [], 0

    while last is not None:
        last = reminding.remind(session, place.run.id, due - HOUR, beyond=last)
        seen.append((last, *(len(of(told(session, who), "double")) for who in (salma, amina))))

    assert seen == [(place.id, 1, 0), (hers.id, 1, 1), (None, 1, 1)]


def told(session, person, kind=News.DUE_SOON):
    return [n for n in institutes.notices(session, person) if n.kind == kind]


def of(found, slug):
    return [n for n in found if n.part == slug]


def test_work_due_within_two_days_is_called_to_mind_once(session, remind, due, place, salma):
    remind(due - 49 * HOUR)
    before = of(told(session, salma), "double")
    for hours in (47, 46, 1):
        remind(due - hours * HOUR)

    (notice,) = of(told(session, salma), "double")

    assert before == []
    assert (notice.about, notice.part) == (place.public_id, "double")
    assert "“Doubling” is due on" in str(notice.sentence)


def test_what_is_past_or_handed_in_is_not(session, remind, due, place, salma, handed_in):
    remind(due + HOUR)
    handed_in(place)
    remind(due - HOUR)

    assert of(told(session, salma), "double") == []


def test_each_learner_is_told_by_their_own_date(
    session, remind, due, place, find, salma, amina, idris, enrolled, noon
):
    enrolled(amina, place.run)
    later = due + timedelta(days=5)
    extensions.grant(
        session, place, find(place, "double"), due=later, extra_attempts=0,
        reason="Ill.", by=idris, now=noon,
    )  # fmt: skip

    remind(due - HOUR)
    first = [len(of(told(session, who), "double")) for who in (salma, amina)]
    remind(later - HOUR)

    assert first == [0, 1]
    assert [len(of(told(session, who), "double")) for who in (salma, amina)] == [1, 1]


def test_whoever_wants_no_such_news_gets_none(session, remind, due, salma):
    notices.choose(session, salma, {News.DUE_SOON: Reach(False, False)})

    remind(due - HOUR)

    assert told(session, salma) == []


def test_those_enrolled_before_a_run_opens_are_told_once_when_it_does(
    session, enrolled, offered, salma, rim, noon
):
    run = offered(opens=noon + timedelta(days=2))
    early = enrolled(salma, run)
    late = enrolled(rim, run)
    late.enrolled = run.opens + HOUR

    before = reminding.runs(session, run.opens - HOUR)
    for hours in (0, 1, 2):
        assert run.id in reminding.runs(session, run.opens + hours * HOUR)
        reminding.remind(session, run.id, run.opens + hours * HOUR)

    assert run.id not in before
    (notice,) = told(session, salma, News.RUN_OPENS)
    assert notice.about == early.public_id
    assert told(session, rim, News.RUN_OPENS) == []


def test_a_run_that_opened_long_ago_is_no_news(session, enrolled, offered, salma, noon):
    run = offered(opens=noon + HOUR)
    enrolled(salma, run)

    reminding.remind(session, run.id, run.opens + timedelta(days=2))

    assert told(session, salma, News.RUN_OPENS) == []
