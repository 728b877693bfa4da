"""What a reader does in a lesson, on its page and by its script."""

import re
from datetime import UTC, datetime

import pytest

from lms.bootstrap import relay_key
from lms.learning import tickets

JSON = {"Accept": "application/json"}


@pytest.fixture
def lesson(place):
    return f"/learn/{place.public_id}/lessons/counting"


@pytest.fixture
def browser(visit, salma):
    return visit(salma)


@pytest.fixture
def script(browser, lesson):
    """Sends fields as the page's script does."""

    def send(path, **fields):
        data = {"csrf_token": browser.token(), **fields}
        return browser._send("POST", lesson + path, data=data, headers=JSON)

    return send


def note_in(page):
    """The text in the field of the page and the number it stands for."""
    text = re.search(r"<textarea[^>]*>\r?\n?(.*?)</textarea>", page, re.DOTALL)[1]
    return text, re.search(r'name="base"[^>]*value="(\d+)"', page)[1]


def test_a_note_is_kept_and_shown_again(browser, lesson):
    answer = browser.post(lesson + "/note", base="0", text="Two <b>hands</b>.\r\nTen fingers.")

    assert answer.status_code == 303
    assert answer.location == f"{lesson}#note"
    page = browser.get(lesson).text
    assert note_in(page) == ("Two &lt;b&gt;hands&lt;/b&gt;.\nTen fingers.", "1")
    assert "Only you can see it" in page


def test_a_note_changed_elsewhere_is_shown_beside_the_text_that_was_sent(browser, lesson):
    browser.post(lesson + "/note", base="0", text="from the telephone")

    answer = browser.post(lesson + "/note", base="0", text="from the desk")

    assert answer.status_code == 409
    assert note_in(answer.text) == ("from the desk", "1")
    assert "from the telephone</pre>" in answer.text
    assert note_in(browser.get(lesson).text)[0] == "from the telephone"


def test_a_note_that_is_too_long_comes_back_whole(browser, lesson):
    answer = browser.post(lesson + "/note", base="0", text="a" * 20_001)

    assert answer.status_code == 422
    assert "at most 20,000 characters" in answer.text
    assert note_in(answer.text) == ("a" * 20_001, "0")


def test_the_script_saves_and_is_told_of_a_conflict(script, browser, lesson):
    saved = script("/note", base="0", text="one")
    again = script("/note", base="0", text="two")
    too_long = script("/note", base="1", text="a" * 20_001)

    assert saved.json["number"] == 1
    assert (again.status_code, again.json["theirs"]["text"]) == (409, "one")
    assert too_long.status_code == 422
    assert "20,000" in too_long.json["message"]
    told = browser._send("GET", lesson + "/note", headers=JSON).json
    assert (told["text"], bool(told["token"])) == ("one", True)


def test_a_lesson_lists_its_parts_and_marks_them(browser, lesson):
    assert 'name="mark" value="2"' in browser.get(lesson).text

    answer = browser.post(lesson + "/bookmarks", mark="2")

    assert answer.location == f"{lesson}#part-doubling"
    page = browser.get(lesson).text
    assert 'name="unmark" value="2"' in page
    assert 'name="mark" value="0"' in page
    browser.post(lesson + "/bookmarks", unmark="2")
    assert 'name="mark" value="2"' in browser.get(lesson).text


@pytest.mark.parametrize("fields", [{}, {"mark": "99"}, {"mark": "-1"}, {"mark": "x"}])
def test_what_is_not_there_cannot_be_marked(browser, lesson, fields):
    assert browser.post(lesson + "/bookmarks", **fields).status_code == 404


def test_the_script_turns_a_mark_over(script):
    assert script("/bookmarks", mark="0").json == {"kept": True}
    assert script("/bookmarks", unmark="0").json == {"kept": False}


def test_what_is_kept_is_listed_and_searched(browser, lesson, place):
    kept = f"/learn/{place.public_id}/notes"
    assert "Nothing kept yet" in browser.get(kept).text
    browser.post(lesson + "/note", base="0", text="Ten <i>fingers</i>.")
    browser.post(lesson + "/bookmarks", mark="2")

    page = browser.get(kept).text

    assert "Ten &lt;i&gt;fingers&lt;/i&gt;." in page
    assert f'href="{lesson}#part-doubling"' in page
    assert "Ten" in browser.get(kept + "?q=fingers").text
    assert "Nothing of yours holds these words" in browser.get(kept + "?q=toes").text


def test_instructors_are_shown_no_note(browser, visit, idris, lesson, place, lived_in):
    browser.post(lesson + "/note", base="0", text="between me and myself")

    teacher = visit(idris)

    for address in (f"/teach/enrolments/{place.public_id}", f"/teach/runs/{place.run.public_id}"):
        assert "between me and myself" not in teacher.get(address).text
    assert teacher.get(lesson + "/note").status_code == 404


def test_the_code_of_a_lesson_runs_in_a_kernel_of_its_course(script, lms, place, find):
    answer = script("/kernel")

    ticket = tickets.read(relay_key(lms.settings), answer.json["ticket"], datetime.now(UTC))
    assert (ticket.profile, ticket.assignment) == ("python", find(place, "counting").public_id)
    assert (ticket.enrolment, ticket.person) == (place.public_id, place.person.public_id)
    assert script("/text", source="*a* <script>").json["html"].startswith("<p><em>a</em> &lt;")


def test_only_a_lesson_with_code_to_run_gets_a_kernel_or_a_frame(browser, lesson, place):
    without = f"/learn/{place.public_id}/lessons/because"

    page, plain = browser.get(lesson), browser.get(without)

    assert 'class="runnable"' in page.text
    assert "frame-src" in page.headers["Content-Security-Policy"]
    assert "runnable" not in plain.text
    assert "frame-src" not in plain.headers["Content-Security-Policy"]
    assert browser.post(without + "/kernel").status_code == 404
    assert browser.post(without + "/text", source="a").status_code == 404
