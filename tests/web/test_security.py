"""Headers, cookies, redirects and limits."""

import re
from urllib.parse import urljoin

import pytest
from sqlalchemy import text

from lms.catalogue.notebooks import LARGEST_WORK
from lms.core.errors import Unavailable
from lms.web import access
from lms.web.app import HEADERS, create_site
from lms.web.forms import LARGEST_NOTEBOOK

PASSWORD = "a sentence to remember"
HTTPS = "https://learn.example.org"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        pytest.param("/", 200, id="a page"),
        pytest.param("/nothing", 404, id="an error"),
        pytest.param("/home", 303, id="a redirect"),
        pytest.param("/static/css/site.css", 200, id="a style sheet"),
        pytest.param("/healthz", 503, id="health"),
        pytest.param("/credentials/{credential}.json", 200, id="a credential"),
        pytest.param("/institutes/fez/did.json", 200, id="an identity"),
        pytest.param("/versions/{version}/assets/two.svg", 200, id="a figure"),
    ],
)
def test_every_answer_has_the_same_guards(visit, lived_in, address, status):
    answer = visit().get(address.format(**vars(lived_in)))

    assert answer.status_code == status
    for name in (*HEADERS, "Content-Security-Policy"):
        assert answer.headers.get(name), name
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_pages_load_and_send_nothing_elsewhere(visit):
    policy = visit().get("/").headers["Content-Security-Policy"]

    assert "connect-src 'self' ws://127.0.0.1:8001;" in policy  # The relay of kernels.
    assert "http" not in policy
    assert "unsafe" not in policy
    assert "*" not in policy


def test_a_figure_opened_by_itself_runs_nothing(visit, lived_in):
    answer = visit().get(f"/versions/{lived_in.version}/assets/two.svg")

    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert (answer.mimetype, "immutable" in answer.headers["Cache-Control"]) == (
        "image/svg+xml",
        True,
    )


def test_pages_are_kept_by_nobody_in_between(visit, salma):
    assert visit(salma).get("/home").headers["Cache-Control"] == "private, no-cache"


def test_static_files_are_kept_for_a_year_only_under_an_address_that_names_their_content(visit):
    page = visit().get("/").text
    address = page.split('<link rel="stylesheet" href="')[1].split('"')[0]

    assert "immutable" in visit().get(address).headers["Cache-Control"]
    assert "immutable" not in visit().get("/static/css/site.css").headers["Cache-Control"]
    earlier = re.sub(r"/v-\w+/", "/v-0123456789/", address)
    assert "immutable" not in visit().get(earlier).headers["Cache-Control"]
    missing = visit().get(address.replace("site.css", "sight.css"))
    assert missing.status_code == 404
    assert "immutable" not in missing.headers["Cache-Control"]


def test_a_font_that_a_style_sheet_names_is_kept_as_the_style_sheet_is(visit):
    address = re.search(r'href="(/static/[^"]+/site\.css)"', visit().get("/").text)[1]
    font = re.search(r'url\("([^"]+)"\)', visit().get(address).text)[1]

    answer = visit().get(urljoin(address, font))

    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]


def cookies(answer):
    return [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("jazari=")]


def enter(browser, **more):
    return browser.post("/account/sign-in", email="salma@fez.example", password=PASSWORD, **more)


def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_other_sites(visit):
    (cookie,) = cookies(enter(visit()))

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain=" not in cookie
    assert "Secure" not in cookie


def test_behind_tls_it_travels_over_tls_only(make_site, session):
    client = make_site(base_url=HTTPS).test_client()
    page = client.get("/account/sign-in", base_url=HTTPS)

    (cookie,) = cookies(page)

    assert "Secure" in cookie
    assert page.headers["Strict-Transport-Security"].startswith("max-age=")


def test_without_tls_nobody_is_told_to_insist_on_it(visit):
    assert "Strict-Transport-Security" not in visit().get("/").headers


def test_what_anybody_may_keep_brings_nobodys_cookie(visit, place):
    browser = visit()
    enter(browser, remember="y")
    style = re.search(r'href="(/static/[^"]+/site\.css)"', browser.get("/home").text)[1]
    figure = f"/versions/{place.run.version.public_id}/assets/two.svg"

    answers = [browser.get(each) for each in (style, figure, "/outputs/frame")]

    assert all(answer.cache_control.public for answer in answers)
    assert [cookies(answer) for answer in answers] == [[], [], []]
    assert not any("Cookie" in answer.headers.get("Vary", "") for answer in answers)
    assert browser.get("/home").status_code == 200


def test_signing_in_begins_a_fresh_session(visit):
    browser = visit()
    with browser.client.session_transaction() as planted:
        planted["planted"] = "by somebody else"

    enter(browser)

    with browser.client.session_transaction() as after:
        assert "planted" not in after
        assert "_user_id" in after


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "/\t/evil.example/",
    "/\r\n/evil.example/",
    "javascript:alert(1)",
    "evil.example",
    " //evil.example",
    "http:evil.example",
    "",
]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_signing_in_never_leads_elsewhere(visit, address):
    assert enter(visit(), next=address).location == "/home"


@pytest.mark.parametrize("address", ELSEWHERE)
def test_choosing_a_language_never_leads_elsewhere(visit, address):
    assert visit().post("/language", locale="fr", next=address).location == "/"


def test_signing_in_leads_on_to_where_one_was_going(visit):
    browser = visit()
    asked = browser.get("/home?from=mail").location

    answer = enter(browser, next="/courses/first-numbers?from=mail")

    assert asked == "/account/sign-in?next=/home?from%3Dmail"
    assert answer.location == "/courses/first-numbers?from=mail"


def test_after_signing_in_nobody_is_led_to_where_only_forms_go(visit, lived_in):
    assert visit().post(f"/runs/{lived_in.run}/enrolments").location == "/account/sign-in"


def hand_in(browser, lived_in, content):
    return browser.post(f"/learn/{lived_in.enrolment}/assignments/double", notebook=content)


def test_a_notebook_of_exactly_five_megabytes_is_taken(visit, salma, lived_in):
    answer = hand_in(visit(salma), lived_in, b" " * LARGEST_NOTEBOOK)

    assert answer.status_code == 303


def test_a_larger_one_is_not_and_the_page_says_what_to_do(visit, salma, lived_in):
    answer = hand_in(visit(salma), lived_in, b" " * (LARGEST_NOTEBOOK + 1))

    assert answer.status_code == 422
    assert "at most 5 MB. Clear its outputs" in answer.text


@pytest.mark.parametrize(
    ("person", "size", "told"),
    [
        ("salma", LARGEST_WORK + 2**21, "all of an assignment together 20 MB"),
        (None, LARGEST_NOTEBOOK + 2**21, "at most 5 MB. Clear its outputs"),
    ],
)
def test_a_flood_is_refused_before_it_is_read(visit, who, lived_in, person, size, told):
    answer = hand_in(visit(person and who(person)), lived_in, b" " * size)

    assert answer.status_code == 413
    assert told in answer.text


@pytest.mark.parametrize("content", [b"", None])
def test_handing_in_nothing_is_explained(visit, salma, lived_in, content):
    browser = visit(salma)
    fields = {} if content is None else {"notebook": content}

    answer = browser.post(f"/learn/{lived_in.enrolment}/assignments/double", **fields)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_too_many_wrong_passwords_slow_everybody_down(visit):
    browser = visit()

    answers = [
        browser.post("/account/sign-in", email="salma@fez.example", password="a guess")
        for _ in range(5)
    ]
    paused = enter(browser)

    assert {answer.status_code for answer in answers} == {422}
    assert paused.status_code == 429
    assert "Sign-in opens again in" in paused.text


@pytest.mark.parametrize("name", [None, "salma"])
def test_a_fault_of_ours_is_a_page_and_keeps_nothing_of_the_request(
    site, visit, who, name, monkeypatch
):
    def broken():
        raise ZeroDivisionError("the password is secret")

    monkeypatch.setitem(site.view_functions, "public.catalogue", broken)

    answer = visit(name and who(name)).get("/")

    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "secret" not in answer.text


def test_what_is_out_of_order_is_said_with_503(site, visit, monkeypatch):
    class KeyMissing(Unavailable):
        message = "The key is not here."

    def unavailable():
        raise KeyMissing

    monkeypatch.setitem(site.view_functions, "public.catalogue", unavailable)

    answer = visit().get("/")

    assert answer.status_code == 503
    assert "The key is not here." in answer.text


@pytest.mark.parametrize("name", [None, "salma"])
def test_a_database_that_is_gone_is_a_page_too(lms, visit, who, name):
    browser = visit(name and who(name))
    lms.database.engine.dispose()
    for path in lms.settings.folder.glob("jazari.sqlite*"):
        path.unlink()

    answer = browser.client.get("/")

    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text


def test_an_address_that_does_not_take_a_method_says_so(visit):
    assert visit().get("/language").status_code == 405


def test_who_makes_what_was_made_at_the_same_moment_may_try_again_and_nothing_is_half_done(
    lms, session, caplog
):
    site = create_site(lms)

    @site.post("/static/twice")
    def twice():
        made = text("INSERT INTO institute SELECT * FROM institute WHERE id = 1")
        access.session().execute(made)
        return "made"

    names = session.execute(text("SELECT count(*) FROM institute")).scalar()
    session.commit()
    site.before_request_funcs.clear()  # Tokens and such are the business of others.
    answer = site.test_client().post("/static/twice", headers={"Accept-Language": "en"})

    assert answer.status_code == 409
    assert "Go back and try again." in answer.text
    assert session.execute(text("SELECT count(*) FROM institute")).scalar() == names
    assert "twice was refused by the database" in caplog.text
