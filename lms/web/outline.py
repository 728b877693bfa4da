"""The outline of a course as pages show it: modules with their steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from markupsafe import Markup

from lms.catalogue.models import Assignment, CourseVersion, Lesson, Quiz
from lms.grading import queries as grading
from lms.learning import places, rules
from lms.learning.models import Enrolment
from lms.learning.rules import Kind, Step
from lms.web import access
from lms.web.templating import text

#: The page of each kind of step.
_PAGES = {
    Kind.LESSON: "learn.lesson",
    Kind.ASSIGNMENT: "learn.assignment",
    Kind.QUIZ: "quizzes.show",
}


@dataclass(frozen=True)
class OutlineStep:
    """One line of an outline; without an address it only names what will come."""

    title: Markup
    address: str | None
    kind: str
    state: str
    minutes: int
    due: datetime | None = None
    extended: bool = False
    known: bool = False


@dataclass(frozen=True)
class OutlineModule:
    """A module's title over its steps."""

    title: Markup
    steps: list[OutlineStep]


def address_of(enrolment: Enrolment, step: Step) -> str:
    """Where a step of a course is worked on."""
    return url_for(_PAGES[step.kind], public_id=enrolment.public_id, slug=step.slug)


# Any: what a template is handed over.
def around(enrolment: Enrolment, slug: str = "") -> dict[str, Any]:
    """What the pages of a course show around the step called ``slug``."""
    steps = grading.steps(access.session(), enrolment)
    here = next((step for step in steps if step.slug == slug), None)
    return {
        "enrolment": enrolment,
        "version": enrolment.run.version,
        "modules": of_enrolment(
            enrolment, steps, here, is_open=enrolment.run.opens <= access.now()
        ),
        "steps": steps,
        "done": sum(step.done for step in steps),
        "share": rules.share_done(steps),
        "next_step": places.go_on(access.session(), enrolment, steps),
        "here": here,
        "place": next((i for i, step in enumerate(steps, 1) if step.slug == slug), 0),
        "before": rules.preceding(steps, slug) if slug else None,
        "after": rules.following(steps, slug) if slug else None,
    }


def of_enrolment(
    enrolment: Enrolment, steps: Sequence[Step], here: Step | None, *, is_open: bool
) -> list[OutlineModule]:
    """The outline as its learner sees it, with what is done and where they are."""
    lines: dict[int, list[OutlineStep]] = {}
    for step in steps:
        state = "done" if step.done else "open" if is_open else "locked"
        line = OutlineStep(
            title=text(step.titles),
            address=address_of(enrolment, step) if is_open else None,
            kind=step.kind.value,
            state="current" if step == here else state,
            minutes=step.minutes,
            due=None if step.done else step.due,
            extended=step.extended,
            known=step.known,
        )
        lines.setdefault(step.module, []).append(line)
    modules = enrolment.run.version.modules
    return [OutlineModule(text(m.titles), lines.get(m.position, [])) for m in modules]


def of_version(version: CourseVersion) -> list[OutlineModule]:
    """The outline as the catalogue shows it."""
    modules = []
    for module in version.modules:
        lines = [_line(lesson, Kind.LESSON) for lesson in module.lessons]
        lines += [_line(assignment, Kind.ASSIGNMENT) for assignment in module.assignments]
        lines += [_line(quiz, Kind.QUIZ) for quiz in module.quizzes]
        steps = [line for _position, line in sorted(lines, key=lambda each: each[0])]
        modules.append(OutlineModule(text(module.titles), steps))
    return modules


def _line(item: Lesson | Assignment | Quiz, kind: Kind) -> tuple[int, OutlineStep]:
    line = OutlineStep(text(item.titles), None, kind.value, "open", item.minutes)
    return item.position, line
