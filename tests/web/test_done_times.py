"""Work that a device has kept: sent by its worker, decided by who teaches."""

import json
from datetime import timedelta

import pytest

from lms.grading import queries

DEED = "0123456789abcdef0123456789abcdef"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def place(offered, enrolled, salma, now):
    """Salma's place in a run whose first assignment was due an hour ago, or about that."""
    return enrolled(salma, offered(opens=now - timedelta(days=12)))


@pytest.fixture
def double(place, find, now):
    """Its first assignment; late work for it loses a half for each day."""
    found = find(place, "double")
    found.loss_per_day, found.least_share = 0.5, 0.0
    found.due_after_days = 10
    return found


@pytest.fixture
def send(visit, who, place, double, now):
    """Sends what a device kept, done three days ago."""

    def send(name="salma", deed=DEED, answer="def double(n): return 2 * n", **fields):
        cells = [{"id": "double", "kind": "code", "source": answer}]
        work = {"": {"base": 0, "language": "en", "cells": cells}}
        done = int((now - 3 * DAY).timestamp() * 1000)
        told = {"deed": deed, "done": str(done), "work": json.dumps(work).encode()} | fields
        return visit(who(name)).post(
            f"/learn/{place.public_id}/assignments/double/notebook/done", **told
        )

    return send


@pytest.fixture
def submission(send, session, place, double):
    """What Salma's device has sent."""
    send()
    return queries.submissions(session, place, double)[0]


@pytest.fixture
def decide(visit, who, submission):
    def decide(name="idris", **fields):
        address = f"/teach/submissions/{submission.public_id}/done-time"
        return visit(who(name)).post(address, **fields)

    return decide


def test_what_is_sent_twice_is_one_submission_with_its_receipt(visit, salma, send):
    first, again = send(), send()

    assert first.status_code == again.status_code == 200
    assert first.json == again.json
    page = visit(salma).get(first.json["submission"]).text
    assert "Done without a link, says the device" in page
    assert "until an instructor has accepted" in page
    assert "Signed by the institute" in page


def test_a_clock_that_cannot_be_right_is_told_to_its_learner(visit, salma, idris, send, now):
    answer = send(done=str(int((now - 30 * DAY).timestamp() * 1000)))

    number = answer.json["submission"].rpartition("/")[2]
    assert "cannot be right" in visit(salma).get(answer.json["submission"]).text
    assert "Done without a link" not in visit(idris).get(f"/teach/submissions/{number}").text


def test_nothing_is_ever_taken_as_somebody_else_s(send, session, place, double):
    assert send("rim").status_code == 404
    assert queries.submissions(session, place, double) == []


def test_a_refusal_says_that_the_work_itself_is_refused(send, session, place, double):
    double.attempts_allowed = 1
    send()

    answer = send(deed=DEED[::-1], answer="def double(n): return n + n")

    assert answer.status_code == 409
    assert "all 1 attempts" in answer.json["refused"]
    assert len(queries.submissions(session, place, double)) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"deed": ""},
        {"deed": "../x"},
        {"done": "yesterday"},
        {"done": "9" * 30},
        {"work": b"["},
        {"work": b"[]"},
        {"work": b"{}"},
        {"work": b'{"": 3}'},
        {"work": b'{"": {"base": -1, "language": "en", "cells": []}}'},
        {"work": b'{"": {"base": 0, "language": "xx", "cells": []}}'},
        {"work": b'{"": {"base": 0, "language": "en", "cells": 7}}'},
    ],
    ids=str,
)
def test_what_no_worker_of_ours_sends_is_refused(send, session, place, double, fields):
    answer = send(**fields)

    assert answer.status_code == 409
    assert queries.submissions(session, place, double) == []


def test_a_session_that_ended_is_no_refusal(visit, place, double):
    answer = visit().post(f"/learn/{place.public_id}/assignments/double/notebook/done", deed=DEED)

    assert (answer.status_code, answer.location) == (303, "/account/sign-in")


def test_who_teaches_sees_what_waits_and_accepts_it(visit, idris, salma, place, submission, decide):
    teacher = visit(idris)
    pages = [
        teacher.get(address).text
        for address in (
            "/teach/",
            f"/teach/runs/{place.run.public_id}",
            f"/teach/runs/{place.run.public_id}/done-times",
            f"/teach/submissions/{submission.public_id}",
            f"/teach/submissions/{submission.public_id}/done-time",
        )
    ]

    answer = decide(decision="accept", reason="")

    assert all("Done without a link" in each for each in pages)
    assert "1 work to decide" in pages[0]
    assert (answer.status_code, answer.location) == (
        303, f"/teach/submissions/{submission.public_id}",
    )  # fmt: skip
    assert "Accepted by Idris" in teacher.get(answer.location).text
    assert "No work waits" in teacher.get(f"/teach/runs/{place.run.public_id}/done-times").text
    assert "Accepted by Idris" in visit(salma).get(f"/submissions/{submission.public_id}").text
    assert "counts as done on" in visit(salma).get("/notices/").text


def test_who_declines_says_why(visit, salma, session, submission, decide):
    silent = decide(decision="decline", reason=" ")
    odd = decide(decision="perhaps", reason="Why not?")
    declined = decide(decision="decline", reason="You were <b>here</b>.")

    assert (silent.status_code, odd.status_code, declined.status_code) == (422, 422, 303)
    assert "Say why you decline" in silent.text
    assert submission.accepted_time is None
    page = visit(salma).get(f"/submissions/{submission.public_id}").text
    assert "You were &lt;b&gt;here&lt;/b&gt;." in page


@pytest.mark.parametrize("name", ["salma", "ilham", "rim"])
def test_nobody_else_decides(session, submission, decide, name):
    assert decide(name, decision="accept").status_code == 404
    assert submission.accepted_time is None


def test_the_moment_of_work_without_one_cannot_be_decided(visit, idris, place, handed_in, now):
    work = handed_in(place, at=now)

    answer = visit(idris).get(f"/teach/submissions/{work.public_id}/done-time")

    assert answer.status_code == 404
