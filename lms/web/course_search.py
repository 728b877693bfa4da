"""The search of a course: what its learner looks up again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from lms.catalogue import lesson_search
from lms.catalogue import queries as catalogue
from lms.core.folding import holds, sought
from lms.core.i18n import direction
from lms.grading import queries as grading
from lms.web import access, outline, templating
from lms.web.templating import page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lms.catalogue.lesson_search import Passage
    from lms.learning.models import Enrolment
    from lms.learning.rules import Step

pages = Blueprint("course_search", __name__)


@dataclass(frozen=True)
class Found:
    """A step that holds the words sought, with the passages of a lesson in its own language."""

    step: Step
    address: str
    passages: Sequence[Passage] = ()
    locale: str = ""
    direction: str = "ltr"


@pages.get("/learn/<public_id>/search")
def show(public_id: str) -> ResponseReturnValue:
    """What holds all the words, in the order of the course."""
    enrolment = access.open_enrolment(public_id)
    words = request.args.get("q", "").strip()[:200]
    return page(
        "learn/search.html",
        enrolment=enrolment,
        version=enrolment.run.version,
        words=words,
        found=_found(enrolment, sought(words)),
    )


def _found(enrolment: Enrolment, wanted: Sequence[str]) -> list[Found]:
    if not wanted:
        return []
    texts = catalogue.lesson_texts(
        access.session(), enrolment.run.version, templating.content_locale()
    )
    every = []
    for step in grading.steps(access.session(), enrolment):
        address, title = outline.address_of(enrolment, step), templating.plain(step.titles)
        text = texts.get(step.slug)
        if text is not None:
            parts = lesson_search.parts(text.html)
            passages = lesson_search.passages(title, parts, wanted)
            if passages is not None:
                way = direction(text.locale)
                every.append(Found(step, address, passages, text.locale, way))
        elif holds(title, wanted):
            every.append(Found(step, address))
    return every
