"""Standard Moroccan Amazigh in Latin letters, for readers who prefer them.

The catalogue of the language is in Tifinagh, and each of its letters has one Latin letter in
the table of the Institut royal de la culture amazighe. So what is written in Latin is made of
the catalogue when it is read, and there is nothing to keep beside it.
"""

import gettext
import re
from functools import lru_cache

#: The 33 letters of the standard alphabet, with the sign that rounds the consonant before it.
LATIN = {
    "ⴰ": "a", "ⴱ": "b", "ⴳ": "g", "ⴷ": "d", "ⴹ": "ḍ", "ⴻ": "e", "ⴼ": "f", "ⴽ": "k", "ⵀ": "h",
    "ⵃ": "ḥ", "ⵄ": "ɛ", "ⵅ": "x", "ⵇ": "q", "ⵉ": "i", "ⵊ": "j", "ⵍ": "l", "ⵎ": "m", "ⵏ": "n",
    "ⵓ": "u", "ⵔ": "r", "ⵕ": "ṛ", "ⵖ": "ɣ", "ⵙ": "s", "ⵚ": "ṣ", "ⵛ": "c", "ⵜ": "t", "ⵟ": "ṭ",
    "ⵡ": "w", "ⵢ": "y", "ⵣ": "z", "ⵥ": "ẓ", "ⵯ": "ʷ",
}  # fmt: skip

_TABLE = str.maketrans(LATIN)
_LETTER = f"[{''.join(LATIN)}]"
#: Where a sentence begins within a text, and where a whole text does; quotation marks may open it.
_AFTER_A_STOP = re.compile(rf"(?<=[.?!])(\s+[«“(]?\s?)({_LETTER})")
_AT_THE_HEAD = re.compile(rf"\A([«“(]?\s?)({_LETTER})")
#: Names that stand within sentences of the product: Jazari, and Morocco.
_NAMES = re.compile(r"\bⵊ(?=ⴰⵣⴰⵔⵉ\b)|\bⵍ(?=ⵎⵖⵔⵉⴱ\b)")
_CAPITAL = re.compile(r"\A[«“\"(]?(?:[A-Z]|\{\w+\}.*[.?!]\Z)", re.DOTALL)


@lru_cache(8192)
def in_latin(text: str, source: str = "") -> str:
    """``text`` with Latin letters for its Tifinagh ones; everything else stays as it is.

    Tifinagh has no capitals: the first letter becomes one where ``source``, the English
    sentence, begins with one or is a whole sentence that begins with a value. So do a letter
    after the end of a sentence and that of a name.
    """
    text = _NAMES.sub(lambda found: LATIN[found[0]].upper(), text)
    text = _AFTER_A_STOP.sub(_capital, text)
    if _CAPITAL.match(source):
        text = _AT_THE_HEAD.sub(_capital, text)
    return text.translate(_TABLE)


class InLatin(gettext.NullTranslations):
    """The translations of another catalogue, in Latin letters."""

    def __init__(self, tifinagh: gettext.NullTranslations) -> None:
        super().__init__()
        self._tifinagh = tifinagh

    def gettext(self, message: str) -> str:
        """The sentence."""
        return in_latin(self._tifinagh.gettext(message), message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The sentence for ``n``."""
        return in_latin(self._tifinagh.ngettext(msgid1, msgid2, n), msgid1)

    def pgettext(self, context: str, message: str) -> str:
        """The sentence in its context."""
        return in_latin(self._tifinagh.pgettext(context, message), message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        """The sentence for ``n`` in its context."""
        return in_latin(self._tifinagh.npgettext(context, msgid1, msgid2, n), msgid1)

    # As Babel calls them.
    ugettext, ungettext, upgettext, unpgettext = gettext, ngettext, pgettext, npgettext


def _capital(found: re.Match[str]) -> str:
    return found[1] + LATIN[found[2]].upper()
