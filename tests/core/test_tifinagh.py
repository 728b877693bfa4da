"""Amazigh in Latin letters is the same text, letter by letter."""

import gettext
from unicodedata import name

import pytest

from lms.core import translation
from lms.core.tifinagh import LATIN, InLatin, in_latin
from lms.locale.update import read

#: The table of the Institut royal de la culture amazighe, in its order.
TABLE = """
ⴰ a  ⴱ b  ⴳ g  ⴳⵯ gʷ  ⴷ d  ⴹ ḍ  ⴻ e  ⴼ f  ⴽ k  ⴽⵯ kʷ  ⵀ h  ⵃ ḥ  ⵄ ɛ  ⵅ x  ⵇ q  ⵉ i  ⵊ j
ⵍ l  ⵎ m  ⵏ n  ⵓ u  ⵔ r  ⵕ ṛ  ⵖ ɣ  ⵙ s  ⵚ ṣ  ⵛ c  ⵜ t  ⵟ ṭ  ⵡ w  ⵢ y  ⵣ z  ⵥ ẓ
""".split()
PAIRS = list(zip(TABLE[::2], TABLE[1::2], strict=True))


@pytest.mark.parametrize(("tifinagh", "latin"), PAIRS)
def test_each_letter_has_its_own(tifinagh, latin):
    assert in_latin(tifinagh) == latin


def test_the_table_is_whole_and_can_be_read_back():
    assert len(PAIRS) == 33
    assert {letter for pair, _ in PAIRS for letter in pair} == set(LATIN)
    assert len(set(LATIN.values())) == len(LATIN)
    assert all(name(letter).startswith("TIFINAGH") for letter in LATIN)


@pytest.mark.parametrize(
    ("text", "source", "written"),
    [
        ("ⴽⵛⵎ", "Sign in", "Kcm"),
        ("ⵖⵔ ⴰⵢⴰ", "read this", "ɣr aya"),
        ("ⵖⵔ ⴰⵢⴰ", "Read this", "Ɣr aya"),
        ("ⵄⵇⵍ. ⵥⵕ!  ⵃⴽⵓ?", "See. Look! Say?", "Ɛql. Ẓṛ!  Ḥku?"),
        ("« ⵖⵔ »", "“Read”", "« Ɣr »"),
        ("ⵉⵖⵜⴰ « {a} ».", "“{a}” is marked.", "Iɣta « {a} »."),
        ("ⵙⴳ {a}", "{a} of it", "sg {a}"),
        ("ⴳⵯⵎⵔ", "Hunt", "Gʷmr"),
        ("ⵉⵙⵉⵏⴰⴳⵏ ⵏ ⵊⴰⵣⴰⵔⵉ ⴳ ⵍⵎⵖⵔⵉⴱ", "The institutes", "Isinagn n Jazari g Lmɣrib"),
        ("{name} ⵉⵡⵎ %(num)s", "{name} is %(num)s", "{name} iwm %(num)s"),
        ("%(n)s ⵉⵎⵉⴹⴰⵏⵏ", "%(n)s accounts", "%(n)s imiḍann"),
        ("<b>ⴰ</b> &amp; course.toml", "<b>A</b>", "<b>a</b> &amp; course.toml"),
        ("Sign in", "Sign in", "Sign in"),
        ("سلمى é 12,5", "", "سلمى é 12,5"),
        ("", "", ""),
    ],
)
def test_a_sentence_keeps_all_that_is_no_letter_and_begins_as_its_source(text, source, written):
    assert in_latin(text, source) == written


def test_nothing_of_the_catalogue_is_left_in_tifinagh():
    texts = [text for entry in read("zgh") for text in _told(entry.string)]

    written = [in_latin(text, "A") for text in texts]

    assert len(written) > 500
    assert [text for text in written if any("ⴰ" <= letter <= "⵿" for letter in text)] == []


def test_every_way_to_ask_for_a_sentence_gives_latin_letters():
    class Tifinagh(gettext.NullTranslations):
        def gettext(self, message):
            return "ⴰⵎⴰⵏ"

        def ngettext(self, one, many, n):
            return "ⴰⵎⴰⵏ"

        def pgettext(self, context, message):
            return "ⴰⵎⴰⵏ"

        def npgettext(self, context, one, many, n):
            return "ⴰⵎⴰⵏ"

    latin = InLatin(Tifinagh())

    assert latin.gettext("Water") == latin.ugettext("Water") == "Aman"
    assert latin.ngettext("water", "waters", 2) == latin.ungettext("water", "waters", 2) == "aman"
    assert latin.pgettext("drink", "Water") == latin.npgettext("drink", "Water", "W", 2) == "Aman"


def test_a_month_is_written_in_the_letters_of_the_reader(noon):
    assert translation.moment(noon, "Africa/Casablanca", "zgh") == "30 ⵢⵓⵏⵢⵓ 2026 13:00"
    assert translation.moment(noon, "Africa/Casablanca", "zgh-Latn") == "30 yunyu 2026 13:00"


def _told(text):
    return [text] if isinstance(text, str) else list(text)
