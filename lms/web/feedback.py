"""The feedback page of a piece of work, for its learner and for whoever teaches there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, url_for

from lms.grading import showing
from lms.grading.feedback_page import POLICY
from lms.web import access, templating

if TYPE_CHECKING:
    from lms.grading.models import Submission

pages = Blueprint("feedback", __name__)

#: What a stranger's code has put out is in the page: it gets no rights, not even our origin.
HEADERS = {
    "Content-Security-Policy": f"sandbox; frame-ancestors 'none'; base-uri 'none'; {POLICY}",
    "Referrer-Policy": "no-referrer",
    # Browsers open no sandboxed page that asks for a group of windows of its own.
    "Cross-Origin-Opener-Policy": "unsafe-none",
}


@pages.get("/submissions/<public_id>/feedback", defaults={"name": ""})
@pages.get("/submissions/<public_id>/feedback/<name>")
def learner(public_id: str, name: str) -> Response:
    """The visitor's own work with its outputs and marks."""
    found = access.submission(public_id)
    return _page(found, name, url_for("learn.submission", public_id=public_id))


@pages.get("/teach/submissions/<public_id>/feedback", defaults={"name": ""})
@pages.get("/teach/submissions/<public_id>/feedback/<name>")
def instructor(public_id: str, name: str) -> Response:
    """The same page of work that the visitor may mark."""
    found = access.taught_submission(public_id)
    return _page(found, name, url_for("teach.submission", public_id=public_id))


def _page(found: Submission, name: str, back: str) -> Response:
    html = showing.feedback(
        access.session(),
        access.lms().blobs,
        found,
        templating.locale(),
        title=": ".join(filter(None, (templating.plain(found.assignment.titles), name))),
        back=back,
        notebook=name,
        **templating.appearance(),
    )
    return Response(html, headers=HEADERS)
