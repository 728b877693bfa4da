"""The certificate of a credential as a PDF for paper, which carries the signed file in itself."""

import json
import re
from dataclasses import asdict, dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
import typst

_SHEETS = Path(__file__).with_name("sheets")
_PLACE = re.compile(r"%\((institute|holder|achievement)\)s")
#: To be read in many years, with files attached and every letter known: PDF/A-3a (ISO 19005-3).
_LASTING = "a-3a"


@dataclass(frozen=True)
class Certificate:
    """What stands on the sheet.

    ``sentence`` has the places ``%(institute)s``, ``%(holder)s`` and ``%(achievement)s``, in
    ``language`` as all words of ours; achievement, criteria and skills are in ``course_language``.
    ``facts`` are labels and values for the foot, ``address`` is where to verify, ``revoked``
    is a sentence for the top, ``attached`` says what the file within is. ``at`` is the moment
    that the PDF tells as its own, in seconds since 1970: the same certificate has the same bytes.
    """

    language: str
    sentence: str
    institute: str
    holders: tuple[str, ...]
    achievement: str
    description: str
    criteria: str
    course_language: str
    skills: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    address: str
    attached: str
    at: int
    revoked: str = ""


def printed(certificate: Certificate, document: bytes, static: Path) -> bytes:
    """The PDF, with ``document`` attached byte for byte; letters and frame are in ``static``.

    A letter that none of the fonts has is a box, and the file is then an ordinary PDF: PDF/A
    takes no letter that is not there.
    """
    said = {name.replace("_", "-"): value for name, value in asdict(certificate).items()}
    said["sentence"] = _pieces(certificate.sentence)
    files = {
        "main.typ": (_SHEETS / "certificate.typ").read_bytes(),
        "seal.svg": (_SHEETS / "seal.svg").read_bytes(),
        "frame.svg": (static / "icons" / "frame.svg").read_bytes(),
        "code.svg": _code(certificate.address),
        "said.json": json.dumps(said).encode(),
        "credential.json": document,
    }
    try:
        return _set(files, static, certificate.at, [_LASTING])
    except typst.TypstError:
        return _set(files, static, certificate.at, [])


def _set(files: dict[str, bytes], static: Path, at: int, standards: list[str]) -> bytes:
    # Any: that files may be given by name is not in what typst says of its types.
    compiled: Any = typst.compile
    fonts = _fonts(static / "vendor" / "paper")
    made: bytes = compiled(
        files, format="pdf", font_paths=fonts, pdf_standards=standards, timestamp=at
    )
    return made


@cache
def _fonts(folder: Path) -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
    )


def _pieces(sentence: str) -> list[tuple[str, str]]:
    """The words of the sentence, and what stands between them: (kind, words)."""
    pieces = [
        ("words", piece.strip()) if number % 2 == 0 else (piece, "")
        for number, piece in enumerate(_PLACE.split(sentence))
    ]
    return [piece for piece in pieces if piece != ("words", "")]


def _code(address: str) -> bytes:
    """The address as a QR code (ISO/IEC 18004), for a telephone that looks at the paper."""
    drawn = BytesIO()
    segno.make_qr(address, error="m").save(drawn, kind="svg", border=0, dark="#17242B")
    return drawn.getvalue()
