"""What a learner has mastered of a course, what can be done next, what comes later, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from lms.learning.rules import Step

#: How long before its due date a step is called pressing.
SOON = timedelta(days=7)


class Reason(StrEnum):
    """Why a step can be done next, the most pressing first."""

    OVERDUE = "overdue"
    DUE = "due"
    AGAIN = "again"
    NEXT = "next"


@dataclass(frozen=True)
class Ready:
    """A step that can be done next."""

    step: Step
    reason: Reason


@dataclass(frozen=True)
class Later:
    """A step that follows another, which is not done yet."""

    step: Step
    after: Step


@dataclass(frozen=True)
class Standing:
    """Every step of a course, in one of three groups; each group is in the course's order."""

    mastered: list[Step]
    ready: list[Ready]
    later: list[Later]

    def state_of(self, step: Step) -> str:
        """The group of ``step`` in one word, as the map shows it."""
        if step.done:
            return "done"
        return "ready" if any(each.step == step for each in self.ready) else "later"


def standing(steps: Sequence[Step], now: datetime) -> Standing:
    """Where a learner stands.

    A step can be done next when the step before it is done or was tried, when it was tried
    itself, or when its due date is near or past. Nothing is locked: what comes later may be
    opened too, and only says what it follows.
    """
    found = Standing([step for step in steps if step.done], [], [])
    for before, step in pairwise([None, *steps]):
        if step is None or step.done:
            continue
        reason = _pressing(step, now)
        if reason is None and (before is None or before.done or before.share is not None):
            reason = Reason.NEXT
        if reason is not None:
            found.ready.append(Ready(step, reason))
        elif before is not None:
            found.later.append(Later(step, before))
    return found


def shares(steps: Sequence[Step]) -> dict[int, tuple[int, int]]:
    """How many steps of each module are done, and of how many, by the module's position."""
    counted: dict[int, tuple[int, int]] = {}
    for step in steps:
        done, all_of_it = counted.get(step.module, (0, 0))
        counted[step.module] = (done + step.done, all_of_it + 1)
    return counted


def _pressing(step: Step, now: datetime) -> Reason | None:
    if step.due is not None and step.due < now:
        return Reason.OVERDUE
    if step.due is not None and step.due - now <= SOON:
        return Reason.DUE
    return Reason.AGAIN if step.share is not None else None
