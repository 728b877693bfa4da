"""What a page may fetch over the wire when nothing is kept yet."""

import re
from collections.abc import Iterator

#: The language with the most letters to fetch: its own, and the Latin ones of code and numbers.
HEAVIEST = "ar"
#: What a page may fetch when nothing is kept yet, by the end of its address: bytes as they come
#: over the wire, and requests. The first that fits holds. The letters of formulas are 62 KB, and
#: quizzes and lessons may need them. A notebook page has a test of its own, up to its first cell
#: that can be run.
LIMITS = (
    (r"/lessons/[^/]+$", 200_000, 14),
    (r"/attempts/\d+$|/review$", 220_000, 18),
    (r"", 210_000, 16),
)


def beyond_limits(place: str, path: str, fetched: list[int]) -> Iterator[str]:
    """Where a page at ``path`` is beyond its limits; ``fetched`` has the bytes of each answer."""
    if path.endswith("/notebook"):
        return
    most, requests = next(limits for end, *limits in LIMITS if re.search(end, path))
    if sum(fetched) > most:
        yield f"{place}: {sum(fetched)} bytes, of at most {most}"
    if len(fetched) > requests:
        yield f"{place}: {len(fetched)} requests, of at most {requests}"
