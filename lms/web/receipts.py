"""Receipts for work that was handed in: signed, downloaded, and checked by anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from lms import awarding
from lms.catalogue.notebooks import LARGEST_NOTEBOOK
from lms.core.errors import NotFound
from lms.credentials import moments
from lms.credentials import queries as credentials
from lms.credentials import receipts as issuing
from lms.credentials.receipt import is_receipt
from lms.credentials.service import face_of
from lms.web import access, templating
from lms.web.receipt_forms import CheckForm
from lms.web.templating import page

if TYPE_CHECKING:
    from lms.credentials.verifying import Verification

pages = Blueprint("receipts", __name__)


@pages.post("/submissions/<public_id>/receipt")
def sign(public_id: str) -> ResponseReturnValue:
    """Have the receipt signed that could not be when the work came in."""
    found = access.submission(public_id)
    awarding.receipt(access.session(), access.lms(), found, now=access.now())
    return redirect(url_for("learn.submission", public_id=public_id) + "#receipt", 303)


@pages.get("/submissions/<public_id>/receipt.json")
def download(public_id: str) -> ResponseReturnValue:
    """The exact bytes that were signed."""
    found = credentials.receipt(access.session(), access.submission(public_id))
    if found is None:
        raise NotFound
    return Response(
        found.document,
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="receipt-{public_id}.json"'},
    )


@pages.get("/verify")
def check() -> ResponseReturnValue:
    """The form that takes a signed file."""
    return _page(CheckForm())


@pages.post("/verify")
def checked() -> ResponseReturnValue:
    """What was found of a signed file. Nothing of it is kept."""
    form = CheckForm(CombinedMultiDict([request.files, request.form]))
    if not form.validate():
        return _page(form), 422
    found = issuing.check(
        access.session(),
        access.lms().settings.base_url,
        form.content,
        now=access.now(),
        work=form.work_content,
    )
    return _page(form, found), 200 if found.holds else 422


def _page(form: CheckForm, found: Verification | None = None) -> str:
    told = found.credential if found and found.holds else None
    receipt = told if told and is_receipt(told) else None
    return page(
        "public/verify.html",
        form=form,
        largest=LARGEST_NOTEBOOK,
        checked=found,
        verdicts=[(each.holds, templating.sentence(each.sentence)) for each in found.checks]
        if found
        else [],
        receipt=receipt,
        face=face_of(told) if told and not receipt else None,
        handed_in=moments.read(receipt["submission"]["handedIn"]) if receipt else None,
    )
