"""The page on which instructors see what the tests of an assignment are worth."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from lms.grading.quality import Quality
from lms.web import access
from lms.web.templating import page

pages = Blueprint(
    "quality", __name__, url_prefix="/teach/runs/<public_id>/assignments/<slug>/tests"
)


@pages.get("")
def show(public_id: str, slug: str) -> ResponseReturnValue:
    """What trying the tests has shown, or that nobody has tried them."""
    run, found = access.taught_assignment(public_id, slug)
    return page(
        "teach/quality.html",
        run=run,
        assignment=found,
        quality=Quality.from_json(found.quality) if found.quality is not None else None,
    )
