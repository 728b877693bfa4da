"""Outputs kept for the page, and notebooks opened in it."""

import json

import pytest

from lms.learning import drafts

STREAM = {"output_type": "stream", "name": "stdout", "text": "<b>42</b>"}


@pytest.fixture
def here(place):
    return f"/learn/{place.public_id}/assignments/double/notebook"


@pytest.fixture
def learner(visit, salma):
    return visit(salma)


@pytest.fixture
def save(learner, here):
    def saved(answer, base=0):
        cells = json.dumps([{"id": "answer", "kind": "code", "source": answer}]).encode()
        sent = {"base": str(base), "device": "phone", "language": "en"}
        return learner.post(here + "/draft", cells=cells, **sent)

    return saved


@pytest.fixture
def worked_in(learner, here, save):
    """The file of a notebook with an answer in it, as it is downloaded."""
    save("def double(n): return n + n")
    return json.loads(learner.get(here + ".ipynb").data)


def stored(session, place, find):
    session.expire_all()
    version = drafts.newest(session, place, find(place, "double"))
    return json.loads(drafts.content_of(version))


def sources(notebook):
    return ["".join(cell["source"]) for cell in notebook["cells"]]


def test_outputs_come_back_and_are_handed_in_with_nothing(
    learner, here, save, session, place, find
):
    save("def double(n): return 2 * n")

    told = json.dumps({"answer": [STREAM]}).encode()
    assert learner.post(here + "/outputs", outputs=told).status_code == 200

    answer = learner.get(here + "/outputs")
    assert answer.json == {"outputs": {"answer": [STREAM]}}
    assert answer.mimetype == "application/json"
    assert "42" not in json.dumps(stored(session, place, find))
    assert b"42" not in learner.get(here + ".ipynb").data


@pytest.mark.parametrize("told", [b"[]", b"{", b'{"a": [{"output_type": "script"}]}'])
def test_what_are_no_outputs_is_refused_with_a_sentence(learner, here, save, told):
    save("def double(n): return 2 * n")

    answer = learner.post(here + "/outputs", outputs=told)

    assert answer.status_code == 409
    assert "cannot be kept" in answer.text


def test_a_file_is_laid_into_the_page_and_what_stood_there_stays_a_version(
    learner, here, worked_in, save, session, place, find
):
    save("def double(n): return 'meanwhile'", base=1)
    own = {"cell_type": "code", "id": "mine", "source": "own = 1", "outputs": [], "metadata": {}}
    tests = next(cell for cell in worked_in["cells"] if cell["id"] == "tests")
    tests["source"] = "assert True"
    worked_in["cells"].append(own)

    answer = learner.post(here + "/file", number="2", notebook=json.dumps(worked_in).encode())

    assert answer.status_code == 303
    assert "1 of 1 answers" in learner.get(here).text
    now = sources(stored(session, place, find))
    assert "def double(n): return n + n" in now
    assert "own = 1" in now
    assert "assert True" not in now
    before = drafts.version(session, place, find(place, "double"), 2)
    assert b"meanwhile" in drafts.content_of(before)


def test_a_file_is_not_laid_over_what_was_not_seen(learner, here, worked_in, save):
    save("def double(n): return 'meanwhile'", base=1)

    answer = learner.post(here + "/file", number="1", notebook=json.dumps(worked_in).encode())

    page = learner.get(here).text
    assert answer.status_code == 303
    assert "Another tab or device has saved this notebook" in page
    assert "return n + n" not in page


def without_answers(notebook):
    notebook["cells"] = [{"cell_type": "code", "source": "1", "outputs": [], "metadata": {}}]


def with_a_copy(notebook):
    notebook["cells"].append({**notebook["cells"][1], "id": "copy"})


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [(without_answers, "none of the answers"), (with_a_copy, "more than once")],
)
def test_a_file_that_does_not_fit_is_refused_and_changes_nothing(
    learner, here, worked_in, session, place, find, spoil, sentence
):
    before = stored(session, place, find)
    spoil(worked_in)

    answer = learner.post(here + "/file", number="1", notebook=json.dumps(worked_in).encode())

    assert answer.status_code == 303
    assert sentence in learner.get(here).text
    assert stored(session, place, find) == before


@pytest.mark.parametrize(
    ("content", "sentence"), [(b"", "Choose the notebook"), (b"no notebook", "is not a notebook")]
)
def test_what_is_no_notebook_is_refused(learner, here, content, sentence):
    answer = learner.post(here + "/file", number="0", notebook=content)

    assert answer.status_code == 303
    assert sentence in learner.get(here).text
