"""The page behind the link in every mail: no more of them, without signing in."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from lms.institutes import notices
from lms.web import access
from lms.web.templating import page

pages = Blueprint("mail", __name__, url_prefix="/mail")


@pages.get("/<token>")
def stopping(token: str) -> ResponseReturnValue:
    """Ask whether mail shall stop, or say that it has."""
    return page("mail/stop.html", token=token, wants_mail=access.mailed(token).wants_mail)


@pages.post("/<token>")
def stop(token: str) -> ResponseReturnValue:
    """Send no more mail to the person whose link this is.

    Mail programs do it in one click (RFC 8058) and follow no redirect, so the answer is a page.
    """
    notices.want_mail(access.session(), access.mailed(token), wants=False)
    return page("mail/stop.html", token=token, wants_mail=False)
