"""Time zones from the pinned package ``tzdata``, not from the machine.

Morocco has changed its clocks at short notice more than once. A machine's own
data may be a year old, and dates formatted by Babel would then disagree with
ours; the lock file brings both up to date together.
"""

import importlib.resources
import zoneinfo
from datetime import date, datetime, time
from functools import cache

# With no folder to search, zoneinfo takes the data of the package.
zoneinfo.reset_tzpath(to=())


@cache
def names() -> tuple[str, ...]:
    """Every place that has a time zone of its own, sorted, and "UTC"."""
    table = importlib.resources.files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8")
    lines = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    return (*sorted(line[2] for line in lines), "UTC")


def exists(name: str) -> bool:
    """Whether ``name`` is one of those."""
    return name in names()


def zone(name: str) -> zoneinfo.ZoneInfo:
    """The time zone called ``name``, such as "Africa/Casablanca". Raises ZoneInfoNotFoundError."""
    return zoneinfo.ZoneInfo(name)


def first_second(day: date, time_zone: str) -> datetime:
    """When ``day`` begins on the clocks of ``time_zone``."""
    return datetime.combine(day, time(), zone(time_zone))


def last_second(day: date, time_zone: str) -> datetime:
    """The last second of ``day``; the next midnight would be shown as the next day."""
    return datetime.combine(day, time(23, 59, 59), zone(time_zone))
