"""What goes with a notebook in the page: what its cells put out last, and files opened in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import CombinedMultiDict

from lms.catalogue import notebooks, releases
from lms.core.errors import Refused
from lms.grading import opening
from lms.learning import draft_rules, drafts
from lms.learning.last_outputs import FaultyOutputs
from lms.web import access, templating
from lms.web.notebook import HOME, ONE, ONLY, language_of
from lms.web.notebook_forms import OpenFileForm, OutputsForm

if TYPE_CHECKING:
    from lms.catalogue.models import Assignment, AssignmentNotebook
    from lms.grading.opening import Opened
    from lms.learning.models import Enrolment

pages = Blueprint("notebook_files", __name__)


@pages.get(HOME + "/outputs", defaults=ONLY)
@pages.get(ONE + "/outputs")
def outputs(public_id: str, slug: str, name: str) -> ResponseReturnValue:
    """What the cells put out when they last ran, for the page that is opened again."""
    enrolment, found, notebook = access.assignment_notebook(public_id, slug, name)
    return {"outputs": drafts.outputs(access.session(), enrolment, found, notebook.name)}


@pages.post(HOME + "/outputs", defaults=ONLY)
@pages.post(ONE + "/outputs")
def keep_outputs(public_id: str, slug: str, name: str) -> ResponseReturnValue:
    """Keep what cells put out; no marking ever reads it."""
    enrolment, found, notebook = access.assignment_notebook(public_id, slug, name)
    form = OutputsForm(CombinedMultiDict([request.files, request.form]))
    if not form.validate():
        raise FaultyOutputs
    drafts.keep_outputs(
        access.session(), enrolment, found, form.told, now=access.now(), notebook=notebook.name
    )
    return {}


@pages.post(HOME + "/file", defaults=ONLY)
@pages.post(ONE + "/file")
def open_file(public_id: str, slug: str, name: str) -> ResponseReturnValue:
    """Lay the answers of a file into the page; what stood there stays a version."""
    enrolment, found, notebook = access.assignment_notebook(public_id, slug, name)
    form = OpenFileForm(CombinedMultiDict([request.files, request.form]))
    if form.validate():
        try:
            opened = _lay_in(enrolment, found, notebook, form)
        except Refused as error:  # The notebook is where the learner wants to be in any case.
            flash(templating.sentence(error.sentence), "err")
        else:
            told = {"found": opened.found, "answers": opened.answers}
            flash(_("The file is open: %(found)s of %(answers)s answers were in it.", **told), "ok")
    for message in form.notebook.errors:
        flash(message, "err")
    here = url_for("notebook.show", public_id=public_id, slug=slug, name=notebook.name)
    return redirect(here, 303)


@pages.post(HOME + "/language", defaults=ONLY)
@pages.post(ONE + "/language")
def retell(public_id: str, slug: str, name: str) -> ResponseReturnValue:
    """Have the author's text in the visitor's language; what stood there stays a version."""
    enrolment, found, notebook = access.assignment_notebook(public_id, slug, name)
    newest = drafts.newest(access.session(), enrolment, found, notebook.name)
    if newest is not None:  # Without one the page is in the visitor's language already.
        work = notebooks.read(drafts.content_of(newest))
        before, release = (
            releases.release_of(access.lms().blobs, notebook, language)
            for language in (language_of(work), templating.content_locale())
        )
        drafts.save(
            access.session(),
            enrolment,
            found,
            notebooks.write(draft_rules.retold(work, before, release)),
            base=request.form.get("number", default=0, type=int),
            device="",
            now=access.now(),
            notebook=notebook.name,
        )
    here = url_for("notebook.show", public_id=public_id, slug=slug, name=notebook.name)
    return redirect(here, 303)


def _lay_in(
    enrolment: Enrolment, found: Assignment, notebook: AssignmentNotebook, form: OpenFileForm
) -> Opened:
    file = notebooks.read(form.notebook.content or b"")
    release = releases.release_of(access.lms().blobs, notebook, language_of(file))
    opened = opening.opened(release, file)
    drafts.save(
        access.session(),
        enrolment,
        found,
        notebooks.write(opened.notebook),
        base=form.number.data or 0,
        device="",
        now=access.now(),
        notebook=notebook.name,
    )
    return opened
