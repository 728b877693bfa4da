"""Wishes to have tests tried: asked for on the site, fulfilled by a worker."""

from datetime import timedelta

import pytest

from lms.checking import LEASE, try_next
from lms.grading import checks
from lms.grading.execution import NoWalls
from lms.grading.quality import Quality
from lms.grading.runs import Ending
from lms.grading.sandbox import Wall
from lms.worker import Worker


@pytest.fixture
def double(place, find):
    return find(place, "double")


@pytest.fixture
def wish(session, double, idris, noon):
    return checks.ask(session, double, by=idris, now=noon)


@pytest.fixture
def tries(session, lms, noon):
    """Lets a worker try what waits, some time after noon."""

    def go(after=timedelta(0)):
        session.commit()
        done = try_next(lms, lambda: noon + after)
        session.expire_all()
        return done

    return go


def test_the_tests_are_tried_once_for_each_wish(session, wish, double, tries, sandbox, noon):
    assert tries()
    assert not tries()

    assert len(Quality.from_json(double.notebooks[0].quality).tried) == 4
    assert (wish.settled, wish.failed, wish.claimed_until) == (noon, False, None)
    assert len(sandbox.ran) == 10


def test_who_asks_while_it_is_not_done_asks_for_the_same(session, wish, double, idris, tries, noon):
    assert checks.ask(session, double, by=idris, now=noon) is wish

    tries()

    assert checks.ask(session, double, by=idris, now=noon) is not wish


def test_an_assignment_without_a_record_gets_it_on_the_way(wish, double, tries):
    double.notebooks[0].record = None

    tries()

    assert double.notebooks[0].record is not None
    assert double.notebooks[0].quality is not None


def test_each_notebook_of_an_assignment_is_tried_and_the_claim_lasts_as_long(
    session, lms, several, salma, find, idris, sandbox, noon
):
    assignment = find(several(salma), "double")
    wish = checks.ask(session, assignment, by=idris, now=noon)
    session.commit()
    moments = iter(noon + minutes * timedelta(minutes=29) for minutes in range(10))
    claims = []
    run = sandbox.run

    def watched(*given, **more):
        with lms.database.reading() as reading:
            claims.append(reading.get(type(wish), wish.id).claimed_until)
        return run(*given, **more)

    sandbox.run = watched
    try_next(lms, lambda: next(moments))
    session.expire_all()

    assert [each.quality is not None for each in assignment.notebooks] == [True, True, True]
    assert wish.settled > noon + LEASE
    assert len(set(claims)) == 3


def test_where_nothing_can_be_run_the_wish_waits_on(wish, double, tries, sandbox):
    sandbox.ending = Ending.UNAVAILABLE

    with pytest.raises(NoWalls):
        tries()
    sandbox.ending = Ending.FINISHED

    assert tries()
    assert wish.claims == 1
    assert double.notebooks[0].quality is not None


def test_what_a_worker_that_died_had_in_hand_is_taken_again_and_then_given_up(
    session, wish, double, tries, noon
):
    for times in range(2):
        later = noon + times * (LEASE + timedelta(seconds=1))
        assert checks.claim(session, lease=LEASE, now=later) is wish
    assert not tries(LEASE)  # Still claimed.

    assert not tries(3 * LEASE)

    assert (wish.settled is not None, wish.failed, double.notebooks[0].quality) == (
        True,
        True,
        None,
    )


def test_a_worker_without_walls_tries_nothing_and_one_with_walls_does(
    session, lms, wish, double, sandbox
):
    session.commit()
    worker = Worker(lms)
    sandbox.walls = (Wall("network", False, "the network is open"),)
    worker.test_walls()
    worker.try_tests()
    session.expire_all()
    assert (wish.claims, double.notebooks[0].quality) == (0, None)
    session.commit()

    sandbox.walls = (Wall("network", True, "cut off"),)
    worker.test_walls()
    worker.try_tests()
    session.expire_all()

    assert double.notebooks[0].quality is not None


def test_a_fault_of_one_wish_ends_no_worker(session, lms, wish, sandbox):
    session.commit()
    worker = Worker(lms)
    worker.test_walls()
    sandbox.breaks = RuntimeError

    worker.try_tests()

    session.expire_all()
    assert (wish.failed, wish.assignment.notebooks[0].quality) == (True, None)
    sandbox.breaks = None
    session.commit()
    worker.try_tests()
    session.expire_all()
    assert (
        wish.assignment.notebooks[0].quality is None
    )  # It waits no longer; somebody has to ask again.
