"""When work is due, whether a run takes enrolments, what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Access(StrEnum):
    """How one gets into a run."""

    OPEN = "open"
    INVITATION = "invitation"


class Kind(StrEnum):
    """What a step of a course asks for."""

    LESSON = "lesson"
    ASSIGNMENT = "assignment"


@dataclass(frozen=True)
class Step:
    """One lesson or assignment of a run, seen by one learner.

    ``share`` is the settled share of points of an assignment, None before it
    is marked. A lesson is done when its learner says so, an assignment when
    its share reaches what the credential asks for.
    """

    kind: Kind
    slug: str
    titles: dict[str, str]
    minutes: int
    done: bool
    module: int
    share: float | None = None
    due: datetime | None = None


def due_date(opens: datetime, after_days: int | None, time_zone: str) -> datetime | None:
    """The last second of the ``after_days``-th day after ``opens``, in the institute's zone."""
    if after_days is None:
        return None
    zone = ZoneInfo(time_zone)
    day = (opens.astimezone(zone) + timedelta(days=after_days)).date()
    return datetime.combine(day, time(23, 59, 59), zone)


def takes_enrolments(closes: datetime | None, now: datetime) -> bool:
    """Whether a run that ends at ``closes`` still takes learners; one may enrol before it opens."""
    return closes is None or now < closes


def share_done(steps: Sequence[Step]) -> float:
    """The share of steps that are done, 0 for a course without steps."""
    return sum(step.done for step in steps) / len(steps) if steps else 0.0


def next_step(steps: Sequence[Step], after: Step | None = None) -> Step | None:
    """The first step not done, or the one that follows ``after``; None at the end."""
    if after is not None:
        place = next(i for i, step in enumerate(steps) if step.slug == after.slug)
        return steps[place + 1] if place + 1 < len(steps) else None
    return next((step for step in steps if not step.done), None)
