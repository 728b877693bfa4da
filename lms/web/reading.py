"""What a reader does in a lesson: mark places, write a note, run its code."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime
from flask_babel import gettext as _

from lms.bootstrap import relay_key
from lms.catalogue import queries as catalogue
from lms.catalogue.notebooks import Cell
from lms.core.errors import NotFound
from lms.learning import note_queries, notes, tickets
from lms.web import access, cells, practice, templating
from lms.web.forms import csrf_token
from lms.web.policy import content_security_policy
from lms.web.reading_forms import BookmarkForm, NoteForm
from lms.web.templating import page

if TYPE_CHECKING:
    from lms.catalogue.models import Lesson, LessonText
    from lms.learning.models import Enrolment
    from lms.learning.note_models import LessonNote

pages = Blueprint("reading", __name__)

LESSON = "/learn/<public_id>/lessons/<slug>"

#: The longest text in Markdown that an output may have made into HTML.
MOST_TEXT = 200_000
#: How many lessons stand on one page of what a learner has kept.
LESSONS_A_PAGE = 20
#: The deepest headings that the contents of a lesson list.
_DEEPEST = 3


def beside(enrolment: Enrolment, lesson: Lesson, text: LessonText) -> dict[str, Any]:
    """What a lesson's page shows beside its text: contents, marks, the reader's own note."""
    note = note_queries.note(access.session(), enrolment, lesson)
    marked = note_queries.marked_parts(access.session(), enrolment, lesson)
    return {
        "contents": [
            (part, heading, part in marked)
            for part, heading in enumerate(text.headings, 1)
            if heading["level"] <= _DEEPEST
        ],
        "is_marked": 0 in marked,
        "note": note,
        "note_form": _form_of(note),
        "nonce": secrets.token_urlsafe(16),
        "practice": practice.offer(),
    }


@pages.get("/learn/<public_id>/notes")
def kept(public_id: str) -> ResponseReturnValue:
    """All that the learner has kept of a course, searched by words."""
    enrolment = access.enrolment(public_id)
    words = request.args.get("q", "").strip()[:200]
    found = note_queries.kept(access.session(), enrolment, templating.content_locale(), words)
    number = max(1, request.args.get("page", 1, type=int))
    first = (number - 1) * LESSONS_A_PAGE
    return page(
        "learn/notes.html",
        enrolment=enrolment,
        version=enrolment.run.version,
        words=words,
        kept=found[first : first + LESSONS_A_PAGE],
        number=number,
        has_more=len(found) > first + LESSONS_A_PAGE,
    )


@pages.get(LESSON + "/note")
def note(public_id: str, slug: str) -> ResponseReturnValue:
    """The note beside a lesson, by itself."""
    enrolment, lesson = access.lesson(public_id, slug)
    found = note_queries.note(access.session(), enrolment, lesson)
    if _is_script():
        return {**_told(found), "token": csrf_token()}
    return _note_page(enrolment, lesson, _form_of(found))


@pages.post(LESSON + "/note")
def save_note(public_id: str, slug: str) -> ResponseReturnValue:
    """Keep a note; where it was changed meanwhile, show both texts and save nothing."""
    enrolment, lesson = access.lesson(public_id, slug)
    form = NoteForm(request.form)
    if not form.validate():
        if _is_script():
            return {"message": str(next(iter(form.text.errors), ""))}, 422
        return _note_page(enrolment, lesson, form), 422
    text, base = form.text.data or "", form.base.data or 0
    try:
        saved = notes.save(access.session(), enrolment, lesson, text, base=base, now=access.now())
    except notes.NoteConflict as conflict:
        if _is_script():
            message = templating.sentence(conflict.sentence)
            return {"message": message, "theirs": _told(conflict.theirs)}, 409
        again = NoteForm(base=conflict.theirs.number, text=text)
        return _note_page(enrolment, lesson, again, conflict.theirs), 409
    if _is_script():
        return _told(saved)
    flash(_("Your note is saved."), "ok")
    return redirect(_lesson_address(public_id, slug, "note"), 303)


@pages.post(LESSON + "/bookmarks")
def set_bookmark(public_id: str, slug: str) -> ResponseReturnValue:
    """Mark a part of a lesson or take its mark away, and go back to that part."""
    enrolment, lesson = access.lesson(public_id, slug)
    form = BookmarkForm(request.form)
    kept = form.mark.data is not None
    part = form.mark.data if kept else form.unmark.data
    if not form.validate() or part is None:
        raise NotFound
    notes.set_bookmark(access.session(), enrolment, lesson, part, kept=kept, now=access.now())
    if _is_script():
        return {"kept": kept}
    text = catalogue.lesson_text(access.session(), lesson, templating.content_locale())
    anchor = text.headings[part - 1]["id"] if 0 < part <= len(text.headings) else None
    return redirect(_lesson_address(public_id, slug, anchor), 303)


@pages.post(LESSON + "/kernel")
def kernel(public_id: str, slug: str) -> ResponseReturnValue:
    """A ticket for the relay: the blocks of one lesson share one kernel."""
    enrolment, lesson = access.lesson_with_code(public_id, slug)
    ticket = tickets.Ticket(
        person=enrolment.person.public_id,
        enrolment=enrolment.public_id,
        assignment=lesson.public_id,
        profile=lesson.profile or "",
        limits=lesson.limits,
    )
    settings = access.lms().settings
    signed = tickets.issue(relay_key(settings), ticket, access.now())
    return {"ticket": signed, "relay": settings.relay_url}


@pages.post(LESSON + "/text")
def text(public_id: str, slug: str) -> ResponseReturnValue:
    """An output in Markdown as lessons show theirs: safe, with its formulas."""
    access.lesson_with_code(public_id, slug)
    source = request.form.get("source", "")[:MOST_TEXT]
    return {"html": cells.shown(Cell("markdown", "text", source), "python").html}


def answer(html: str, lesson: Lesson, nonce: str) -> Response:
    """The page of a lesson; where code is run, its editor may style and its outputs be framed."""
    if lesson.profile is None:
        return Response(html)
    relay = access.lms().settings.relay_url
    policy = content_security_policy(relay, nonce=nonce, frames=practice.frames())
    return Response(html, headers={"Content-Security-Policy": policy})


def _lesson_address(public_id: str, slug: str, anchor: str | None) -> str:
    return url_for("learn.lesson", public_id=public_id, slug=slug, _anchor=anchor)


def _is_script() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _form_of(note: LessonNote | None) -> NoteForm:
    return NoteForm(base=note.number if note else 0, text=note.text if note else "")


def _told(note: LessonNote | None) -> dict[str, Any]:
    """A note for the page's script."""
    if note is None:
        return {"number": 0, "text": "", "saved": ""}
    saved = format_datetime(note.saved, "HH:mm")
    return {"number": note.number, "text": note.text, "saved": saved}


def _note_page(
    enrolment: Enrolment, lesson: Lesson, form: NoteForm, theirs: LessonNote | None = None
) -> str:
    return page(
        "learn/note.html", enrolment=enrolment, lesson=lesson, note_form=form, theirs=theirs
    )
