"""When work is due, whether a run takes enrolments, what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from lms.core.zones import last_second, zone


class Access(StrEnum):
    """How one gets into a run."""

    OPEN = "open"
    INVITATION = "invitation"


class Kind(StrEnum):
    """What a step of a course asks for."""

    LESSON = "lesson"
    ASSIGNMENT = "assignment"
    QUIZ = "quiz"


@dataclass(frozen=True)
class Step:
    """One lesson, assignment or quiz of a run, seen by one learner.

    ``share`` is the settled share of points of an assignment or a quiz, None before
    it is marked. A lesson is done when its learner says so, an assignment when its share
    reaches what the credential asks for, and so is a ``graded`` quiz; another quiz is done when
    it is passed, or taken where nothing is asked. ``extended`` says that ``due`` is this
    learner's own, later than that of the others. ``known`` says that a pre-test has shown what
    a lesson teaches to be known. ``extra`` is what extra credit has in the points that the
    share comes from.
    """

    kind: Kind
    slug: str
    titles: dict[str, str]
    minutes: int
    done: bool
    module: int
    share: float | None = None
    due: datetime | None = None
    extended: bool = False
    extra: float = 0.0
    graded: bool = False
    known: bool = False


# Asked for every learner of a run, of whom there may be ten thousand, and the same for all of them.
@lru_cache(maxsize=1024)
def due_date(opens: datetime, after_days: int | None, time_zone: str) -> datetime | None:
    """The last second of the ``after_days``-th day after ``opens``, in the institute's zone."""
    if after_days is None:
        return None
    day = (opens.astimezone(zone(time_zone)) + timedelta(days=after_days)).date()
    return last_second(day, time_zone)


def takes_enrolments(closes: datetime | None, now: datetime) -> bool:
    """Whether a run that ends at ``closes`` still takes learners; one may enrol before it opens."""
    return closes is None or now < closes


def takes_work(opens: datetime, closes: datetime | None, now: datetime) -> bool:
    """Whether a run takes submissions: from the moment it opens until it closes."""
    return opens <= now and takes_enrolments(closes, now)


def share_done(steps: Sequence[Step]) -> float:
    """The share of steps that are done, 0 for a course without steps."""
    return sum(step.done for step in steps) / len(steps) if steps else 0.0


def meets_criteria(steps: Sequence[Step]) -> bool:
    """Whether every assignment and every graded quiz reaches what the credential asks for.

    Lessons do not count: that somebody has read them is their own word.
    """
    counted = [step for step in steps if step.kind is Kind.ASSIGNMENT or step.graded]
    return bool(counted) and all(step.done for step in counted)


def next_step(steps: Sequence[Step]) -> Step | None:
    """The first step that is not done; None when all are."""
    return next((step for step in steps if not step.done), None)


def go_on_at(steps: Sequence[Step], slug: str) -> Step | None:
    """Where somebody goes on who was at the step called ``slug`` last; None when all is done.

    There, while it is not done; else at the next that is not, and then at an earlier one.
    """
    place = next((place for place, step in enumerate(steps) if step.slug == slug), 0)
    return next_step([*steps[place:], *steps[:place]])


def following(steps: Sequence[Step], slug: str) -> Step | None:
    """The step after the one called ``slug``; None after the last."""
    place = _place(steps, slug)
    return steps[place + 1] if place + 1 < len(steps) else None


def preceding(steps: Sequence[Step], slug: str) -> Step | None:
    """The step before the one called ``slug``; None before the first."""
    place = _place(steps, slug)
    return steps[place - 1] if place else None


def _place(steps: Sequence[Step], slug: str) -> int:
    return next(place for place, step in enumerate(steps) if step.slug == slug)
