"""Notices: what the product tells whoever is signed in, and what they want to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.institutes import notices, queries
from lms.institutes.rules import News
from lms.web import access
from lms.web.notice_forms import ChoicesForm
from lms.web.templating import page

if TYPE_CHECKING:
    from lms.institutes.models import Notice

pages = Blueprint("notices", __name__, url_prefix="/notices")


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


@pages.get("/choices")
def choices() -> ResponseReturnValue:
    """Of which news the visitor wants to be told, and where."""
    person = access.person()
    wanted = queries.choices(access.session(), person)
    return page("notices/choices.html", wanted=wanted, wants_mail=person.wants_mail)


@pages.post("/choices")
def choose() -> ResponseReturnValue:
    """Keep what the visitor has chosen."""
    person, form = access.person(), ChoicesForm(request.form)
    notices.choose(access.session(), person, form.wanted)
    notices.want_mail(access.session(), person, wants=form.mail.data)
    flash(_("Your choice is saved."), "ok")
    return redirect(url_for(".choices"), 303)


def _address(notice: Notice) -> str:
    path = News(notice.kind).path.format(about=notice.about, part=notice.part)
    return request.script_root + path
