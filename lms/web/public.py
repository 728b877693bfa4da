"""Pages for anyone: catalogue, courses, institutes, credentials, health."""

import platform
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from lms import __version__
from lms.catalogue import queries as taught
from lms.core.i18n import LOCALES, NATIVE_NAMES, READINGS, language
from lms.credentials import queries as credentials
from lms.credentials import service as issuing
from lms.health import health
from lms.institutes import profiles
from lms.learning import queries as learning
from lms.web import access, account, files, outline, templating
from lms.web.forms import RevokeForm
from lms.web.templating import page

pages = Blueprint("public", __name__)

JSON_LD = "application/ld+json"
DID_JSON = "application/did+json"


@pages.get("/")
def catalogue() -> ResponseReturnValue:
    """The catalogue, searched by words, language and level."""
    words = request.args.get("q", "").strip()[:200]
    # A course is in a language, in whichever script its readers prefer.
    spoken = language(request.args.get("language", ""))
    found = taught.search(
        access.session(),
        words,
        language=spoken,
        level=request.args.get("level", ""),
    )
    runs = learning.current_runs(access.session(), access.now())
    return page(
        "public/catalogue.html",
        words=words,
        courses=[(v, [run for run in runs if run.version.course_id == v.course_id]) for v in found],
        language=spoken,
        tongues={code: NATIVE_NAMES[code] for code in LOCALES},
        level=request.args.get("level", ""),
    )


@pages.get("/courses/<slug>")
def course(slug: str) -> ResponseReturnValue:
    """What a course teaches, and where it is offered."""
    version = access.course(slug)
    runs = learning.current_runs(access.session(), access.now())
    return page(
        "public/course.html",
        version=version,
        modules=outline.of_version(version),
        runs=[run for run in runs if run.version.course_id == version.course_id],
        enrolled={e.run_id: e for e in access.enrolments()} if access.visitor() else {},
        now=access.now(),
    )


@pages.get("/versions/<public_id>/<path:path>")
def course_file(public_id: str, path: str) -> ResponseReturnValue:
    """A figure, a video or another file of a course version; it never changes."""
    return files.answer(access.course_file(public_id, path))


@pages.post("/language")
def choose_language() -> ResponseReturnValue:
    """Change the language of pages and come back to the same page.

    It is that of the account from now on, or will be that of whoever signs in next.
    """
    chosen = request.form.get("locale")
    if chosen in READINGS:
        cookie["locale"] = chosen
        cookie.permanent = True
        if person := access.visitor():
            profiles.read_in(person, chosen)
        else:
            cookie["chosen_locale"] = chosen
    return redirect(account.own_address(request.form.get("next")) or url_for(".catalogue"), 303)


@pages.get("/institutes/<slug>")
def institute(slug: str) -> ResponseReturnValue:
    """An institute, what it offers, and the keys it signs with."""
    found = access.institute(slug)
    runs = learning.current_runs(access.session(), access.now())
    return page(
        "public/institute.html",
        institute=found,
        runs=[run for run in runs if run.institute_id == found.id],
        keys=credentials.keys(access.session(), found),
        did=issuing.did(access.lms().settings.base_url, found),
    )


@pages.get("/institutes/<slug>/did.json")
def did_document(slug: str) -> ResponseReturnValue:
    """The institute's did:web document; verifiers anywhere may read it."""
    found = access.institute(slug)
    document = issuing.did_document(access.session(), access.lms().settings.base_url, found)
    return _for_verifiers(document, DID_JSON)


@pages.get("/credentials/<public_id>")
def credential(public_id: str) -> ResponseReturnValue:
    """A credential's certificate; ``?verify`` checks it and says in words what was checked."""
    return credential_page(public_id)


@pages.get("/credentials/<public_id>.json")
def credential_document(public_id: str) -> ResponseReturnValue:
    """The exact bytes that were signed."""
    return _for_verifiers(access.credential(public_id).document, JSON_LD)


@pages.get("/achievements/<public_id>")
def achievement(public_id: str) -> ResponseReturnValue:
    """What can be earned: credentials name their achievement by this address."""
    version = access.version(public_id)
    return redirect(url_for(".course", slug=version.course.slug), 303)


@pages.get("/healthz")
def healthz() -> ResponseReturnValue:
    """The state of every part; 503 names what is down and how to mend it."""
    found = health(access.lms(), access.now())
    body: dict[str, Any] = {
        "status": "ok" if found.is_well else "down",
        "versions": {"jazari": __version__, "python": platform.python_version()},
        "parts": {
            part.name: {"ok": part.holds, "found": part.found, "mend": part.mend or None}
            for part in found.parts
        },
        "queue": found.queue,
    }
    answer = jsonify(body)
    answer.status_code = 200 if found.is_well else 503
    answer.headers["Cache-Control"] = "no-store"
    return answer


def credential_page(public_id: str, form: RevokeForm | None = None) -> str:
    """The page of a credential, with the revoking form for its registrars."""
    found = access.credential(public_id)
    checked = None
    if "verify" in request.args:
        checked = issuing.verify(
            access.session(), access.lms().settings.base_url, found, now=access.now()
        )
    return page(
        "public/credential.html",
        credential=found,
        face=issuing.face(found),
        checked=checked,
        verdicts=[(check.holds, templating.sentence(check.sentence)) for check in checked.checks]
        if checked
        else [],
        form=(form or RevokeForm()) if access.may_revoke(found) else None,
    )


def _for_verifiers(content: bytes, media_type: str) -> Response:
    headers = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
    return Response(content, mimetype=media_type, headers=headers)
