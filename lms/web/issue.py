"""Pages of a registrar: runs that an institute offers, credentials it has issued."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.catalogue import queries as catalogue
from lms.core.zones import first_second, last_second
from lms.credentials import queries as credentials
from lms.credentials import service as issuing
from lms.institutes.rules import Role
from lms.learning import queries as learning
from lms.learning import service
from lms.learning.rules import Access
from lms.web import access, paging, public, templating
from lms.web.forms import OfferForm, RevokeForm
from lms.web.templating import page

if TYPE_CHECKING:
    from lms.institutes.models import Institute

pages = Blueprint("issue", __name__, url_prefix="/issue")


@pages.get("/")
def home() -> ResponseReturnValue:
    """The institutes for which the visitor is a registrar."""
    found = access.institutes_where(Role.REGISTRAR)
    if len(found) == 1:
        return redirect(url_for(".institute", slug=found[0].slug), 303)
    return page("issue/home.html", institutes=found)


@pages.get("/<slug>")
def institute(slug: str) -> ResponseReturnValue:
    """The runs and credentials of an institute, and the form that offers a run."""
    return _institute_page(access.registered(slug))


@pages.post("/<slug>/runs")
def offer(slug: str) -> ResponseReturnValue:
    """Offer the latest version of a course."""
    found, form = access.registered(slug), _offer_form()
    if not form.validate():
        return _institute_page(found, form), 422
    last = form.closes.data
    service.offer(
        access.session(),
        found,
        access.version(form.version.data),
        opens=first_second(form.opens.data or access.now().date(), found.time_zone),
        closes=last_second(last, found.time_zone) if last else None,
        access=Access(form.access.data),
        now=access.now(),
        by=access.person(),
    )
    flash(_("The run is offered."), "ok")
    return redirect(url_for(".institute", slug=slug), 303)


@pages.post("/credentials/<public_id>/revocation")
def revoke(public_id: str) -> ResponseReturnValue:
    """Say publicly that a credential no longer stands."""
    found, form = access.issued_credential(public_id), RevokeForm(request.form)
    if not form.validate():
        return public.credential_page(public_id, form), 422
    issuing.revoke(
        access.session(),
        found,
        reason=form.reason.data or "",
        by=access.person(),
        now=access.now(),
    )
    flash(_("The credential is revoked."), "ok")
    return redirect(url_for("public.credential", public_id=public_id), 303)


def _institute_page(found: Institute, form: OfferForm | None = None) -> str:
    words = request.args.get("q", "")[:200]
    issued = credentials.issued_by(access.session(), found, words=words, number=paging.asked())
    return page(
        "issue/institute.html",
        institute=found,
        runs=learning.runs_of(access.session(), [found]),
        credentials=issued.items,
        words=words,
        window=issued.window,
        turning=paging.turning(
            issued.window, ".institute", slug=found.slug, _anchor="credentials", q=words
        ),
        form=form or _offer_form(),
        now=access.now(),
    )


def _offer_form() -> OfferForm:
    form = OfferForm(request.form)
    form.choose_from(
        (version.public_id, templating.plain(version.titles))
        for version in catalogue.search(access.session(), "")
    )
    return form
