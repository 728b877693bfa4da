"""Certificates for paper: what they say, in which language, and the signed file within."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from lms.credentials import queries
from lms.credentials import service as issuing


@pytest.fixture
def paper(visit, lived_in):
    def ask(language="en"):
        address = f"/credentials/{lived_in.credential}.pdf"
        answer = visit().get(address, headers={"Accept-Language": language})
        assert answer.status_code == 200
        assert answer.mimetype == "application/pdf"
        return answer.data

    return ask


@pytest.fixture
def stored(session, lived_in):
    return queries.credential(session, lived_in.credential)


def text(pdf):
    return " ".join(PdfReader(BytesIO(pdf)).pages[0].extract_text().split())


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("certifies that", "Issued on", "Verify at")),
        ("fr", ("certifie que", "Délivrée le")),
        ("zgh", ("ⵉⵙⵓⴳⴳⴰ ⵉⵙ", "ⴰⵙⴰⴽⵓⴷ ⵏ ⵓⴼⴽⴰ")),
    ],
)
def test_a_certificate_speaks_the_language_of_who_asks(paper, lived_in, language, words):
    said = text(paper(language))

    for word in (*words, "Salma", "2026", lived_in.credential):
        assert word in said


def test_in_arabic_it_is_read_from_the_right(paper):
    pdf = PdfReader(BytesIO(paper("ar")))

    assert pdf.trailer["/Root"]["/Lang"] == "ar"
    assert any("\u0600" <= letter <= "\u06ff" for letter in pdf.pages[0].extract_text())


def test_it_is_one_sheet_with_a_title_made_to_last(paper, stored):
    made = paper()
    pdf = PdfReader(BytesIO(made))

    assert len(pdf.pages) == 1
    assert pdf.metadata.title == issuing.face(stored).achievement
    assert b"<pdfaid:part>3</pdfaid:part>" in made
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in made
    assert made == paper()


def test_the_signed_file_within_is_the_one_that_was_signed(paper, stored):
    attached = PdfReader(BytesIO(paper())).attachments

    assert attached["credential.json"] == [stored.document]


def test_of_a_revoked_credential_it_says_so(paper, stored, session, rachid, noon):
    assert "Revoked" not in text(paper())

    issuing.revoke(session, stored, reason="Copied.", by=rachid, now=noon)
    session.commit()

    assert "Revoked" in text(paper())


def test_what_is_no_credential_has_no_certificate(visit):
    assert visit().get("/credentials/none.pdf").status_code == 404
