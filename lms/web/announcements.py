"""Announcements: made by those who teach a run, read by those who learn in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.core.plain_text import paragraphs
from lms.learning import announcement_queries, announcing
from lms.web import access
from lms.web.announcement_forms import AnnouncementForm
from lms.web.templating import page

if TYPE_CHECKING:
    from lms.learning.announcement_models import Announcement
    from lms.learning.models import CourseRun

pages = Blueprint("announcements", __name__)
pages.add_app_template_filter(paragraphs)


@pages.get("/announcements/<public_id>")
def show(public_id: str) -> ResponseReturnValue:
    """An announcement to a learner of its run."""
    enrolment, found = access.announcement(public_id)
    return page("learn/announcement.html", announcement=found, enrolment=enrolment)


@pages.get("/teach/runs/<public_id>/announcements")
def of_run(public_id: str) -> ResponseReturnValue:
    """Every announcement of a run, and the form for another."""
    return _list(access.taught_run(public_id), AnnouncementForm())


@pages.post("/teach/runs/<public_id>/announcements")
def announce(public_id: str) -> ResponseReturnValue:
    """Say something to everybody in a run."""
    run, form = access.taught_run(public_id), AnnouncementForm(request.form)
    if not form.validate():
        return _list(run, form), 422
    announcing.announce(
        access.session(),
        run,
        form.title.data or "",
        form.text.data or "",
        by=access.person(),
        now=access.now(),
    )
    flash(_("Your announcement is made. Every learner of this run finds it on their home."), "ok")
    return redirect(url_for(".of_run", public_id=public_id), 303)


@pages.get("/teach/announcements/<public_id>")
def change(public_id: str) -> ResponseReturnValue:
    """The form that puts an announcement right."""
    found = access.taught_announcement(public_id)
    return _one(found, AnnouncementForm(title=found.title, text=found.text))


@pages.post("/teach/announcements/<public_id>")
def put_right(public_id: str) -> ResponseReturnValue:
    """Change the words of an announcement."""
    found, form = access.taught_announcement(public_id), AnnouncementForm(request.form)
    if not form.validate():
        return _one(found, form), 422
    announcing.put_right(
        access.session(),
        found,
        form.title.data or "",
        form.text.data or "",
        by=access.person(),
        now=access.now(),
    )
    flash(_("The announcement is changed."), "ok")
    return redirect(url_for(".of_run", public_id=found.run.public_id), 303)


@pages.post("/teach/announcements/<public_id>/withdrawal")
def withdraw(public_id: str) -> ResponseReturnValue:
    """Show an announcement to learners no more."""
    found = access.taught_announcement(public_id)
    announcing.withdraw(access.session(), found, by=access.person(), now=access.now())
    flash(_("The announcement is withdrawn. Learners see it no more."), "ok")
    return redirect(url_for(".of_run", public_id=found.run.public_id), 303)


def _list(run: CourseRun, form: AnnouncementForm) -> str:
    made = announcement_queries.of_run(access.session(), run, withdrawn=True)
    return page("teach/announcements.html", run=run, announcements=made, form=form)


def _one(found: Announcement, form: AnnouncementForm) -> str:
    return page("teach/announcement.html", announcement=found, form=form)
