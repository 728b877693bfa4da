"""French as it is printed: the rules are in docs/translations.md."""

import re

import pytest

from lms.locale.update import read

TEXTS = [
    text
    for entry in read("fr")
    if entry.id
    for text in ([entry.string] if isinstance(entry.string, str) else entry.string)
]

RULES = {
    "a sign made of two parts has a space before it that never breaks": r" [:;!?»](?!:)",
    "no such sign follows a word at once": r"\w[;!?](?:\s|$)",
    "an opening quotation mark has a space after it that never breaks": "«(?!\u00a0)",
    "quotation marks are French ones": '[“”]|"',
    "an apostrophe is curved": r"\w'\w",
    "an ellipsis is one sign": r"\w\.\.\.",
    "units are French ones": r"\b[KM]B\b",
    "work is « remis », never « rendu »": r"(?i)\brend(?:ez|ue?s?|re(?! compte))\b",
}


@pytest.mark.parametrize("fault", RULES.values(), ids=RULES.keys())
def test_french_is_set_as_it_is_printed(fault):
    assert [text for text in TEXTS if re.search(fault, text)] == []
