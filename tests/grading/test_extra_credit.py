"""Extra credit: who gives it, within what, what it does to a grade, and how it is taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.core.journal import JournalEntry
from lms.grading import by_hand, queries, regrade_queries, regrading, reviews, service
from lms.grading.by_hand import Opinion
from lms.grading.marking import Mark, Verdict
from lms.grading.parts import Part
from lms.grading.runs import Ending
from lms.grading.states import Scope
from lms.institutes import service as accounts
from lms.institutes.rules import Role

HOUR = timedelta(hours=1)


@pytest.fixture
def doubled(place, handed_in, settled):
    """Salma's work, to which the tests gave 3 of 4 points."""
    return settled(handed_in(place), 3)


@pytest.fixture
def review(session, doubled, idris, noon):
    """Idris looks at the work again."""

    def review(points=None, extra=None, text="A tidy answer.", of=doubled, cell="tests"):
        reviews.answer(session, of, cell, text, points, extra=extra, by=idris, now=noon)

    return review


def mark(doubled):
    found = queries.latest_marked(doubled).marks[0]
    return found.score, found.extra


def grade(session, doubled):
    found = queries.grades(session, [doubled.enrolment])[
        doubled.enrolment_id, doubled.assignment_id
    ]
    return found.score, found.max_score, found.share, found.extra


def test_it_stands_beside_what_the_tests_gave(session, doubled, review):
    review(extra=0.5)

    assert mark(doubled) == (3, 0.5)
    assert queries.latest_marked(doubled).marks[0].automatic is None
    assert grade(session, doubled) == (3.5, 4, 0.875, 0.5)
    ((_mark, (told,)),) = by_hand.told_to_learner(session, doubled)
    assert (told.extra, told.comment) == (0.5, "A tidy answer.")


def test_no_share_passes_the_whole(session, doubled, review):
    review(extra=4)

    assert grade(session, doubled) == (7, 4, 1, 4)


@pytest.mark.parametrize("extra", [-0.5, 4.5, float("nan"), float("inf")])
def test_it_is_never_negative_and_at_most_what_the_assignment_is_worth(doubled, review, extra):
    with pytest.raises(by_hand.ExtraOutOfRange):
        review(extra=extra)

    assert mark(doubled) == (3, 0)


def test_nothing_takes_it_back_and_the_learner_reads_no_more_of_it(session, doubled, review):
    review(extra=1)
    review(extra=0, text="It was another's.")

    assert mark(doubled) == (3, 0)
    assert grade(session, doubled)[-1] == 0
    assert by_hand.told_to_learner(session, doubled) == []


def test_it_holds_when_the_work_is_marked_again_beside_what_the_tests_say_then(
    session, doubled, review, settled, idris, noon
):
    review(extra=1)
    regrading.mark_again(session, doubled, by=idris, now=noon)
    session.expire_all()

    settled(doubled, 2, at=noon + HOUR)

    assert mark(doubled) == (2, 1)
    assert grade(session, doubled) == (3, 4, 0.75, 1)


def test_a_regrade_carries_it_and_shows_no_change_of_it(
    session, place, doubled, review, settled, find, idris, noon
):
    review(extra=1)
    regrade = regrading.begin(
        session, place.run, find(place, "double"), place.run.version, scope=Scope.ALL,
        reason="A test was wrong.", by=idris, now=noon,
    )  # fmt: skip
    trial = service.claim(session, lease=HOUR, now=noon)
    again = Mark("tests", 3, 4, Verdict.PASSED, None)
    service.settle(session, trial, [Part("", Ending.FINISHED, (again,), None, 0.1)], now=noon)

    (row,) = regrade_queries.pairs(session, regrade, regrade_queries.Extent()).values()

    assert [cell.extra for cell in (*row.before, *row.after)] == [1, 1]


def test_points_given_later_leave_it(doubled, review):
    review(extra=1)
    review(points=4)

    assert mark(doubled) == (4, 1)


def test_late_work_loses_its_part_of_it(session, doubled, review, find, place):
    assignment = find(place, "double")
    assignment.loss_per_day, assignment.least_share = 0.5, 0.5
    assignment.due_after_days = 0
    doubled.handed_in += timedelta(days=1)

    review(extra=1)

    result = service.result(doubled)
    assert (result.points, result.extra, result.share) == (2, 0.5, 0.5)


def test_a_bonus_can_be_given_by_hand_though_it_is_worth_nothing_else(session, doubled, review):
    found = queries.latest_marked(doubled).marks[0]
    found.score, found.max_score = 0, 0
    session.flush()

    with pytest.raises(by_hand.PointsOutOfRange):
        review(points=1)
    review(extra=1)

    assert mark(doubled) == (0, 1)
    assert grade(session, doubled) == (1, 0, 1, 1)


def test_the_journal_keeps_who_gave_it(session, doubled, review, idris):
    review(extra=1)
    review(extra=0)

    entries = session.scalars(select(JournalEntry).where(JournalEntry.deed == "mark.given")).all()
    assert [(each.details["points"], each.details["extra"]) for each in entries] == [
        (None, 1),
        (None, 0),
    ]


@pytest.fixture
def essay(place, handed_in, settled):
    """Salma's essay, which waits for points."""
    return settled(handed_in(place, "why", answer="Because."), None)


@pytest.fixture
def markers(session, essay, institute_called, idris, noon):
    """Idris and Meryem, both of whom must mark the essay."""
    meryem = accounts.sign_up(
        session, email="meryem@fez.example", name="Meryem", password="a sentence to remember",
        locale="en", now=noon,
    )  # fmt: skip
    accounts.grant(session, institute_called("fez"), meryem, Role.INSTRUCTOR, now=noon)
    by_hand.demand_second(session, essay.enrolment.run, essay.assignment, 0.5, by=idris, now=noon)
    return idris, meryem


@pytest.fixture
def give(session, essay, noon):
    """Gives the essay points and extra credit."""

    def give(by, points, extra=None):
        by_hand.give(session, essay, "reason", Opinion(points, extra=extra), by=by, now=noon)

    return give


def test_one_of_two_markers_gives_none_alone(essay, markers, give):
    give(markers[0], 4, 1)

    assert mark(essay) == (None, 0)


def test_two_markers_who_agree_give_their_mean(session, essay, markers, give):
    give(markers[0], 4, 1)
    give(markers[1], 4, 0.5)

    assert mark(essay) == (4, 0.75)
    assert grade(session, essay)[-1] == 0.75


def test_two_markers_who_differ_on_it_alone_wait_for_a_third_look(
    session, essay, markers, give, noon
):
    give(markers[0], 4, 2)
    give(markers[1], 4)
    assert mark(essay) == (None, 0)

    settling = Opinion(4, extra=1)
    by_hand.reconcile(session, essay, "reason", settling, by=markers[0], now=noon)

    assert mark(essay) == (4, 1)


def test_points_thought_of_anew_leave_the_extra_credit_that_one_of_two_gave(essay, markers, give):
    give(markers[0], 3, 1)
    give(markers[0], 4)
    give(markers[1], 4, 1)

    assert mark(essay) == (4, 1)


def test_a_review_does_not_spare_it_the_second_marker(essay, markers, give, review):
    give(markers[0], 4, 1)

    with pytest.raises(reviews.NotMarkedYet):
        review(extra=1, of=essay, cell="reason")

    assert mark(essay) == (None, 0)
