"""How search compares words: in the scripts of our four languages, however they were typed."""

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
    bare = (c for c in normalize("NFKD", text.casefold()) if not combining(c))
    return "".join(bare).translate(_ALIKE)
