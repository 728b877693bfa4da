"""Code is coloured so that everyone can read it, on light paper and on dark."""

import re
from pathlib import Path

import pytest

from lms.catalogue.code_colours import LANGUAGES, code_html
from lms.catalogue.lessons import highlight_css

LIGHT_PAPER, DARK_PAPER = "#F1EFE7", "#0B1215"


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, definition of the same name)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2.2, definition of the same name)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def colours(css: str) -> list[tuple[str, str]]:
    """Each colour in the light and in the dark."""
    return re.findall(r"color: light-dark\((#[0-9A-F]{6}), (#[0-9A-F]{6})\);", css)


def test_contrast_is_computed_as_defined():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)
    assert contrast("#FF0000", "#FF0000") == 1


def test_every_colour_stands_out_from_its_paper():
    found = colours(highlight_css())

    assert len(found) == highlight_css().count("color:") > 5
    assert [light for light, _dark in found if contrast(light, LIGHT_PAPER) < 4.5] == []
    assert [dark for _light, dark in found if contrast(dark, DARK_PAPER) < 4.5] == []


def test_the_style_sheet_served_is_the_one_made():
    served = Path(__file__).resolve().parents[2] / "static" / "css" / "site.css"

    assert served.read_text(encoding="utf-8").endswith(highlight_css())


CODE = {
    "python": ("def f(): return 'a'", '<span class="nf">f</span>'),
    "json": ('{"a": 1}', '<span class="mi">1</span>'),
    "bash": ("echo hi", '<span class="nb">echo</span>'),
    "text": ("<b>", "&lt;b&gt;"),
    "cobol": ("MOVE <A>", "MOVE &lt;A&gt;"),
}


@pytest.mark.parametrize("language", CODE)
def test_code_is_coloured_by_classes_and_escaped(language):
    source, part = CODE[language]

    assert part in code_html(source, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_code_keeps_every_character_in_every_language(language):
    source = "\n\n  if a < 1 && 'é' { # x\n\t\\n\n\n"

    written = code_html(source, language)

    bare = re.sub(r"<[^>]*>", "", written)
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&#39;", "'"), ("&amp;", "&")):
        bare = bare.replace(entity, char)
    assert bare == source
