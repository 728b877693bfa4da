"""Dates, numbers and counts as they are written in Morocco."""

import re
from datetime import UTC, datetime

import pytest
from flask_babel import ngettext

from lms.core.i18n import Sentence
from lms.locale.update import marked
from lms.web import templating

AUGUST = datetime(2026, 8, 5, 9, 30, tzinfo=UTC)


@pytest.fixture
def reading(site):
    """A request by somebody who reads ``locale``."""
    return lambda locale: site.test_request_context(headers={"Accept-Language": locale})


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("ar", "5 غشت 2026، 10:30"),
        ("fr", "5 août 2026, 10:30"),
        ("zgh", "5 ⵖⵓⵛⵜ 2026 10:30"),
        ("en", "5 August 2026, 10:30"),
    ],
)
def test_a_moment_has_the_month_of_its_language_western_digits_and_moroccan_time(
    reading, locale, written
):
    with reading(locale):
        shown = templating.moment(AUGUST)

    assert f">{written}<" in shown


@pytest.mark.parametrize(
    ("locale", "written"),
    [("ar", "12,5"), ("fr", "12,5"), ("zgh", "12,5"), ("en", "12.5")],
)
def test_points_have_western_digits_and_the_decimal_sign_of_the_language(reading, locale, written):
    with reading(locale):
        shown = templating.number(12.5)

    assert shown == written


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        # The marks keep the sign after the number where Arabic letters come before it.
        ("ar", "70\u200e%\u200e"),
        ("fr", "70\u00a0%"),
        ("zgh", "70\u00a0%"),
        ("zgh-Latn", "70\u00a0%"),
        ("en", "70%"),
    ],
)
def test_a_percentage_has_the_space_and_the_sign_of_its_language(reading, locale, written):
    with reading(locale):
        shown = templating.percent(0.7)

    assert shown == written


@pytest.mark.parametrize(
    ("share", "written"),
    [(0, "0%"), (0.29, "29%"), (0.999, "99%"), (1, "100%"), (1.5, "150%"), (12, "1,200%")],
)
def test_only_all_of_it_is_a_hundred_percent(reading, share, written):
    with reading("en"):
        shown = templating.percent(share)

    assert shown == written


def test_a_value_within_a_sentence_is_written_like_any_other(reading):
    give = Sentence("Give between 0 and {most} points.", {"most": 2.5})

    with reading("fr"):
        shown = templating.sentence(give)

    assert shown == "Attribuez un nombre de points entre 0 et 2,5."


@pytest.mark.parametrize(
    ("number", "written"), [(0, "0 heure"), (1, "1 heure"), (2, "2 heures"), (24, "24 heures")]
)
def test_french_counts_none_and_one_in_the_singular(reading, number, written):
    with reading("fr"):
        assert ngettext("%(num)s hour", "%(num)s hours", number) == written


@pytest.mark.parametrize(
    ("number", "written"),
    [(0, "0 montré sur 12"), (1, "1 montré sur 12"), (2, "2 montrés sur 12")],
)
def test_french_agrees_with_what_is_counted_of_a_whole(reading, number, written):
    sentence = "%(num)s of %(total)s shown"

    with reading("fr"):
        assert ngettext(sentence, sentence, number, total=12) == written


def test_arabic_says_the_same_number_in_six_ways(reading):
    with reading("ar"):
        shown = {ngettext("%(num)s hour", "%(num)s hours", n) for n in (0, 1, 2, 3, 11, 100)}

    assert len(shown) == 6


@pytest.fixture(scope="module")
def plurals():
    return [entry.id for entry in marked() if not isinstance(entry.id, str)]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_english_counts_without_a_catalogue(reading, plurals, number):
    named = set(re.findall(r"%\((\w+)\)", "".join(map("".join, plurals)))) - {"num"}
    others = dict.fromkeys(named, number)
    with reading("en"):
        shown = [ngettext(*ids, number, **others) for ids in plurals]

    wanted = [ids[number != 1] % {"num": number, **others} for ids in plurals]
    assert shown == wanted
