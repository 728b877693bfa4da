"""The marks of a regrade come to count some after others, each work's as a whole, and once."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import select

from lms.core.db import Database
from lms.core.journal import JournalEntry
from lms.grading import applying, by_hand, queries, regrade_queries, regrading, service
from lms.grading.by_hand import Opinion
from lms.grading.marking import Mark, Verdict
from lms.grading.models import GradingRun
from lms.grading.parts import Part
from lms.grading.runs import Ending
from lms.grading.states import Scope
from lms.institutes import queries as institutes
from lms.institutes.rules import News
from lms.worker import Worker


class PowerCut(Exception):
    """The worker dies at this moment."""


@pytest.fixture(autouse=True)
def one_at_once(monkeypatch):
    """The work of one learner makes a portion."""
    monkeypatch.setattr(applying, "AT_ONCE", 1)


@pytest.fixture
def double(place, find):
    return find(place, "double")


@pytest.fixture
def learners(place, enrolled, rim, rachid):
    """Salma, Rim and Rachid learn together."""
    return [place, enrolled(rim, place.run), enrolled(rachid, place.run)]


@pytest.fixture
def mark_all(session, noon):
    """Marks everything that waits with so many points."""

    def mark(points, cell="tests", verdict=Verdict.PASSED):
        while run := service.claim(session, lease=noon - noon, now=noon):
            marks = (Mark(cell, points, 4.0, verdict, None),)
            service.settle(session, run, [Part("", Ending.FINISHED, marks, None, 0.1)], now=noon)

    return mark


@pytest.fixture
def applied(session, learners, handed_in, settled, mark_all, idris, noon):
    """A regrade that lifts each of three grades from two points to three, just applied."""
    for who in learners:
        settled(handed_in(who), 2)
    run = learners[0].run
    regrade = regrading.begin(
        session, run, None, run.version, scope=Scope.ALL, reason="So.", by=idris, now=noon
    )
    mark_all(3.0)
    regrading.apply(session, regrade, by=idris, now=noon)
    session.commit()
    return regrade


@pytest.fixture
def go_on(lms, session, noon):
    """Lets the next portion count; or dies before that is kept."""

    def go_on(dies=False):
        session.commit()
        with lms.database.writing() as worker:
            found = applying.apply_some(worker, now=noon)
            if dies:
                raise PowerCut
        session.expire_all()
        return found

    return go_on


@pytest.fixture
def standing(session, learners, double):
    """Of each learner the grade, the runs that count, how often they were told, the journal."""

    def of(who):
        grade = queries.grades(session, [who])[who.id, double.id]
        notices = institutes.notices(session, who.person)
        deeds = select(JournalEntry.deed).where(
            JournalEntry.subject == grade.submission.public_id,
            JournalEntry.deed == "grade.regraded",
        )
        return (
            grade.score,
            len(grade.submission.runs),
            sum(each.kind == News.MARKS_CHANGED for each in notices),
            len(session.scalars(deeds).all()),
        )

    def standing():
        session.expire_all()
        return [of(who) for who in learners]

    return standing


BEFORE, AFTER = (2, 1, 0, 0), (3, 2, 1, 1)


def counted(session, regrade):
    progress = regrade_queries.progress(session, regrade)
    return progress.counted, progress.marked


def test_one_work_after_another_comes_to_count_with_all_that_follows(
    session, applied, go_on, standing
):
    seen = [(standing(), counted(session, applied), applied.is_being_applied)]
    while go_on():
        seen.append((standing(), counted(session, applied), applied.is_being_applied))

    assert seen == [
        ([BEFORE, BEFORE, BEFORE], (0, 3), True),
        ([AFTER, BEFORE, BEFORE], (1, 3), True),
        ([AFTER, AFTER, BEFORE], (2, 3), True),
        ([AFTER, AFTER, AFTER], (3, 3), True),
        ([AFTER, AFTER, AFTER], (3, 3), False),
    ]


@pytest.mark.parametrize("portion", range(4))
def test_a_worker_that_dies_in_a_portion_leaves_nothing_of_it_and_another_goes_on(
    applied, go_on, standing, portion
):
    for _ in range(portion):
        go_on()

    with pytest.raises(PowerCut):
        go_on(dies=True)

    assert standing() == [AFTER] * portion + [BEFORE] * (3 - portion)
    while go_on():
        pass
    assert standing() == [AFTER] * 3


def test_two_workers_apply_it_once(lms, session, applied, standing):
    # Each with its own connections, as two processes have.
    file = lms.database.engine.url.set(database=f"{lms.settings.data}/jazari.sqlite")
    others = [replace(lms, database=Database(str(file))) for _ in range(2)]
    session.commit()
    workers = [threading.Thread(target=Worker(each).apply_regrades) for each in others]

    for each in workers:
        each.start()
    for each in workers:
        each.join()

    for each in others:
        each.database.close()
    assert standing() == [AFTER] * 3
    assert not applied.is_being_applied


def test_the_attempts_of_a_learner_count_together_and_are_told_of_once(
    session, place, handed_in, settled, mark_all, idris, noon, double, go_on
):
    for answer, points in (("one", 1), ("two", 2)):
        settled(handed_in(place, answer=answer), points)
    regrade = regrading.begin(
        session, place.run, double, place.run.version,
        scope=Scope.ALL, reason="So.", by=idris, now=noon,
    )  # fmt: skip
    mark_all(3.0)
    regrading.apply(session, regrade, by=idris, now=noon)

    go_on()

    told = institutes.notices(session, place.person)
    assert sum(each.kind == News.MARKS_CHANGED for each in told) == 1
    assert counted(session, regrade) == (2, 2)


def test_an_attempt_that_came_in_meanwhile_keeps_its_weight(
    session, applied, learners, handed_in, settled, double, go_on, standing
):
    better = settled(handed_in(learners[2], answer="better"), 4)
    while go_on():
        pass

    grade = queries.grades(session, [learners[2]])[learners[2].id, double.id]
    assert (grade.score, grade.submission_id) == (4, better.id)
    assert standing()[:2] == [AFTER, AFTER]


def test_points_that_somebody_gives_meanwhile_hold(
    session, place, find, handed_in, settled, mark_all, idris, noon, go_on
):
    work = settled(handed_in(place, "why", answer="Because."), None)
    regrade = regrading.begin(
        session, place.run, None, place.run.version,
        scope=Scope.ALL, reason="So.", by=idris, now=noon,
    )  # fmt: skip
    mark_all(None, cell="reason", verdict=Verdict.MANUAL)
    mark = queries.latest_marked(work).marks[0]
    regrading.apply(session, regrade, by=idris, now=noon)

    by_hand.give(session, work, "reason", Opinion(mark.max_score), by=idris, now=noon)
    go_on()

    assert len(work.runs) == 2
    scores = [
        each.score for each in session.scalars(select(GradingRun)).all() for each in each.marks
    ]
    assert scores[0] == mark.max_score


def test_while_it_is_applied_it_is_neither_discarded_nor_crossed(
    session, applied, learners, double, idris, noon, go_on
):
    go_on()
    work = queries.submissions(session, learners[2], double)[0]

    with pytest.raises(regrading.DecidedAlready):
        regrading.discard(session, applied, by=idris, now=noon)
    with pytest.raises(regrading.UnderRegrade):
        regrading.mark_again(session, work, by=idris, now=noon)
    with pytest.raises(regrading.UnderRegrade):
        regrading.begin(
            session, learners[0].run, double, learners[0].run.version,
            scope=Scope.ALL, reason="So.", by=idris, now=noon,
        )  # fmt: skip


def test_when_it_is_applied_another_may_begin(
    session, applied, learners, double, idris, noon, go_on
):
    while go_on():
        pass

    again = regrading.begin(
        session, learners[0].run, double, learners[0].run.version,
        scope=Scope.ALL, reason="So.", by=idris, now=noon,
    )  # fmt: skip

    assert regrade_queries.progress(session, again).total == 3


def test_what_is_not_decided_or_discarded_is_not_applied(
    session, learners, handed_in, settled, mark_all, idris, noon, go_on, standing
):
    for who in learners:
        settled(handed_in(who), 2)
    run = learners[0].run
    regrade = regrading.begin(
        session, run, None, run.version, scope=Scope.ALL, reason="So.", by=idris, now=noon
    )
    mark_all(3.0)

    undecided = go_on()
    regrading.discard(session, regrade, by=idris, now=noon)
    discarded = go_on()

    assert (undecided, discarded) == (False, False)
    assert standing() == [BEFORE] * 3


def test_a_portion_reads_no_table_of_work_from_one_end_to_the_other(lms, applied, noon, plans):
    def portion():
        with lms.database.writing() as worker:
            applying.apply_some(worker, now=noon)

    steps = [step for query in plans(portion) for step in query]

    tables = ("mark", "grading_run", "submission", "grade", "person", "enrolment", "notice")
    assert steps
    assert [
        step for step in steps if step.startswith(tuple(f"SCAN {each}" for each in tables))
    ] == []
