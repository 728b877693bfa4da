"""What a device is told to keep of a course, and how it knows whose that is."""

import re

import pytest

from lms.learning import quizzes


@pytest.fixture
def plan(visit, who, place):
    """What somebody is told to keep of Salma's course."""
    return lambda name="salma": visit(who(name)).get(f"/learn/{place.public_id}/offline").json


def test_every_page_of_a_course_is_kept_with_what_it_needs_and_nothing_heavy(plan, place):
    told = plan()

    home = f"/learn/{place.public_id}"
    assert {
        home,
        f"{home}/lessons/counting",
        f"{home}/assignments/double",
        f"{home}/assignments/double/notebook",
        f"{home}/quizzes/recall",
        f"{home}/notes",
    } <= set(told["pages"])
    assert f"/versions/{place.run.version.public_id}/assets/two.svg" in told["files"]
    assert any(re.fullmatch(r"/static/v-\w+/css/site\.css", each) for each in told["files"])
    assert not any("plotly" in each for each in told["files"])
    assert 500_000 < told["bytes"] < 5_000_000


def test_all_that_is_named_can_be_had_and_says_whose_it_is(plan, visit, salma):
    told, browser = plan(), visit(salma)

    answers = {each: browser.get(each) for each in told["pages"]}

    assert {answer.status_code for answer in answers.values()} == {200}
    readers = {each: answer.headers.get("Jazari-Reader") for each, answer in answers.items()}
    assert readers.pop("/offline") == "nobody"
    assert readers.pop("/outputs/frame") is None  # Anyone's, and without a word of anybody.
    assert set(readers.values()) == {told["reader"]}


def test_python_is_kept_too_where_there_is_a_release_with_what_the_course_needs(
    plan, visit, supply, site, lms, place
):
    _, home = supply()
    place.run.version.modules[0].lessons[0].texts[0].html += "<b>import</b> tiny"
    told = plan()["practice"]
    answers = [visit().get(each) for each in (told["page"], *told["files"])]
    site.extensions["lms"] = lms

    without = plan()

    assert {answer.status_code for answer in answers} == {200}
    assert "Jazari-Reader" not in answers[0].headers
    names = [each.removeprefix(f"{home}/") for each in told["files"]]
    assert {"contents.json", "pyodide-lock.json", "pyodide.asm.wasm"} < set(names)
    assert [each for each in names if each.endswith(".whl")] == ["tiny-1-py3-none-any.whl"]
    assert told["bytes"] == sum(len(answer.data) for answer in answers[2:])
    assert without["practice"] is None


def test_each_account_has_a_tag_of_its_own_and_nobody_none(visit, salma, who, place):
    tags = [
        visit(person).get("/").headers["Jazari-Reader"] for person in (salma, salma, who("amina"))
    ]

    assert tags[0] == tags[1] != tags[2]
    assert salma.public_id not in tags[0]
    assert visit().get("/").headers["Jazari-Reader"] == "nobody"


def test_an_attempt_under_way_is_kept_unless_time_runs(plan, session, place, now):
    recall = place.run.version.modules[1].quizzes[0]
    attempt = quizzes.begin(session, place, recall, now=now)
    address = f"/learn/{place.public_id}/quizzes/recall/attempts/1"
    recall.time_limit = None
    assert (address in plan()["pages"]) is (attempt.ends is None)

    attempt.ends = now.replace(year=now.year + 1)

    assert address not in plan()["pages"]


def test_a_change_of_language_is_another_plan(plan, visit, salma):
    before = plan()
    visit(salma).post("/language", locale="fr")

    told = plan()

    assert (before["language"], told["language"]) == ("en", "fr")
    assert told["version"] != before["version"]


def test_before_a_run_opens_only_its_own_page_is_kept(visit, salma, enrolled, offered, now):
    early = enrolled(salma, offered(opens=now.replace(year=now.year + 1)))

    told = visit(salma).get(f"/learn/{early.public_id}/offline").json

    assert told["pages"] == [f"/learn/{early.public_id}", "/offline"]


def test_the_worker_may_answer_for_the_whole_site_and_is_never_old(visit):
    answer = visit().get("/service-worker.js")

    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.mimetype == "text/javascript"
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]


def test_what_stands_in_place_of_a_page_is_nobodys(visit, salma):
    page = visit(salma).get("/offline").text

    assert salma.name not in page
    assert "not kept on this device" in page
