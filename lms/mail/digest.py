"""A digest: what a person has not read yet, as a letter in their language. Values in, text out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lms.core.i18n import N_, NATIVE_NAMES, Sentence, direction
from lms.core.translation import explained, moment, translated, translations

#: The most news that one letter tells; it says how many more wait in the product.
MOST = 30

PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

GREETING = N_("Good morning {name},")
INTRODUCTION = N_("This is new for you on Jazari since your last mail:")
LOOK = N_("Look at it")
SEE_ALL = N_("See all notices")
WHY = N_("You get this mail at most once a day, and only when there is something new.")
CHOOSE = N_("Choose what you are told")
STOP = N_("Stop these mails")


@dataclass(frozen=True)
class Item:
    """One piece of news: its sentence, the address it leads to, and when it was."""

    sentence: Sentence
    address: str
    when: datetime


@dataclass(frozen=True)
class Reader:
    """Who reads a letter: their name, language and time zone."""

    name: str
    locale: str
    time_zone: str


@dataclass(frozen=True)
class Addresses:
    """Where the letter's own links lead: all notices, the choice of news, no more mail."""

    notices: str
    choices: str
    stop: str


@dataclass(frozen=True)
class Written:
    """A letter as it is mailed: a line of subject, plain text, and the same as a page."""

    subject: str
    text: str
    html: str


def write(items: Sequence[Item], reader: Reader, addresses: Addresses) -> Written:
    """The letter that tells ``reader`` of ``items``, the newest of them if they are many."""
    told = items[-MOST:]
    words = translations(reader.locale)

    def plain(text: str, **values: str) -> str:
        return words.gettext(text).format(**values)

    def when(item: Item) -> str:
        return moment(item.when, reader.time_zone, reader.locale)

    more = len(items) - len(told)
    shared = {
        "greeting": plain(GREETING, name=reader.name),
        "introduction": plain(INTRODUCTION),
        "more": words.ngettext(
            "One more waits on the site.", "%(num)s more wait on the site.", more
        )
        % {"num": more}
        if more
        else "",
        "look": plain(LOOK),
        "see_all": plain(SEE_ALL),
        "why": plain(WHY),
        "choose": plain(CHOOSE),
        "stop": plain(STOP),
        "addresses": addresses,
    }
    html = PAGES.get_template("digest.html").render(
        shared,
        items=[(explained(i.sentence, reader.locale), when(i), i.address) for i in told],
        language=reader.locale,
        direction=direction(reader.locale),
        tongue=NATIVE_NAMES.get(reader.locale, ""),
    )
    text = TEXTS.get_template("digest.txt").render(
        shared,
        items=[(translated(i.sentence, reader.locale), when(i), i.address) for i in told],
    )
    subject = words.ngettext(
        "Jazari: one piece of news for you",
        "Jazari: %(num)s pieces of news for you",
        len(items),
    ) % {"num": len(items)}
    return Written(subject, text, html)


# Plain text escapes nothing: it is text/plain.
TEXTS = PAGES.overlay(autoescape=False)
