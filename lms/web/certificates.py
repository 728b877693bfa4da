"""The certificate of a credential as a file for paper, in the visitor's language."""

from flask import Blueprint, Response
from flask_babel import gettext as _

from lms.bootstrap import beside_package
from lms.credentials import service as issuing
from lms.credentials.certificate import Certificate, printed
from lms.web import access, templating

pages = Blueprint("certificates", __name__)


@pages.get("/credentials/<public_id>.pdf")
def sheet(public_id: str) -> Response:
    """The certificate as a PDF, with the signed file within."""
    found = access.credential(public_id)
    certificate = _certificate(issuing.face(found), public_id, is_revoked=found.revoked is not None)
    made = printed(certificate, found.document, beside_package("static"))
    answer = Response(made, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{public_id}.pdf"'
    return answer


def _certificate(face: issuing.Face, number: str, *, is_revoked: bool) -> Certificate:
    return Certificate(
        language=templating.locale(),
        sentence=_("%(institute)s certifies that %(holder)s has earned %(achievement)s"),
        institute=face.issuer,
        holders=face.holders,
        achievement=face.achievement,
        description=face.description,
        criteria=face.criteria,
        course_language=face.language,
        skills=tuple(name for name, _address in face.skills),
        facts=(
            (_("Issued on"), templating.plain_day(face.valid_from)),
            (_("Number"), number),
            (_("Verify at"), face.address),
        ),
        address=face.address,
        attached=_("The signed file of this credential"),
        at=int(face.valid_from.timestamp()),
        revoked=_("Revoked") if is_revoked else "",
    )
