"""What the product holds about the visitor: all of it in one file, and the end of the account."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import logout_user

from lms.institutes import leaving, queries
from lms.institutes.rules import GRACE
from lms.personal import export
from lms.web import access, account, confirming, templating
from lms.web.profile_forms import ConfirmForm
from lms.web.templating import page

if TYPE_CHECKING:
    from lms.bootstrap import Lms

pages = Blueprint("own_data", __name__, url_prefix="/account")


@pages.get("/data")
def show() -> ResponseReturnValue:
    """What the file will hold, and the password that it is asked with."""
    access.person()
    return page("account/data.html", form=ConfirmForm())


@pages.post("/data")
def ask() -> ResponseReturnValue:
    """Open the way to the file for a few minutes."""
    form = ConfirmForm(request.form)
    if not confirming.is_confirmed(form, form.password):
        return page("account/data.html", form=form), 422
    access.confirm(access.person())
    return redirect(url_for(".download"), 303)


@pages.get("/data.zip")
def download() -> ResponseReturnValue:
    """The file, sent while it is made."""
    if not access.confirmed():
        return redirect(url_for(".show"), 303)
    now, who = access.now(), access.person()
    name = f"jazari-{now:%Y-%m-%d}.zip"
    return Response(
        _pieces(access.lms(), who.public_id, now),
        mimetype="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


@pages.get("/deletion")
def leave() -> ResponseReturnValue:
    """What goes at once, what goes later, what stays and why."""
    return _deletion(ConfirmForm())


@pages.post("/deletion")
def delete() -> ResponseReturnValue:
    """Have the account deleted after a time of grace, and sign out everywhere."""
    who, form = access.person(), ConfirmForm(request.form)
    if not confirming.is_confirmed(form, form.password):
        return _deletion(form), 422
    try:
        leaving.ask(access.session(), who, now=access.now())
    except leaving.StillNeeded as error:
        form.form_errors.append(templating.sentence(error.sentence))
        return _deletion(form), 422
    kept = account.kept()
    logout_user()
    cookie.clear()
    cookie.update(kept)
    day = templating.plain_day(access.now() + GRACE)
    flash(_("Your account will be deleted on %(day)s. Until then, sign in to keep it.", day=day))
    return redirect(url_for("account.sign_in"), 303)


def _deletion(form: ConfirmForm) -> str:
    needed = leaving.needed_by(access.session(), access.person(), access.now())
    return page(
        "account/deletion.html",
        form=form,
        grace=GRACE.days,
        ends=access.now() + GRACE,
        needed=needed,
    )


def _pieces(lms: Lms, public_id: str, now: datetime) -> Iterator[bytes]:
    # The request's own session is closed when its answer begins to be sent.
    with lms.database.reading() as session:
        if (who := queries.person(session, public_id)) is not None:
            yield from export.archive(session, lms.blobs, who, now=now)
