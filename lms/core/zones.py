"""Time zones from the pinned package ``tzdata``, not from the machine.

Morocco has changed its clocks at short notice more than once. A machine's own
data may be a year old, and dates formatted by Babel would then disagree with
ours; the lock file brings both up to date together.
"""

import zoneinfo

# With no folder to search, zoneinfo takes the data of the package.
zoneinfo.reset_tzpath(to=())


def zone(name: str) -> zoneinfo.ZoneInfo:
    """The time zone called ``name``, such as "Africa/Casablanca". Raises ZoneInfoNotFoundError."""
    return zoneinfo.ZoneInfo(name)
