"""The notebook's page and what its scripts ask for."""

import json
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath

import brotli
import pytest

from lms.bootstrap import relay_key
from lms.grading import queries as grading
from lms.learning import drafts, tickets

MINE = "def double(n): return n + n"


@pytest.fixture
def here(place):
    return f"/learn/{place.public_id}/assignments/double/notebook"


@pytest.fixture
def save(visit, salma, here):
    def saved(answer, base=0, **more):
        cells = [{"id": "answer", "kind": "code", "source": answer}]
        sent = {"base": str(base), "device": "phone", "language": "en", **more}
        return visit(salma).post(here + "/draft", cells=json.dumps(cells).encode(), **sent)

    return saved


def test_the_page_shows_the_release_without_solutions_or_what_stands_in_the_draft(
    visit, salma, here, save
):
    page = visit(salma).get(here).text
    assert "YOUR CODE HERE" in page
    assert "return 2 * n" not in page

    save("def double(n): return n + n")

    assert "return n + n" in visit(salma).get(here).text


@pytest.mark.parametrize("page", ["assignments/double/notebook", "lessons/counting/note"])
def test_the_way_back_leads_through_the_course(visit, salma, here, page):
    course = here.partition("/assignments")[0]

    html = visit(salma).get(f"{course}/{page}").text

    way = html.partition("breadcrumbs")[2].partition("</nav>")[0]
    assert f'href="{course}"' in way


def test_a_title_that_the_notebook_begins_with_is_seen_once(visit, salma, here):
    browser = visit(salma)
    assert '<h1 class="visually-hidden">' not in browser.get(here).text
    given = browser.get(here + "/draft").json["cells"]
    cells = [{"id": "a", "kind": "markdown", "source": "# Doubling\n\nDouble it."}, *given]
    sent = {"base": "0", "device": "phone", "language": "en"}

    browser.post(here + "/draft", cells=json.dumps(cells).encode(), **sent)

    assert '<h1 class="visually-hidden">' in browser.get(here).text


def test_text_of_another_language_is_there_and_marked(visit, salma, here):
    browser = visit(salma)
    browser.post("/language", locale="zgh")

    page = browser.get(here).text

    assert '<div class="nb-source prose" lang="fr" dir="ltr">' in page
    assert "Doublez." in page
    assert page.count("Français.") == 1

    browser.post("/language", locale="ar")
    own = browser.get(here).text

    assert '<div class="nb-source prose" lang="ar" dir="rtl">' in own
    assert "Français." not in own


def test_whoever_reads_another_language_now_has_the_text_in_it_and_keeps_the_answers(
    visit, salma, here
):
    browser = visit(salma)
    browser.post("/language", locale="ar")
    given = json.loads(browser.get(here + "/draft").text)["cells"]
    cells = [{**cell, "source": MINE} if cell["answer"] else cell for cell in given]
    sent = {"base": "0", "device": "phone", "language": "ar"}
    browser.post(here + "/draft", cells=json.dumps(cells).encode(), **sent)
    browser.post("/language", locale="zgh")
    before = browser.get(here).text

    answer = browser.post(here + "/language", number="1")

    after = browser.get(answer.location).text
    assert f'action="{here}/language"' in before
    assert "Doublez." not in before
    assert answer.status_code == 303
    assert "Doublez." in after
    assert f'action="{here}/language"' not in after
    kept = json.loads(browser.get(here + "/draft").text)["cells"]
    assert [cell["source"] for cell in kept if cell["answer"]] == [MINE]
    first = json.loads(browser.get(here + "/draft?number=1").text)
    assert first["language"] == "ar"


def test_text_is_not_retold_over_a_version_that_nobody_saw(visit, salma, here, save):
    browser = visit(salma)
    save("mine = 1", language="ar")
    save("mine = 2", base=1, language="ar")

    answer = browser.post(here + "/language", number="1")

    assert answer.status_code == 409
    assert json.loads(browser.get(here + "/draft").text)["number"] == 2


def test_code_that_checks_is_folded_and_code_to_write_is_not(visit, salma, here):
    page = visit(salma).get(here).text

    folded = re.findall(r'<details class="nb-test">.*?</details>', page, re.DOTALL)
    assert folded
    assert all("assert" in each for each in folded)
    assert "YOUR CODE HERE" not in "".join(folded)


def test_the_page_frames_nothing_but_outputs_and_runs_nothing_inline(visit, salma, here):
    answer = visit(salma).get(here)

    policy = answer.headers["Content-Security-Policy"]
    assert "frame-src http://localhost/outputs/frame;" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    nonce = policy.split("'nonce-")[1].split("'")[0]
    assert f'data-nonce="{nonce}"' in answer.text
    assert nonce not in visit(salma).get(here).headers["Content-Security-Policy"]


def test_an_output_is_drawn_where_nothing_can_be_reached(visit):
    policy = visit().get("/outputs/frame").headers["Content-Security-Policy"]

    assert policy.startswith("sandbox allow-scripts; default-src 'none';")
    assert "allow-same-origin" not in policy
    assert "connect-src" not in policy
    assert "http" not in policy


def test_what_is_saved_says_when_and_is_numbered(save):
    first, second = save("a = 1").json, save("a = 2", base=1).json

    assert (first["number"], second["number"]) == (1, 2)
    assert len(second["saved"].split(":")) == 2


def test_a_conflict_carries_what_stands_there(save):
    save("a = 1")

    answer = save("a = 2")

    assert answer.status_code == 409
    assert answer.json["theirs"]["number"] == 1
    assert "a = 1" in [cell["source"] for cell in answer.json["theirs"]["cells"]]


@pytest.mark.parametrize(
    "wrong", [{"base": "-1"}, {"base": "x"}, {"language": "xx"}, {"cells": b"{"}, {"cells": b"{}"}]
)
def test_what_is_no_draft_is_refused_with_a_sentence(visit, salma, here, wrong):
    sent = {"base": "0", "language": "en", "cells": b"[]", **wrong}
    browser = visit(salma)
    browser.client.environ_base["HTTP_ACCEPT"] = "application/json"

    answer = browser.post(here + "/draft", **sent)

    assert answer.status_code == 409
    assert "cannot be saved" in answer.json["message"]


def test_a_script_of_another_page_saves_nothing(visit, salma, here, session, place, find):
    answer = visit(salma).post_without_token(here + "/draft", base="0", language="en")

    assert answer.status_code == 409
    assert drafts.newest(session, place, find(place, "double")) is None


def test_versions_are_listed_and_come_back(visit, salma, here, save):
    save("a = 1")
    save("a = 2", base=1)
    browser = visit(salma)

    listed = browser.get(here + "/versions").json["versions"]
    first = browser.get(here + "/draft?number=1").json
    given = browser.get(here + "/draft?number=0").json

    assert [(each["number"], each["device"]) for each in listed] == [(2, "phone"), (1, "phone")]
    assert all(re.search(r" \d\d:\d\d:\d\d$", each["moment"]) for each in listed)
    assert "a = 1" in [cell["source"] for cell in first["cells"]]
    assert any("YOUR CODE HERE" in cell["source"] for cell in given["cells"])
    assert browser.get(here + "/draft?number=9").status_code == 404


def test_what_was_saved_last_can_be_taken_along(visit, salma, here, save):
    save("a = 7")

    answer = visit(salma).get(here + ".ipynb")

    assert "attachment" in answer.headers["Content-Disposition"]
    assert ["a = 7"] in [cell["source"] for cell in answer.get_json(force=True)["cells"]]


def test_a_ticket_is_for_this_learner_and_this_assignment(
    visit, salma, here, lms, place, find, now
):
    told = visit(salma).post(here + "/kernel").json

    ticket = tickets.read(relay_key(lms.settings), told["ticket"], datetime.now(UTC))
    double = find(place, "double")
    assert (ticket.enrolment, ticket.assignment) == (place.public_id, double.public_id)
    assert ticket.profile == double.profile
    assert told["relay"].startswith("ws://")


def test_a_text_is_made_safe(visit, salma, here):
    html = visit(salma).post(here + "/text", source="*a* <script>x</script> $x^2$").json["html"]

    assert "<script" not in html
    assert "<em>a</em>" in html
    assert "<math" in html


def test_the_title_of_a_text_is_a_heading_below_that_of_the_page(visit, salma, here):
    html = visit(salma).post(here + "/text", source="# One & two\n\nThree.").json["html"]

    assert '<h2 class="text-title">One &amp; two</h2>' in html


def test_only_tests_are_explained(visit, salma, here, save):
    save("def double(n): return n")
    trace = "Cell In[1], line 1\n----> 1 assert double(1) == 2\n"
    error = {"name": "AssertionError", "value": "<b>", "traceback": trace}
    browser = visit(salma)

    told = browser.post(here + "/explanation", cell="tests", **error).json["html"]

    assert "assert double(1) == 2" in told
    assert "<b>" not in told
    assert browser.post(here + "/explanation", cell="answer", **error).json["html"] == ""


def test_the_draft_is_handed_in_as_it_stands_under_the_rules_of_every_attempt(
    visit, salma, here, save, session, place, find, blobs
):
    save("def double(n): return n + n")
    assert visit(salma).post(here + "/hand-in", number="7").status_code == 409

    answer = visit(salma).post(here + "/hand-in", number="1")

    (work,) = grading.submissions(session, place, find(place, "double"))
    assert answer.location == f"/submissions/{work.public_id}"
    assert b"return n + n" in blobs.get(work.notebooks[0].content)


def test_a_run_that_has_ended_takes_no_work_but_goes_on_saving(
    visit, salma, here, save, session, place, now
):
    place.run.opens, place.run.closes = now - timedelta(days=9), now - timedelta(days=1)

    assert save("a = 1").status_code == 200
    assert visit(salma).post(here + "/hand-in", number="1").status_code == 409
    assert "has ended" in visit(salma).get(here).text


STATIC = re.compile(r'(?:href|src)="(/static/[^"]+\.(?:css|js)[^"]*)"')
FONTS = ("noto-sans-latin", "stix-two-math")
IMPORTED = re.compile(r"^(?:import|\}) .*?from '(\.[^']+)';", re.MULTILINE)


def test_the_first_cell_can_be_run_after_twelve_answers_and_a_quarter_of_a_megabyte(
    visit, salma, here
):
    browser = visit(salma)
    page = browser.get(here)
    fetched = {
        address.split("?")[0]: browser.get(address).data for address in STATIC.findall(page.text)
    }
    imported = {
        str(PurePosixPath(os.path.normpath(f"{PurePosixPath(name).parent}/{other}")))
        for name, content in fetched.items()
        for other in IMPORTED.findall(content.decode())
        if name.endswith(".js")
    }

    assert imported <= fetched.keys()  # Each is named in the page, so none is found out late.
    assert len(fetched) + 1 <= 12
    # Fonts are as small as they get. The second one comes where the notebook has formulas.
    fonts = [browser.get(f"/static/vendor/fonts/{name}.woff2").data for name in FONTS]
    packed = sum(len(brotli.compress(each)) for each in (page.data, *fetched.values()))
    assert packed + sum(map(len, fonts)) <= 250_000
