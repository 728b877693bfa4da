"""Pages of an instructor: marking a run's work again, seeing what changes, and deciding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.grading import regrade_queries, regrade_report, regrading
from lms.grading.states import Scope
from lms.web import access, templating
from lms.web.regrade_forms import RegradeForm
from lms.web.templating import page

if TYPE_CHECKING:
    from lms.learning.models import CourseRun

pages = Blueprint("regrades", __name__, url_prefix="/teach")

#: Learners on one page of a regrade.
PAGE = 100


@pages.get("/runs/<public_id>/regrades")
def of_run(public_id: str) -> ResponseReturnValue:
    """The regrades of a run, and the form that begins one, with an ``?assignment=`` chosen."""
    run = access.taught_run(public_id)
    return _run_page(run, _form(run))


@pages.post("/runs/<public_id>/regrades")
def begin(public_id: str) -> ResponseReturnValue:
    """Queue the work of a run to be marked again, as a trial."""
    run = access.taught_run(public_id)
    form = _form(run)
    if not form.validate():
        return _run_page(run, form), 422
    versions = {each.public_id: each for each in regrade_queries.versions(access.session(), run)}
    assignments = {a.slug: a for module in run.version.modules for a in module.assignments}
    try:
        regrade = regrading.begin(
            access.session(),
            run,
            assignments.get(form.assignment.data),
            versions[form.version.data],
            scope=Scope(form.scope.data),
            reason=(form.reason.data or "").strip(),
            by=access.person(),
            now=access.now(),
        )
    except (regrading.NothingToRegrade, regrading.UnderRegrade) as error:
        form.assignment.errors = [templating.sentence(error.sentence)]
        return _run_page(run, form), 422
    return redirect(url_for(".show", public_id=regrade.public_id), 303)


@pages.get("/regrades/<public_id>")
def show(public_id: str) -> ResponseReturnValue:
    """How far a regrade is, and what it changes for whom.

    While it is being applied only how far: the page may be asked for every second.
    """
    regrade = access.regrade(public_id)
    progress = regrade_queries.progress(access.session(), regrade)
    if regrade.is_being_applied:
        return page("teach/regrade.html", regrade=regrade, progress=progress)
    first = max(request.args.get("from", 0, type=int), 0)
    return page(
        "teach/regrade.html",
        regrade=regrade,
        progress=progress,
        report=regrade_report.report(access.session(), regrade, first=first, most=PAGE),
        first=first,
        size=PAGE,
    )


@pages.get("/regrades/<public_id>/progress")
def progress(public_id: str) -> ResponseReturnValue:
    """How far a regrade is, alone: its page keeps itself up to date with it."""
    regrade = access.regrade(public_id)
    return page(
        "teach/regrade_progress.html",
        regrade=regrade,
        progress=regrade_queries.progress(access.session(), regrade),
    )


@pages.post("/regrades/<public_id>/application")
def apply(public_id: str) -> ResponseReturnValue:
    """Let the marks of a regrade count."""
    regrade = access.regrade(public_id)
    regrading.apply(access.session(), regrade, by=access.person(), now=access.now())
    return redirect(url_for(".show", public_id=public_id), 303)


@pages.post("/regrades/<public_id>/discarding")
def discard(public_id: str) -> ResponseReturnValue:
    """Let the marks of a regrade never count."""
    regrade = access.regrade(public_id)
    regrading.discard(access.session(), regrade, by=access.person(), now=access.now())
    flash(_("The regrade is discarded. Every grade stands as it was."), "ok")
    return redirect(url_for(".show", public_id=public_id), 303)


def _form(run: CourseRun) -> RegradeForm:
    form = RegradeForm(request.form, assignment=request.args.get("assignment", ""))
    form.choose_from(
        [
            (each.slug, templating.plain(each.titles))
            for module in run.version.modules
            for each in module.assignments
        ],
        [
            (each.public_id, each.number, each.id == run.version_id)
            for each in regrade_queries.versions(access.session(), run)
        ],
    )
    return form


def _run_page(run: CourseRun, form: RegradeForm) -> str:
    return page(
        "teach/regrades.html",
        run=run,
        regrades=regrade_queries.regrades_of(access.session(), run),
        form=form,
    )
