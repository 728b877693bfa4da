"""Work that a device has kept without a link: sent by its worker, and decided by who teaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import CombinedMultiDict

from lms import awarding
from lms.catalogue import notebooks, releases
from lms.core.errors import Refused
from lms.grading import done_queries, done_times
from lms.learning import draft_queries, draft_rules, drafts
from lms.web import access, paging, templating
from lms.web.done_forms import DecisionForm, DoneForm
from lms.web.notebook import HOME, ONE, ONLY
from lms.web.templating import page

if TYPE_CHECKING:
    from datetime import datetime

    from lms.catalogue.models import Assignment
    from lms.grading.models import Submission
    from lms.learning.models import Enrolment
    from lms.web.done_forms import Kept

pages = Blueprint("done_times", __name__)


@pages.post(HOME + "/done", defaults=ONLY)
@pages.post(ONE + "/done")
def hand_in(public_id: str, slug: str, name: str) -> ResponseReturnValue:
    """Take what a device has kept: where it stands now, or why it is not taken, as JSON.

    A refusal of the work is told apart from a session that ended or a page that is too old: only
    what was refused itself need not be sent again.
    """
    enrolment, found, _notebook = access.assignment_notebook(public_id, slug, name)
    form = DoneForm(CombinedMultiDict([request.files, request.form]))
    try:
        if not form.validate():
            raise draft_rules.FaultyDraft
        submission = _taken(enrolment, found, form)
    except Refused as error:
        return {"refused": templating.sentence(error.sentence)}, 409
    awarding.receipt(access.session(), access.lms(), submission, now=access.now())
    return {"submission": url_for("learn.submission", public_id=submission.public_id)}


@pages.get("/teach/runs/<public_id>/done-times")
def of_run(public_id: str) -> ResponseReturnValue:
    """The work of a run of which somebody has to decide from when it counts."""
    run = access.taught_run(public_id)
    found = done_queries.waiting(access.session(), run, paging.asked())
    return page(
        "teach/done_times.html",
        run=run,
        waiting=found.items,
        window=found.window,
        turning=paging.turning(found.window, ".of_run", public_id=public_id),
    )


@pages.get("/teach/submissions/<public_id>/done-time")
def show(public_id: str) -> ResponseReturnValue:
    """When work arrived and when it was done, and the form to decide which of them counts."""
    return _page(access.done_time(public_id), DecisionForm())


@pages.post("/teach/submissions/<public_id>/done-time")
def decide(public_id: str) -> ResponseReturnValue:
    """Let one of them count."""
    found, form = access.done_time(public_id), DecisionForm(request.form)
    if not form.validate():
        return _page(found, form), 422
    done_times.decide(
        access.session(),
        found,
        accepted=form.accepted,
        reason=(form.reason.data or "").strip(),
        by=access.person(),
        now=access.now(),
    )
    flash(_("Your decision is saved. The learner sees it with their work."), "ok")
    return redirect(url_for("teach.submission", public_id=public_id), 303)


def _taken(enrolment: Enrolment, found: Assignment, form: DoneForm) -> Submission:
    kept = form.kept
    since = [_begun(enrolment, found, name, each) for name, each in kept.items()]
    return done_times.hand_in(
        access.session(),
        access.lms().blobs,
        enrolment,
        found,
        _saved(enrolment, found) | {name: _work(found, name, each) for name, each in kept.items()},
        deed=str(form.deed.data),
        done=form.moment,
        since=max(filter(None, since), default=None),
        now=access.now(),
    )


def _work(found: Assignment, name: str, kept: Kept) -> bytes:
    notebook = access.notebook_of(found, name)
    release = releases.release_of(access.lms().blobs, notebook, kept.language)
    return notebooks.write(draft_rules.drafted(release, kept.cells))


def _saved(enrolment: Enrolment, found: Assignment) -> dict[str, bytes]:
    """What the site has of several notebooks: the device need not have opened all of them."""
    newest = (
        (each.name, drafts.newest(access.session(), enrolment, found, each.name))
        for each in found.notebooks
    )
    return {name: drafts.content_of(version) for name, version in newest if version is not None}


def _begun(enrolment: Enrolment, found: Assignment, name: str, kept: Kept) -> datetime | None:
    """When the site gave the device the version that its work began with."""
    draft = draft_queries.draft(access.session(), enrolment, found, name)
    version = draft and draft_queries.version(access.session(), draft, kept.base)
    return version.saved if version else None


def _page(found: Submission, form: DecisionForm) -> str:
    return page(
        "teach/done_time.html",
        submission=found,
        told=done_queries.of_submission(access.session(), found),
        form=form,
    )
