"""How pages look to the visitor, signed in or not: light or dark, and how large text is."""

from flask import Blueprint, flash, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.institutes import profiles
from lms.institutes.rules import TextSize, Theme
from lms.web import access, account, templating
from lms.web.profile_forms import LooksForm
from lms.web.templating import page

pages = Blueprint("looks", __name__, url_prefix="/appearance")


@pages.get("/")
def show() -> ResponseReturnValue:
    """What may be chosen; ``next`` is the page to come back to."""
    form = LooksForm.of(templating.appearance(), then=request.args.get("next", ""))
    return page("account/looks.html", form=form)


@pages.post("/")
def choose() -> ResponseReturnValue:
    """Keep the choice in this browser, and in the account of whoever is signed in."""
    form = LooksForm(request.form)
    if not form.validate():
        return page("account/looks.html", form=form), 422
    cookie.update(theme=form.theme.data, text_size=form.text_size.data)
    cookie.permanent = True
    if person := access.visitor():
        theme, size = form.theme.data, form.text_size.data
        profiles.dress(person, Theme(theme) if theme else None, TextSize(size) if size else None)
    flash(_("Pages look as you have chosen now."), "ok")
    return redirect(account.own_address(form.next.data) or url_for(".show"), 303)
