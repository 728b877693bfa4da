"""The page of notices: what the product tells whoever is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from lms.institutes import notices, queries
from lms.institutes.rules import News
from lms.web import access
from lms.web.templating import page

if TYPE_CHECKING:
    from lms.institutes.models import Notice

pages = Blueprint("notices", __name__, url_prefix="/notices")

#: The page that shows what a notice of each kind is about.
LEADS_TO = {
    News.MARKS_CHANGED: "learn.submission",
    News.REVIEW_ANSWERED: "learn.submission",
    News.DUE_DATE_CHANGED: "learn.course",
    News.HELP_ANSWERED: "help.thread",
    News.HELP_ENDORSED: "help.thread",
    News.HELP_MODERATED: "help.thread",
}


@pages.get("/")
def home() -> ResponseReturnValue:
    """What the visitor was told, the unread first."""
    found = queries.notices(access.session(), access.person())
    return page("notices/home.html", notices=[(each, _address(each)) for each in found])


@pages.post("/<public_id>")
def follow(public_id: str) -> ResponseReturnValue:
    """Note that a notice was read, and go where it leads."""
    found = access.notice(public_id)
    notices.mark_read(found, now=access.now())
    return redirect(_address(found), 303)


@pages.post("/")
def mark_all_read() -> ResponseReturnValue:
    """Note that all were read."""
    notices.mark_all_read(access.session(), access.person(), now=access.now())
    return redirect(url_for(".home"), 303)


def _address(notice: Notice) -> str:
    return url_for(LEADS_TO[News(notice.kind)], public_id=notice.about)
