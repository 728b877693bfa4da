"""What a registrar meets: runs to offer, credentials to look after."""

from datetime import datetime

import pytest
from sqlalchemy import func, select

from lms.core.zones import zone
from lms.credentials import queries as credentials
from lms.learning.models import CourseRun


@pytest.fixture
def offer(visit, rachid, version):
    """Offers a run in Fez as a registrar does."""
    form = {"version": version.public_id, "opens": "2027-01-10", "access": "open"}
    return lambda **more: visit(rachid).post("/issue/fez/runs", **(form | more))


@pytest.fixture
def newest(session):
    def newest():
        return session.scalars(select(CourseRun).order_by(CourseRun.id.desc())).first()

    return newest


def test_a_run_lasts_whole_days_of_the_institute(offer, newest):
    answer = offer(closes="2027-01-20")

    run = newest()
    assert (answer.status_code, answer.location) == (303, "/issue/fez")
    assert run.institute.slug == "fez"
    assert run.opens == datetime(2027, 1, 10, tzinfo=zone("Africa/Casablanca"))
    assert run.closes == datetime(2027, 1, 20, 23, 59, 59, tzinfo=zone("Africa/Casablanca"))


def test_a_run_may_be_without_end_and_by_invitation(visit, offer, newest, rachid):
    offer(access="invitation")

    run = newest()
    assert run.closes is None
    assert run.invitation_code in visit(rachid).get("/issue/fez").text


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"opens": ""}, id="no first day"),
        pytest.param({"opens": "tomorrow"}, id="no date"),
        pytest.param({"closes": "2027-01-01"}, id="it ends before it opens"),
        pytest.param({"version": "nothing"}, id="no such course"),
        pytest.param({"access": "secret"}, id="no such way in"),
    ],
)
def test_a_faulty_offer_comes_back_and_offers_nothing(session, offer, wrong):
    answer = offer(**wrong)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert session.scalar(select(func.count()).select_from(CourseRun)) == 0


def test_credentials_are_found_by_their_holder(visit, lived_in, rachid):
    page = visit(rachid)
    link = f'href="/credentials/{lived_in.credential}"'

    assert link in page.get("/issue/fez?q=salma@fez").text
    nobody = page.get("/issue/fez?q=rim").text
    assert "Nothing found" in nobody
    assert link not in nobody


def test_a_credential_is_revoked_with_its_reason(visit, session, lived_in, rachid):
    page = f"/credentials/{lived_in.credential}"
    assert "Revoke this credential" in visit(rachid).get(page).text

    answer = visit(rachid).post(
        f"/issue/credentials/{lived_in.credential}/revocation", reason="Copied work."
    )

    assert (answer.status_code, answer.location) == (303, page)
    assert credentials.credential(session, lived_in.credential).reason == "Copied work."
    assert "Revoke this credential" not in visit(rachid).get(page).text


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_without_a_reason_nothing_is_revoked(visit, session, lived_in, rachid, reason):
    answer = visit(rachid).post(
        f"/issue/credentials/{lived_in.credential}/revocation", reason=reason
    )

    assert answer.status_code == 422
    assert credentials.credential(session, lived_in.credential).revoked is None


def test_revoking_twice_is_refused(visit, lived_in, rachid):
    address = f"/issue/credentials/{lived_in.credential}/revocation"

    answers = [visit(rachid).post(address, reason="Copied.") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 409]


def test_the_registrar_of_rabat_sees_nothing_of_fez(visit, lived_in, who):
    page = visit(who("reda")).get("/issue/rabat").text

    assert lived_in.credential not in page
    assert "Salma" not in page
    form = visit(who("reda")).get(f"/credentials/{lived_in.credential}").text
    assert "Revoke this credential" not in form
