"""Pages for anyone: catalogue, courses, institutes, credentials, health."""

import json
import re
from datetime import UTC, datetime

import pytest

from lms.credentials import queries as credentials
from lms.credentials import service as issuing
from lms.grading import service as grading
from lms.grading.sandbox import Wall
from lms.learning.rules import Access
from lms.worker import Worker


@pytest.mark.parametrize(
    "words", ["numbers", "ENTÊTÉS", "entetes", "الأعداد", "الأَعْدَاد", "  python  ", "compter"]
)
def test_the_catalogue_finds_a_course_by_its_words(visit, words):
    page = visit().get("/", query_string={"q": words}).text

    assert 'href="/courses/first-numbers"' in page
    assert "1 course found" in page


def test_what_is_not_there_is_not_found_and_the_way_back_is_shown(visit):
    page = visit().get("/", query_string={"q": "letters"}).text

    assert "No course matches" in page
    assert 'href="/courses/first-numbers"' not in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"language": "ar"}, True),
        ({"language": "zgh"}, False),
        ({"level": "beginner"}, True),
        ({"level": "advanced"}, False),
    ],
)
def test_the_catalogue_may_be_asked_for_language_and_level(visit, asked, found):
    page = visit().get("/", query_string=asked).text

    assert ('href="/courses/first-numbers"' in page) is found


def test_what_a_visitor_searches_for_is_shown_as_text_and_never_as_markup(visit):
    page = visit().get("/", query_string={"q": '"><script>alert(1)</script>'}).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_course_page_tells_outline_outcomes_skills_and_where_it_is_offered(visit, offered):
    offered()

    page = visit().get("/courses/first-numbers").text

    for told in ("Double a number.", "Counting", "Doubling", "Python", "Institute of Fez"):
        assert told in page
    assert "Has passed both assignments." in page


def test_a_course_that_nobody_offers_says_so(visit):
    assert "No institute offers this course now" in visit().get("/courses/first-numbers").text


def test_the_code_of_an_invitation_is_shown_to_nobody(visit, offered, salma):
    run = offered(access=Access.INVITATION)

    for browser in (visit(), visit(salma)):
        for address in ("/courses/first-numbers", f"/runs/{run.public_id}", "/institutes/fez"):
            assert run.invitation_code not in browser.get(address).text


@pytest.mark.parametrize(
    ("accepts", "locale", "direction"),
    [
        ("ar-MA,ar;q=0.9", "ar", "rtl"),
        ("en-GB", "en", "ltr"),
        ("zgh", "zgh", "ltr"),
        ("de", "fr", "ltr"),
        ("", "fr", "ltr"),
    ],
)
def test_pages_come_in_the_language_the_browser_asks_for(visit, accepts, locale, direction):
    page = visit().get("/", headers={"Accept-Language": accepts}).text

    assert f'<html lang="{locale}" dir="{direction}">' in page


def test_a_chosen_language_stays_and_leads_back_to_the_same_page(visit):
    browser = visit()

    answer = browser.post("/language", locale="ar", next="/courses/first-numbers?from=mail")
    page = browser.get(answer.location).text

    assert answer.location == "/courses/first-numbers?from=mail"
    assert '<html lang="ar" dir="rtl">' in page
    assert "الأعداد الأولى" in page
    assert 'name="next" value="/courses/first-numbers?from=mail"' in page


def test_an_unknown_language_changes_nothing(visit):
    browser = visit()

    browser.post("/language", locale="tlh")

    assert '<html lang="en"' in browser.get("/").text


def test_a_language_chosen_while_signed_in_is_that_of_the_account_on_every_device(
    visit, salma, idris
):
    here, elsewhere = visit(salma), visit(salma)
    elsewhere.post("/language", locale="fr")

    here.post("/language", locale="ar")

    assert (salma.locale, idris.locale) == ("ar", "en")
    assert '<html lang="ar"' in here.get("/").text
    assert '<html lang="ar"' in elsewhere.get("/").text


def test_the_catalogue_is_searched_by_the_languages_that_courses_are_in(visit, lived_in):
    page = visit().get("/").text
    found = [visit().get(f"/?language={code}").text for code in ("ar", "fr-Latn", "zgh-Latn")]

    tongues = re.search(r'<select name="language">(.*?)</select>', page, re.DOTALL)[1]
    assert re.findall('value="(.*?)"', tongues) == ["", "ar", "fr", "zgh", "en"]
    assert ["No course matches" in each for each in found] == [False, True, True]
    assert 'value="zgh" selected' in found[2]


def test_a_language_that_there_is_not_is_no_account_s(visit, salma):
    visit(salma).post("/language", locale="tlh")

    assert salma.locale == "en"


def test_a_credential_says_whose_it_is_and_who_issued_it(visit, lived_in):
    page = visit().get(f"/credentials/{lived_in.credential}").text

    for told in ("Salma", "First numbers", "Institute of Fez", "lms verify --did did.json"):
        assert told in page
    assert "What was checked" not in page
    assert "Revoke this credential" not in page


def test_when_asked_it_says_in_words_what_was_checked(visit, lived_in):
    page = visit().get(f"/credentials/{lived_in.credential}?verify").text

    assert "What was checked" in page
    assert "Everything holds" in page
    assert "Does not hold" not in page


def test_one_whose_bytes_were_changed_is_not_to_be_relied_on(visit, session, lived_in):
    stored = credentials.credential(session, lived_in.credential)
    stored.document = stored.document.replace(b"First numbers", b"Final numbers")

    page = visit().get(f"/credentials/{lived_in.credential}?verify").text

    assert "Do not rely on this credential." in page
    assert "Everything holds" not in page


def test_a_revoked_one_says_so_with_the_reason(visit, session, lived_in, rachid, noon):
    stored = credentials.credential(session, lived_in.credential)
    issuing.revoke(session, stored, reason="Copied <b>work</b>.", by=rachid, now=noon)

    page = visit().get(f"/credentials/{lived_in.credential}?verify").text

    assert "no longer stands" in page
    assert "Copied &lt;b&gt;work" in page
    assert "Everything holds" not in page


def test_the_signed_file_is_exactly_the_bytes_that_were_signed(visit, session, lived_in):
    answer = visit().get(f"/credentials/{lived_in.credential}.json")

    assert answer.data == credentials.credential(session, lived_in.credential).document
    assert answer.mimetype == "application/ld+json"


def test_the_identity_document_names_its_keys_absolutely(visit):
    answer = visit().get("/institutes/fez/did.json")

    document = json.loads(answer.data)
    did = "did:web:127.0.0.1%3A8000:institutes:fez"
    assert answer.mimetype == "application/did+json"
    assert document["id"] == did
    assert document["assertionMethod"] == [f"{did}#key-2026-1"]


@pytest.mark.parametrize("address", ["/credentials/{credential}.json", "/institutes/fez/did.json"])
def test_verifiers_anywhere_may_read_what_they_need(visit, lived_in, address):
    answer = visit().get(address.format(**vars(lived_in)))

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer.headers


def test_no_page_may_be_read_from_elsewhere(visit, lived_in):
    answer = visit().get(f"/credentials/{lived_in.credential}")

    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_an_institute_shows_its_identity_its_keys_and_its_courses(visit, offered):
    offered("fez")

    fez, rabat = (visit().get(f"/institutes/{slug}").text for slug in ("fez", "rabat"))

    assert "did:web:127.0.0.1%3A8000:institutes:fez" in fez
    assert "key-2026-1" in fez
    assert 'href="/courses/first-numbers"' in fez
    assert "No course is offered now" in rabat


def test_an_achievement_leads_to_its_course(visit, lived_in):
    answer = visit().get(f"/achievements/{lived_in.version}")

    assert (answer.status_code, answer.location) == (303, "/courses/first-numbers")


def test_health_is_200_while_every_part_is_well(visit, session):
    now = datetime.now(UTC)
    grading.beat(session, "w:1", walls_stand=True, found="every wall holds", mend="", now=now)

    answer = visit().get("/healthz")

    assert answer.status_code == 200
    assert answer.json["status"] == "ok"
    assert {name: part["ok"] for name, part in answer.json["parts"].items()} == {
        "database": True,
        "worker": True,
        "sandbox": True,
    }
    assert set(answer.json["versions"]) == {"jazari", "python"}


def test_health_is_503_naming_what_is_down_and_how_to_mend_it(visit, session):
    now = datetime.now(UTC)
    grading.beat(session, "w:1", walls_stand=False, found="no bwrap", mend="apt it", now=now)

    answer = visit().get("/healthz")

    assert answer.status_code == 503
    assert answer.json["parts"]["worker"]["ok"] is True
    assert answer.json["parts"]["sandbox"] == {"ok": False, "found": "no bwrap", "mend": "apt it"}
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.fixture
def worker(lms, session, place):
    """A worker of this site; it knows nothing of its walls before it has tested them."""
    session.commit()
    return Worker(lms)


BROKEN = (
    Wall("bubblewrap", False, "not installed", "apt-get install bubblewrap"),
    Wall("memory limit", True, "tried, and refused"),
    Wall("network", False, "it was reached", "sysctl -w a.b=1"),
)


def test_with_broken_walls_work_is_taken_and_queued_and_nothing_is_run(
    visit, session, worker, sandbox, place, salma, work
):
    sandbox.walls = BROKEN
    worker.test_walls()

    answer = visit(salma).post(f"/learn/{place.public_id}/assignments/double", notebook=work())

    page, health = visit(salma).get(answer.location).text, visit().get("/healthz")
    assert (answer.status_code, worker.run_once(), sandbox.ran) == (303, False, [])
    assert "Your work is safe. Marking is paused" in page
    assert (health.status_code, health.json["queue"]) == (503, 1)
    assert [name for name, part in health.json["parts"].items() if not part["ok"]] == ["sandbox"]
    assert health.json["parts"]["sandbox"] == {
        "ok": False,
        "found": "bubblewrap: not installed; network: it was reached",
        "mend": "apt-get install bubblewrap; sysctl -w a.b=1",
    }


def test_with_mended_walls_the_same_work_is_marked(
    visit, session, worker, sandbox, place, salma, work
):
    sandbox.walls = BROKEN
    worker.test_walls()
    answer = visit(salma).post(f"/learn/{place.public_id}/assignments/double", notebook=work())

    sandbox.walls = BROKEN[1:2]
    worker.test_walls()

    assert (worker.run_once(), len(sandbox.ran)) == (True, 1)
    assert "4 of 4 points" in visit(salma).get(answer.location).text
    assert visit().get("/healthz").status_code == 200
