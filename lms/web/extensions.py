"""Pages of an instructor: more time or attempts for one learner at one assignment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.core.zones import last_second, zone
from lms.grading import extensions
from lms.grading import queries as grading
from lms.web import access, templating
from lms.web.forms import ExtensionForm
from lms.web.templating import page

if TYPE_CHECKING:
    from lms.catalogue.models import Assignment
    from lms.learning.models import Enrolment

pages = Blueprint(
    "extensions", __name__, url_prefix="/teach/enrolments/<public_id>/assignments/<slug>/extension"
)


@pages.get("")
def show(public_id: str, slug: str) -> ResponseReturnValue:
    """What is granted to a learner, and the form to grant or change it."""
    enrolment, assignment = access.extendable(public_id, slug)
    return _page(enrolment, assignment, _filled(enrolment, assignment))


@pages.post("")
def grant(public_id: str, slug: str) -> ResponseReturnValue:
    """Grant it, in place of what was granted before."""
    (enrolment, assignment), form = access.extendable(public_id, slug), ExtensionForm(request.form)
    if not form.validate():
        return _page(enrolment, assignment, form), 422
    day = form.due.data
    try:
        extensions.grant(
            access.session(),
            enrolment,
            assignment,
            due=last_second(day, enrolment.run.institute.time_zone) if day else None,
            extra_attempts=form.extra_attempts.data or 0,
            reason=(form.reason.data or "").strip(),
            by=access.person(),
            now=access.now(),
        )
    except (extensions.NothingGranted, extensions.NoDueDate, extensions.NotLater) as error:
        form.due.errors = [templating.sentence(error.sentence)]
        return _page(enrolment, assignment, form), 422
    flash(_("The extension is saved, and the learner sees it."), "ok")
    return redirect(url_for("teach.learner", public_id=public_id), 303)


@pages.post("/withdrawal")
def withdraw(public_id: str, slug: str) -> ResponseReturnValue:
    """Take it back."""
    enrolment, assignment = access.extendable(public_id, slug)
    extensions.withdraw(
        access.session(), enrolment, assignment, by=access.person(), now=access.now()
    )
    flash(_("The extension is withdrawn."), "ok")
    return redirect(url_for("teach.learner", public_id=public_id), 303)


def _filled(enrolment: Enrolment, assignment: Assignment) -> ExtensionForm:
    held = grading.extension(access.session(), enrolment, assignment)
    if held is None:
        return ExtensionForm()
    place = zone(enrolment.run.institute.time_zone)
    day = held.due.astimezone(place).date() if held.due else None
    return ExtensionForm(due=day, extra_attempts=held.extra_attempts, reason=held.reason)


def _page(enrolment: Enrolment, assignment: Assignment, form: ExtensionForm) -> str:
    return page(
        "teach/extension.html",
        enrolment=enrolment,
        assignment=assignment,
        usual=grading.due(enrolment.run, assignment, None),
        extension=grading.extension(access.session(), enrolment, assignment),
        form=form,
    )
