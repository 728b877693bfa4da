"""A course kept on a device: the worker that answers without a link, and what is to be kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, current_app, g, send_from_directory, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from lms.bootstrap import session_key
from lms.catalogue import queries as catalogue
from lms.catalogue import releases
from lms.grading import queries as grading
from lms.learning import quiz_queries
from lms.learning.device_key import device_key, masked, reader_tag
from lms.web import access, outline, practice, templating
from lms.web.forms import csrf_token
from lms.web.templating import page

if TYPE_CHECKING:
    from lms.learning.models import Enrolment

pages = Blueprint("offline", __name__)

#: The header that tells a worker whose page it passes on; of pages without a reader `NOBODY`.
READER = "Jazari-Reader"
NOBODY = "nobody"

#: Files that kept pages need. What draws plots alone is larger than all of them together.
_FOLDERS = ("css", "icons", "js", "vendor/codemirror", "vendor/fonts")
_NOT_LEARNERS = frozenset({"certificate.css", "regrade.css", "marking.js", "worker.js"})
_KINDS = frozenset({".css", ".js", ".svg", ".woff2"})
#: What may have become of work that was handed in without a link.
_LINES = ("count", "waiting", "sent", "refused", "unanswered", "signIn")
#: What a page of ours takes besides its text, in bytes.
_FRAME = 40_000


def set_up(site: Flask) -> None:
    """Have every page of ``site`` say whose it is."""
    site.after_request(_name_reader)


@pages.get("/service-worker.js")
def worker() -> Response:
    """The worker, at the root, so that it may answer for every page."""
    folder = Path(str(current_app.static_folder), "js", "offline")
    response = send_from_directory(folder, "worker.js", mimetype="text/javascript", max_age=0)
    response.headers["Service-Worker-Allowed"] = "/"
    response.headers["Cache-Control"] = "no-cache"
    return response


@pages.get("/offline")
def away() -> ResponseReturnValue:
    """What stands in place of a page that cannot be had; nobody's, for everybody may see it."""
    g.is_nobodys = True
    return page("offline/away.html", current_person=None, roles=set(), unread=0, linkless=True)


@pages.get("/learn/<public_id>/offline")
def plan(public_id: str) -> ResponseReturnValue:
    """All that is to be fetched to keep a course, and how much it is."""
    enrolment = access.enrolment(public_id)
    own = [
        url_for("learn.course", public_id=public_id),
        *(_addresses(enrolment) if enrolment.run.opens <= access.now() else ()),
    ]
    figures, size = _figures(enrolment)
    assets, weight = _assets(str(current_app.static_folder))
    files = [*(templating.asset(path) for path in assets), *figures]
    away = url_for(".away")
    content = [enrolment.run.version.digest, templating.locale(), *own, *files]
    return {
        "version": hashlib.sha256("\n".join(content).encode()).hexdigest()[:16],
        "reader": reader(),
        "title": templating.plain(enrolment.run.version.titles),
        "language": templating.locale(),
        "pages": [*own, away],
        "open": [away],
        "files": files,
        "practice": practice.kept(_programs(enrolment)),
        "bytes": weight + size + len(own) * _FRAME,
        "notice": page("offline/notice.html").strip(),
        "waiting": page("offline/waiting.html").strip(),
        "outbox": {each: page("offline/outbox.html", state=each).strip() for each in _LINES},
        "waits": _("Kept on this device. It is sent when there is a link."),
    }


@pages.get("/learn/<public_id>/offline/key")
def key(public_id: str) -> ResponseReturnValue:
    """What a device needs to seal what waits on it, and to send it: a key and a fresh token."""
    enrolment = access.enrolment(public_id)
    secret = device_key(session_key(access.lms().settings), enrolment.person.public_id)
    told = {"reader": reader(), "key": masked(secret), "token": csrf_token()}
    return told, {"Cache-Control": "no-store"}


def reader() -> str:
    """The tag of whoever is signed in."""
    who = access.visitor()
    if who is None:
        return NOBODY
    return reader_tag(session_key(access.lms().settings), who.public_id)


def _name_reader(response: Response) -> Response:
    is_own = "public" not in response.headers.get("Cache-Control", "")
    if response.mimetype == "text/html" and response.status_code < 500 and is_own:
        response.headers[READER] = NOBODY if "is_nobodys" in g else reader()
    return response


def _addresses(enrolment: Enrolment) -> list[str]:
    """The pages of all steps, of the notebooks, and of attempts at quizzes without a time limit."""
    steps = grading.steps(access.session(), enrolment)
    found = [outline.address_of(enrolment, step) for step in steps]
    found += _notebooks(enrolment)
    for attempt in quiz_queries.running(access.session(), enrolment):
        if attempt.ends is None:
            found.append(
                url_for(
                    "quizzes.attempt",
                    public_id=enrolment.public_id,
                    slug=attempt.quiz.slug,
                    number=attempt.number,
                )
            )
    return [*found, url_for("reading.kept", public_id=enrolment.public_id)]


def _notebooks(enrolment: Enrolment) -> list[str]:
    """The pages of notebooks, with the frame in which they show outputs."""
    found = [
        url_for("notebook.show", public_id=enrolment.public_id, slug=each.slug, name=notebook.name)
        for module in enrolment.run.version.modules
        for each in module.assignments
        for notebook in each.notebooks
    ]
    return [*found, url_for("notebook.frame")] if found else []


def _programs(enrolment: Enrolment) -> Iterator[str]:
    """The texts in which the code of a course stands, whatever else stands there."""
    for module in enrolment.run.version.modules:
        for lesson in module.lessons:
            if lesson.profile is not None:
                yield Markup(lesson.texts[0].html).striptags()
        for each in module.assignments:
            for notebook in each.notebooks:
                release = releases.release_of(
                    access.lms().blobs, notebook, templating.content_locale()
                )
                yield from (cell.source for cell in release.cells if cell.kind == "code")


def _figures(enrolment: Enrolment) -> tuple[list[str], int]:
    """The addresses of the figures of a course, and their bytes; media is not kept."""
    version, blobs = enrolment.run.version, access.lms().blobs
    found = catalogue.figures(access.session(), version)
    size = 0
    for figure in found:
        content, length = blobs.opened(figure.content)
        content.close()
        size += length
    where = version.public_id
    return [url_for("public.course_file", public_id=where, path=f.path) for f in found], size


@cache
def _assets(folder: str) -> tuple[tuple[str, ...], int]:
    """The static files that kept pages need, and their bytes."""
    root = Path(folder)
    found = [
        path
        for name in _FOLDERS
        for path in sorted((root / name).rglob("*"))
        if path.suffix in _KINDS and path.name not in _NOT_LEARNERS
    ]
    names = tuple(path.relative_to(root).as_posix() for path in found)
    return names, sum(path.stat().st_size for path in found)


# Any: what a template is handed over.
def panel(enrolment: Enrolment) -> dict[str, Any]:
    """What the page of a course needs to offer keeping it."""
    return {"reader": reader(), "keep": url_for("offline.plan", public_id=enrolment.public_id)}
