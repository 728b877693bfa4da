"""The receipt of a piece of work as a value: who handed in what, for what, and when."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from lms.core.i18n import say
from lms.credentials import moments
from lms.credentials.reading import Json, Unfit

TYPE: Final = "HandInReceipt"

_FORM: Final[dict[str, Any]] = {
    "id": str,
    "type": str,
    "issuer": {"id": str, "name": str},
    "learner": {"id": str},
    "course": {"id": str, "name": str, "version": int},
    "assignment": {"id": str, "name": str},
    "submission": {"id": str, "number": int, "handedIn": str},
    "work": [{"name": str, "sha256": str}],
    "proof": [
        {
            "type": str,
            "cryptosuite": str,
            "created": str,
            "verificationMethod": str,
            "proofPurpose": str,
            "proofValue": str,
        }
    ],
}


@dataclass(frozen=True)
class File:
    """One file of the work, and the SHA-256 of its bytes in hexadecimal."""

    name: str
    sha256: str


@dataclass(frozen=True)
class HandIn:
    """What a receipt says. Identifiers are public ones; ``learner`` is no name and no address.

    ``id`` is where the receipt can be fetched by those who may.
    """

    id: str
    issuer: str
    institute: str
    learner: str
    course: str
    course_name: str
    version: int
    assignment: str
    assignment_name: str
    submission: str
    number: int
    handed_in: datetime
    work: tuple[File, ...]


def receipt_document(told: HandIn) -> Json:
    """The unsigned receipt. ValueError for a moment without a zone."""
    return {
        "id": told.id,
        "type": TYPE,
        "issuer": {"id": told.issuer, "name": told.institute},
        "learner": {"id": told.learner},
        "course": {"id": told.course, "name": told.course_name, "version": told.version},
        "assignment": {"id": told.assignment, "name": told.assignment_name},
        "submission": {
            "id": told.submission,
            "number": told.number,
            "handedIn": moments.write(told.handed_in),
        },
        "work": [{"name": each.name, "sha256": each.sha256} for each in told.work],
    }


def is_receipt(document: Json) -> bool:
    """Whether ``document`` calls itself a receipt."""
    return document.get("type") == TYPE


def written(document: Json) -> bytes:
    """The one way in which a receipt is written as a file."""
    return (json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def canonical_json(document: Json) -> bytes:
    """``document`` as RFC 8785 (JCS) writes it, which is what is signed.

    It holds nothing but texts and whole numbers under names of ASCII letters, for which Python
    and the RFC agree.
    """
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def require_receipt(document: Json) -> None:
    """Refuse with Unfit a ``document`` that says more or less than a receipt says."""
    _require(document, _FORM, "")
    moment = document["submission"]["handedIn"]
    for text in (moment, document["proof"][0]["created"]):
        try:
            moments.read(text)
        except ValueError as error:
            raise Unfit(
                say("“{place}” should be a date with its time and zone.", place="handedIn")
            ) from error


def _require(value: Any, form: Any, place: str) -> None:
    if isinstance(form, dict):
        fits = isinstance(value, dict) and set(value) == set(form)
        inner = [(value[name], form[name], f"{place}.{name}") for name in form] if fits else []
    elif isinstance(form, list):
        fits = isinstance(value, list) and bool(value)
        inner = [(each, form[0], place) for each in value] if fits else []
    else:
        # Not isinstance: True is a whole number to Python.
        fits, inner = type(value) is form, []
    if not fits:
        raise Unfit(say("“{place}” is not what a receipt says there.", place=place.strip(".")))
    for each in inner:
        _require(*each)
