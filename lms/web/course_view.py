"""A learner's course as its page shows it: where they stand, the map, what follows on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from lms.catalogue.models import CourseVersion
from lms.core.i18n import direction
from lms.credentials import queries as credentials
from lms.learning import abilities, course_map, learned, standing, suggesting
from lms.learning import queries as learning
from lms.learning.course_map import Spot
from lms.learning.models import CourseRun, Enrolment
from lms.learning.rules import Step
from lms.learning.standing import Standing
from lms.web import access, outline, templating
from lms.web.templating import text


@dataclass(frozen=True)
class MapStep:
    """A step on the map; ``state`` is done, ready or later."""

    spot: Spot
    step: Step
    title: Markup
    address: str | None
    state: str


@dataclass(frozen=True)
class MapModule:
    """A module on the map with how many of its steps are done."""

    spot: Spot
    title: Markup
    done: int
    total: int
    steps: list[MapStep]

    @property
    def share(self) -> float:
        """The share of its steps that are done."""
        return self.done / self.total if self.total else 0.0


@dataclass(frozen=True)
class CourseMap:
    """A course drawn as a way from its first module to its credential."""

    width: int
    height: float
    modules: list[MapModule]
    end: Spot


@dataclass(frozen=True)
class Suggested:
    """A course to take next, who offers it, and the names of the skills that it goes on with."""

    version: CourseVersion
    runs: list[CourseRun]
    shared: list[str]
    further: bool


# Any: what a template is handed over.
def of(enrolment: Enrolment) -> dict[str, Any]:
    """What the page of a course shows to its learner."""
    around = outline.around(enrolment)
    found = standing.standing(around["steps"], access.now())
    return {
        **around,
        "groups": found,
        "can": abilities.abilities(around["steps"], found, learned.taught(enrolment.run.version)),
        "map": drawn(enrolment, around["steps"], found),
        "credential": credentials.of_enrolment(access.session(), enrolment),
        "suggested": suggested(enrolment) if enrolment.completed else [],
        "now": access.now(),
    }


def drawn(enrolment: Enrolment, steps: Sequence[Step], found: Standing) -> CourseMap:
    """The map of a course as its learner sees it; without links before the run opens."""
    is_open = enrolment.run.opens <= access.now()
    modules = enrolment.run.version.modules
    by_module = [[step for step in steps if step.module == m.position] for m in modules]
    counted = standing.shares(steps)
    layout = course_map.lay_out(
        [len(each) for each in by_module], mirrored=direction(templating.locale()) == "rtl"
    )
    drawn_modules = [
        MapModule(
            head,
            text(module.titles),
            *counted.get(module.position, (0, 0)),
            [
                MapStep(
                    spot,
                    step,
                    text(step.titles),
                    outline.address_of(enrolment, step) if is_open else None,
                    found.state_of(step),
                )
                for spot, step in zip(spots, here, strict=True)
            ],
        )
        for module, here, (head, spots) in zip(modules, by_module, layout.modules, strict=True)
    ]
    return CourseMap(course_map.WIDTH, layout.height, drawn_modules, layout.end)


def suggested(enrolment: Enrolment) -> list[Suggested]:
    """Courses that institutes offer now and that follow on the one completed."""
    offered: dict[str, list[CourseRun]] = {}
    for run in learning.current_runs(access.session(), access.now()):
        offered.setdefault(run.version.course.slug, []).append(run)
    found = suggesting.suggest(
        _offer(enrolment.run.version),
        [_offer(_latest(each)) for each in offered.values()],
        taken=[e.run.version.course.slug for e in access.enrolments()],
        locale=templating.locale(),
    )
    return [_suggested(each, offered[each.slug]) for each in found]


def _suggested(found: suggesting.Suggestion, runs: list[CourseRun]) -> Suggested:
    version = _latest(runs)
    shared = [templating.plain(s["name"]) for s in version.skills if s["uri"] in found.shared]
    return Suggested(version, runs, shared, found.further)


def _latest(runs: Sequence[CourseRun]) -> CourseVersion:
    return max((run.version for run in runs), key=lambda version: version.number)


def _offer(version: CourseVersion) -> suggesting.Offer:
    return suggesting.Offer(
        version.course.slug,
        version.level,
        tuple(version.languages),
        frozenset(skill["uri"] for skill in version.skills),
    )
