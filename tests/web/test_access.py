"""Who gets in where: every address of the site, for everybody of the cast."""

import shutil
import sqlite3
from dataclasses import dataclass, field

import pytest

PEOPLE = ("salma", "idris", "rachid", "amina", "rim", "ilham", "reda", "asma")
NOBODY = "nobody"
EVERYONE = frozenset({NOBODY, *PEOPLE})
SIGNED_IN = frozenset(PEOPLE)
PASSWORD = "a sentence to remember"


@dataclass(frozen=True)
class Route:
    """An address, who may have it and what they get.

    Whoever may not is told that there is nothing; who is not signed in is asked to sign in.
    """

    address: str
    may: frozenset = EVERYONE
    status: int = 200
    fields: dict = field(default_factory=dict)
    posts: bool = False


def post(address, *may, status=303, **fields):
    return Route(address, frozenset(may) or SIGNED_IN, status, fields, posts=True)


def only(address, *may, status=200):
    return Route(address, frozenset(may), status)


LEARN = "/learn/{enrolment}"
NOTEBOOK = LEARN + "/assignments/double/notebook"
EXTENSION = "/teach/enrolments/{enrolment}/assignments/double/extension"
MARKING = "/teach/runs/{run}/assignments/why/marking"
DOUBLING = "/teach/runs/{run}/assignments/double"
QUIZ = LEARN + "/quizzes/recall"
QUIZ_TIME = "/teach/enrolments/{enrolment}/quiz-time"
HELP = "/help/runs/{run}"
#: Salma and Amina learn in the run, and Idris teaches where it is held.
IN_FEZ = ("salma", "amina", "idris")
ROUTES = {
    "static": Route("/static/css/site.css"),
    "public.catalogue": Route("/"),
    "public.course": Route("/courses/first-numbers"),
    "public.course_file": Route("/versions/{version}/assets/two.svg"),
    "public.choose_language": post("/language", *EVERYONE, locale="fr"),
    "public.institute": Route("/institutes/fez"),
    "public.did_document": Route("/institutes/fez/did.json"),
    "public.credential": Route("/credentials/{credential}"),
    "public.credential_document": Route("/credentials/{credential}.json"),
    "certificates.sheet": Route("/credentials/{credential}.pdf"),
    "public.achievement": Route("/achievements/{version}", status=303),
    "public.healthz": Route("/healthz", status=503),
    "account.sign_up": Route("/account/sign-up"),
    "account.create": post("/account/sign-up", *EVERYONE, status=422),
    "account.sign_in": Route("/account/sign-in"),
    "account.enter": post("/account/sign-in", *EVERYONE, status=422),
    "sign_ins.sign_out": post("/account/sign-out", *EVERYONE),
    "sign_ins.end": post("/account/sign-ins/{sign_in}/end", "salma"),
    "sign_ins.end_others": post("/account/sign-ins/end"),
    "account.show": Route("/account/", SIGNED_IN),
    "account.describe": post("/account/profile", name="Somebody", locale="en", time_zone=""),
    "account.change_password": post("/account/password", status=422),
    # Without a release of Pyodide there is nothing.
    "practice.frame": Route("/practice/frame", status=404),
    "practice.file": Route("/practice/none/none", status=404),
    "address.ask": post("/account/address/", status=422),
    "address.show": only("/account/address/{new_address}", "salma"),
    "address.confirm": post("/account/address/{new_address}", "salma"),
    "own_data.show": Route("/account/data", SIGNED_IN),
    "own_data.ask": post("/account/data", status=422),
    "own_data.download": Route("/account/data.zip", SIGNED_IN, 303),
    "own_data.leave": Route("/account/deletion", SIGNED_IN),
    "own_data.delete": post("/account/deletion", status=422),
    "looks.show": Route("/appearance/"),
    "looks.choose": post("/appearance/", *EVERYONE, theme="dark", text_size="larger"),
    "announcements.show": only("/announcements/{announcement}", "salma", "amina"),
    "announcements.of_run": only("/teach/runs/{run}/announcements", "idris"),
    "announcements.announce": post(
        "/teach/runs/{run}/announcements", "idris", title="News", text="Read this."
    ),
    "announcements.change": only("/teach/announcements/{announcement}", "idris"),
    "announcements.put_right": post(
        "/teach/announcements/{announcement}", "idris", title="News", text="Read that."
    ),
    "announcements.withdraw": post("/teach/announcements/{announcement}/withdrawal", "idris"),
    "calendar.show": Route("/account/calendar", SIGNED_IN),
    "calendar.renew": post("/account/calendar"),
    "calendar.stop": post("/account/calendar/stop"),
    "calendar.feed": Route("/calendar/{calendar}.ics"),
    "notices.home": Route("/notices/", SIGNED_IN),
    "mail.stopping": Route("/mail/{stopping}"),
    "mail.stop": post("/mail/{stopping}", *EVERYONE, status=200),
    "notices.choices": Route("/notices/choices", SIGNED_IN),
    "notices.choose": post("/notices/choices", mail="y"),
    "notices.mark_all_read": post("/notices/"),
    "notices.follow": post("/notices/{notice}", "salma"),
    "learn.home": Route("/home", SIGNED_IN),
    "learn.run": Route("/runs/{run}"),
    "learn.enrol": post("/runs/{run}/enrolments"),
    "learn.course": only(LEARN, "salma"),
    "learn.stand_at": post(LEARN + "/place", "salma", status=204, slug="double"),
    "learn.lesson": only(LEARN + "/lessons/counting", "salma"),
    "learn.set_done": post(LEARN + "/lessons/counting", "salma"),
    "course_search.show": only(LEARN + "/search", "salma"),
    "reading.kept": only(LEARN + "/notes", "salma"),
    "reading.note": only(LEARN + "/lessons/counting/note", "salma"),
    "reading.save_note": post(LEARN + "/lessons/counting/note", "salma", base="0", text="Mine."),
    "reading.set_bookmark": post(LEARN + "/lessons/counting/bookmarks", "salma", mark="0"),
    "reading.kernel": post(LEARN + "/lessons/counting/kernel", "salma", status=200),
    "reading.text": post(LEARN + "/lessons/counting/text", "salma", status=200, source="*a*"),
    "offline.worker": Route("/service-worker.js"),
    "offline.away": Route("/offline"),
    "offline.plan": only(LEARN + "/offline", "salma"),
    "offline.key": only(LEARN + "/offline/key", "salma"),
    "learn.assignment": only(LEARN + "/assignments/double", "salma"),
    "learn.release": only(LEARN + "/assignments/double/release.ipynb", "salma"),
    "learn.release_with_data": only(LEARN + "/assignments/double/release.zip", "salma"),
    "learn.hand_in": post(LEARN + "/assignments/double", "salma", notebook=b"{}"),
    "notebook.show": only(NOTEBOOK, "salma"),
    "notebook.draft": only(NOTEBOOK + "/draft", "salma"),
    "notebook.download": only(NOTEBOOK + ".ipynb", "salma"),
    "notebook.save": post(
        NOTEBOOK + "/draft", "salma", status=200, base="0", language="en", cells=b"[]"
    ),
    "notebook.versions": only(NOTEBOOK + "/versions", "salma"),
    "notebook.kernel": post(NOTEBOOK + "/kernel", "salma", status=200),
    "notebook.text": post(NOTEBOOK + "/text", "salma", status=200, source="*a*"),
    "notebook.explain": post(NOTEBOOK + "/explanation", "salma", status=200, cell="tests"),
    "notebook.hand_in": post(NOTEBOOK + "/hand-in", "salma", status=409),
    "notebook_files.outputs": only(NOTEBOOK + "/outputs", "salma"),
    "notebook_files.keep_outputs": post(NOTEBOOK + "/outputs", "salma", status=409, outputs=b"{}"),
    "notebook_files.retell": post(NOTEBOOK + "/language", "salma", number="0"),
    "notebook_files.open_file": post(NOTEBOOK + "/file", "salma", number="0", notebook=b""),
    "notebook.frame": Route("/outputs/frame"),
    "quizzes.show": only(QUIZ, "salma"),
    "quizzes.begin": post(QUIZ + "/attempts", "salma"),
    "quizzes.attempt": only(QUIZ + "/attempts/1", "salma"),
    "quizzes.save": post(QUIZ + "/attempts/1", "salma", deed="save"),
    "quizzes.save_quietly": post(QUIZ + "/attempts/1/answers", "salma", status=200),
    "quizzes.go_past": post(QUIZ + "/attempts/1/placement", "salma", status=409),
    "learn.submission": only("/submissions/{essay}", "salma"),
    "learn.submission_state": only("/submissions/{essay}/state", "salma"),
    "learn.ask_for_review": post(
        "/submissions/{doubling}/reviews", "salma", cell="tests", text="Please look."
    ),
    "learn.notebook": only("/submissions/{essay}/notebook.ipynb", "salma"),
    "receipts.sign": post("/submissions/{doubling}/receipt", "salma"),
    "receipts.download": only("/submissions/{essay}/receipt.json", "salma"),
    "receipts.check": Route("/verify"),
    "receipts.checked": post("/verify", *EVERYONE, status=422, file=b"{}"),
    "feedback.learner": only("/submissions/{doubling}/feedback", "salma"),
    "feedback.instructor": only("/teach/submissions/{doubling}/feedback", "idris"),
    "teach.home": only("/teach/", "idris", "ilham"),
    "teach.run": only("/teach/runs/{run}", "idris"),
    "teach.learner": only("/teach/enrolments/{enrolment}", "idris"),
    "teach.submission": only("/teach/submissions/{essay}", "idris"),
    "teach.notebook": only("/teach/submissions/{essay}/notebook.ipynb", "idris"),
    "teach.give_points": post("/teach/submissions/{essay}/marks/reason", "idris", points="4"),
    "teach.mark_again": post("/teach/submissions/{essay}/runs", "idris"),
    "done_times.hand_in": post(
        NOTEBOOK + "/done",
        "salma",
        status=200,
        deed="0123456789abcdef",
        done="0",
        work=b'{"": {"base": 0, "language": "en", "cells": []}}',
    ),
    "done_times.of_run": only("/teach/runs/{run}/done-times", "idris"),
    "done_times.show": only("/teach/submissions/{essay}/done-time", "idris"),
    "done_times.decide": post(
        "/teach/submissions/{essay}/done-time", "idris", decision="decline", reason="No."
    ),
    "extensions.show": only(EXTENSION, "idris"),
    "extensions.grant": post(EXTENSION, "idris", extra_attempts="1", reason="She was ill."),
    "extensions.withdraw": post(EXTENSION + "/withdrawal", "idris"),
    "quiz_teaching.show": only("/teach/runs/{run}/quizzes/recall", "idris"),
    "quiz_teaching.attempt": only(
        "/teach/enrolments/{enrolment}/quizzes/recall/attempts/1", "idris"
    ),
    "quiz_teaching.time": only(QUIZ_TIME, "idris"),
    "quiz_teaching.grant": post(QUIZ_TIME, "idris", factor="1.5", reason="Reads slowly."),
    "quiz_teaching.withdraw": post(QUIZ_TIME + "/withdrawal", "idris"),
    "regrades.of_run": only("/teach/runs/{run}/regrades", "idris"),
    "regrades.begin": post(
        "/teach/runs/{run}/regrades", "idris", assignment="why", scope="all", reason="Wrong."
    ),
    "regrades.show": only("/teach/regrades/{regrade}", "idris"),
    "regrades.progress": only("/teach/regrades/{regrade}/progress", "idris"),
    "regrades.apply": post("/teach/regrades/{regrade}/application", "idris", status=409),
    "regrades.discard": post("/teach/regrades/{regrade}/discarding", "idris"),
    "marking.assignment": only(MARKING + "/", "idris"),
    "marking.second": post(MARKING + "/second", "idris", demanded="y", tolerance="0"),
    "marking.cell": only(MARKING + "/{essay}/reason", "idris"),
    "marking.save": post(MARKING + "/{essay}/reason", "idris", points="4"),
    "marking.both": only(MARKING + "/{essay}/reason/both", "idris", status=404),
    "marking.settle": post(MARKING + "/{essay}/reason/both", "idris", points="4", status=409),
    "marking.rubric": only(MARKING + "/rubrics/reason", "idris"),
    "marking.write_rubric": post(MARKING + "/rubrics/reason", "idris"),
    "quality.show": only(DOUBLING + "/tests", "idris"),
    "quality.ask": post(DOUBLING + "/tests", "idris"),
    "similarity.assignment": only(DOUBLING + "/similarity/", "idris"),
    "similarity.ask": post(DOUBLING + "/similarity/", "idris"),
    "similarity.progress": only(DOUBLING + "/similarity/progress", "idris"),
    "similarity.pair": only(DOUBLING + "/similarity/{doubling}/{other}", "idris"),
    "similarity.look_at": post(
        DOUBLING + "/similarity/{doubling}/{other}", "idris", finding="nothing"
    ),
    "reviews.requests": only("/teach/reviews", "idris", "ilham"),
    "reviews.review": only("/teach/submissions/{doubling}/marks/tests/review", "idris"),
    "reviews.answer": post(
        "/teach/submissions/{doubling}/marks/tests/review", "idris", text="Seen.", points="4"
    ),
    "help.run": only(HELP + "/", *IN_FEZ),
    "help.ask": only(HELP + "/ask?about=double&cell=tests", *IN_FEZ),
    "help.send_question": post(HELP + "/ask?about=counting", *IN_FEZ, title="Why?", text="So."),
    "help.thread": only("/help/threads/{thread}", *IN_FEZ),
    "help.answer": post("/help/threads/{thread}", *IN_FEZ, text="Look again."),
    "help.follow": post("/help/threads/{thread}/following", *IN_FEZ),
    "help.edit": only("/help/posts/{answer}/edit", "amina"),
    "help.change": post("/help/posts/{answer}/edit", "amina", text="Try it twice."),
    "help.withdraw": post("/help/posts/{answer}/withdrawal", "amina"),
    "help.thank": post("/help/posts/{answer}/thanks", "salma"),
    "help.report": only("/help/posts/{answer}/report", "salma", "idris"),
    "help.send_report": post("/help/posts/{answer}/report", "salma", "idris", reason="Rude."),
    "moderation.unanswered": only("/help/unanswered", "idris", "ilham"),
    "moderation.reports": only("/help/reports", "idris", "ilham"),
    "moderation.post": only("/help/posts/{answer}/moderation", "idris"),
    "moderation.hide": post("/help/posts/{answer}/hiding", "idris", reason="Rude."),
    "moderation.show": post("/help/posts/{answer}/showing", "idris"),
    "moderation.keep": post("/help/posts/{answer}/keeping", "idris"),
    "moderation.endorse": post("/help/posts/{answer}/endorsement", "idris"),
    "moderation.lock": post("/help/threads/{thread}/lock", "idris"),
    "issue.home": only("/issue/", "rachid", "reda", status=303),
    "issue.institute": only("/issue/fez", "rachid"),
    "issue.offer": post(
        "/issue/fez/runs", "rachid", version="{version}", opens="2026-09-01", access="open"
    ),
    "issue.revoke": post("/issue/credentials/{credential}/revocation", "rachid", reason="Copied."),
    "people.home": only("/people/", "amina", "asma", status=303),
    "people.institute": only("/people/fez", "amina"),
    "people.grant": post(
        "/people/fez/memberships", "amina", email="rim@rabat.example", role="learner"
    ),
    "people.end": post("/people/memberships/{membership}/end", "amina"),
}


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Where the first test leaves the data of Fez for all others, and what is in them."""
    return tmp_path_factory.mktemp("kept"), []


@pytest.fixture
def fez(request, kept, lms, session):
    """Fez after a while, as ``lived_in`` has made it for the first test."""
    folder, known = kept
    source, target = folder, lms.settings.folder
    if not known:
        known.append(request.getfixturevalue("lived_in"))
        source, target = target, source
    session.close()
    lms.database.close()  # So that all is in the one file.
    shutil.copytree(source, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("packed"))
    return known[0]


@pytest.fixture
def ask(visit, who, fez):
    """What somebody gets at an address: a status, or "sign in". Each has one browser."""
    browsers = {}

    def ask(name, route):
        if name not in browsers:
            browsers[name] = visit(None if name == NOBODY else who(name))
        browser = browsers[name]
        address = route.address.format(**vars(fez))
        fields = {
            key: value.format(**vars(fez)) if isinstance(value, str) else value
            for key, value in route.fields.items()
        }
        answer = browser.post(address, **fields) if route.posts else browser.get(address)
        asked = answer.location or ""
        return "sign in" if asked.startswith("/account/sign-in") else answer.status_code

    return ask


def test_every_address_of_the_site_is_in_the_table(site):
    assert ROUTES.keys() == {rule.endpoint for rule in site.url_map.iter_rules()}


@pytest.mark.parametrize("endpoint", ROUTES)
def test_who_may_gets_in_and_nobody_else(ask, site, endpoint):
    route = ROUTES[endpoint]
    rule = next(iter(site.url_map.iter_rules(endpoint)))
    assert ("POST" in rule.methods) is route.posts

    got = {name: ask(name, route) for name in (NOBODY, *PEOPLE)}

    outside = {name: 404 for name in PEOPLE} | {NOBODY: "sign in"}
    expected = {name: route.status if name in route.may else outside[name] for name in EVERYONE}
    assert got == expected


NOTHING = (
    "/announcements/nothing",
    "/mail/nothing",
    "/account/address/nothing",
    "/calendar/nothing.ics",
    "/calendar/{enrolment}.0.ics",
    "/mail/{enrolment}.0",
    "/courses/nothing",
    "/institutes/nothing",
    "/institutes/nothing/did.json",
    "/credentials/nothing",
    "/credentials/nothing.json",
    "/runs/nothing",
    "/versions/nothing/assets/two.svg",
    "/versions/{version}/course.toml",
    "/versions/{version}/../../session.key",
    "/achievements/nothing",
    "/learn/{enrolment}/lessons/nothing",
    "/learn/{enrolment}/lessons/double",
    "/learn/{enrolment}/assignments/counting",
    "/learn/{enrolment}/quizzes/double",
    "/learn/{enrolment}/quizzes/recall/attempts/2",
    "/learn/{run}",
    "/teach/enrolments/{enrolment}/assignments/nothing/extension",
    "/teach/regrades/nothing",
    "/submissions/{enrolment}",
    "/help/runs/nothing/",
    "/help/runs/{run}/?about=nothing",
    "/help/runs/{run}/ask?about=double&cell=nothing",
    "/help/runs/{run}/ask?about=counting&cell=tests",
    "/help/threads/nothing",
    "/help/posts/nothing/report",
    "/static/../pyproject.toml",
    "/nothing",
)


def test_nothing_is_there_even_for_salma(visit, salma, fez):
    browser = visit(salma)

    answers = {address: browser.get(address.format(**vars(fez))) for address in NOTHING}

    assert {address for address, answer in answers.items() if answer.status_code != 404} == set()
    assert all("Nothing here" in answer.text for answer in answers.values())


def test_row_numbers_open_nothing(visit, salma, fez):
    browser = visit(salma)

    for address in ("/learn/1", "/submissions/1", "/credentials/1", "/runs/1"):
        assert browser.get(address).status_code == 404


@pytest.fixture
def writes(lms):
    """How often others have changed the database, as a stranger to the site sees it."""
    observer = sqlite3.connect(lms.settings.folder / "jazari.sqlite")
    yield lambda: observer.execute("PRAGMA data_version").fetchone()
    observer.close()


def test_looking_changes_nothing(writes, ask):
    for name in (NOBODY, *PEOPLE):
        ask(name, ROUTES["public.catalogue"])
    before, wrote = writes(), []

    for endpoint, route in ROUTES.items():
        if not route.posts:
            assert ask(min(route.may), route) == route.status
            wrote += [endpoint] if writes() != before else []

    assert wrote == []


def test_whoever_writes_is_seen_by_the_same_measure(writes, ask):
    ask("idris", ROUTES["public.catalogue"])
    before = writes()

    ask("idris", ROUTES["teach.give_points"])

    assert writes() != before
