"""What an author allows to be said of a hidden test: ``# hint:`` lines among the hidden tests.

A hint holds for the tests below it, up to the next hint or the end of its hidden region. Hint
lines that follow one another are one hint: the same one in several languages
(``# hint[fr]: ...``), or one of several lines.
"""

import re
from collections.abc import Mapping

from lms.catalogue.notebook_regions import Region, scan
from lms.core.i18n import LOCALES

#: The name of a hint without a language.
ANY = "*"

_HINT = re.compile(rf"\s*#\s*hint\s*(?:\[\s*({'|'.join(LOCALES)})\s*\])?\s*:(.*)", re.IGNORECASE)


def hint_at(source: str, line: int) -> Mapping[str, str] | None:
    """The hint of the hidden test at ``line`` of a cell, by language; None where there is none.

    Lines count from 1. A hint without a language is under ANY.
    """
    lines = source.split("\n")
    region = next((r for r in scan(source, Region.HIDDEN_TESTS).regions if line in r), None)
    if region is None:
        return None
    above = range(min(line, len(lines)) - 1, region.start - 1, -1)
    last = next((number for number in above if _HINT.match(lines[number - 1])), None)
    if last is None:
        return None
    told: dict[str, str] = {}
    for number in range(last, region.start - 1, -1):
        found = _HINT.match(lines[number - 1])
        if found is None:
            break
        language, text = (found[1] or ANY).lower(), found[2].strip()
        told[language] = f"{text} {told[language]}" if language in told else text
    return {language: text for language, text in told.items() if text} or None


def hint_for(told: Mapping[str, str], locale: str) -> tuple[str, str | None]:
    """The hint for a reader of ``locale``, and its language where that is known.

    That of their language, or else the one without a language, or else any other.
    """
    if locale in told:
        return told[locale], locale
    if ANY in told:
        return told[ANY], None
    language = min(told)
    return told[language], language
