"""The notebook in the page: worked in, saved as a draft, run in a live kernel, handed in."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from markupsafe import Markup
from werkzeug.datastructures import CombinedMultiDict

from lms import awarding
from lms.bootstrap import relay_key, session_key
from lms.catalogue import notebooks, releases
from lms.catalogue.notebook_names import file_name
from lms.catalogue.notebooks import Cell, GradedCell, Notebook
from lms.core import translation
from lms.core.i18n import LOCALES
from lms.grading import announcing, checking
from lms.grading import queries as grading
from lms.grading import service as marking
from lms.grading.runs import CellError
from lms.learning import draft_queries, draft_rules, drafts, tickets
from lms.learning.device_key import device_key, masked
from lms.web import access, cells, downloads, help_view, practice, templating
from lms.web.forms import DraftForm, csrf_token
from lms.web.notebook_forms import OpenFileForm
from lms.web.policy import OUTPUT_HEADERS, content_security_policy
from lms.web.templating import page

if TYPE_CHECKING:
    from lms.catalogue.models import Assignment, AssignmentNotebook
    from lms.learning.draft_models import DraftVersion
    from lms.learning.models import Enrolment

pages = Blueprint("notebook", __name__)

#: Where the only notebook of an assignment is, and one of several.
HOME = "/learn/<public_id>/assignments/<slug>/notebook"
ONE = "/learn/<public_id>/assignments/<slug>/notebooks/<name>"
ONLY = {"name": ""}

#: The longest text of a cell that is made into a page, and of an error that is explained.
MOST_TEXT = 200_000


@pages.get(HOME, defaults=ONLY)
@pages.get(ONE)
def show(public_id: str, slug: str, name: str) -> Response:
    """The notebook: readable as it comes, worked in when its scripts have come."""
    enrolment, found, notebook = access.assignment_notebook(public_id, slug, name)
    work, version = _work(enrolment, found, notebook)
    handed_in = grading.submissions(access.session(), enrolment, found)
    extension = grading.extension(access.session(), enrolment, found)
    graded = releases.graded_cells(access.lms().blobs, found)
    nonce = secrets.token_urlsafe(16)
    html = page(
        "learn/notebook.html",
        enrolment=enrolment,
        assignment=found,
        notebook=notebook,
        together=_together(enrolment, found),
        cells=[(cell, _shown(cell, work), _told(cell)) for cell in work.cells],
        is_titled=_is_titled(work, found),
        told_in=_told_in(work),
        retold_in=_retold_in(work, notebook),
        graded=_graded(notebook),
        asked=help_view.asked_about(enrolment, slug),
        named=help_view.named_in(notebook),
        told=_state(work, version),
        nonce=nonce,
        keep=masked(device_key(session_key(access.lms().settings), enrolment.person.public_id)),
        hand_in=announcing.handing_in(
            enrolment, found, extension, handed_in, graded, now=access.now()
        ),
        submissions=handed_in,
        relay=access.lms().settings.relay_url,
        practice=practice.offer(),
        open_form=OpenFileForm(),
    )
    policy = content_security_policy(
        access.lms().settings.relay_url, nonce=nonce, frames=practice.frames()
    )
    return Response(html, headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"})


@pages.get(HOME + "/draft", defaults=ONLY)
@pages.get(ONE + "/draft")
def draft(public_id: str, slug: str, name: str) -> ResponseReturnValue:
    """The newest version, or the one asked for by ``number``; 0 is the notebook as given."""
    enrolment, found, notebook = access.assignment_notebook(public_id, slug, name)
    number = request.args.get("number", type=int)
    if number is None:
        return _state(*_work(enrolment, found, notebook))
    if number == 0:
        return _state(_release(notebook, _language(enrolment, found, notebook)), None)
    version = drafts.version(access.session(), enrolment, found, number, notebook.name)
    return _state(notebooks.read(drafts.content_of(version)), version)


@pages.get(HOME + ".ipynb", defaults=ONLY)
@pages.get(ONE + ".ipynb")
def download(public_id: str, slug: str, name: str) -> Response:
    """The notebook as it was saved last, to go on with in another Jupyter or to hand in later."""
    enrolment, found, notebook = access.assignment_notebook(public_id, slug, name)
    work, _version = _work(enrolment, found, notebook)
    return downloads.notebook(notebooks.write(work), file_name(found.slug, notebook.name))


@pages.post(HOME + "/draft", defaults=ONLY)
@pages.post(ONE + "/draft")
def save(public_id: str, slug: str, name: str) -> ResponseReturnValue:
    """Keep the notebook as it stands in the page."""
    enrolment, found, notebook = access.assignment_notebook(public_id, slug, name)
    form = DraftForm(CombinedMultiDict([request.files, request.form]))
    if not form.validate():
        raise draft_rules.FaultyDraft
    work = draft_rules.drafted(_release(notebook, str(form.language.data)), form.told)
    try:
        version = drafts.save(
            access.session(),
            enrolment,
            found,
            notebooks.write(work),
            base=form.base.data or 0,
            device=form.device.data or "",
            now=access.now(),
            notebook=notebook.name,
        )
    except drafts.DraftConflict as conflict:
        theirs = notebooks.read(drafts.content_of(conflict.theirs))
        message = templating.sentence(conflict.sentence)
        return {"message": message, "theirs": _state(theirs, conflict.theirs)}, 409
    return _saved(version)


@pages.get(HOME + "/versions", defaults=ONLY)
@pages.get(ONE + "/versions")
def versions(public_id: str, slug: str, name: str) -> ResponseReturnValue:
    """The versions that are kept, the newest first."""
    enrolment, found, notebook = access.assignment_notebook(public_id, slug, name)
    kept = draft_queries.draft(access.session(), enrolment, found, notebook.name)
    listed = draft_queries.versions(access.session(), kept) if kept else ()
    return {"versions": [_saved(version) for version in listed]}


@pages.post(HOME + "/kernel", defaults=ONLY)
@pages.post(ONE + "/kernel")
def kernel(public_id: str, slug: str, name: str) -> ResponseReturnValue:
    """A ticket for the relay, good for one connection within a minute."""
    enrolment, found, notebook = access.assignment_notebook(public_id, slug, name)
    ticket = tickets.Ticket(
        person=enrolment.person.public_id,
        enrolment=enrolment.public_id,
        assignment="/".join(filter(None, (found.public_id, notebook.name))),
        profile=found.profile,
        limits=found.limits,
        files=found.digests,
    )
    settings = access.lms().settings
    signed = tickets.issue(relay_key(settings), ticket, access.now())
    return {"ticket": signed, "relay": settings.relay_url}


@pages.post(HOME + "/text", defaults=ONLY)
@pages.post(ONE + "/text")
def text(public_id: str, slug: str, name: str) -> ResponseReturnValue:
    """A text in Markdown as lessons show theirs: safe, with its formulas."""
    access.assignment_notebook(public_id, slug, name)
    source = request.form.get("source", "")[:MOST_TEXT]
    return {"html": cells.shown(Cell("markdown", "text", source), "python").html}


@pages.post(HOME + "/explanation", defaults=ONLY)
@pages.post(ONE + "/explanation")
def explain(public_id: str, slug: str, name: str) -> ResponseReturnValue:
    """Why a visible test did not pass, in plain words."""
    enrolment, found, notebook = access.assignment_notebook(public_id, slug, name)
    work, _version = _work(enrolment, found, notebook)
    told = request.form
    error = CellError(
        told.get("name", "")[:200],
        told.get("value", "")[:MOST_TEXT],
        tuple(told.get("traceback", "")[:MOST_TEXT].split("\n")),
    )
    return {"html": templating.explanation(checking.explained(work, told.get("cell", ""), error))}


@pages.post(HOME + "/hand-in", defaults=ONLY)
@pages.post(ONE + "/hand-in")
def hand_in(public_id: str, slug: str, name: str) -> ResponseReturnValue:
    """Hand in the draft: the version that the learner has before their eyes and no other.

    Of several notebooks, all that are saved are handed in together.
    """
    enrolment, found, notebook = access.assignment_notebook(public_id, slug, name)
    number = request.form.get("number", default=0, type=int)
    saved = _saved_work(enrolment, found)
    version = saved.get(notebook.name)
    if version is None:
        raise drafts.NothingSaved
    if version.number != number:
        raise drafts.DraftConflict(version)
    submission = marking.hand_in(
        access.session(),
        access.lms().blobs,
        enrolment,
        found,
        {each: drafts.content_of(one) for each, one in saved.items()},
        now=access.now(),
    )
    awarding.receipt(access.session(), access.lms(), submission, now=access.now())
    return redirect(url_for("learn.submission", public_id=submission.public_id), 303)


@pages.get("/outputs/frame")
def frame() -> Response:
    """The document in which an output is drawn: the same for everybody, and nobody's."""
    # Script and style stand in it: a document that is nobody's may load none from us.
    script = templating.static("js/notebook/frame.js")
    style = templating.static("css/output.css")
    html = page("learn/output_frame.html", script=script, style=style)
    return Response(html, headers=OUTPUT_HEADERS)


def _told_in(work: Notebook) -> str | None:
    """The language of the author's text, if it says one."""
    return next((cell.lang for cell in work.cells if cell.lang), None)


def _retold_in(work: Notebook, notebook: AssignmentNotebook) -> str | None:
    """The language in which the visitor may have the author's text instead, if there is one."""
    told, wanted = _told_in(work), templating.content_locale()
    if told in (None, wanted):
        return None
    found = _told_in(_release(notebook, wanted))
    return found if found != told else None


def _is_titled(work: Notebook, found: Assignment) -> bool:
    """Whether the notebook begins with the assignment's title, in whatever language it is."""
    first = work.cells[0].source.lstrip() if work.cells else ""
    return first.partition("\n")[0] in {f"# {title}" for title in found.titles.values()}


def _together(enrolment: Enrolment, found: Assignment) -> list[tuple[str, DraftVersion | None]]:
    """Several notebooks that are handed in together, with what is saved of each."""
    if len(found.notebooks) == 1:
        return []
    saved = _saved_work(enrolment, found)
    return [(each.name, saved.get(each.name)) for each in found.notebooks]


def _saved_work(enrolment: Enrolment, found: Assignment) -> dict[str, DraftVersion]:
    """The newest version of each notebook of an assignment that has one."""
    newest = (
        (each.name, drafts.newest(access.session(), enrolment, found, each.name))
        for each in found.notebooks
    )
    return {name: version for name, version in newest if version is not None}


def _work(
    enrolment: Enrolment, found: Assignment, notebook: AssignmentNotebook
) -> tuple[Notebook, DraftVersion | None]:
    version = drafts.newest(access.session(), enrolment, found, notebook.name)
    if version is not None:
        return notebooks.read(drafts.content_of(version)), version
    return _release(notebook, templating.content_locale()), None


def _release(notebook: AssignmentNotebook, language: str) -> Notebook:
    return releases.release_of(access.lms().blobs, notebook, language)


def _graded(notebook: AssignmentNotebook) -> dict[str, GradedCell]:
    source = notebooks.read(access.lms().blobs.get(notebook.source))
    return {cell.grade_id: cell for cell in notebooks.graded_cells(source)}


def _language(enrolment: Enrolment, found: Assignment, notebook: AssignmentNotebook) -> str:
    return language_of(_work(enrolment, found, notebook)[0])


def language_of(work: Notebook) -> str:
    """The language that a notebook was given out in, or else the visitor's."""
    return work.lang if work.lang in LOCALES else templating.content_locale()


def _state(work: Notebook, version: DraftVersion | None) -> dict[str, Any]:
    """A notebook for the page's script; the token lets a page that stood open for long save."""
    return {
        **(_saved(version) if version else {"number": 0, "saved": "", "device": ""}),
        "language": language_of(work),
        "token": csrf_token(),
        "cells": [_told(cell) for cell in work.cells],
    }


def _saved(version: DraftVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "saved": format_datetime(version.saved, "HH:mm"),
        # With seconds: whoever writes fast saves many times in a minute.
        "moment": translation.in_script(
            format_datetime(version.saved, "d MMM HH:mm:ss"), templating.locale()
        ),
        "device": version.device,
    }


def _told(cell: Cell) -> dict[str, Any]:
    duty = cell.duty
    return {
        "id": cell.id,
        "kind": cell.kind,
        "source": cell.source,
        "fixed": duty is not None and duty.is_fixed,
        "kept": duty is not None,
        "test": checking.is_test(cell),
        "answer": duty is not None and duty.solution,
    }


def _shown(cell: Cell, work: Notebook) -> Markup:
    return cells.shown(cell, work.language).html
