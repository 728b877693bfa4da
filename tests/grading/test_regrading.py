"""Marking the work of a run again: as a trial, applied or discarded."""

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, text

from lms.core.i18n import say
from lms.core.journal import JournalEntry
from lms.grading import (
    applying,
    by_hand,
    hand_queries,
    queries,
    regrade_queries,
    regrading,
    service,
    showing,
)
from lms.grading.by_hand import Opinion
from lms.grading.comparison import Direction
from lms.grading.marking import Mark, Verdict
from lms.grading.models import GradingRun
from lms.grading.parts import Part, refused
from lms.grading.runs import Ending
from lms.grading.states import Decision, Scope, State
from lms.institutes import queries as institutes
from lms.institutes.rules import News

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def begin(session, place, idris, noon):
    """Has Idris begin a regrade of Salma's run."""

    def begin(assignment=None, version=None, scope=Scope.ALL, by=idris, run=place.run):
        return regrading.begin(
            session, run, assignment, version or run.version,
            scope=scope, reason="A test was wrong.", by=by, now=noon,
        )  # fmt: skip

    return begin


@pytest.fixture
def mark_all(session, noon):
    """Marks everything that waits: so many points, or as a function of the submission says."""

    def mark(points=4.0, most=4.0, cell="tests", verdict=Verdict.PASSED, at=noon):
        while run := service.claim(session, lease=HOUR, now=noon):
            given = points(run.submission) if callable(points) else points
            service.settle(
                session,
                run,
                [Part("", Ending.FINISHED, (Mark(cell, given, most, verdict, None),), None, 0.1)],
                now=at,
            )

    return mark


@pytest.fixture
def apply(session, idris, noon):
    """Has Idris apply a regrade, and the worker let all of its marks count."""

    def apply(regrade, at=noon + HOUR):
        regrading.apply(session, regrade, by=idris, now=at)
        while applying.apply_some(session, now=at):
            pass
        session.flush()
        session.expire_all()

    return apply


@pytest.fixture
def double(place, find):
    return find(place, "double")


def news(session, person):
    """What somebody was told after their work was marked for the first time."""
    return [n for n in institutes.notices(session, person) if n.kind != News.MARKS_READY]


def told(session, person):
    return [str(each.sentence) for each in news(session, person)]


def deeds(session, subject):
    found = select(JournalEntry.deed).where(JournalEntry.subject == subject.public_id)
    return session.scalars(found.order_by(JournalEntry.id)).all()


def waiting(session):
    return session.scalar(
        select(func.count()).select_from(GradingRun).where(GradingRun.state == State.QUEUED)
    )


def test_until_it_is_applied_nothing_changes_and_nobody_is_told(
    session, place, handed_in, settled, grade, double, begin, mark_all, salma
):
    work = settled(handed_in(place), 4)
    before = service.result(work)

    regrade = begin()
    mark_all(points=1)
    session.expire_all()

    assert regrade_queries.progress(session, regrade).is_done
    assert len(work.runs) == 1
    assert service.result(work) == before
    assert queries.latest_marked(work).marks[0].score == 4
    assert grade(place, double).score == 4
    assert told(session, salma) == []


def test_what_would_change_is_shown_and_then_is_so(
    session, place, enrolled, rim, handed_in, settled, grade, double, begin, mark_all, apply, noon
):
    hers = enrolled(rim, place.run)
    work, other = settled(handed_in(place), 2), settled(handed_in(hers), 4)
    regrade = begin(double)
    mark_all(points=lambda submission: 4 if submission.id == work.id else 1)

    preview = regrading.outcomes(session, regrade)
    apply(regrade)
    after = regrading.outcomes(session, regrade)

    said = [
        (o.enrolment.id, o.change.before.points, o.change.after.points, o.change.direction)
        for o in preview
    ]
    assert said == [(hers.id, 4, 1, Direction.DOWN), (place.id, 2, 4, Direction.UP)]
    assert [o.change for o in after] == [o.change for o in preview]
    assert [grade(who, double).score for who in (place, hers)] == [4, 1]
    assert [len(each.runs) for each in (work, other)] == [2, 2]
    assert deeds(session, regrade) == ["regrade.begun", "regrade.applied", "regrade.finished"]
    assert deeds(session, work)[-1] == deeds(session, other)[-1] == "grade.regraded"


def test_who_gets_another_grade_is_told_both_and_why_and_nobody_else(
    session, place, enrolled, rim, salma, handed_in, settled, begin, mark_all, apply
):
    work, _ = settled(handed_in(place), 2), settled(handed_in(enrolled(rim, place.run)), 4)
    regrade = begin()
    mark_all(points=4)

    apply(regrade)

    (notice,) = news(session, salma)
    assert str(notice.sentence) == (
        "“Doubling” was marked again. Your grade was 2.0 of 4.0 points and is now 4.0 of 4.0."
        " The reason: A test was wrong."
    )
    assert (notice.kind, notice.about) == (News.MARKS_CHANGED, work.public_id)
    assert told(session, rim) == []


@pytest.mark.parametrize(
    ("points", "sentences"),
    [
        pytest.param(4, ["Your grade was 3.0 of 4.0 points and is now 4.0 of 4.0."], id="up"),
        pytest.param(0, ["Your grade was 3.0 of 4.0 points and is now 0.0 of 4.0."], id="down"),
        pytest.param(3, [], id="the same"),
    ],
)
def test_who_gets_another_grade_by_one_marking_more_is_told(
    session, place, handed_in, settled, salma, idris, noon, points, sentences
):
    work = settled(handed_in(place), 3)
    assert told(session, salma) == []

    regrading.mark_again(session, work, by=idris, now=noon)
    session.expire_all()
    settled(work, points)

    assert [text.split("again. ")[1] for text in told(session, salma)] == sentences


def test_earlier_markings_are_kept_with_what_the_next_changed(
    session, place, handed_in, settled, idris, noon
):
    work = settled(handed_in(place), 3)
    for points in (1, 1):
        regrading.mark_again(session, work, by=idris, now=noon)
        session.expire_all()
        settled(work, points)

    shown = [
        (each.points.points, [(c.before.score, c.after.score) for c in each.cells])
        for each in showing.earlier(work)
    ]
    assert shown == [(1, []), (3, [(3, 1)])]


def test_what_is_discarded_never_counts(
    session, place, handed_in, settled, grade, double, begin, mark_all, idris, salma, noon
):
    work = settled(handed_in(place), 4)
    regrade = begin()
    mark_all(points=0)

    regrading.discard(session, regrade, by=idris, now=noon)
    session.expire_all()

    assert grade(place, double).score == service.result(work).points == 4
    assert regrade.decision is Decision.DISCARDED
    assert told(session, salma) == []
    assert deeds(session, regrade) == ["regrade.begun", "regrade.discarded"]
    assert service.claim(session, lease=HOUR, now=noon) is None


def test_discarding_takes_what_waits_out_of_the_queue(
    session, place, handed_in, settled, begin, idris, noon
):
    settled(handed_in(place), 4)
    regrade = begin()
    assert waiting(session) == 1

    regrading.discard(session, regrade, by=idris, now=noon)

    assert waiting(session) == 0


def test_a_regrade_is_decided_once_and_only_when_it_is_done(
    session, place, handed_in, settled, begin, mark_all, apply, idris, noon
):
    settled(handed_in(place), 4)
    regrade = begin()

    with pytest.raises(regrading.StillMarking):
        apply(regrade)
    mark_all()
    apply(regrade)
    with pytest.raises(regrading.DecidedAlready):
        apply(regrade)
    with pytest.raises(regrading.DecidedAlready):
        regrading.discard(session, regrade, by=idris, now=noon)


def test_work_is_marked_with_the_tests_of_another_version_its_own_rules_staying(
    session, place, handed_in, settled, grade, double, begin, next_version, mark_all, apply, noon
):
    double.loss_per_day, double.least_share = 0.5, 0.0
    due = queries.due(place.run, double, None)
    work = settled(handed_in(place, at=due + HOUR), 4)
    regrade = begin(double, next_version)
    run = service.claim(session, lease=HOUR, now=noon)
    other = regrade_queries.marked_with(run)
    service.give_back(session, run)

    mark_all(points=6, most=6)
    apply(regrade, at=due + DAY)

    assert other.id != double.id
    assert (other.module.version.number, other.slug, other.max_score) == (2, "double", 6)
    settled_grade = grade(place, double)
    assert (settled_grade.score, settled_grade.max_score) == (3, 6)
    assert work.assignment is double


def test_what_comes_in_after_an_applied_regrade_is_marked_by_the_same_tests(
    session, place, handed_in, settled, double, begin, next_version, mark_all, apply, idris, noon
):
    first = settled(handed_in(place, answer="one"), 4)
    regrade = begin(double, next_version)
    mark_all(most=6)
    apply(regrade)

    second = handed_in(place, answer="two")
    settled(second, 4)
    again = regrading.mark_again(session, first, by=idris, now=noon)
    essay = handed_in(place, "why", answer="Because.")

    versions = [
        regrade_queries.marked_with(run).module.version.number
        for run in (second.runs[0], again, essay.runs[0])
    ]
    assert versions == [2, 2, 1]


def test_a_discarded_regrade_leaves_later_work_to_its_own_tests(
    session, place, handed_in, settled, double, begin, next_version, idris, noon
):
    settled(handed_in(place, answer="one"), 4)
    regrade = begin(double, next_version)

    while_open = handed_in(place, answer="two")
    regrading.discard(session, regrade, by=idris, now=noon)

    assert regrade_queries.marked_with(while_open.runs[0]) is double
    assert regrade_queries.tests_since(session, place.run, double) is None


def test_a_regrade_with_the_run_s_own_tests_takes_an_earlier_one_back(
    session, place, handed_in, settled, double, begin, next_version, mark_all, apply
):
    settled(handed_in(place), 4)
    for version in (next_version, None):
        regrade = begin(double, version)
        mark_all()
        apply(regrade)

    assert regrade_queries.tests_since(session, place.run, double) is None


def test_another_run_of_the_course_is_left_alone(
    session, place, enrolled, rim, handed_in, settled, begin, next_version, mark_all, apply, find
):
    elsewhere = enrolled(rim)
    work = settled(handed_in(elsewhere), 4)
    settled(handed_in(place), 4)
    regrade = begin(None, next_version)
    mark_all(points=0)

    apply(regrade)

    assert len(work.runs) == 1
    assert regrade_queries.tests_since(session, elsewhere.run, find(elsewhere, "double")) is None


def test_points_that_people_gave_hold_and_the_preview_knows_those_given_meanwhile(
    session, place, handed_in, settled, grade, find, begin, mark_all, apply, idris, noon
):
    work = settled(handed_in(place, "why", answer="Because."), None)
    by_hand.give(session, work, "reason", Opinion(2), by=idris, now=noon)
    regrade = begin()
    mark_all(points=None, most=5, cell="reason", verdict=Verdict.MANUAL)
    by_hand.give(session, work, "reason", Opinion(5), by=idris, now=noon)

    (outcome,) = regrading.outcomes(session, regrade)
    apply(regrade)

    assert not outcome.change.is_any
    assert grade(place, find(place, "why")).score == 5
    assert hand_queries.queues(session, [place.run.institute], idris) == []


def test_a_trial_puts_nothing_into_the_queue_of_markers(
    session, place, handed_in, settled, begin, mark_all, idris, noon
):
    settled(handed_in(place), 4)
    begin()
    mark_all(points=None, verdict=Verdict.MANUAL)

    assert queries.awaiting_hand(session, [place.run.institute], idris) == []
    assert hand_queries.queues(session, [place.run.institute], idris) == []


def test_what_cannot_be_marked_again_keeps_its_marks(
    session, place, handed_in, settled, grade, double, begin, apply, noon
):
    work = settled(handed_in(place), 3)
    regrade = begin()
    run = service.claim(session, lease=HOUR, now=noon)
    service.refuse(session, run, [refused("", say("This file is not a notebook."))], now=noon)

    apply(regrade)

    assert regrade_queries.progress(session, regrade).failed == 1
    assert grade(place, double).score == 3
    assert [each.state for each in work.runs] == [State.MARKED]


@pytest.mark.parametrize(("scope", "number"), [(Scope.ALL, 2), (Scope.COUNTING, 1)])
def test_every_attempt_is_marked_or_only_those_that_count(
    session, place, handed_in, settled, begin, scope, number
):
    settled(handed_in(place, answer="one"), 4)
    settled(handed_in(place, answer="two"), 1)

    begin(scope=scope)

    assert waiting(session) == number


def test_the_better_of_two_attempts_may_be_another_afterwards(
    session, place, handed_in, settled, grade, double, begin, mark_all, apply
):
    settled(handed_in(place, answer="one"), 3)
    second = settled(handed_in(place, answer="two"), 2)
    regrade = begin()
    mark_all(points=lambda work: 4 if work.id == second.id else 1)

    apply(regrade)

    assert grade(place, double).submission_id == second.id


def test_own_work_and_work_that_waits_are_left_out(
    session, place, enrolled, idris, handed_in, settled, begin, double
):
    settled(handed_in(enrolled(idris, place.run)), 4)
    handed_in(place)

    with pytest.raises(regrading.NothingToRegrade):
        begin(double)


def test_two_regrades_of_the_same_work_do_not_cross(
    session, place, find, handed_in, settled, double, begin, idris, noon
):
    work = settled(handed_in(place), 4)
    settled(handed_in(place, "why", answer="Because."), 5)
    begin(double)

    begin(find(place, "why"))
    for assignment in (double, None):
        with pytest.raises(regrading.UnderRegrade):
            begin(assignment)
    with pytest.raises(regrading.UnderRegrade):
        regrading.mark_again(session, work, by=idris, now=noon)


def test_a_grade_that_a_regrade_lifts_completes_the_course(
    place, handed_in, settled, begin, mark_all, apply
):
    settled(handed_in(place), 0)
    settled(handed_in(place, "why", answer="Because."), 5)
    regrade = begin(place.run.version.modules[0].assignments[0])
    mark_all()
    assert place.completed is None

    apply(regrade)

    assert place.completed is not None


def test_new_work_is_taken_before_a_regrade_that_waits_longer(
    session, place, handed_in, settled, begin, noon
):
    settled(handed_in(place, answer="one"), 4)
    begin()
    new = handed_in(place, answer="two")

    taken = [service.claim(session, lease=HOUR, now=noon) for _ in range(3)]

    assert [run and (run.submission.number, run.trial) for run in taken] == [
        (2, False),
        (1, True),
        None,
    ]
    assert queries.place_in_line(session, new.runs[0]) == 0


def test_a_new_work_is_next_in_line_whatever_a_regrade_holds(
    session, place, handed_in, settled, begin
):
    settled(handed_in(place, answer="one"), 4)
    begin()

    assert queries.place_in_line(session, handed_in(place, answer="two").runs[0]) == 1


def test_the_next_run_is_sought_in_the_index_and_nothing_is_sorted(
    session, place, handed_in, settled, begin, noon
):
    work = settled(handed_in(place), 4)
    regrade = begin()
    trial = {"submission_id": work.id, "regrade_id": regrade.id, "trial": True, "queued": noon}
    session.execute(insert(GradingRun), [trial] * 200)
    seen = []
    execute = session.connection().exec_driver_sql

    for which in ("IS NULL", "IS NOT NULL"):
        for waits in ("state = 'queued'", "state = 'running' AND claimed_until < '2026-01-01'"):
            plan = execute(
                f"EXPLAIN QUERY PLAN SELECT * FROM grading_run WHERE regrade_id {which}"
                f" AND {waits} ORDER BY regrade_id, id LIMIT 1"
            ).all()
            seen += [row[-1] for row in plan]

    assert len(seen) == 4
    assert all("ix_grading_run_state_regrade_id_id" in line for line in seen)
    assert session.execute(text("SELECT 1")).scalar() == 1
