"""What a learner can do by now, what they work towards, and what a course teaches later."""

from collections.abc import Sequence
from dataclasses import dataclass

from lms.learning.rules import Step, meets_criteria
from lms.learning.standing import Standing


@dataclass(frozen=True)
class Taught:
    """A module by its position, and what one can do after it, in each language."""

    module: int
    titles: dict[str, str]
    outcomes: Sequence[dict[str, str]]


@dataclass(frozen=True)
class Unit:
    """What a module teaches, and how far a learner is in it.

    ``done`` of its ``total`` steps are done; ``first`` is the first that is not, None when all
    are. ``proofs`` are its assignments and quizzes that have points by now.
    """

    taught: Taught
    done: int
    total: int
    first: Step | None
    proofs: list[Step]


@dataclass(frozen=True)
class Abilities:
    """The modules of a course that name outcomes, in three groups, each in the course's order."""

    mastered: list[Unit]
    near: list[Unit]
    later: list[Unit]

    @property
    def shown(self) -> int:
        """How many outcomes are mastered."""
        return _count(self.mastered)

    @property
    def total(self) -> int:
        """How many outcomes there are."""
        return _count((*self.mastered, *self.near, *self.later))


def is_mastered(steps: Sequence[Step]) -> bool:
    """Whether somebody has shown what a module of these ``steps`` teaches.

    Its assignments and graded quizzes show it. Where a module has none, all its steps have to
    be done: a lesson that was skipped takes nothing away from work that passed its tests.
    """
    if meets_criteria(steps):
        return True
    return bool(steps) and all(step.done for step in steps)


def abilities(steps: Sequence[Step], standing: Standing, modules: Sequence[Taught]) -> Abilities:
    """What somebody can do who stands there in a course of these ``steps`` and ``modules``.

    A module is near when one of its steps can be done next. Modules without outcomes are
    left out.
    """
    ready = {each.step.module for each in standing.ready}
    found = Abilities([], [], [])
    for taught in modules:
        here = [step for step in steps if step.module == taught.module]
        if not taught.outcomes or not here:
            continue
        unit = Unit(
            taught,
            sum(step.done for step in here),
            len(here),
            next((step for step in here if not step.done), None),
            [step for step in here if step.done and step.share is not None],
        )
        ahead = found.near if taught.module in ready else found.later
        (found.mastered if is_mastered(here) else ahead).append(unit)
    return found


def _count(units: Sequence[Unit]) -> int:
    return sum(len(unit.taught.outcomes) for unit in units)
