"""The time zones that a person may choose from, in their own language."""

from collections.abc import Iterator
from datetime import datetime

from babel import Locale
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag

from lms.core import zones
from lms.core.translation import TERRITORIES, in_script
from lms.web import access, templating

#: The parts of the world by which zones are named, the nearest to Morocco first.
REGIONS = {
    "Africa": _l("Africa"),
    "Europe": _l("Europe"),
    "Asia": _l("Asia"),
    "America": _l("America"),
    "Atlantic": _l("Atlantic Ocean"),
    "Indian": _l("Indian Ocean"),
    "Pacific": _l("Pacific Ocean"),
    "Australia": _l("Australia"),
    "Antarctica": _l("Antarctica"),
    "Arctic": _l("Arctic"),
}


def zone_choices() -> list[SelectChoice]:
    """No zone of one's own, or any: by region, each named by its city."""
    now = access.now()
    return [
        SelectChoice("", _l("That of the institute")),
        *(choice for region in REGIONS for choice in _of(region, now)),
        SelectChoice("UTC", "UTC"),
    ]


def _of(region: str, now: datetime) -> Iterator[SelectChoice]:
    names = [name for name in zones.names() if name.split("/")[0] == region]
    for label, name in sorted((_city(name), name) for name in names):
        offset = now.astimezone(zones.zone(name)).strftime("%z")
        # Isolated, since in Arabic the sign would move to the other side of its number.
        clock = f"\N{LEFT-TO-RIGHT ISOLATE}UTC{offset[:3]}:{offset[3:5]}\N{POP DIRECTIONAL ISOLATE}"
        yield SelectChoice(name, f"{label} · {clock}", {}, str(REGIONS[region]))


def _city(name: str) -> str:
    if name in templating.MOROCCO:
        return templating.zone_name(name)
    found = Locale.parse(TERRITORIES[templating.locale()]).time_zones.get(name)
    known = found.get("city") if found else None
    plain = name.split("/", 1)[1].replace("_", " ").replace("/", ", ")
    return in_script(str(known or plain), templating.locale())
