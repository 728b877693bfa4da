"""Calendars as RFC 5545 has them: lines, folds, escapes, moments."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from lms.core.icalendar import Event, calendar, folded, text

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)


def event(**more):
    given = {
        "uid": "due-1@learn.example",
        "at": NOON,
        "summary": "“Double” is due",
        "description": "First numbers",
        "address": "https://learn.example/learn/1",
        "changed": NOON,
    }
    return Event(**{**given, **more})


def lines(*events, name="My courses"):
    """The unfolded lines of the calendar with these events."""
    written = calendar(events, name=name, language="en")
    return written.decode().replace("\r\n ", "").split("\r\n")


def test_a_calendar_says_what_it_must_and_ends_every_line_as_it_must():
    written = lines(event())

    assert written[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", written[2]]
    assert written[2].startswith("PRODID:")
    assert written[-2:] == ["END:VCALENDAR", ""]
    inner = written[written.index("BEGIN:VEVENT") : written.index("END:VEVENT")]
    assert "UID:due-1@learn.example" in inner
    assert "DTSTART:20260630T120000Z" in inner
    assert "DTSTAMP:20260630T120000Z" in inner


def test_moments_are_written_in_utc():
    here = timezone(timedelta(hours=1))

    assert "DTSTART:20260630T110000Z" in lines(event(at=NOON.replace(tzinfo=here)))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a, b; c", r"a\, b\; c"),
        ("back\\slash", r"back\\slash"),
        ("two\nlines", r"two\nlines"),
        ("two\r\nlines\rthree", r"two\nlines\nthree"),
        ("bell\x07\tand tab\x7f", "belland tab"),
        ("واجب، أول", "واجب، أول"),
    ],
)
def test_texts_are_escaped(value, expected):
    assert text(value) == expected


def test_a_title_adds_no_line():
    written = lines(
        event(summary="x\r\nBEGIN:VALARM", address="https://a.example/\r\nATTACH:b"), name="n\nX:y"
    )

    assert not [line for line in written if line.startswith(("BEGIN:VALARM", "ATTACH", "X:y"))]


@pytest.mark.parametrize("character", ["a", "é", "ع", "ⵣ", "𐤀"])
@pytest.mark.parametrize("length", [70, 74, 75, 76, 150, 400])
def test_long_lines_are_folded_between_characters(character, length):
    line = "SUMMARY:" + character * length

    written = folded(line)

    pieces = written.removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(piece) <= 75 for piece in pieces)
    assert all(piece.decode().startswith(" ") for piece in pieces[1:])
    assert written.decode().replace("\r\n ", "") == line + "\r\n"


def test_the_same_events_are_the_same_bytes():
    assert lines(event(), event(uid="2")) == lines(event(), event(uid="2"))
