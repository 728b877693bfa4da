"""What the product tells people, where they meet it."""

import pytest

from lms.core.i18n import Sentence
from lms.institutes import notices
from lms.institutes.rules import News
from lms.web.notices import LEADS_TO

TOLD = "Something happened to <bdi>your work</bdi>."


def test_the_header_says_how_many_are_unread(visit, lived_in, salma, rim):
    assert "1 unread notice<" in visit(salma).get("/").text
    assert "unread notice" not in visit(rim).get("/").text
    assert "/notices/" not in visit().get("/").text


def test_an_unread_notice_is_told_and_leads_to_its_page_once_read(visit, lived_in, salma):
    browser = visit(salma)
    before = browser.get("/notices/").text

    answer = browser.post(f"/notices/{lived_in.notice}")

    assert TOLD in before
    assert f'action="/notices/{lived_in.notice}"' in before
    assert (answer.status_code, answer.location) == (303, f"/submissions/{lived_in.essay}")
    after = browser.get("/notices/").text
    assert TOLD in after
    assert f'href="/submissions/{lived_in.essay}"' in after
    assert "unread notice" not in after


def test_all_are_read_at_once(visit, lived_in, salma):
    browser = visit(salma)

    answer = browser.post("/notices/")

    assert (answer.status_code, answer.location) == (303, "/notices/")
    assert "unread notice" not in browser.get("/").text


def test_nothing_to_tell_is_said(visit, rim):
    assert "Nothing to tell you yet" in visit(rim).get("/notices/").text


def test_a_sentence_is_told_in_the_reader_s_language_and_its_values_are_text(
    visit, session, salma, place, noon
):
    told = Sentence("Give between 0 and {most} points.", {"most": "<b>5</b>"})
    notices.tell(session, salma, News.DUE_DATE_CHANGED, told, place, now=noon)
    browser = visit(salma)

    browser.post("/language", locale="fr")

    page = browser.get("/notices/").text
    assert "Give between" not in page
    assert "&lt;b&gt;5&lt;/b&gt;" in page


@pytest.mark.parametrize("kind", News)
def test_news_of_every_kind_leads_somewhere(site, kind):
    rules = {rule.endpoint: rule for rule in site.url_map.iter_rules()}

    assert rules[LEADS_TO[kind]].arguments == {"public_id"}
