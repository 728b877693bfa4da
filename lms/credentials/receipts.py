"""Giving receipts for work that was handed in, and checking files that somebody holds."""

import json
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.catalogue.notebook_names import file_name
from lms.core import journal
from lms.core.i18n import best_text
from lms.credentials import queries, receipt_signing, service, signing
from lms.credentials.models import Receipt
from lms.credentials.receipt import File, HandIn, receipt_document
from lms.credentials.verifying import Verification
from lms.grading.models import Submission


def give(
    session: Session,
    keys: signing.KeyFolder,
    base_url: str,
    submission: Submission,
    *,
    now: datetime,
) -> Receipt:
    """Sign and keep the receipt for ``submission``; asking twice gives the same one.

    Raises NoKey, or what signing raises when the key file is missing or unsafe.
    """
    if held := queries.receipt(session, submission):
        return held
    institute = submission.enrolment.run.institute
    key = service.key_in_use(session, institute)
    document = receipt_document(_told(base_url, submission))
    receipt = Receipt(
        submission=submission,
        key=key,
        issued=now,
        document=receipt_signing.sign(document, keys.load(institute.slug, key.name), now),
    )
    try:
        with session.begin_nested():
            session.add(receipt)
    except IntegrityError:  # Another request has signed it meanwhile.
        return give(session, keys, base_url, submission, now=now)
    journal.note(session, "receipt.given", submission, at=now, key=key.name)
    return receipt


def check(
    session: Session, base_url: str, content: bytes, *, now: datetime, work: bytes | None = None
) -> Verification:
    """Check a file that somebody holds, receipt or credential, of an institute of this site."""
    documents = {}
    for institute in queries.institutes(session):
        # Other institutes are named nowhere in the file, so their keys need not be looked up.
        if service.did(base_url, institute).encode() in content:
            document = json.loads(service.did_document(session, base_url, institute))
            documents[document["id"]] = document
    return receipt_signing.verify(content, documents, now=now, work=work)


def _told(base_url: str, submission: Submission) -> HandIn:
    enrolment, assignment = submission.enrolment, submission.assignment
    version, institute = enrolment.run.version, enrolment.run.institute
    locale = enrolment.person.locale
    return HandIn(
        id=f"{base_url}/submissions/{submission.public_id}/receipt.json",
        issuer=service.did(base_url, institute),
        institute=best_text(institute.names, locale)[0],
        learner=enrolment.person.public_id,
        course=version.public_id,
        course_name=best_text(version.titles, locale)[0],
        version=version.number,
        assignment=assignment.public_id,
        assignment_name=best_text(assignment.titles, locale)[0],
        submission=submission.public_id,
        number=submission.number,
        handed_in=submission.handed_in,
        work=tuple(
            File(file_name(assignment.slug, each.name), each.content)
            for each in submission.notebooks
        ),
    )
