"""Pages that put works side by side which resemble one another, for a person to judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.grading import hand_queries, pair_queries, resemblance, resembling
from lms.grading.similarity import Finding
from lms.web import access
from lms.web.marking import called, names_are_hidden
from lms.web.marking_forms import PairForm
from lms.web.templating import page

if TYPE_CHECKING:
    from lms.grading.models import Submission

pages = Blueprint(
    "similarity", __name__, url_prefix="/teach/runs/<public_id>/assignments/<slug>/similarity"
)


@pages.get("/")
def assignment(public_id: str, slug: str) -> ResponseReturnValue:
    """The pairs of an assignment that overlap most."""
    run, found = access.taught_assignment(public_id, slug)
    overview = resemblance.overview(
        access.session(), access.lms().blobs, run, found, access.person()
    )
    names = _names(*(work for row in overview.rows for work in (row.first, row.second)))
    return page(
        "teach/similarity.html",
        run=run,
        assignment=found,
        overview=overview,
        names=names,
        hidden=names_are_hidden(),
    )


@pages.post("/")
def ask(public_id: str, slug: str) -> ResponseReturnValue:
    """Have many works compared by the worker."""
    run, found = access.taught_assignment(public_id, slug)
    resembling.ask(access.session(), run, found, by=access.person(), now=access.now())
    return redirect(url_for(".assignment", public_id=public_id, slug=slug), 303)


@pages.get("/progress")
def progress(public_id: str, slug: str) -> ResponseReturnValue:
    """How far comparing is, alone: the page keeps itself up to date with it."""
    run, found = access.taught_assignment(public_id, slug)
    return page(
        "teach/similarity_progress.html",
        run=run,
        assignment=found,
        check=pair_queries.latest(access.session(), run, found),
    )


@pages.get("/<first>/<second>")
def pair(public_id: str, slug: str, first: str, second: str) -> ResponseReturnValue:
    """Two works side by side."""
    return _pair_page(*access.taught_pair(public_id, slug, first, second), PairForm())


@pages.post("/<first>/<second>")
def look_at(public_id: str, slug: str, first: str, second: str) -> ResponseReturnValue:
    """Note what was found in a pair."""
    one, other = access.taught_pair(public_id, slug, first, second)
    form = PairForm(request.form)
    if not form.validate():
        return _pair_page(one, other, form), 422
    resemblance.look_at(
        access.session(),
        one,
        other,
        Finding(form.finding.data),
        (form.text.data or "").strip(),
        by=access.person(),
        now=access.now(),
    )
    flash(_("Your note is saved. Learners do not see it."), "ok")
    return redirect(url_for(".assignment", public_id=public_id, slug=slug), 303)


def _names(*works: Submission) -> dict[int, str]:
    """How the learner of each work is called, by its row."""
    if not works:
        return {}
    numbers = hand_queries.numbers(access.session(), works[0].enrolment.run)
    return {
        work.id: called(work.enrolment.person.name, numbers[work.enrolment_id]) for work in works
    }


def _pair_page(first: Submission, second: Submission, form: PairForm) -> str:
    names = _names(first, second)
    return page(
        "teach/pair.html",
        run=first.enrolment.run,
        assignment=first.assignment,
        both=(first, second),
        names=(names[first.id], names[second.id]),
        hidden=names_are_hidden(),
        beside=resemblance.beside(access.session(), access.lms().blobs, first, second),
        form=form,
    )
