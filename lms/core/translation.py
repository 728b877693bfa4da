"""Looks up marked sentences, for doors that have no request: the command line and documents."""

import gettext
from datetime import datetime
from functools import cache
from pathlib import Path

from babel import Locale
from babel.dates import format_datetime, get_datetime_format
from babel.numbers import format_decimal, format_percent
from markupsafe import Markup, escape

from lms.core.i18n import Sentence, Titled, Value, When, best_text, language
from lms.core.tifinagh import InLatin, in_latin
from lms.core.zones import zone

LOCALE = Path(__file__).parents[1] / "locale"

#: Where formats differ by country, ours are those used in Morocco.
TERRITORIES = {"ar": "ar_MA", "fr": "fr_MA", "en": "en", "zgh": "zgh", "zgh-Latn": "zgh"}


@cache
def translations(locale: str) -> gettext.NullTranslations:
    """The catalogue of ``locale``; where there is none, the sentences as they are marked."""
    told = gettext.translation("messages", LOCALE, [language(locale)], fallback=True)
    return told if language(locale) == locale else InLatin(told)


def in_script(text: str, locale: str) -> str:
    """``text``, of the language of ``locale``, in the letters that its readers prefer."""
    return text if language(locale) == locale else in_latin(text)


#: Values of sentences that are code: written from left to right in every language.
_CODE = frozenset({"code", "own", "expected", "came"})


def number(value: float, locale: str) -> str:
    """Points and the like: at most two decimals, none that are not needed."""
    return str(format_decimal(value, "#,##0.##", locale=TERRITORIES[locale]))


def percent(share: float, locale: str) -> str:
    """A share from 0 to 1 as a whole percentage, never rounded up: a hundred means all."""
    told = TERRITORIES[locale]
    bare = str(format_percent(int(share * 100 + 1e-9) / 100, locale=told))
    # Babel writes a bare sign. That of Arabic has marks beside it that keep it at the end of the
    # number, where after Arabic letters it would go to its other side.
    return bare.replace("%", Locale.parse(told).number_symbols["latn"]["percentSign"])


def moment(when: datetime, time_zone: str, locale: str) -> str:
    """A date and time as written in ``locale``, on the clocks of ``time_zone``."""
    told, place = TERRITORIES[locale], zone(time_zone)
    day = format_datetime(when, "d MMMM y", tzinfo=place, locale=told)
    hour = format_datetime(when, "HH:mm", tzinfo=place, locale=told)
    return in_script(str(get_datetime_format("medium", locale=told)).format(hour, day), locale)


def written(told: Value, locale: str) -> str | int:
    """What a sentence names, as it is written in ``locale``."""
    if isinstance(told, Titled):
        return best_text(told.titles, locale)[0]
    if isinstance(told, When):
        return moment(told.at, told.time_zone, locale)
    return number(told, locale) if isinstance(told, float) else told


def translated(marked: Sentence, locale: str) -> str:
    """A marked sentence in ``locale``, with its numbers and moments as they are written there."""
    values = {k: written(v, locale) for k, v in marked.values.items()}
    return translations(locale).gettext(marked.text).format(**values)


def explained(marked: Sentence, locale: str) -> Markup:
    """A marked sentence in ``locale``, in which code looks like code; safe whatever it quotes."""
    values = {
        k: Markup('<code dir="ltr">{}</code>').format(v)
        if k in _CODE
        else number(v, locale)
        if isinstance(v, float)
        else Markup("<bdi>{}</bdi>").format(written(v, locale))
        for k, v in marked.values.items()
    }
    return escape(translations(locale).gettext(marked.text)).format(**values)
