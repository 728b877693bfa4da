"""What the product tells people, where they meet it."""

import pytest

from lms.core.i18n import Sentence, Titled
from lms.institutes import notices
from lms.institutes import queries as institutes
from lms.institutes.rules import News

TOLD = "Something happened to <bdi>your work</bdi>."


def test_the_header_says_how_many_are_unread(visit, lived_in, salma, rim):
    assert "3 unread notices<" in visit(salma).get("/").text
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
    assert "2 unread notices<" in after


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


def test_a_title_is_that_of_the_language_which_its_reader_reads_by_then(
    visit, session, salma, place, noon
):
    titles = {"fr": "Doubler", "ar": "المضاعفة"}
    told = Sentence(
        "“{assignment}” is marked: {points} of {possible} points.",
        {
            "assignment": Titled(titles),
            "points": 1,
            "possible": 2,
        },
    )
    notices.tell(session, salma, News.MARKS_READY, told, place, now=noon)
    browser = visit(salma)

    browser.post("/language", locale="ar")
    arabic = browser.get("/notices/").text
    browser.post("/language", locale="zgh-Latn")
    amazigh = browser.get("/notices/").text

    assert "المضاعفة" in arabic
    assert "Doubler" not in arabic
    assert "Doubler" in amazigh


@pytest.mark.parametrize("kind", News)
def test_news_of_every_kind_leads_to_a_page(site, kind):
    _endpoint, values = site.url_map.bind("").match(kind.path.format(about="a", part="b"), "GET")

    assert set(values.values()) <= {"a", "b"}


def test_whoever_chooses_nothing_is_told_everything_everywhere(visit, rim):
    page = visit(rim).get("/notices/choices").text

    assert page.count('type="checkbox"') == page.count(" checked>") == 2 * len(News) + 1


def test_a_choice_is_kept_and_holds_for_the_next_news(visit, session, salma, place, noon):
    browser = visit(salma)
    told = Sentence("Hear this.", {})

    answer = browser.post("/notices/choices", shown=["marks_changed"], mailed=["marks_ready"])
    for kind in (News.MARKS_CHANGED, News.MARKS_READY, News.DUE_DATE_CHANGED):
        notices.tell(session, salma, kind, told, place, part=kind, now=noon)

    assert (answer.status_code, answer.location) == (303, "/notices/choices")
    assert "Your choice is saved" in browser.get("/notices/choices").text
    assert browser.get("/notices/").text.count("Hear this.") == 1
    assert browser.get("/notices/choices").text.count(" checked>") == 2


def test_a_choice_of_news_that_there_is_none_of_is_not_heard(visit, session, salma):
    answer = visit(salma).post("/notices/choices", shown=["nothing", "<b>"], mail="y")

    assert answer.status_code == 303
    assert not any(reach.shown for reach in institutes.choices(session, salma).values())
