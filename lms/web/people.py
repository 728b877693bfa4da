"""Pages of an administrator: who belongs to the institute, in which role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.institutes import queries, service
from lms.institutes.rules import Role
from lms.web import access, paging
from lms.web.forms import ROLE_NAMES, RoleForm
from lms.web.templating import page

if TYPE_CHECKING:
    from lms.institutes.models import Institute

pages = Blueprint("people", __name__, url_prefix="/people")


@pages.get("/")
def home() -> ResponseReturnValue:
    """The institutes that the visitor administers."""
    found = access.institutes_where(Role.ADMINISTRATOR)
    if len(found) == 1:
        return redirect(url_for(".institute", slug=found[0].slug), 303)
    return page("people/home.html", institutes=found)


@pages.get("/<slug>")
def institute(slug: str) -> ResponseReturnValue:
    """Who has a role in an institute, page by page, and the form that gives one."""
    return _people_page(access.administered(slug), RoleForm())


@pages.post("/<slug>/memberships")
def grant(slug: str) -> ResponseReturnValue:
    """Give a role to somebody who has an account."""
    found, form = access.administered(slug), RoleForm(request.form)
    if not form.validate():
        return _people_page(found, form), 422
    person = queries.person_by_email(access.session(), form.email.data or "")
    if person is None:
        form.email.errors = [_("Nobody has an account with this address. Ask them to sign up.")]
        return _people_page(found, form), 422
    service.grant(
        access.session(),
        found,
        person,
        Role(form.role.data),
        now=access.now(),
        by=access.person(),
    )
    flash(_("The role is given."), "ok")
    return redirect(url_for(".institute", slug=slug), 303)


@pages.post("/memberships/<public_id>/end")
def end(public_id: str) -> ResponseReturnValue:
    """End a role."""
    found = access.membership(public_id)
    service.end(access.session(), found, now=access.now(), by=access.person())
    flash(_("The role has ended."), "ok")
    return redirect(url_for(".institute", slug=found.institute.slug), 303)


def _people_page(found: Institute, form: RoleForm) -> str:
    words = request.args.get("q", "")[:200]
    members = queries.members(
        access.session(), found, access.now(), words=words, number=paging.asked()
    )
    return page(
        "people/institute.html",
        institute=found,
        members=members.items,
        words=words,
        window=members.window,
        turning=paging.turning(
            members.window, ".institute", slug=found.slug, _anchor="members", q=words
        ),
        form=form,
        role_names=ROLE_NAMES,
    )
