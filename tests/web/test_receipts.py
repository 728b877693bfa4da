"""The receipt as people meet it: at once, before marking, kept, downloaded, checked by anybody."""

import json

import pytest
from sqlalchemy import func, select

from lms.credentials import queries
from lms.credentials.models import Receipt
from lms.grading.models import Submission


@pytest.fixture
def hand_in(visit, place, salma, work):
    """Salma hands a file in; where she is led."""

    def hand_in(**more):
        address = f"/learn/{place.public_id}/assignments/double"
        return visit(salma).post(address, notebook=work(**more)).location

    return hand_in


@pytest.fixture
def keyless(lms):
    """The key of Fez is not at hand."""
    file = lms.keys.path / "fez" / "key-2026-1.pem"
    aside = file.with_suffix(".aside")
    file.rename(aside)
    return lambda: aside.rename(file)


def number(session):
    return session.scalar(select(func.count(Receipt.id)))


def test_it_is_there_before_anything_is_marked_and_stays(visit, session, salma, hand_in, settled):
    address = hand_in()
    work = session.scalar(select(Submission))

    page = visit(salma).get(address).text
    assert "You are next in line." in page or "in line" in page
    assert "Signed by the institute" in page
    assert f'href="{address}/receipt.json"' in page
    signed = visit(salma).get(f"{address}/receipt.json")
    assert signed.data == queries.receipt(session, work).document
    settled(work, 4)
    assert visit(salma).get(f"{address}/receipt.json").data == signed.data
    assert f'href="{address}/receipt.json"' in visit(salma).get(address).text


def test_it_says_who_what_and_when_and_no_name_or_address(visit, session, salma, hand_in):
    signed = visit(salma).get(f"{hand_in()}/receipt.json").data

    told, work = json.loads(signed), session.scalar(select(Submission))
    assert told["learner"] == {"id": salma.public_id}
    assert told["submission"]["id"] == work.public_id
    assert told["work"] == [{"name": "double.ipynb", "sha256": work.notebooks[0].content}]
    assert told["course"]["version"] == work.enrolment.run.version.number
    assert salma.email.encode() not in signed
    assert salma.name.encode() not in signed


def test_the_same_work_again_has_the_same_receipt(session, hand_in):
    first, again = hand_in(), hand_in()

    assert first == again
    assert number(session) == 1


def test_without_a_key_the_work_is_taken_and_signed_for_later(
    visit, session, salma, hand_in, keyless
):
    address = hand_in()
    browser = visit(salma)
    assert "could not be signed yet" in browser.get(address).text
    assert browser.get(f"{address}/receipt.json").status_code == 404
    assert browser.post(f"{address}/receipt").status_code == 303
    assert number(session) == 0

    keyless()
    browser.post(f"{address}/receipt")

    assert "Signed by the institute" in browser.get(address).text
    assert number(session) == 1


def test_nobody_else_has_it_from_us(visit, session, hand_in, rim, idris, who):
    address = hand_in()

    for person in (rim, idris, who("amina")):
        assert visit(person).get(f"{address}/receipt.json").status_code == 404
        assert visit(person).post(f"{address}/receipt").status_code == 404
    assert visit().get(f"{address}/receipt.json").status_code == 303


def test_whoever_holds_it_can_have_it_checked_without_an_account(visit, salma, hand_in, work):
    signed = visit(salma).get(f"{hand_in()}/receipt.json").data

    answer = visit().post("/verify", file=signed, work=work())

    assert answer.status_code == 200
    assert "Everything holds" in answer.text
    assert "The work at hand is what the receipt is for." in answer.text
    assert salma.public_id in answer.text


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param(lambda s: s.replace(b'"number": 1', b'"number": 2'), "changed", id="told"),
        pytest.param(lambda s: s + b" ", "rewritten", id="a space"),
        pytest.param(lambda s: b"[]", "holds no object", id="no object"),
        pytest.param(lambda s: b'{"type": "HandInReceipt"}', "is not what a receipt", id="bare"),
        pytest.param(lambda s: b"{" * 300_000, "too large", id="large"),
        pytest.param(lambda s: "", "Choose the signed file.", id="none"),
        pytest.param(lambda s: b"<script>alert(1)</script>", "not JSON", id="markup"),
    ],
)
def test_what_does_not_hold_is_told_and_shows_nothing_of_it(visit, salma, hand_in, change, why):
    signed = visit(salma).get(f"{hand_in()}/receipt.json").data

    answer = visit().post("/verify", file=change(signed))

    assert answer.status_code == 422
    assert why in answer.text
    assert salma.public_id not in answer.text
    assert "<script>alert" not in answer.text


def test_another_work_is_not_what_it_is_for(visit, salma, hand_in, work):
    signed = visit(salma).get(f"{hand_in()}/receipt.json").data

    answer = visit().post("/verify", file=signed, work=work(answer="return 3"))

    assert answer.status_code == 422
    assert "another than the receipt is for" in answer.text


def test_a_credential_is_checked_in_the_same_place(visit, lived_in):
    signed = visit().get(f"/credentials/{lived_in.credential}.json").data

    genuine = visit().post("/verify", file=signed)
    changed = visit().post("/verify", file=signed.replace(b"Salma", b"Selma"))

    assert (genuine.status_code, changed.status_code) == (200, 422)
    assert f'/credentials/{lived_in.credential}">Look at its public page' in genuine.text
    for told in ("Holder", "Salma", "First numbers", "Institute of Fez"):
        assert told in genuine.text
    assert "Selma" not in changed.text


@pytest.mark.parametrize("page", ["", "/notebook"], ids=["assignment", "notebook"])
def test_before_handing_in_it_is_told_what_that_means(visit, place, salma, find, page):
    assignment = find(place, "double")
    assignment.attempts_allowed = 3
    address = f"/learn/{place.public_id}/assignments/double{page}"

    told = visit(salma).get(address).text

    assert "This uses one attempt and leaves 2 of 3." in told
    assert "It is on time until" in told
    assert "Tests mark 1 question, hidden ones included." in told
    assert "You get a signed receipt at once, before anything is marked." in told
    assignment.attempts_allowed, assignment.due_after_days = 1, 0
    assignment.loss_per_day, assignment.least_share = 0.5, 0.5
    told = visit(salma).get(address).text
    assert "This uses your last attempt." in told
    assert "50% of its points would be kept." in told
