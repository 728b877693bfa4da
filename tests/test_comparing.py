"""Many works are compared by the worker, for whoever asked on the site."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from lms import comparing
from lms.comparing import compare_next
from lms.core.errors import NotFound
from lms.grading import pair_queries, resemblance, resembling
from lms.grading.pair_models import SimilarityCheck, SimilarPair
from lms.worker import Worker

LONG = (
    "def double(n):\n    total = [n * k for k in range(2) if k % 2 or n < 0]\n"
    "    while len(total) > 7: total = total[1:-3] + [n ** 2 - 11]\n    return sum(total) * 2\n"
)
OWN = (
    "def double(n):\n    import operator\n    try: return operator.add(n, n)\n"
    "    except TypeError as error: raise ValueError('no number', n) from error\n"
)


@pytest.fixture(autouse=True)
def three_are_many(monkeypatch):
    monkeypatch.setattr(resemblance, "AT_ONCE", 2)
    monkeypatch.setattr(comparing, "TOLD_EVERY", 1)


@pytest.fixture
def works(place, enrolled, rim, rachid, handed_in):
    """Salma's work and Rim's, which is the same with other names, and Rachid's own."""
    return [
        handed_in(place, answer=LONG),
        handed_in(enrolled(rim, place.run), answer=LONG.replace("total", "t")),
        handed_in(enrolled(rachid, place.run), answer=OWN),
    ]


@pytest.fixture
def ask(session, works, place, find, idris, noon):
    def ask():
        check = resembling.ask(session, place.run, find(place, "double"), by=idris, now=noon)
        session.commit()
        return check

    return ask


@pytest.fixture
def compare(lms, session):
    """Has a worker compare what waits; it stops after so many works, or dies there."""

    def compare(stops_after=None, dies_after=None, at=None):
        session.commit()
        looks = []

        def goes_on():
            looks.append(1)
            if len(looks) == dies_after:
                raise RuntimeError("out of memory")
            return stops_after is None or len(looks) <= stops_after

        try:
            return compare_next(lms, lambda: at or datetime.now(UTC), goes_on)
        finally:
            session.expire_all()

    return compare


@pytest.fixture
def overview(session, blobs, place, find, idris):
    return lambda reader=idris: resemblance.overview(
        session, blobs, place.run, find(place, "double"), reader
    )


def test_many_works_are_compared_when_somebody_asks_and_by_the_worker(
    lms, session, works, ask, overview
):
    before = overview()
    check = ask()
    waiting = overview()
    session.commit()
    Worker(lms).compare_works()
    session.expire_all()
    after = overview()

    assert (before.rows, before.check, before.at) == ((), None, None)
    assert (waiting.check, waiting.at, check.works) == (check, None, 3)
    (row,) = after.rows
    assert (row.first, row.second, row.overlap) == (works[0], works[1], 1.0)
    assert (after.compared, after.unread, after.more, after.at) == (3, 0, 0, check.settled)


def test_what_is_found_is_what_a_small_class_is_shown(
    session, blobs, works, ask, compare, overview, monkeypatch
):
    ask()
    compare()
    by_worker = overview(), resemblance.beside(session, blobs, *works[:2])
    monkeypatch.setattr(resemblance, "AT_ONCE", 3)

    small = overview(), resemblance.beside(session, blobs, *works[:2])

    assert by_worker[0].rows == small[0].rows
    assert by_worker[1] == small[1]


def test_two_that_are_not_alike_are_not_put_side_by_side(session, blobs, works, ask, compare):
    with pytest.raises(NotFound):
        resemblance.beside(session, blobs, *works[:2])
    ask()
    compare()

    resemblance.beside(session, blobs, *works[:2])
    with pytest.raises(NotFound):
        resemblance.beside(session, blobs, *works[1:])


def test_nobody_is_shown_a_pair_with_their_own_work(ask, compare, overview, salma):
    ask()
    compare()

    assert overview(salma).rows == ()


def test_asking_again_before_it_is_done_changes_nothing(ask):
    assert ask() is ask()


def test_what_was_found_is_shown_until_something_else_is_found(
    session, ask, compare, overview, handed_in, works
):
    ask()
    compare()
    again = handed_in(works[1].enrolment, answer=OWN.replace("add", "sub"))
    ask()
    meanwhile = overview()

    compare()

    (row,) = overview().rows
    assert len(meanwhile.rows) == 1
    assert (row.first, row.second) == (works[2], again)
    assert session.scalar(select(func.count(SimilarityCheck.id))) == 1
    assert session.scalar(select(func.count(SimilarPair.id))) == 1


def test_a_worker_that_is_told_to_stop_gives_the_wish_back(ask, compare):
    check = ask()

    stopped = compare(stops_after=2)
    assert (stopped, check.read, check.claims, check.settled) == (False, 2, 0, None)

    assert compare()
    assert check.settled is not None


def test_a_wish_that_went_wrong_is_told_and_another_may_be_made(ask, compare, overview):
    check = ask()

    with pytest.raises(RuntimeError, match="out of memory"):
        compare(dies_after=2)

    assert check.failed
    assert overview().check.failed
    assert ask() is not check
    assert compare()
    assert len(overview().rows) == 1


def test_what_a_dead_worker_had_in_hand_is_taken_by_another_in_the_end_and_given_up_after_three(
    session, ask, noon
):
    check, at = ask(), noon
    taken = []
    for _ in range(4):
        taken.append(resembling.claim(session, lease=timedelta(minutes=1), now=at))
        assert resembling.claim(session, lease=timedelta(minutes=1), now=at) is None
        at += timedelta(minutes=2)

    assert taken == [check] * 3 + [None]
    assert check.failed


def test_what_was_found_is_deleted_after_two_years(session, ask, compare):
    check = ask()
    compare()

    resembling.forget(session, now=check.settled + timedelta(days=729))
    assert session.scalars(select(SimilarPair)).all()

    resembling.forget(session, now=check.settled + timedelta(days=731))
    assert session.scalars(select(SimilarPair)).all() == []
    assert session.scalars(select(SimilarityCheck)).all() == []


def test_the_page_of_many_reads_no_work(session, blobs, ask, compare, overview, works):
    ask()
    compare()
    for each in works:
        blobs.remove(each.notebooks[0].content)

    assert len(overview().rows) == 1
    assert pair_queries.number(session, works[0].enrolment.run, works[0].assignment) == 3
