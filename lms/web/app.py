"""The WSGI application: one request is one transaction; refusals become pages."""

from typing import Any

from flask import Flask, Response, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, Unauthorized
from werkzeug.middleware.proxy_fix import ProxyFix

from lms.bootstrap import Lms, beside_package, session_key
from lms.catalogue.notebooks import LARGEST_NOTEBOOK, LARGEST_WORK
from lms.core.errors import LmsError, NotAllowed, NotFound, Refused, Unavailable
from lms.core.i18n import N_, Sentence
from lms.grading.service import WorkTooLarge
from lms.institutes.rules import SIGN_IN_LASTS
from lms.web import (
    access,
    account,
    address,
    announcements,
    calendar,
    certificates,
    compression,
    course_search,
    done_times,
    extensions,
    feedback,
    help,
    issue,
    learn,
    looks,
    mail,
    marking,
    moderation,
    notebook,
    notebook_files,
    notices,
    offline,
    own_data,
    people,
    practice,
    public,
    quality,
    quiz_teaching,
    quizzes,
    reading,
    receipts,
    regrades,
    reviews,
    sign_ins,
    similarity,
    teach,
    templating,
)
from lms.web.forms import BaseForm
from lms.web.policy import FILE_POLICY, content_security_policy
from lms.web.sessions import Sessions

STATUS: dict[type[LmsError], int] = {NotFound: 404, NotAllowed: 403, Refused: 409, Unavailable: 503}

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

YEAR = 365 * 24 * 3600

_TRY_AGAIN = N_("This request cannot be answered. Go back and try again.")

#: Room for the fields of a form beside its files, in bytes.
BESIDE_FILES = 1024 * 1024

#: Where all notebooks of an assignment come in one request.
WORK_COMES_IN = "learn.hand_in"

#: Addresses with a seal of ours in them, which no other site knows: mail programs send to them
#: without having seen a page.
SEALED = frozenset({"mail.stop"})


class StaleForm(Refused):
    """The form's token is missing, old or another session's."""

    message = N_(
        "This page was open too long, or in another session. Go back, reload it and send again."
    )


class Site(Flask):
    """Flask, with the request's transaction around each view."""

    def dispatch_request(self) -> ResponseReturnValue:
        """Answer the request; what a writing method did is kept when its view returns."""
        answer = super().dispatch_request()
        if "session" in g and request.method in access.WRITES:
            g.session.commit()
            # Most of what is written is no work for a worker; one look too many costs nothing.
            access.lms().bell.ring()
        return answer


def create_site(lms: Lms) -> Flask:
    """The site that serves ``lms``."""
    site = Site("lms.web", static_folder=str(beside_package("static")), static_url_path="/static")
    site.extensions["lms"] = lms
    site.session_interface = Sessions()
    # A large release takes seconds to read: now, and not in each process when somebody waits.
    _ = lms.practice.pyodide
    site.config.update(
        SECRET_KEY=session_key(lms.settings),
        MAX_CONTENT_LENGTH=LARGEST_NOTEBOOK + BESIDE_FILES,
        SESSION_COOKIE_NAME="jazari",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=lms.settings.secure,
        PERMANENT_SESSION_LIFETIME=SIGN_IN_LASTS,
    )
    if proxies := int(lms.settings.proxies):
        site.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's documented way
            site.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )
    templating.set_up(site)
    _sign_in_with(site)
    for pages in (
        public,
        account,
        sign_ins,
        address,
        looks,
        announcements,
        calendar,
        notices,
        own_data,
        mail,
        learn,
        course_search,
        reading,
        offline,
        practice,
        notebook,
        notebook_files,
        quizzes,
        teach,
        done_times,
        extensions,
        quiz_teaching,
        feedback,
        marking,
        quality,
        similarity,
        help,
        moderation,
        certificates,
        receipts,
        reviews,
        regrades,
        issue,
        people,
    ):
        site.register_blueprint(pages.pages)
    site.before_request(_make_room)
    site.before_request(_check_token)
    compression.set_up(site, lms.settings.folder / "packed")
    offline.set_up(site)
    site.after_request(_harden)
    site.teardown_request(_close)
    site.register_error_handler(LmsError, _refusal)
    site.register_error_handler(HTTPException, _http_refusal)
    site.register_error_handler(IntegrityError, _crossed)
    return site


def _sign_in_with(site: Flask) -> None:
    # Its context processor would ask the database for every page, also for that of a failure.
    manager = LoginManager(site, add_context_processor=False)
    # Phones change address all the time; the cookie is signed and HttpOnly.
    manager.session_protection = None
    manager.user_loader(account.signed_in)


def _make_room() -> None:
    """Let somebody who is signed in send all notebooks of an assignment at once.

    By what their cookie says: to ask the database would begin the one transaction that writes,
    and hold it for as long as their link takes.
    """
    if request.endpoint == WORK_COMES_IN and "_user_id" in session:
        request.max_content_length = LARGEST_WORK + BESIDE_FILES


def _check_token() -> None:
    if request.method not in access.WRITES or request.endpoint in SEALED:
        return
    if not BaseForm(request.form).validate():
        raise StaleForm


def _harden(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    policy = (
        FILE_POLICY
        if request.endpoint == "static"
        else content_security_policy(access.lms().settings.relay_url)
    )
    response.headers.setdefault("Content-Security-Policy", policy)
    if access.lms().settings.secure:
        response.headers["Strict-Transport-Security"] = f"max-age={YEAR}"
    if request.endpoint == "static":
        # A name for the file, which the packed one has not, serves nobody.
        response.headers.pop("Content-Disposition", None)
        newest = (request.view_args or {}).get("state") == templating.static_state()
        if newest and response.status_code < 400:
            response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    if "Cache-Control" not in response.headers:
        # A page holds what one person may see: browsers keep it, nobody in between does.
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def _close(_error: BaseException | None) -> None:
    if "session" in g:
        g.session.close()


def _refusal(error: LmsError) -> ResponseReturnValue:
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    return _error_page(error.sentence, status)


def _http_refusal(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, Unauthorized):
        # What a form is sent to is no page to come back to.
        page = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("account.sign_in", next=page), 303)
    if isinstance(error, RequestEntityTooLarge):
        return _error_page(_too_large(), 413)
    if error.code is None or error.code < 400:
        return error
    if error.code == 404:
        return _error_page(NotFound().sentence, 404)
    if error.code >= 500:
        access.go_on_without_database()
        message = N_("Something went wrong on our side. It has been noted; please try again.")
        return _error_page(Sentence(message), error.code)
    return _error_page(Sentence(_TRY_AGAIN), error.code)


def _crossed(_error: IntegrityError) -> ResponseReturnValue:
    """Two requests made the same thing at the same moment: one of them is late.

    On SQLite they take turns, and so it may also be a fault of ours: it is noted either way.
    """
    current_app.logger.warning("%s was refused by the database", request.endpoint, exc_info=True)
    return _error_page(Sentence(_TRY_AGAIN), 409)


def _too_large() -> Sentence:
    if request.max_content_length == current_app.config["MAX_CONTENT_LENGTH"]:
        return Sentence(N_("A notebook may be at most 5 MB. Clear its outputs and save it again."))
    return WorkTooLarge().sentence


def _error_page(message: Sentence, status: int) -> tuple[Any, int]:
    if "session" in g:
        g.session.rollback()
    if request.accept_mimetypes.best == "application/json":  # It is a script that asks.
        return {"message": templating.sentence(message)}, status
    return templating.page("error.html", message=message, status=status), status
