"""Marking by hand as an instructor meets it: the queue, rubrics, two markers, names hidden."""

import re

import pytest

from lms.grading import hand_queries, queries
from lms.institutes import service as accounts
from lms.institutes.rules import Role
from lms.learning import service as learning

MARKING = "/teach/runs/{}/assignments/why/marking"


@pytest.fixture
def meryem(session, institute_called, now):
    """Teaches in Fez beside Idris."""
    person = accounts.sign_up(
        session,
        email="meryem@fez.example",
        name="Meryem",
        password="a sentence to remember",
        locale="en",
        now=now,
    )
    accounts.grant(session, institute_called("fez"), person, Role.INSTRUCTOR, now=now)
    return person


@pytest.fixture
def others(session, place, rim, now):
    """Rim learns beside Salma."""
    return learning.enrol(session, place.run, rim, code="", now=now)


@pytest.fixture
def essays(place, others, handed_in, settled, now):
    """Salma's essay and Rim's, which both wait."""
    texts = ("It is **one** and one.", "Because I say so.")
    return [
        settled(handed_in(who, "why", answer=text, at=now), None)
        for who, text in zip((place, others), texts, strict=True)
    ]


@pytest.fixture
def marking(place):
    """The address of the queue, or of something below it."""
    return lambda *below: "/".join((MARKING.format(place.run.public_id), *below))


@pytest.fixture
def at(marking):
    """The address of an essay in the queue."""
    return lambda essay, *below: marking(essay.public_id, "reason", *below)


def score(session, essay):
    return queries.latest_marked(queries.submission(session, essay.public_id)).marks[0].score


def test_the_queue_says_how_far_it_is_and_leads_to_the_next(visit, essays, marking, at, idris):
    page = visit(idris).get(marking("")).text

    assert "0 of 2 answers marked" in page
    assert f'href="{at(essays[0])}?by=cell"' in page


def test_a_step_shows_task_and_answer_as_text_and_as_code(
    visit, essays, place, handed_in, settled, at, idris, now
):
    browser = visit(idris)
    page = browser.get(at(essays[0])).text
    assert "Why?" in page
    assert "It is <strong>one</strong> and one." in page

    hostile = "<script>alert(1)</script> [x](javascript:alert(1)) ![y](https://elsewhere.example/y)"
    essay = settled(handed_in(place, "why", answer=hostile, at=now), None)
    page = browser.get(at(essay)).text
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "<img" not in page


def test_a_step_leads_to_what_the_notebook_put_out(visit, essays, at, idris):
    address = f"/teach/submissions/{essays[0].public_id}/feedback"

    assert f'href="{address}"' in visit(idris).get(at(essays[0])).text
    assert visit(idris).get(address).status_code == 200


def test_saving_goes_to_the_next_that_waits_and_at_last_back(
    visit, session, essays, marking, at, idris
):
    browser = visit(idris)

    first = browser.post(f"{at(essays[0])}?by=cell", points="2,5", comment="Say more.")
    second = browser.post(f"{at(essays[1])}?by=cell", points="4")

    assert first.location == f"{at(essays[1])}?by=cell"
    assert second.location == marking("")
    assert [score(session, essay) for essay in essays] == [2.5, 4]
    page = browser.get(f"{at(essays[0])}?by=cell").text
    assert "2 of 2 answers marked" in page
    assert "Say more." in page


def test_previous_next_and_skip_lead_through_the_queue(visit, essays, at, idris):
    page = visit(idris).get(f"{at(essays[0])}?by=learner").text

    following = f"{at(essays[1])}?by=learner"
    assert f'rel="next" href="{following}"' in page
    assert 'rel="prev"' not in page
    assert page.count(following) == 2  # the second one skips


@pytest.mark.parametrize("points", ["", "many", "5.5", "-1", "nan"])
def test_faulty_points_are_explained_and_nothing_is_saved(
    visit, session, essays, at, idris, points
):
    answer = visit(idris).post(at(essays[0]), points=points, comment="Kept in the form.")

    assert answer.status_code == 422
    assert "Kept in the form." in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert score(session, essays[0]) is None


def rubric(browser, marking, *rows, **more):
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    names = ("item", "place", "label", "points")
    fields = dict(zip(names, map(list, columns), strict=True))
    return browser.post(marking("rubrics", "reason"), **fields, **more)


def test_items_of_the_rubric_make_the_points_and_are_told_to_the_learner(
    visit, session, essays, place, marking, at, idris, salma
):
    browser = visit(idris)
    answer = rubric(
        browser,
        marking,
        ("", "2", "Gives an example", "1"),
        ("", "1", "Names the reason", "2,5"),
        ("", "3", "", ""),
    )
    assert answer.status_code == 303
    items = hand_queries.cell(session, place.run, "why", "reason").items
    assert [(item.label, item.points) for item in items] == [
        ("Names the reason", 2.5),
        ("Gives an example", 1),
    ]

    browser.post(at(essays[0]), points="", item=[items[0].public_id, items[1].public_id])

    assert score(session, essays[0]) == 3.5
    page = visit(salma).get(f"/submissions/{essays[0].public_id}").text
    assert "Names the reason" in page
    assert "Gives an example" in page


def test_points_of_one_s_own_go_before_the_sum(visit, session, essays, place, marking, at, idris):
    browser = visit(idris)
    rubric(browser, marking, ("", "1", "Names the reason", "2"))
    (item,) = hand_queries.cell(session, place.run, "why", "reason").items

    browser.post(at(essays[0]), points="3", item=item.public_id)

    assert score(session, essays[0]) == 3


@pytest.mark.parametrize(("label", "points"), [("", "2"), ("x" * 301, "2"), ("Fine", "much")])
def test_a_faulty_rubric_is_explained_and_nothing_is_saved(
    visit, session, essays, place, marking, idris, label, points
):
    answer = rubric(visit(idris), marking, ("", "1", label, points))

    assert answer.status_code == 422
    assert "needs your attention" in answer.text
    assert hand_queries.cell(session, place.run, "why", "reason") is None


def test_only_a_cell_marked_by_hand_has_a_rubric(visit, essays, marking, place, idris):
    browser = visit(idris)

    assert browser.get(marking("rubrics", "reason")).status_code == 200
    assert browser.get(marking("rubrics", "what")).status_code == 404
    tests = marking("rubrics", "tests").replace("/why/", "/double/")
    assert browser.get(tests).status_code == 404


def test_a_comment_is_kept_and_used_again_without_a_script(
    visit, session, essays, place, at, marking, idris, salma, rim
):
    browser = visit(idris)
    browser.post(at(essays[0]), points="2", comment="Give an example.", keep="y")
    (kept,) = hand_queries.cell(session, place.run, "why", "reason").comments
    assert "Give an example." in browser.get(at(essays[1])).text

    browser.post(at(essays[1]), points="1", comment="Too short.", saved=kept.public_id)

    page = visit(rim).get(f"/submissions/{essays[1].public_id}").text
    assert "Too short.\n\nGive an example." in page
    rubric(browser, marking, without=kept.public_id)
    assert hand_queries.cell(session, place.run, "why", "reason").comments == []


def test_hidden_names_are_nowhere_in_the_queue(visit, session, essays, marking, at, idris):
    browser = visit(idris)
    assert "Salma" in browser.get(at(essays[0])).text

    browser.get(f"{marking('')}?names=hidden")

    for address in (marking(""), at(essays[0]), at(essays[1])):
        page = browser.get(address).text
        for told in ("Salma", "Rim", "salma@", "rim@", "/teach/enrolments/", "/teach/submissions/"):
            assert told not in page
    assert "Learner 1" in browser.get(at(essays[0])).text
    assert "Learner 2" in browser.get(at(essays[1])).text
    browser.get(f"{marking('')}?names=shown")
    assert "Salma" in browser.get(at(essays[0])).text


def demand(browser, marking, tolerance="0"):
    return browser.post(marking("second"), demanded="y", tolerance=tolerance)


def test_the_second_marker_does_not_see_what_the_first_gave(
    visit, session, essays, marking, at, idris, meryem, salma
):
    demand(visit(idris), marking)
    visit(idris).post(at(essays[0]), points="3.25", comment="Well argued.")

    for reader, address in (
        (meryem, at(essays[0])),
        (meryem, marking("")),
        (meryem, f"/teach/submissions/{essays[0].public_id}"),
        (meryem, f"/teach/submissions/{essays[0].public_id}/marks/reason/review"),
        (salma, f"/submissions/{essays[0].public_id}"),
    ):
        page = visit(reader).get(address).text
        assert "3.25" not in page
        assert "Well argued." not in page
    assert "3.25" in visit(idris).get(at(essays[0])).text
    assert "1 of 2 answers marked" in visit(idris).get(marking("")).text
    assert "0 of 2 answers marked" in visit(meryem).get(marking("")).text


def test_two_who_differ_are_settled_with_both_in_view(
    visit, session, essays, marking, at, idris, meryem, salma
):
    demand(visit(idris), marking)
    visit(idris).post(at(essays[0]), points="2", comment="Thin.")
    visit(meryem).post(at(essays[0]), points="4", comment="Good.")
    browser = visit(idris)
    assert f'href="{at(essays[0], "both")}?by=cell"' in browser.get(marking("")).text
    assert browser.get(at(essays[0])).status_code == 303
    page = browser.get(at(essays[0], "both")).text
    for told in ("Idris", "Thin.", "Meryem", "Good."):
        assert told in page

    answer = browser.post(at(essays[0], "both"), points="3", comment="Between.")

    assert answer.status_code == 303
    assert score(session, essays[0]) == 3
    assert at(essays[0], "both") not in browser.get(marking("")).text
    page = visit(salma).get(f"/submissions/{essays[0].public_id}").text
    assert "Between." in page
    assert "Thin." not in page


def test_a_tolerance_is_kept_and_the_demand_ended(
    visit, session, essays, marking, at, idris, meryem
):
    browser = visit(idris)
    assert demand(browser, marking, "1,5").status_code == 303
    assert 'value="1.5"' in browser.get(marking("")).text
    browser.post(at(essays[0]), points="2")
    visit(meryem).post(at(essays[0]), points="3")
    assert score(session, essays[0]) == 2.5
    browser.post(at(essays[1]), points="2")
    assert score(session, essays[1]) is None

    browser.post(marking("second"), tolerance="0")

    assert score(session, essays[1]) == 2


@pytest.mark.parametrize("tolerance", ["much", "-1", "inf"])
def test_a_faulty_tolerance_is_explained(visit, essays, marking, idris, tolerance):
    answer = demand(visit(idris), marking, tolerance)

    assert answer.status_code == 422
    assert "as a number" in answer.text


def test_nobody_marks_their_own_work(visit, session, essays, place, at, marking, salma, now):
    accounts.grant(session, place.run.institute, salma, Role.INSTRUCTOR, now=now)
    browser = visit(salma)

    assert browser.get(at(essays[1])).status_code == 200
    assert browser.get(at(essays[0])).status_code == 404
    assert browser.post(at(essays[0]), points="5").status_code == 404
    assert "of 1 answer" in browser.get(marking("")).text


def test_an_assignment_without_such_cells_says_so(visit, essays, marking, idris):
    page = visit(idris).get(marking("").replace("/why/", "/double/")).text

    assert "No answer waits here" in page
    assert "Two people mark" not in page


def test_the_page_needs_no_script_within_it(visit, essays, at, idris):
    page = visit(idris).get(at(essays[0])).text

    assert re.findall(r"<script(?![^>]* src=)", page) == []
    assert re.findall(r"\s(?:style|on[a-z]+)=", page) == []
