"""What goes with a notebook in the page: what its cells put out last, and files opened in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import CombinedMultiDict

from lms.catalogue import notebooks
from lms.core.i18n import NATIVE_NAMES
from lms.grading import opening
from lms.learning import drafts
from lms.learning.last_outputs import FaultyOutputs
from lms.web import access, templating
from lms.web.notebook import HOME
from lms.web.notebook_forms import OpenFileForm, OutputsForm

if TYPE_CHECKING:
    from lms.catalogue.notebooks import Notebook

pages = Blueprint("notebook_files", __name__)


@pages.get(HOME + "/outputs")
def outputs(public_id: str, slug: str) -> ResponseReturnValue:
    """What the cells put out when they last ran, for the page that is opened again."""
    enrolment, found = access.assignment(public_id, slug)
    return {"outputs": drafts.outputs(access.session(), enrolment, found)}


@pages.post(HOME + "/outputs")
def keep_outputs(public_id: str, slug: str) -> ResponseReturnValue:
    """Keep what cells put out; no marking ever reads it."""
    enrolment, found = access.assignment(public_id, slug)
    form = OutputsForm(CombinedMultiDict([request.files, request.form]))
    if not form.validate():
        raise FaultyOutputs
    drafts.keep_outputs(access.session(), enrolment, found, form.told, now=access.now())
    return {}


@pages.post(HOME + "/file")
def open_file(public_id: str, slug: str) -> ResponseReturnValue:
    """Lay the answers of a file into the page; what stood there stays a version."""
    enrolment, found = access.assignment(public_id, slug)
    form = OpenFileForm(CombinedMultiDict([request.files, request.form]))
    if not form.validate():
        for message in form.notebook.errors:
            flash(message, "err")
        return redirect(url_for("notebook.show", public_id=public_id, slug=slug), 303)
    file = notebooks.read(form.content)
    source = notebooks.read(access.lms().blobs.get(found.source))
    opened = opening.opened(notebooks.release(source, _language_of(file)), file)
    drafts.save(
        access.session(),
        enrolment,
        found,
        notebooks.write(opened.notebook),
        base=form.number.data or 0,
        device="",
        now=access.now(),
    )
    told = {"found": opened.found, "answers": opened.answers}
    flash(_("The file is open: %(found)s of %(answers)s answers were in it.", **told), "ok")
    return redirect(url_for("notebook.show", public_id=public_id, slug=slug), 303)


def _language_of(file: Notebook) -> str:
    ours = file.metadata.get("jazari")
    language = ours.get("lang") if isinstance(ours, dict) else None
    return language if language in NATIVE_NAMES else templating.locale()
