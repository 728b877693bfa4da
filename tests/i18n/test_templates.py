"""Templates say nothing that is not marked for translation."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment

TEMPLATES = Path(__file__).resolve().parents[2] / "lms" / "web" / "templates"

#: What is the same in every language: our name, the name of a file, what one types, keys.
SAME_EVERYWHERE = {
    *("Jazari", "did.json", "lms verify --did did.json .json"),
    *("j", "k", "c", "Ctrl", "Enter", "Esc"),
}

#: Attributes that people read or hear.
SPOKEN = {"alt", "aria-label", "placeholder", "title", "data-busy", "data-too-large"}


class Words(HTMLParser):
    """Collects every text and spoken attribute that has letters in it."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_data(self, data):
        if text := " ".join(re.sub(r"[·–/()]", " ", data).split()):
            self.found += [text] if re.search(r"[^\W\d_]", text) else []

    def handle_starttag(self, _tag, attrs):
        for name, value in attrs:
            if name in SPOKEN and value:
                self.handle_data(value)


def unmarked(template):
    """The words of a template that stand outside its expressions."""
    words = Words()
    data = (
        value if kind == "data" else ""
        for _line, kind, value in Environment().lex(template)
        if kind in ("data", "variable_begin")
    )
    words.feed("".join(data))
    words.close()
    return set(words.found)


@pytest.mark.parametrize(
    "path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES))
)
def test_every_word_of_a_template_is_marked(path):
    assert unmarked(path.read_text("utf-8")) <= SAME_EVERYWHERE


@pytest.mark.parametrize(
    "template",
    [
        "<p>Hello {{ name }}</p>",
        '<img alt="A figure">',
        "{% if a %}Yes{% endif %}",
        "<p>{{ _('Done') }} already</p>",
    ],
)
def test_a_word_that_is_not_marked_is_found(template):
    assert unmarked(template)


def test_a_word_that_is_marked_is_not_found():
    assert unmarked("<p class=\"a\">{{ _('Done') }} · {# a note #}{{ number }} %</p>") == set()
