"""Drafts: laid upon the release, saved without losing anybody's text, thinned."""

from datetime import timedelta

import pytest

from lms.catalogue.notebooks import Cell, Notebook, read, release, write
from lms.core.errors import NotFound
from lms.learning import draft_queries, drafts
from lms.learning.draft_rules import MOST_VERSIONS, FaultyDraft, Saved, drafted, retold, superfluous


@pytest.fixture
def given(blobs, find, place):
    return release(read(blobs.get(find(place, "double").notebooks[0].source)), "en")


@pytest.fixture
def save(session, find, place, noon):
    def kept(content, base, device="a", after=timedelta()):
        double = find(place, "double")
        return drafts.save(
            session, place, double, content, base=base, device=device, now=noon + after
        )

    return kept


def told(notebook):
    return [{"id": c.id, "kind": c.kind, "source": c.source} for c in notebook.cells]


def duties(notebook):
    return {c.duty.grade_id: c for c in notebook.cells if c.duty}


def test_an_untouched_draft_is_the_release(given):
    assert write(drafted(given, told(given))) == write(given)


def test_answers_are_the_learners_and_fixed_cells_the_authors(given):
    cells = [{**cell, "source": "mine = 1"} for cell in told(given)]

    made = drafted(given, cells)

    for cell in made.cells:
        before = next(one for one in given.cells if one.id == cell.id)
        fixed = cell.duty is not None and cell.duty.is_fixed
        assert cell.source == (before.source if fixed else "mine = 1")
        assert cell.metadata == before.metadata


def test_own_cells_are_kept_in_their_place_without_powers(given):
    cells = told(given)
    own = {"id": "own", "kind": "code", "source": "1", "metadata": {"nbgrader": {"grade": True}}}

    made = drafted(given, [cells[0], own, *cells[1:]])

    assert made.cells[1] == Cell("code", "own", "1")


def test_cells_that_may_not_be_deleted_come_back_where_they_stood():
    def cell(name, duty=True):
        nbgrader = {"grade_id": name, "locked": True}
        return Cell("code", name, name, {"nbgrader": nbgrader} if duty else {})

    given = Notebook((cell("a"), cell("b", duty=False), cell("c"), cell("d")))

    made = drafted(given, told(Notebook((cell("b", duty=False), cell("d")))))

    assert [one.id for one in made.cells] == ["a", "b", "c", "d"]


def test_a_draft_is_retold_in_another_language_and_what_is_the_learners_stays():
    def text(name, lang, source=""):
        return Cell("markdown", f"{name}-{lang}", source or name, {"jazari": {"lang": lang}})

    def given(lang):
        answer = Cell(
            "code", "answer", "...", {"nbgrader": {"grade_id": "answer", "solution": True}}
        )
        return Notebook((text("intro", lang), answer, text("hint", lang)))

    mine = Cell("code", "answer", "mine = 1", given("fr").cells[1].metadata)
    changed = text("hint", "fr", "hint, and my own words")
    work = Notebook((text("intro", "fr"), mine, Cell("code", "own", "2"), changed))

    made = retold(work, given("fr"), given("en"))

    assert [(cell.id, cell.source) for cell in made.cells] == [
        ("intro-en", "intro"),
        ("answer", "mine = 1"),
        ("hint-en", "hint"),
        ("own", "2"),
        ("hint-fr", "hint, and my own words"),
    ]


@pytest.mark.parametrize(
    "sent",
    [
        None,
        {"cells": []},
        ["x"],
        [{"id": 1, "kind": "code", "source": ""}],
        [{"id": "a", "kind": "widget", "source": ""}],
        [{"id": "a", "kind": "code", "source": ["x"]}],
        [{"id": "a", "kind": "code", "source": ""}] * 2,
    ],
)
def test_what_is_no_list_of_cells_is_refused(given, sent):
    with pytest.raises(FaultyDraft):
        drafted(given, sent)


def test_saves_are_numbered_and_the_newest_is_found(session, save, place, find):
    assert drafts.newest(session, place, find(place, "double")) is None

    assert save(b"one", 0).number == 1
    assert save(b"two", 1).number == 2

    assert drafts.content_of(drafts.newest(session, place, find(place, "double"))) == b"two"
    assert drafts.content_of(drafts.version(session, place, find(place, "double"), 1)) == b"one"


def test_a_save_that_began_elsewhere_is_refused_with_what_stands(save):
    save(b"one", 0, device="phone")

    with pytest.raises(drafts.DraftConflict) as refused:
        save(b"other", 0)

    assert refused.value.theirs.device == "phone"
    assert drafts.content_of(refused.value.theirs) == b"one"


def test_a_save_whose_answer_was_lost_is_not_a_conflict(save):
    assert save(b"one", 0).number == 1

    assert save(b"one", 0).number == 1


def test_a_draft_is_no_larger_than_what_may_be_handed_in(save):
    with pytest.raises(drafts.DraftTooLarge):
        save(b"x" * (5 * 1024 * 1024 + 1), 0)


def test_drafts_of_others_are_not_found(session, save, enrolled, rim, find, place):
    save(b"one", 0)
    hers = enrolled(rim, place.run)

    assert drafts.newest(session, hers, find(hers, "double")) is None
    with pytest.raises(NotFound):
        drafts.version(session, hers, find(hers, "double"), 1)


def test_old_versions_are_thinned_as_new_ones_come(session, save, place, find):
    for number in range(10):
        save(b"%d" % number, number, after=timedelta(minutes=number))

    save(b"next week", 10, after=timedelta(days=8))

    draft = draft_queries.draft(session, place, find(place, "double"))
    assert [each.number for each in draft_queries.versions(session, draft)] == [11, 10]


def test_thinning_keeps_the_last_hour_and_the_latest_of_each_span(noon):
    ages = [0, 1, 59, 61, 62, 63, 600, 601, 60 * 30, 60 * 30 + 20, 60 * 24 * 9]
    versions = [Saved(100 - n, noon - timedelta(minutes=age)) for n, age in enumerate(ages)]

    gone = superfluous(versions, noon)

    assert {100, 99, 98}.isdisjoint(gone)
    assert 100 - ages.index(60 * 24 * 9) not in gone
    assert gone
    spans = [v for v in versions if v.number not in gone and v.saved < noon - timedelta(hours=1)]
    assert len({int(v.saved.timestamp() // 300) for v in spans}) == len(spans)


def test_a_flood_of_saves_is_bounded_and_keeps_the_newest(noon):
    versions = [Saved(n, noon) for n in range(1, MOST_VERSIONS + 50)]

    gone = superfluous(versions, noon)

    assert len(versions) - len(gone) == MOST_VERSIONS
    assert max(v.number for v in versions) not in gone
