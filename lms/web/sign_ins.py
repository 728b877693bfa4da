"""Ending one's sign-ins: in this browser, in another one, in all others."""

from flask import Blueprint, flash, redirect, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import logout_user

from lms.institutes import sign_ins
from lms.web import access, account

pages = Blueprint("sign_ins", __name__, url_prefix="/account")


@pages.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Leave; the browser keeps nothing of the session but its language and looks."""
    if (who := access.visitor()) is not None:
        sign_ins.end(access.session(), who, account.here())
    words = account.kept()
    logout_user()
    cookie.clear()
    cookie.update(words)
    return redirect(url_for("public.catalogue"), 303)


@pages.post("/sign-ins/<public_id>/end")
def end(public_id: str) -> ResponseReturnValue:
    """Sign out in one browser, wherever it is."""
    sign_ins.end(access.session(), access.person(), access.sign_in(public_id).key)
    return _ended()


@pages.post("/sign-ins/end")
def end_others() -> ResponseReturnValue:
    """Sign out in every browser but this one."""
    sign_ins.end_all(access.session(), access.person(), but=account.here())
    return _ended()


def _ended() -> ResponseReturnValue:
    flash(_("You are signed out there."), "ok")
    return redirect(url_for("account.show", _anchor="sign-ins"), 303)
