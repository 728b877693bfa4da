"""How pages look and which clock they show: as the visitor chose, from the first byte."""

import re

import pytest

from lms.core.i18n import READINGS


def head(answer):
    """The first tag of a page."""
    return re.search(r"<html[^>]*>", answer.text)[0]


def test_nothing_is_chosen_for_anybody(visit):
    page = visit().get("/")

    assert "data-" not in head(page)
    assert '<meta name="color-scheme" content="light dark">' in page.text


@pytest.mark.parametrize("name", ["salma", None])
def test_a_choice_stands_on_every_page_whoever_made_it(visit, who, name):
    browser = visit(who(name) if name else None)

    answer = browser.post("/appearance/", theme="dark", text_size="largest", next="/courses")

    assert (answer.status_code, answer.location) == (303, "/courses")
    for address in ("/", "/no-such-page", "/appearance/"):
        page = browser.get(address)
        assert 'data-theme="dark" data-text="largest"' in head(page)
        assert '<meta name="color-scheme" content="dark">' in page.text


@pytest.mark.parametrize(
    "wrong", [{"theme": "pink"}, {"text_size": "900"}, {"theme": '"><script>'}], ids=str
)
def test_what_is_not_offered_is_not_taken(visit, salma, wrong):
    browser = visit(salma)

    answer = browser.post("/appearance/", **({"theme": "dark", "text_size": ""} | wrong))

    assert answer.status_code == 422
    assert salma.theme is None
    assert "data-theme" not in head(browser.get("/"))


def test_a_choice_of_the_account_follows_to_another_browser_and_can_be_taken_back(visit, salma):
    visit(salma).post("/appearance/", theme="light", text_size="")
    elsewhere = visit(salma)

    found = head(elsewhere.get("/"))
    elsewhere.post("/appearance/", theme="", text_size="")

    assert 'data-theme="light"' in found
    assert "data-theme" not in head(elsewhere.get("/"))


def test_whoever_signs_out_goes_on_reading_as_before(visit, salma):
    browser = visit(salma)
    browser.post("/appearance/", theme="dark", text_size="larger")

    browser.post("/account/sign-out")

    assert 'data-theme="dark" data-text="larger"' in head(browser.get("/"))


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example"])
def test_a_choice_leads_to_no_other_site(visit, elsewhere):
    answer = visit().post("/appearance/", theme="dark", text_size="", next=elsewhere)

    assert answer.location == "/appearance/"


@pytest.mark.parametrize(
    ("zone", "hour"),
    [("", "13:00"), ("Asia/Tokyo", "21:00"), ("America/New_York", "08:00"), ("Mars/Sea", "13:00")],
)
def test_dates_are_told_by_the_clock_of_the_reader(visit, salma, lived_in, zone, hour):
    salma.time_zone = zone or None

    page = visit(salma).get(f"/credentials/{lived_in.credential}")

    assert hour in page.text


def test_the_account_offers_every_time_zone_in_the_reader_s_language(visit, salma):
    salma.locale = "ar"

    page = visit(salma).get("/account/").text

    assert page.count("<option") > 400
    assert '<optgroup label="' in page
    assert "الدار البيضاء · " in page
    assert re.search(r'<option value="Asia/Riyadh">الرياض · \u2066UTC\+03:00\u2069</option>', page)


@pytest.mark.parametrize(
    ("locale", "city"),
    [
        ("ar", "الدار البيضاء"),
        ("fr", "Casablanca"),
        ("zgh", "ⵜⵉⴳⵎⵎⵉ ⵜⵓⵎⵍⵉⵍⵜ"),
        ("zgh-Latn", "Tigmmi tumlilt"),
        ("en", "Casablanca"),
    ],
)
def test_the_city_of_morocco_s_clocks_has_its_name_in_every_language(
    visit, salma, place, locale, city
):
    salma.locale = locale

    account, home = visit(salma).get("/account/").text, visit(salma).get("/home").text

    assert f'<option value="Africa/Casablanca">{city} · ' in account
    assert city in home


@pytest.mark.parametrize("locale", READINGS)
def test_the_account_can_be_read_in_every_language_and_script(visit, salma, locale):
    browser = visit(salma)
    browser.post("/language", locale=locale, next="/account/")

    assert f'<html lang="{locale}"' in browser.get("/account/").text


def test_another_language_leads_back_to_the_page_of_a_form_that_came_back_faulty(visit, salma):
    browser = visit(salma)
    faulty = browser.client.post(
        "/account/profile?from=mail",
        data={"csrf_token": browser.token(), "name": ""},
        headers={"Referer": "http://localhost/account/?from=mail"},
    )

    assert faulty.status_code == 422
    assert 'name="next" value="/account/?from=mail"' in faulty.text


def test_where_a_form_was_sent_from_elsewhere_it_leads_to_the_first_page(visit, salma):
    browser = visit(salma)
    faulty = browser.client.post(
        "/account/profile",
        data={"csrf_token": browser.token(), "name": ""},
        headers={"Referer": "https://elsewhere.example/account/"},
    )

    assert 'name="next" value="/"' in faulty.text
