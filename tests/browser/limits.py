"""What a page may fetch over the wire when nothing is kept yet."""

import re
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import CDPSession

#: The language with the most letters to fetch: its own, and the Latin ones of code and numbers.
HEAVIEST = "ar"
#: What a page may fetch when nothing is kept yet, by the end of its address: bytes as they come
#: over the wire, and requests. The first that fits holds; each but that of lessons is a tenth above
#: the heaviest page. The letters of ordinary formulas count, 23 KB, and small Greek ones, 8 KB.
#: A lesson may weigh more by large figures, by letters of formulas that are seldom met (17 KB for
#: capital Greek and bold ones, 28 KB for other signs), and by what is played. A course's page also
#: has the scripts that keep it on a device, which wait until it is drawn. A notebook page has a
#: test of its own, up to its first cell that can be run.
LIMITS = (
    (r"/lessons/[^/]+$", 100_000, 12),
    (r"/attempts/\d+$|/review$", 90_000, 9),
    (r"/learn/[^/]+$", 67_000, 9),
    (r"", 67_000, 8),
)

#: What may come before a page paints its text: the document and its style sheets. At 400 kbit/s and
#: two turns of 400 ms that is 1.4 s, which leaves a slow phone a second of the 2.5 s to the largest
#: paint (`make bench PART=pages`).
BEFORE_PAINT = 30_000, 4


class Fetched:
    """The bytes of each answer to the newest document in a page, as they came over the wire.

    What a document that is being left asks for or gets meanwhile counts for neither.
    """

    def __init__(self, wire: CDPSession) -> None:
        self.sizes: list[int] = []
        self.before_paint: list[int] = []
        self._frame = self._document = ""
        self._asked: dict[str, str] = {}
        wire.on("Network.requestWillBeSent", self._ask)
        wire.on("Network.loadingFinished", self._come)
        wire.send("Network.enable")

    def _ask(self, told: dict[str, Any]) -> None:
        self._frame = self._frame or told["frameId"]
        if told["requestId"] == told["loaderId"] and told["frameId"] == self._frame:
            self._document = told["loaderId"]
            self._asked.clear()
            self.sizes.clear()
            self.before_paint.clear()
        if told["loaderId"] == self._document:
            self._asked[told["requestId"]] = told.get("type", "")

    def _come(self, told: dict[str, Any]) -> None:
        kind = self._asked.get(told["requestId"])
        if kind is not None:
            self.sizes.append(told["encodedDataLength"])
        if kind in ("Document", "Stylesheet"):
            self.before_paint.append(told["encodedDataLength"])


def beyond_limits(place: str, path: str, fetched: Fetched) -> Iterator[str]:
    """Where a page at ``path`` is beyond its limits by what it ``fetched``."""
    if path.endswith("/notebook"):
        return
    whole = next((most, requests) for end, most, requests in LIMITS if re.search(end, path))
    for sizes, (most, requests), when in (
        (fetched.sizes, whole, ""),
        (fetched.before_paint, BEFORE_PAINT, " before it paints"),
    ):
        if sum(sizes) > most:
            yield f"{place}: {sum(sizes)} bytes{when}, of at most {most}"
        if len(sizes) > requests:
            yield f"{place}: {len(sizes)} requests{when}, of at most {requests}"
