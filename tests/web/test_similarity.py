"""Similar works, as an instructor meets them."""

import re

import pytest
from sqlalchemy import select

from lms.grading import pair_queries, resemblance
from lms.grading.pair_models import SimilarityCheck
from lms.institutes.rules import Role
from lms.institutes.service import grant
from lms.worker import Worker

LONG = (
    "def double(n):\n    total = [n * k for k in range(2) if k % 2 or n < 0]\n"
    "    while len(total) > 7: total = total[1:-3] + ['<b>'] * 2\n    return sum(total) * 2\n"
)
DOUBLING = "/teach/runs/{}/assignments/double"


@pytest.fixture
def pair(place, enrolled, rim, handed_in, now):
    """Salma's work and Rim's, which are the same but for names."""
    others = enrolled(rim, place.run)
    return (
        handed_in(place, answer=LONG, at=now),
        handed_in(others, answer=LONG.replace("total", "t"), at=now),
    )


@pytest.fixture
def at(place):
    """An address below that of the assignment in its run."""
    return lambda *below: "/".join((DOUBLING.format(place.run.public_id), *below))


@pytest.fixture
def side_by_side(pair, at):
    return at("similarity", *(work.public_id for work in pair))


def test_pairs_are_listed_for_a_person_to_judge(visit, pair, at, side_by_side, idris):
    page = visit(idris).get(at("similarity", "")).text

    assert f'href="{side_by_side}"' in page
    assert "for a person to judge and never a verdict" in page
    assert "Nobody has looked yet" in page
    assert "2 works were compared." in page


def test_where_no_works_are_alike_the_page_says_so(visit, place, at, idris):
    assert "No two works are alike" in visit(idris).get(at("similarity", "")).text


def test_both_works_stand_side_by_side_with_the_passage_marked(visit, side_by_side, idris):
    page = visit(idris).get(side_by_side).text

    marked = re.findall(r'<mark><span class="passage">1</span>(.*?)</mark>', page, re.DOTALL)
    assert len(marked) == 2
    assert "&lt;b&gt;" in marked[0]
    assert "2 of 2 works have this passage." in page


def test_a_note_is_kept_and_told_in_the_list(visit, session, pair, at, side_by_side, idris):
    browser = visit(idris)

    answer = browser.post(side_by_side, finding="talked", text="They sat together.")

    assert answer.status_code == 303
    assert "Talked about" in browser.get(at("similarity", "")).text
    assert "They sat together." in browser.get(side_by_side).text
    (note,) = pair_queries.notes(session, pair)
    assert note.by.name == "Idris"


def test_a_note_without_a_finding_is_asked_for(visit, session, pair, side_by_side, idris):
    answer = visit(idris).post(side_by_side, text="Hm.")

    assert answer.status_code == 422
    assert "Say what you found." in answer.text
    assert "Hm." in answer.text
    assert pair_queries.notes(session, pair) == []


def test_names_may_be_hidden(visit, pair, at, side_by_side, idris):
    browser = visit(idris)
    assert "Salma" in browser.get(side_by_side).text

    page = browser.get(at("similarity", "") + "?names=hidden").text

    assert "Salma" not in page
    assert "Learner 1" in page
    assert "Salma" not in browser.get(side_by_side).text
    assert pair[0].public_id not in re.findall(
        r"/teach/submissions/(\w+)", browser.get(side_by_side).text
    )


def test_two_works_of_one_learner_or_of_other_assignments_are_no_pair(
    visit, pair, place, at, handed_in, idris, now
):
    browser = visit(idris)
    again = handed_in(place, answer="def double(n): return n + n", at=now)
    essay = handed_in(place, "why", answer="Because.", at=now)

    for other in (again, essay, pair[0]):
        address = at("similarity", pair[0].public_id, other.public_id)
        assert browser.get(address).status_code == 404


def test_whoever_learns_and_teaches_does_not_look_at_their_own_pair(
    visit, session, place, pair, at, side_by_side, salma, now
):
    grant(session, place.run.institute, salma, Role.INSTRUCTOR, now=now)
    browser = visit(salma)

    assert side_by_side not in browser.get(at("similarity", "")).text
    assert browser.get(side_by_side).status_code == 403
    assert browser.post(side_by_side, finding="nothing").status_code == 403
    assert pair_queries.notes(session, pair) == []


def test_learners_of_a_pair_and_other_institutes_never_see_it(
    visit, session, pair, side_by_side, salma, rim, who
):
    for person in (salma, rim, who("ilham")):
        assert visit(person).get(side_by_side).status_code == 404
        assert visit(person).post(side_by_side, finding="nothing").status_code == 404
    assert pair_queries.notes(session, pair) == []


@pytest.fixture
def many(monkeypatch):
    """Two works are too many to be compared while one waits."""
    monkeypatch.setattr(resemblance, "AT_ONCE", 1)


def test_many_works_are_compared_for_whoever_asks(visit, lms, many, pair, at, side_by_side, idris):
    browser, address = visit(idris), at("similarity", "")
    before = browser.get(address).text

    answer = browser.post(address)
    waiting, fragment = (browser.get(each).text for each in (address, f"{address}progress"))
    early = browser.get(side_by_side).status_code
    Worker(lms).compare_works()
    after, settled = (browser.get(each).text for each in (address, f"{address}progress"))

    assert "Compare the works" in before
    assert "No two works are alike" not in before
    assert (answer.status_code, answer.location, early) == (303, address, 404)
    for page in (waiting, fragment):
        assert "0 of 2 works read" in page
        assert "Reload this page" in page
    assert "The works are compared" in settled
    assert f'href="{side_by_side}"' in after
    assert "2 works were compared." in after
    assert "Compare the works" in after
    assert "2 of 2 works have this passage." in browser.get(side_by_side).text


def test_only_who_teaches_there_has_works_compared(visit, session, many, pair, at, salma, who):
    for person in (salma, who("ilham")):
        for answer in (
            visit(person).post(at("similarity", "")),
            visit(person).get(at("similarity", "progress")),
        ):
            assert answer.status_code == 404
    assert session.scalars(select(SimilarityCheck)).all() == []
