"""Works that resemble one another: which are compared, and what people note of them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.core.journal import JournalEntry
from lms.grading import pair_queries, resemblance
from lms.grading.pair_models import PairNote
from lms.grading.similarity import Finding

LONG = (
    "def double(n):\n    total = [n * k for k in range(2) if k % 2 or n < 0]\n"
    "    while len(total) > 7: total = total[1:-3] + [n ** 2 - 11]\n    return sum(total) * 2\n"
)
RENAMED = LONG.replace("total", "t").replace("k", "each")
OWN = (
    "def double(n):\n    import operator\n    try: return operator.add(n, n)\n"
    "    except TypeError as error: raise ValueError('no number', n) from error\n"
)


@pytest.fixture
def pair(place, enrolled, who, handed_in):
    """Salma's work and Rim's, which is the same with other names."""
    others = enrolled(who("rim"), place.run)
    return handed_in(place, answer=LONG), handed_in(others, answer=RENAMED)


@pytest.fixture
def overview(session, blobs, place, find, idris):
    def seen_by(reader=idris):
        return resemblance.overview(session, blobs, place.run, find(place, "double"), reader)

    return seen_by


def test_two_works_that_are_alike_are_a_pair_and_a_third_is_in_none(
    pair, place, enrolled, who, handed_in, overview
):
    handed_in(enrolled(who("amina"), place.run), answer=OWN)

    found = overview()

    (row,) = found.rows
    assert (row.first, row.second, row.overlap, row.note) == (*pair, 1.0, None)
    assert (found.compared, found.unread, found.more) == (3, 0, 0)


def test_one_work_of_each_learner_is_compared_the_one_that_counts(
    session, pair, place, find, handed_in, settled, overview
):
    assignment = find(place, "double")
    settled(pair[0], 4)
    settled(handed_in(place, answer=OWN), 0)
    assert pair_queries.works(session, place.run, assignment)[0].id == pair[0].id

    again = handed_in(pair[1].enrolment, answer=OWN)

    assert [work.id for work in pair_queries.works(session, place.run, assignment)] == [
        pair[0].id,
        again.id,
    ]
    assert overview().rows == ()


def test_nobody_is_shown_a_pair_with_their_own_work(pair, overview, salma):
    assert overview(salma).rows == ()
    assert len(overview().rows) == 1


def test_work_of_another_run_is_not_compared(pair, offered, enrolled, who, handed_in, overview):
    handed_in(enrolled(who("amina"), offered()), answer=LONG)

    assert overview().compared == 2


def test_the_same_passage_stands_in_both(session, blobs, pair):
    found = resemblance.beside(session, blobs, *pair)

    (cell,) = found.cells
    assert "".join(piece.text for piece in cell.first) == LONG
    assert "".join(piece.text for piece in cell.second) == RENAMED
    assert [one.holders for one in cell.passages] == [2]
    assert found.works == 2
    assert found.overlap == 1.0


def test_what_a_person_found_is_kept_whichever_work_stands_first(
    session, blobs, pair, overview, idris, noon
):
    first, second = pair
    resemblance.look_at(
        session, second, first, Finding.TALKED, "They sat together.", by=idris, now=noon
    )
    resemblance.look_at(session, first, second, Finding.NOTHING, "", by=idris, now=noon)

    notes = resemblance.beside(session, blobs, first, second).notes
    assert [note.finding for note in notes] == [Finding.TALKED, Finding.NOTHING]
    assert overview().rows[0].note.finding is Finding.NOTHING
    deeds = session.scalars(select(JournalEntry).filter_by(deed="pair.looked_at")).all()
    assert [deed.actor for deed in deeds] == [idris.public_id] * 2
    assert deeds[0].details == {"other": first.public_id, "finding": "talked"}


def test_notes_are_deleted_after_two_years(session, pair, idris, noon):
    resemblance.look_at(session, *pair, Finding.NOTHING, "x", by=idris, now=noon)

    resemblance.forget(session, now=noon + timedelta(days=729))
    assert session.scalars(select(PairNote)).all()

    resemblance.forget(session, now=noon + timedelta(days=731))
    assert session.scalars(select(PairNote)).all() == []
