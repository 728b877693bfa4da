"""A calendar as programs subscribe to it (RFC 5545): events at moments, nothing else."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

#: The most bytes of a line; longer ones are folded.
WIDTH = 75
_ESCAPED = re.compile(r"[\\;,]")
#: What may stand in no text: control characters but the line feed, which is escaped.
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Event:
    """Something at a moment. ``uid`` never changes; ``sequence`` grows with each change."""

    uid: str
    at: datetime
    summary: str
    description: str
    address: str
    changed: datetime
    sequence: int = 0


def calendar(events: Sequence[Event], *, name: str, language: str) -> bytes:
    """The calendar of that ``name`` with its events, in the order given."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Jazari//Learning platform//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME;LANGUAGE={language}:{text(name)}",
        f"X-WR-CALNAME:{text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
        *(line for event in events for line in _event(event, language)),
        "END:VCALENDAR",
    ]
    return b"".join(folded(line) for line in lines)


def _event(event: Event, language: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{text(event.uid)}"
    # For what is published, the stamp is that of the last change: the file then changes with
    # its content alone.
    yield f"DTSTAMP:{_moment(event.changed)}"
    yield f"LAST-MODIFIED:{_moment(event.changed)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTART:{_moment(event.at)}"
    yield f"SUMMARY;LANGUAGE={language}:{text(event.summary)}"
    yield f"DESCRIPTION;LANGUAGE={language}:{text(event.description)}"
    yield f"URL:{_CONTROL.sub('', event.address)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _moment(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def text(value: str) -> str:
    """``value`` escaped as a text of a calendar."""
    tidy = _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    return _ESCAPED.sub(r"\\\g<0>", tidy).replace("\n", r"\n")


def folded(line: str) -> bytes:
    """``line`` with its end, in pieces of at most so many bytes that split no character."""
    pieces, rest = [], line.encode()
    room = WIDTH
    while len(rest) > room:
        cut = room
        while rest[cut] & 0xC0 == 0x80:  # In the middle of a character of UTF-8.
            cut -= 1
        pieces.append(rest[:cut])
        rest, room = rest[cut:], WIDTH - 1
    return b"\r\n ".join([*pieces, rest]) + b"\r\n"
