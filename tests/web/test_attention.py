"""What those who teach see of how a run goes."""

from datetime import timedelta

import pytest

from lms.grading import attention_queries, regrading, trail_keeping
from lms.learning import service as learning

DAY = timedelta(days=1)


@pytest.fixture
def run(offered, now):
    """A run that opened a month ago."""
    return offered(opens=now - 30 * DAY)


@pytest.fixture
def page(visit, idris, run):
    """The page of the run, as its instructor sees it."""
    return lambda: visit(idris).get(f"/teach/runs/{run.public_id}").text


def needy(text):
    start = text.index('aria-labelledby="needy"')
    return text[start : text.index("</section>", start)]


def test_a_learner_who_has_long_done_nothing_is_named_with_the_reason(
    page, session, salma, run, now
):
    place = learning.enrol(session, run, salma, code="", now=now - 20 * DAY)

    told = needy(page())

    assert "Salma" in told
    assert f'href="/teach/enrolments/{place.public_id}"' in told
    assert "no work for 20 days" in told
    assert "overdue" in told


def test_a_learner_who_worked_lately_is_not_called_quiet(page, session, salma, run, find, now):
    place = learning.enrol(session, run, salma, code="", now=now - 20 * DAY)
    learning.set_done(session, place, find(place, "counting"), done=True, now=now - DAY)

    assert "no work for" not in page()


def test_work_that_fell_short_twice_is_named(page, session, salma, run, handed_in, settled, now):
    place = learning.enrol(session, run, salma, code="", now=now - DAY)
    for answer in ("a = 1", "a = 2"):
        settled(handed_in(place, answer=answer, at=now - DAY), 1, at=now - DAY)

    assert "2 attempts, 12" in needy(page())


def test_who_has_completed_the_course_is_not_named(page, session, salma, run, now):
    place = learning.enrol(session, run, salma, code="", now=now - 20 * DAY)
    learning.complete(session, place, now=now - 15 * DAY)

    told = needy(page())

    assert "Salma" not in told
    assert "Nothing says that anybody needs help now." in told


def test_nobody_needs_help_before_a_run_opens(visit, session, idris, salma, offered, now):
    run = offered(opens=now + DAY)
    learning.enrol(session, run, salma, code="", now=now - 20 * DAY)

    told = needy(visit(idris).get(f"/teach/runs/{run.public_id}").text)

    assert "Salma" not in told
    assert "The run has not opened yet." in told


def test_each_bar_of_a_step_stands_beside_its_numbers(page, session, salma, run, find, now):
    place = learning.enrol(session, run, salma, code="", now=now - DAY)
    learning.set_done(session, place, find(place, "counting"), done=True, now=now)

    text = page()

    steps = sum(len(m.lessons) + len(m.assignments) + len(m.quizzes) for m in run.version.modules)
    assert text.count('<svg class="bar"') == steps + 4
    assert 'width="160.0"' in text


def test_a_mark_that_changes_is_seen_at_once_where_all_was_kept(
    visit, session, salma, idris, offered, handed_in, settled, now
):
    run = offered(opens=now - 2 * DAY)
    place = learning.enrol(session, run, salma, code="", now=now - DAY)
    for answer in ("a = 1", "a = 2"):
        submission = settled(handed_in(place, answer=answer, at=now - DAY), 1, at=now - DAY)
    trail_keeping.keep_some(session)
    assert not attention_queries.any_unknown(session)
    before = visit(idris).get(f"/teach/runs/{run.public_id}").text

    regrading.mark_again(session, submission, by=idris, now=now)
    settled(submission, 4)

    after = visit(idris).get(f"/teach/runs/{run.public_id}").text
    assert ("2 attempts" in needy(before), "2 attempts" in needy(after)) == (True, False)
    assert (">25%<" in before, ">100%<" in after) == (True, True)
