"""When work counts as done that waited on a device: what of the device's word can be true."""

from datetime import datetime, timedelta
from enum import StrEnum

#: A device shows what is kept for as long as a session lasts; older words are not taken.
LONGEST_AWAY = timedelta(days=14)
#: Up to here arrival tells as much as the device does.
SAME_MOMENT = timedelta(minutes=1)


class Standing(StrEnum):
    """What became of the moment that a device has told.

    ``needless`` is one that nothing depended on when the work arrived.
    """

    NEEDLESS = "needless"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"


def believable(told: datetime, *, since: datetime, arrived: datetime) -> datetime | None:
    """``told``, the moment of a device's own clock, where it can be true; None otherwise.

    It lies before the arrival, not before ``since``, when there was something to work on, and
    no longer ago than anything is shown without the site.
    """
    if not since <= told < arrived:
        return None
    if arrived - told > LONGEST_AWAY:
        return None
    return told


def standing(kept_by_arrival: float, kept_if_accepted: float) -> Standing:
    """Whether somebody has to decide, given the shares of its points that the work would keep."""
    return Standing.WAITING if kept_if_accepted > kept_by_arrival else Standing.NEEDLESS
