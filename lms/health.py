"""How every part of a running site stands, for /healthz."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lms import schema
from lms.bootstrap import Lms
from lms.grading import queries as grading


@dataclass(frozen=True)
class Part:
    """One part: whether it is well, what was found, and the line that mends it if not."""

    name: str
    holds: bool
    found: str
    mend: str = ""


@dataclass(frozen=True)
class Health:
    """Every part, and how many grading runs wait or are being marked."""

    parts: tuple[Part, ...]
    queue: int | None

    @property
    def is_well(self) -> bool:
        """Whether nothing is down."""
        return all(part.holds for part in self.parts)


def health(lms: Lms, now: datetime) -> Health:
    """Ask every part how it is. Never raises; no learner's code is run for it."""
    try:
        shape = schema.shape(lms.database)
        with lms.database.reading() as session:
            marking = _marking(session, now)
            queue = grading.queue_length(session)
    except DBAPIError as error:
        found = str(error.orig).splitlines()[0] if error.orig else "no answer"
        return Health((Part("database", False, found, "lms migrate"),), None)
    database = Part(
        "database",
        shape is schema.Shape.CURRENT,
        f"{lms.database.engine.name}, {shape.value}",
        "" if shape is schema.Shape.CURRENT else "lms migrate",
    )
    return Health((database, *marking), queue)


def _marking(session: Session, now: datetime) -> tuple[Part, Part]:
    living = grading.living_workers(session, now)
    if not living:
        silent = Part("worker", False, "no worker has given a sign of life", "lms worker")
        return silent, Part("sandbox", False, "unknown: no worker has tested it", "lms doctor")
    best = living[0]
    worker = Part("worker", True, f"{len(living)} alive, the latest sign at {best.at:%H:%M:%S} UTC")
    return worker, Part("sandbox", best.walls_stand, best.found, best.mend)
