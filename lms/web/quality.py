"""The page on which instructors see what the tests of an assignment are worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.grading import checks, showing
from lms.grading.quality import Quality
from lms.grading.unsealed import to_seal
from lms.web import access, templating
from lms.web.templating import page

if TYPE_CHECKING:
    from lms.catalogue.models import AssignmentNotebook

pages = Blueprint(
    "quality", __name__, url_prefix="/teach/runs/<public_id>/assignments/<slug>/tests"
)


@pages.get("")
def show(public_id: str, slug: str) -> ResponseReturnValue:
    """What trying the tests has shown, or that nobody has, and which run beside learners' code."""
    run, found = access.taught_assignment(public_id, slug)
    return page(
        "teach/quality.html",
        run=run,
        assignment=found,
        open_cells=showing.open_cells_of(found),
        tried=[(each.name, _quality(each)) for each in found.notebooks],
        check=checks.latest(access.session(), found),
    )


@pages.app_template_filter("to_seal")
def _to_seal(why: str) -> str:
    return templating.sentence(to_seal(why))


def _quality(notebook: AssignmentNotebook) -> Quality | None:
    return Quality.from_json(notebook.quality) if notebook.quality is not None else None


@pages.post("")
def ask(public_id: str, slug: str) -> ResponseReturnValue:
    """Have the tests tried."""
    _run, found = access.taught_assignment(public_id, slug)
    checks.ask(access.session(), found, by=access.person(), now=access.now())
    flash(_("The tests will be tried. This may take some minutes."), "ok")
    return redirect(url_for(".show", public_id=public_id, slug=slug), 303)
