"""How an instructor has work marked again, sees what changes, and decides."""

import re
from datetime import timedelta

import pytest

from lms.grading import queries, regrade_queries, service
from lms.grading.marking import Mark, Verdict
from lms.grading.parts import Part
from lms.grading.runs import Ending
from lms.grading.states import Decision
from lms.learning import queries as learning
from lms.worker import Worker


@pytest.fixture
def classroom(session, place, enrolled, handed_in, settled, rim, idris, now):
    """Salma has two points of four and Rim four; Idris learns there too."""
    scores = ((place, 2), (enrolled(rim, place.run), 4), (enrolled(idris, place.run), 4))
    return [settled(handed_in(who, at=now), points) for who, points in scores]


@pytest.fixture
def address(place):
    return f"/teach/runs/{place.run.public_id}/regrades"


@pytest.fixture
def begun(visit, idris, address, classroom):
    """Has Idris begin a regrade; answers what the site says."""

    def begin(**fields):
        told = {"assignment": "double", "scope": "all", "reason": "A test was wrong."}
        return visit(idris).post(address, **told | fields)

    return begin


@pytest.fixture
def regrade(session, begun):
    """A regrade that has just begun."""
    return regrade_queries.regrade(session, begun().location.rsplit("/", 1)[1])


@pytest.fixture
def marked(session, regrade, classroom, now):
    """The same, marked: Salma gains two points and Rim loses three."""
    while run := service.claim(session, lease=timedelta(hours=1), now=now):
        points = 4.0 if run.submission_id == classroom[0].id else 1.0
        service.settle(
            session,
            run,
            [
                Part(
                    "",
                    Ending.FINISHED,
                    (Mark("tests", points, 4.0, Verdict.PASSED, None),),
                    None,
                    0.1,
                )
            ],
            now=now,
        )
    return regrade


@pytest.fixture
def apply(visit, idris, worker, marked):
    """Has Idris apply it and the worker let all of its marks count; answers what the site says."""

    def apply():
        answer = visit(idris).post(f"/teach/regrades/{marked.public_id}/application")
        worker.apply_regrades()
        return answer

    return apply


@pytest.fixture
def worker(lms):
    return Worker(lms)


def shown(page):
    """What a reader sees of a page, on one line."""
    text = re.sub(r'<span class="visually-hidden">.*?</span>|<svg.*?</svg>', " ", page, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_the_page_of_a_run_leads_to_its_regrades(visit, idris, place, address, begun):
    assert f'href="{address}"' in visit(idris).get(f"/teach/runs/{place.run.public_id}").text

    page = visit(idris).get(address).text

    assert "Version 1, that of this run" in page
    assert "Every assignment of this run" in page


def test_the_page_of_a_work_leads_there_with_its_assignment_chosen(
    visit, idris, address, classroom
):
    page = visit(idris).get(f"/teach/submissions/{classroom[0].public_id}").text
    form = visit(idris).get(f"{address}?assignment=double").text

    assert f'href="{address}?assignment=double"' in page
    assert '<option selected value="double">' in form


def test_what_waits_for_a_decision_stands_on_the_first_page(visit, idris, who, regrade):
    address = f'href="/teach/regrades/{regrade.public_id}"'

    before = visit(idris).get("/teach/").text
    elsewhere = visit(who("ilham")).get("/teach/").text
    visit(idris).post(f"/teach/regrades/{regrade.public_id}/discarding")
    after = visit(idris).get("/teach/").text

    assert [address in page for page in (before, elsewhere, after)] == [True, False, False]


def test_how_far_it_is_is_told_without_a_script(visit, idris, regrade):
    page = visit(idris).get(f"/teach/regrades/{regrade.public_id}").text

    assert "0 of 2 pieces of work marked" in page
    assert "Reload this page" in page
    assert "Apply the regrade" not in page
    assert "grades stay" not in page
    assert "Discard the regrade" in page


def test_who_gains_and_who_loses_is_shown_with_the_cells(visit, idris, marked):
    page = visit(idris).get(f"/teach/regrades/{marked.public_id}").text

    told = shown(page)
    assert "1 grade goes down 0 grades stay 1 grade goes up" in told
    assert "Rim Attempt 1 4 / 4 1 / 4 1 cell tests 4 / 4 1 / 4" in told
    assert "Salma Attempt 1 2 / 4 4 / 4 1 cell tests 2 / 4 4 / 4" in told
    assert page.count('class="shift shift-') == 2
    assert "Idris Attempt" not in told


def test_applied_it_counts_and_its_learners_are_told(
    session, visit, salma, place, marked, find, apply
):
    address = f"/teach/regrades/{marked.public_id}"

    answer = apply()

    session.expire_all()
    grade = queries.grades(session, [place])[place.id, find(place, "double").id]
    assert (answer.status_code, answer.location, grade.score) == (303, address, 4)
    assert "Your grade was 2 of 4 points and is now 4 of 4." in visit(salma).get("/notices/").text


def test_while_it_is_applied_the_page_says_how_far_it_is(visit, idris, marked, worker, monkeypatch):
    monkeypatch.setattr("lms.grading.applying.AT_ONCE", 1)
    browser, address = visit(idris), f"/teach/regrades/{marked.public_id}"

    browser.post(f"{address}/application")
    pages = [shown(browser.get(address + part).text) for part in ("", "/progress")]
    overview = shown(browser.get(f"/teach/runs/{marked.run.public_id}/regrades").text)
    worker.apply_regrades()
    after, fragment = (shown(browser.get(address + part).text) for part in ("", "/progress"))

    assert all("Applied to 0 of 2 pieces of work" in page for page in pages)
    assert all("Reload this page" in page for page in pages)
    assert "Being applied" in pages[0]
    assert "Being applied" in overview
    assert "Discard" not in pages[0]
    assert "goes down" not in pages[0]
    assert "What changed" in fragment
    assert "Applied to" not in after
    assert "1 grade goes down" in after


def test_while_it_is_applied_it_cannot_be_discarded(visit, idris, marked):
    address = f"/teach/regrades/{marked.public_id}"
    visit(idris).post(f"{address}/application")

    answer = visit(idris).post(f"{address}/discarding")

    assert answer.status_code == 409
    assert "decided already" in answer.text


def test_how_far_it_is_is_for_those_who_teach_there(visit, idris, salma, who, marked):
    address = f"/teach/regrades/{marked.public_id}/progress"

    answers = [visit(each).get(address).status_code for each in (idris, salma, who("ilham"))]

    assert answers == [200, 404, 404]


def test_a_learner_sees_nothing_of_a_trial(visit, salma, marked, classroom):
    page = visit(salma).get(f"/submissions/{classroom[0].public_id}").text

    assert "2 / 4" in page
    assert "4 / 4" not in page
    assert "was marked again" not in visit(salma).get("/notices/").text


def test_discarded_it_never_counts(session, visit, idris, place, marked, find):
    answer = visit(idris).post(f"/teach/regrades/{marked.public_id}/discarding")

    grade = queries.grades(session, [place])[place.id, find(place, "double").id]
    assert (answer.status_code, grade.score) == (303, 2)
    assert regrade_queries.regrade(session, marked.public_id).decision is Decision.DISCARDED


@pytest.mark.parametrize("deed", ["application", "discarding"])
def test_it_is_decided_once(visit, idris, marked, deed):
    address = f"/teach/regrades/{marked.public_id}"
    visit(idris).post(f"{address}/discarding")

    answer = visit(idris).post(f"{address}/{deed}")

    assert answer.status_code == 409
    assert "decided already" in answer.text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"reason": " "}, "Say why. Learners whose grade changes read it."),
        ({"reason": "x" * 501}, "At most 500 characters."),
        ({"assignment": "nothing"}, "Choose one of those offered."),
        ({"version": "nothing"}, "Choose one of those offered."),
        ({"assignment": "why"}, "There is no marked work here that these tests can mark."),
    ],
)
def test_what_cannot_begin_is_told(session, begun, place, fields, told):
    answer = begun(**fields)

    assert answer.status_code == 422
    assert told in answer.text
    assert regrade_queries.regrades_of(session, place.run) == []


def test_a_second_of_the_same_work_is_refused_in_the_form(begun, regrade):
    answer = begun(assignment="")

    assert answer.status_code == 422
    assert "not decided yet" in answer.text


def test_many_learners_stand_on_several_pages(visit, idris, marked, monkeypatch):
    monkeypatch.setattr("lms.web.regrades.PAGE", 1)
    address = f"/teach/regrades/{marked.public_id}"

    pages = [shown(visit(idris).get(f"{address}?from={first}").text) for first in (0, 1)]

    assert ["Rim Attempt" in page for page in pages] == [True, False]
    assert ["Salma Attempt" in page for page in pages] == [False, True]
    assert "2 to 2 of 2" in pages[1]


def test_what_was_before_is_shown_to_those_who_teach_and_to_the_learner(
    visit, idris, salma, classroom, apply
):
    work = classroom[0].public_id
    before = visit(salma).get(f"/submissions/{work}").text
    apply()

    pages = [
        shown(visit(who).get(f"{sub}/submissions/{work}").text)
        for who, sub in ((salma, ""), (idris, "/teach"))
    ]

    assert "earlier marking" not in before
    assert all("1 earlier marking" in page for page in pages)
    assert all("2 / 4 tests 2 / 4 4 / 4" in page for page in pages)


def test_marking_one_again_waits_for_the_decision(visit, idris, regrade, classroom):
    answer = visit(idris).post(f"/teach/submissions/{classroom[0].public_id}/runs")

    assert answer.status_code == 409
    assert "not decided yet" in answer.text


def test_who_completed_and_goes_down_is_counted(session, visit, idris, rim, place, marked, now):
    learning.enrolment_of(session, place.run, rim).completed = now

    page = visit(idris).get(f"/teach/regrades/{marked.public_id}").text

    assert "1 learner who goes down has completed the course." in page
