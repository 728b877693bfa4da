"""A certificate on one sheet, whatever is to be said on it."""

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from lms.bootstrap import beside_package
from lms.credentials.certificate import Certificate, printed

SALMA = Certificate(
    language="ar",
    sentence="يشهد %(institute)s بحصول %(holder)s على شهادة %(achievement)s",
    institute="معهد الجزري بفاس",
    holders=("سلمى الإدريسي", "Salma El Idrissi"),
    achievement="Python ⵉ ⵜⴰⵢⵙⵙⴰ, Ɛ ẓ",
    description="What it is.",
    criteria="Réussir tous les devoirs.",
    course_language="fr",
    skills=("NumPy",),
    facts=(("الرقم", "ab12"), ("للتحقق", "https://learn.example.org/credentials/ab12")),
    address="https://learn.example.org/credentials/ab12",
    attached="الملف الموقع",
    at=1_790_000_000,
)


@pytest.fixture
def sheet():
    def sheet(**other):
        return printed(replace(SALMA, **other), b"{}", beside_package("static"))

    return sheet


def pages(made):
    return PdfReader(BytesIO(made)).pages


def test_the_letters_of_all_our_scripts_are_there(sheet):
    made = sheet()

    assert b"<pdfaid:part>3</pdfaid:part>" in made  # Which takes no letter that is not.
    for word in ("Salma El Idrissi", "ⵜⴰⵢⵙⵙⴰ", "Ɛ ẓ", "Réussir"):
        assert word in pages(made)[0].extract_text()


def test_a_letter_that_no_font_has_costs_nobody_the_certificate(sheet):
    made = sheet(holders=("李 Salma",))

    assert "Salma" in pages(made)[0].extract_text()
    assert b"pdfaid" not in made


def test_much_to_say_is_made_smaller_and_stays_on_one_sheet(sheet):
    made = sheet(
        skills=("A skill whose name goes on for quite a while",) * 60, criteria="So. " * 99
    )

    assert len(pages(made)) == 1
    assert "ab12" in pages(made)[0].extract_text()


def test_words_of_people_are_words_and_no_commands(sheet):
    made = sheet(achievement="#panic() \\ $x$ *a* [b] @c <d>", holders=('"]#eval("1+1")',))

    said = pages(made)[0].extract_text()
    assert "#panic()" in said
    assert "eval" in said


def test_that_it_is_revoked_is_written_as_large_as_a_name(sheet):
    heights = {}

    def note(text, _around, matrix, _font, size):
        heights[text.strip()] = abs(matrix[3]) * size

    pages(sheet(revoked="Revoked"))[0].extract_text(visitor_text=note)

    assert heights["Revoked"] == heights["Salma El Idrissi"]
