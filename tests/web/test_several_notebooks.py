"""Pages of an assignment of several notebooks."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from lms.bootstrap import relay_key
from lms.catalogue.notebooks import LARGEST_WORK
from lms.core.i18n import say
from lms.grading import queries, service
from lms.grading.marking import Mark, Verdict
from lms.grading.parts import Part, refused
from lms.grading.quality import Quality
from lms.grading.runs import Ending
from lms.grading.states import State
from lms.learning import tickets
from lms.web.forms import LARGEST_NOTEBOOK

NAMES = ["loops", "sums", "reasons"]


@pytest.fixture
def place(several, salma, now):
    return several(salma, opens=now - timedelta(days=1))


@pytest.fixture
def address(place):
    return f"/learn/{place.public_id}/assignments/double"


@pytest.fixture
def learner(visit, salma):
    return visit(salma)


@pytest.fixture
def handed_in(session, place, find):
    """What Salma has handed in, as kept: the notebooks of each attempt by name."""

    def found():
        works = queries.submissions(session, place, find(place, "double"))
        return [{each.name: each.content for each in work.notebooks} for work in works]

    return found


@pytest.fixture
def settled(session, blobs, place, find, work, now):
    """Work with a file for loops alone, marked; or refused for that."""

    def settle(*, is_refused=False):
        assignment = find(place, "double")
        given = {"loops": work()}
        made = service.hand_in(session, blobs, place, assignment, given, now=now)
        run = made.runs[-1]
        run.state = State.RUNNING
        if is_refused:
            found = [refused("loops", say("It is no notebook."))]
            service.refuse(session, run, found, now=now)
            return made
        mark = Mark("tests", 4.0, 4.0, Verdict.PASSED, None)
        missing = Mark("tests", 0.0, 4.0, Verdict.MISSING, None)
        found = [
            Part("loops", Ending.FINISHED, (mark,), say("Every cell was run."), 0.1),
            Part("sums", None, (missing,), say("This notebook was not handed in.")),
            Part("reasons", Ending.TIMEOUT, (), say("It took too long."), 0.1),
        ]
        service.settle(session, run, found, now=now)
        return made

    return settle


def test_the_assignment_lists_its_notebooks_and_gives_each_and_all(learner, address):
    page = learner.get(address).text

    packed = zipfile.ZipFile(io.BytesIO(learner.get(f"{address}/release.zip").data))
    alone = learner.get(f"{address}/releases/sums.ipynb")
    assert all(f'href="{address}/notebooks/{name}"' in page for name in NAMES)
    assert packed.namelist() == [f"double/{name}.ipynb" for name in sorted(NAMES)]
    assert 'filename="sums.ipynb"' in alone.headers["Content-Disposition"]
    assert b"BEGIN SOLUTION" not in alone.data
    assert json.loads(packed.read("double/sums.ipynb")) == json.loads(alone.data)


def test_each_notebook_has_its_field_and_one_is_enough(learner, address, handed_in, work):
    page = learner.get(address).text

    answer = learner.post(address, **{"notebook-2": work()})

    assert page.count('type="file"') == 3
    assert "Notebook sums.ipynb" in page
    assert answer.status_code == 303
    assert [list(each) for each in handed_in()] == [["sums"]]


@pytest.mark.parametrize(
    ("sent", "told", "field"),
    [
        ({}, "Choose at least one notebook to hand in.", 1),
        ({"notebook-1": b"{}", "notebook-3": b""}, "This file is empty.", 3),
        ({"notebook-3": b" " * (LARGEST_NOTEBOOK + 1)}, "at most 5 MB", 3),
    ],
)
def test_what_is_wrong_with_a_file_is_said_at_its_field(learner, address, sent, told, field):
    answer = learner.post(address, **sent)

    assert answer.status_code == 422
    assert f'<a href="#notebook-{field}">' in answer.text
    assert told in answer.text


def test_each_notebook_may_be_large_and_all_of_them_not_too_much(
    learner, address, handed_in, session, monkeypatch
):
    large = {f"notebook-{number}": b" " * LARGEST_NOTEBOOK for number in (1, 2, 3)}

    taken = learner.post(address, **large)
    monkeypatch.setattr("lms.web.hand_in_forms.LARGEST_WORK", 2 * LARGEST_NOTEBOOK)
    refused = learner.post(address, **large)

    assert taken.status_code == 303
    assert refused.status_code == 422
    assert "all of an assignment together 20 MB" in refused.text
    assert f'data-together="{LARGEST_WORK}"' in learner.get(address).text
    assert [list(each) for each in handed_in()] == [NAMES]


def test_an_assignment_with_one_notebook_tells_of_one(learner, address):
    page = learner.get(address.replace("double", "why")).text

    assert page.count('type="file"') == 1
    assert 'name="notebook"' in page
    assert "The notebooks of this assignment" not in page


@pytest.mark.parametrize(
    "place_of",
    ["/notebooks/{}", "/notebooks/{}/draft", "/notebooks/{}.ipynb", "/releases/{}.ipynb"],
)
def test_a_notebook_is_there_for_its_learner_by_its_name_alone(
    visit, learner, address, place_of, who
):
    assert learner.get(address + place_of.format("sums")).status_code == 200
    assert learner.get(address + place_of.format("other")).status_code == 404
    assert visit(who("rim")).get(address + place_of.format("sums")).status_code == 404


def save(learner, address, name, base="0"):
    """Saves the notebook as it was given, with one more cell that names it."""
    cells = learner.get(f"{address}/notebooks/{name}/draft").json["cells"]
    cells.append({"id": f"mine-{base}", "kind": "code", "source": f"# mine in {name}, from {base}"})
    sent = {"base": base, "language": "en", "cells": json.dumps(cells).encode()}
    return learner.post(f"{address}/notebooks/{name}/draft", **sent)


def test_each_notebook_has_a_draft_and_all_that_are_saved_are_handed_in(
    learner, address, handed_in, blobs
):
    save(learner, address, "loops")
    version = save(learner, address, "sums").json

    page = learner.get(f"{address}/notebooks/sums").text
    answer = learner.post(f"{address}/notebooks/sums/hand-in", number=str(version["number"]))

    assert 'aria-current="page"><svg' in page.replace("\n", "")
    assert "nothing is saved, so it counts as unanswered" in page
    assert answer.status_code == 303
    (work,) = handed_in()
    assert list(work) == ["loops", "sums"]
    assert all(f"# mine in {name}".encode() in blobs.get(work[name]) for name in work)


def test_the_page_hands_in_nothing_that_its_learner_has_not_seen(learner, address, handed_in):
    save(learner, address, "loops")
    save(learner, address, "sums")
    save(learner, address, "sums", base="1")

    assert learner.post(f"{address}/notebooks/sums/hand-in", number="1").status_code == 409
    assert learner.post(f"{address}/notebooks/reasons/hand-in", number="0").status_code == 409
    assert handed_in() == []


def test_each_notebook_has_a_kernel_of_its_own(learner, address, lms):
    def seat(name):
        told = learner.post(f"{address}/notebooks/{name}/kernel").json["ticket"]
        return tickets.read(relay_key(lms.settings), told, datetime.now(UTC)).assignment

    assert seat("loops").endswith("/loops")
    assert seat("loops") != seat("sums")


def test_the_result_tells_of_each_notebook(visit, learner, settled, idris):
    made = settled()

    page = learner.get(f"/submissions/{made.public_id}").text
    taught = visit(idris).get(f"/teach/submissions/{made.public_id}").text

    for shown in (page, taught):
        assert "loops:tests" in shown
        assert "These notebooks did not run to their end: reasons." in shown
        assert "It took too long." in shown
    for name in NAMES:
        assert f'href="/submissions/{made.public_id}/feedback/{name}"' in page
        assert f'href="/teach/submissions/{made.public_id}/feedback/{name}"' in taught
    assert "Download loops.ipynb as you handed it in" in page
    assert f"/submissions/{made.public_id}/notebooks/sums.ipynb" not in page


def test_files_and_feedback_of_each_are_there_for_whom_they_concern(
    visit, learner, settled, idris, who, work
):
    made = settled()
    file, page = "notebooks/loops.ipynb", "feedback/sums"

    assert learner.get(f"/submissions/{made.public_id}/{file}").data == work()
    assert visit(idris).get(f"/teach/submissions/{made.public_id}/{file}").data == work()
    assert "was not handed in" in learner.get(f"/submissions/{made.public_id}/{page}").text
    assert learner.get(f"/submissions/{made.public_id}/notebooks/sums.ipynb").status_code == 404
    for stranger in ("rim", "amina"):
        for each in (file, page):
            found = visit(who(stranger)).get(f"/submissions/{made.public_id}/{each}")
            assert found.status_code == 404


def test_a_refused_notebook_is_named_with_its_reason(learner, settled):
    page = learner.get(f"/submissions/{settled(is_refused=True).public_id}").text

    assert "These notebooks could not be marked:" in page
    assert "It is no notebook." in page


def test_what_the_tests_are_worth_is_told_of_each_notebook(visit, place, find, idris, session):
    for notebook in find(place, "double").notebooks[:2]:
        notebook.quality = Quality(seconds=1.0).as_json()
    session.commit()

    page = visit(idris).get(f"/teach/runs/{place.run.public_id}/assignments/double/tests").text

    assert page.count("Solution and blank notebook") == 2
    assert "These tests have not been tried yet" in page
    assert all(f"{name}.ipynb" in page for name in NAMES)
    assert "Try the tests again" in page
