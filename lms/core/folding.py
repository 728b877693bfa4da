"""How search compares words: in the scripts of our four languages, however they were typed."""

from collections.abc import Sequence
from unicodedata import combining, normalize

#: Letters that people write for one another in Arabic, and what only stretches or joins words.
#: Hamzas on their seats, vowel signs and accents are marks, which folding takes off anyway.
_ALIKE = str.maketrans(
    {
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ة": "ه",
        "ـ": "",
        "\u200c": "",
        "\u200d": "",
        **{chr(0x660 + digit): str(digit) for digit in range(10)},
    }
)


def folded(text: str) -> str:
    """``text`` without case, accents, vowel signs, and what is written in more ways than one."""
    if text.isascii():
        return text.lower()  # The same, a hundred times sooner: most names are this.
    bare = (c for c in normalize("NFKD", text.casefold()) if not combining(c))
    return "".join(bare).translate(_ALIKE)


def sought(words: str) -> list[str]:
    """The words that somebody looks for, as `holds` takes them."""
    return folded(words).split()


def holds(text: str, wanted: Sequence[str]) -> bool:
    """Whether ``text`` holds all that is ``wanted``, however either of them was typed."""
    found = folded(text)
    return all(word in found for word in wanted)
