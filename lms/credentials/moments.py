"""Moments as credentials write them: dates with a time and a zone (XML Schema dateTimeStamp)."""

import re
from datetime import UTC, datetime
from typing import Final

STAMP: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)


def write(moment: datetime) -> str:
    """``moment`` in UTC to the second, like 2026-06-30T09:00:00Z.

    Raises ValueError for a moment without a zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone")
    plain = moment.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    return plain.isoformat() + "Z"


def read(text: str) -> datetime:
    """The moment that ``text`` writes, in UTC; ValueError when it is none."""
    if STAMP.fullmatch(text) is None:
        raise ValueError("not a date with time and zone")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except OverflowError as error:
        raise ValueError("outside the years 1 to 9999") from error
