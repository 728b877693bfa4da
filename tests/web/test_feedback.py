"""The feedback page as the site serves it: to whom, in which language, with which rights."""

import json
from datetime import timedelta

from lms.core.i18n import say
from lms.grading import by_hand, service
from lms.grading.by_hand import Opinion
from lms.grading.parts import refused
from lms.web.app import HEADERS

DAY = timedelta(days=1)


def executed(blobs, text):
    """The digest of a kept notebook that put out ``text``."""
    output = {"output_type": "stream", "name": "stdout", "text": text}
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": "print()"}
    told = {"cells": [cell | {"outputs": [output]}], "metadata": {}}
    return blobs.put(json.dumps(told).encode())


def test_the_learner_and_their_instructor_see_the_same_outputs_and_marks(
    visit, blobs, place, handed_in, settled, salma, idris, now
):
    work = settled(handed_in(place, at=now), 3)
    work.runs[-1].notebooks[0].executed = executed(blobs, "all of <it>")

    for who, address in ((salma, "/submissions"), (idris, "/teach/submissions")):
        text = visit(who).get(f"{address}/{work.public_id}/feedback").text
        assert "all of &lt;it&gt;" in text
        assert "3 of 4 points" in text
        assert f'class="back" href="{address}/{work.public_id}"' in text


def test_the_page_has_no_rights_at_all(visit, place, handed_in, settled, salma, now):
    work = settled(handed_in(place, at=now), 3)
    answer = visit(salma).get(f"/submissions/{work.public_id}/feedback")
    policy = answer.headers["Content-Security-Policy"]

    assert policy.startswith("sandbox; ")
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "allow-" not in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert set(HEADERS) <= set(answer.headers.keys())


def test_both_submission_pages_lead_to_it(visit, place, handed_in, settled, salma, idris, now):
    work = settled(handed_in(place, at=now), 3)

    for who, address in ((salma, "/submissions"), (idris, "/teach/submissions")):
        address = f"{address}/{work.public_id}"
        assert f'href="{address}/feedback"' in visit(who).get(address).text


def test_while_work_waits_there_is_no_page(visit, place, handed_in, salma, now):
    work = handed_in(place, at=now)

    assert visit(salma).get(f"/submissions/{work.public_id}/feedback").status_code == 404
    assert "/feedback" not in visit(salma).get(f"/submissions/{work.public_id}").text


def test_what_a_person_wrote_of_a_cell_stands_beside_it(
    visit, session, place, handed_in, settled, salma, idris, now
):
    work = settled(handed_in(place, "why", answer="Because.", at=now), None)
    opinion = Opinion(4.0, comment="Say <why> as well.")
    by_hand.give(session, work, "reason", opinion, by=idris, now=now)

    text = visit(salma).get(f"/submissions/{work.public_id}/feedback").text
    assert "Say &lt;why&gt; as well." in text
    assert "4 of 5 points" in text


def test_a_copied_cell_is_shown_where_it_stands(
    visit, session, blobs, place, find, work, salma, now
):
    told = json.loads(work("double", "def double(n): return 2 * n"))
    answers = [c for c in told["cells"] if c["metadata"].get("nbgrader", {}).get("solution")]
    told["cells"].append({**answers[0], "id": "copied", "source": "def double(n): return '<n>'"})
    content = json.dumps(told).encode()
    found = service.hand_in(session, blobs, place, find(place, "double"), {"": content}, now=now)
    service.refuse(
        session,
        service.claim(session, lease=DAY, now=now),
        [refused("", say("More than once."))],
        now=now,
    )

    for address in (f"/submissions/{found.public_id}", f"/submissions/{found.public_id}/feedback"):
        text = visit(salma).get(address).text
        assert f"Cell {len(told['cells'])} of your notebook" in text
        assert "return &#39;&lt;n&gt;&#39;" in text
        assert "def double(n): return 2 * n" in text


def test_it_is_in_the_language_of_the_visitor(visit, place, handed_in, settled, salma, now):
    work = settled(handed_in(place, at=now), 3)
    salma.locale = "ar"

    text = visit(salma).get(f"/submissions/{work.public_id}/feedback").text
    assert '<html lang="ar" dir="rtl">' in text
