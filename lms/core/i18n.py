"""Sentences that people will read: marked here, translated at the door that shows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lms.core.zones import zone

#: The languages of the product, in the order a visitor may choose from.
LOCALES = ("ar", "fr", "zgh", "en")

#: Other scripts in which a language of the product may be read, and the language of each.
SCRIPTS = {"zgh-Latn": "zgh"}

#: What a reader may choose: the languages, each followed by its other scripts.
READINGS = ("ar", "fr", "zgh", "zgh-Latn", "en")

#: The languages written from right to left.
RIGHT_TO_LEFT = frozenset({"ar"})

#: Each language's own name for itself.
NATIVE_NAMES = {
    "ar": "العربية",
    "fr": "Français",
    "zgh": "ⵜⴰⵎⴰⵣⵉⵖⵜ",
    "zgh-Latn": "Tamaziɣt",
    "en": "English",
}


@dataclass(frozen=True)
class When:
    """A moment that a sentence tells of, written for its reader on the clocks of ``time_zone``."""

    at: datetime
    time_zone: str

    def __str__(self) -> str:
        return f"{self.at.astimezone(zone(self.time_zone)):%-d %B %Y, %H:%M}"


@dataclass(frozen=True)
class Titled:
    """What a sentence names, by its author's title in the language of whoever reads it."""

    titles: Mapping[str, str]

    def __str__(self) -> str:
        return best_text(self.titles, "en")[0]


Value = str | int | float | When | Titled


@dataclass(frozen=True)
class Sentence:
    """A marked English sentence and the values of its ``{placeholders}``.

    It crosses layers, and may be stored, untranslated. ``str()`` gives the
    English wording, which the command line and logs print.
    """

    text: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text.format(**self.values)


def N_(text: str) -> str:
    """Mark ``text`` for translation and return it unchanged."""
    return text


def say(text: str, **values: Value) -> Sentence:
    """Mark ``text`` for translation and join it with the values it names."""
    return Sentence(text, values)


def language(locale: str) -> str:
    """The language of ``locale``, whatever its script: "zgh" for "zgh-Latn"."""
    return SCRIPTS.get(locale, locale)


def direction(locale: str) -> str:
    """The writing direction of ``locale``: "rtl" or "ltr"."""
    return "rtl" if locale.split("_")[0] in RIGHT_TO_LEFT else "ltr"


def best_text(texts: Mapping[str, str], locale: str) -> tuple[str, str]:
    """The text of ``locale``, of its language in another script, or else the original's.

    With it comes the locale that it is in. ``texts`` maps locales to texts in the author's
    order, the original first. Raises ValueError when there is no text at all.
    """
    for wanted in (locale, language(locale)):
        if wanted in texts:
            return texts[wanted], wanted
    for original, text in texts.items():
        return text, original
    raise ValueError("a text in at least one language is needed")
