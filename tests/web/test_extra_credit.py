"""Extra credit and bonus cells as people meet them: given, read, taken back, and refused."""

import json

import pytest

from lms.grading import queries


@pytest.fixture
def doubled(place, handed_in, settled, now):
    """Salma's work, to which the tests gave 3 of 4 points."""
    return settled(handed_in(place, at=now), 3)


@pytest.fixture
def review(visit, idris, doubled):
    """Idris looks at the work again."""
    address = f"/teach/submissions/{doubled.public_id}/marks/tests/review"

    def review(**told):
        return visit(idris).post(address, **{"text": "Tidy.", "points": "", **told})

    return review


@pytest.fixture
def with_bonus(blobs, place, find):
    """The tests of the assignment are a bonus of four points."""
    found = find(place, "double")
    (notebook,) = found.notebooks
    source = json.loads(blobs.get(notebook.source))
    for cell in source["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["metadata"]["jazari"] = {"bonus": True}
    notebook.source, found.max_score = blobs.put(json.dumps(source).encode()), 0
    return found


def mark(session, work):
    found = queries.latest_marked(queries.submission(session, work.public_id)).marks[0]
    return found.score, found.extra


def test_it_is_shown_apart_to_the_learner_on_the_result_and_the_feedback_page(
    visit, session, salma, doubled, review
):
    assert review(extra="0,5").status_code == 303

    assert mark(session, doubled) == (3, 0.5)
    address = f"/submissions/{doubled.public_id}"
    for page in (visit(salma).get(address).text, visit(salma).get(f"{address}/feedback").text):
        assert "3 of 4 points" in page
        assert "+0.5 extra credit" in page
        assert "including 0.5 extra credit" in page
        assert "Tidy." in page


def test_it_is_shown_apart_to_those_who_teach(visit, idris, place, doubled, review):
    review(extra="2")

    browser = visit(idris)
    run = f"/teach/runs/{place.run.public_id}"
    for address in (
        run,
        f"/teach/enrolments/{place.public_id}",
        f"/teach/submissions/{doubled.public_id}",
    ):
        assert "including 2 extra credit" in browser.get(address).text


def test_nothing_takes_it_back(visit, session, salma, doubled, review):
    review(extra="1")
    review(extra="0")

    assert mark(session, doubled) == (3, 0)
    assert "extra credit" not in visit(salma).get(f"/submissions/{doubled.public_id}").text


@pytest.mark.parametrize(
    ("extra", "why"), [("-1", "Give between 0 and 4"), ("5", "Give between 0 and 4"),
                       ("nan", "as a number"), ("much", "as a number"), ("1" * 30, "At most 20")],
)  # fmt: skip
def test_what_is_out_of_bounds_is_explained_at_its_field(session, doubled, review, extra, why):
    answer = review(extra=extra)

    assert answer.status_code == 422
    assert why in answer.text
    assert 'id="extra-error"' in answer.text
    assert mark(session, doubled) == (3, 0)


def test_learners_and_other_institutes_give_none(visit, session, doubled, salma, rim, who):
    address = f"/teach/submissions/{doubled.public_id}/marks/tests/review"

    for person in (salma, rim, who("ilham")):
        assert visit(person).post(address, text="Mine.", extra="1").status_code == 404

    assert mark(session, doubled) == (3, 0)


def test_in_the_queue_it_is_given_with_the_points_and_read_again(
    visit, session, place, handed_in, settled, idris, now
):
    essay = settled(handed_in(place, "why", answer="Because.", at=now), None)
    address = f"/teach/runs/{place.run.public_id}/assignments/why/marking/{essay.public_id}/reason"

    assert visit(idris).post(address, points="5", extra="1.5").status_code == 303

    assert mark(session, essay) == (5, 1.5)
    assert 'value="1.5"' in visit(idris).get(address).text
    answer = visit(idris).post(address, points="5", extra="50")
    assert answer.status_code == 422
    assert "Give between 0 and 5 points of extra credit." in answer.text
    visit(idris).post(address, points="5", extra="")
    assert mark(session, essay) == (5, 0)


def test_a_bonus_is_named_where_the_work_is_done_and_where_it_is_marked(
    visit, with_bonus, place, salma, handed_in, settled, now
):
    home = f"/learn/{place.public_id}/assignments/double"
    work = settled(handed_in(place, at=now), 3)

    browser = visit(salma)

    assert "up to 4 points on top" in browser.get(home).text
    assert "Bonus: up to 4 on top" in browser.get(f"{home}/notebook").text
    assert "3 of 4 bonus points" in browser.get(f"/submissions/{work.public_id}").text
    assert "3 of 4 bonus points" in browser.get(f"/submissions/{work.public_id}/feedback").text


def test_what_is_no_bonus_is_not_called_one(visit, place, salma, doubled):
    home = f"/learn/{place.public_id}/assignments/double"

    for address in (home, f"{home}/notebook", f"/submissions/{doubled.public_id}"):
        assert "Bonus" not in visit(salma).get(address).text


def test_a_bonus_is_given_by_hand_as_extra_credit(
    visit, session, with_bonus, place, idris, handed_in, settled, now
):
    work = settled(handed_in(place, at=now), 0)
    address = f"/teach/submissions/{work.public_id}/marks/tests/review"
    assert "give extra credit" in visit(idris).get(address).text

    assert visit(idris).post(address, text="Right.", points="2").status_code == 422
    assert visit(idris).post(address, text="Right.", extra="2").status_code == 303

    assert mark(session, work) == (0, 2)
