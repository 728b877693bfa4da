"""Receipts: what they say, that any changed byte is noticed, and who can check them."""

import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lms.credentials import multibase, receipt_signing
from lms.credentials.reading import Unfit
from lms.credentials.receipt import File, HandIn, receipt_document, written

WORK = b'{"cells": []}'


@pytest.fixture
def handed_in(fez, noon):
    """What Salma handed in, as a receipt tells it."""
    return receipt_document(
        HandIn(
            id="https://learn.example.ma/submissions/8fz2/receipt.json",
            issuer=fez.did,
            institute="معهد الجزري، فاس",
            learner="p7",
            course="v3",
            course_name="Python pour l’IA",
            version=3,
            assignment="a1",
            assignment_name="Mesures",
            submission="8fz2",
            number=2,
            handed_in=noon,
            work=(File("measures.ipynb", hashlib.sha256(WORK).hexdigest()),),
        )
    )


@pytest.fixture
def receipt(handed_in, fez, noon):
    return receipt_signing.sign(handed_in, fez.key, noon)


@pytest.fixture
def checked(fez, rabat, noon):
    """What a stranger finds who holds both institutes' identity documents."""

    def check(content, **changes):
        dids = changes.pop("dids", {fez.did: fez.published(), rabat.did: rabat.published()})
        return receipt_signing.verify(content, dids, **{"now": noon, **changes})

    return check


def failing(found):
    return found.first_failure and found.first_failure.name.value


def test_what_an_institute_signed_holds(receipt, checked):
    found = checked(receipt)

    assert found.holds
    assert [check.name.value for check in found.checks][-1] == "signature"


def test_any_changed_byte_is_noticed(receipt, checked):
    for place in range(len(receipt)):
        changed = bytearray(receipt)
        changed[place] ^= 1

        assert not checked(bytes(changed)).holds, place


@pytest.mark.parametrize("at", [0, 1, 100, -1], ids=["first", "second", "within", "end"])
@pytest.mark.parametrize("more", [b" ", b"\n"], ids=["space", "line"])
def test_no_byte_is_added_either(receipt, checked, at, more):
    place = at % (len(receipt) + 1)

    assert not checked(receipt[:place] + more + receipt[place:]).holds


def test_no_byte_is_left_out(receipt, checked):
    assert not any(checked(receipt[:end]).holds for end in range(len(receipt)))


def test_it_is_signed_as_the_w3c_says_so_that_others_can_check_it(receipt, fez):
    told = json.loads(receipt)
    (proof,) = told.pop("proof")
    signature = multibase.decode(proof.pop("proofValue"))

    def digest(part):
        text = json.dumps(part, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).digest()

    key = Ed25519PublicKey.from_public_bytes(fez.key.secret.public_key().public_bytes_raw())
    key.verify(signature, digest(proof) + digest(told))
    assert proof["cryptosuite"] == "eddsa-jcs-2022"


@pytest.mark.parametrize(
    ("work", "failure"),
    [
        pytest.param(WORK, None, id="the work itself"),
        pytest.param(WORK + b" ", "work", id="another"),
        pytest.param(b"", "work", id="nothing in it"),
    ],
)
def test_work_at_hand_is_compared(receipt, checked, work, failure):
    assert failing(checked(receipt, work=work)) == failure


def test_another_institute_s_key_does_not_sign_for_this_one(handed_in, rabat, checked, noon):
    forged = receipt_signing.sign(handed_in, rabat.key, noon)

    assert failing(checked(forged)) in ("key", "signature")


def test_it_holds_no_more_when_the_key_is_revoked_or_the_issuer_unknown(
    receipt, checked, fez, noon
):
    assert failing(checked(receipt, dids={fez.did: fez.published(revoked=noon)})) == "key"
    assert failing(checked(receipt, dids={})) == "key"


def test_none_comes_from_the_future(handed_in, fez, checked, noon):
    receipt = receipt_signing.sign(handed_in, fez.key, noon)

    assert failing(checked(receipt, now=noon.replace(hour=11))) == "period"


@pytest.mark.parametrize(
    "change",
    [
        {"grade": "20"},
        {"work": []},
        {"learner": {"id": "p7", "email": "salma@example.ma"}},
        {"learner": "p7"},
        {"course": {"id": "v3", "name": "x", "version": True}},
        {"submission": {"id": "8fz2", "number": 2, "handedIn": "yesterday"}},
    ],
    ids=lambda change: "-".join(change),
)
def test_what_says_more_or_less_than_a_receipt_is_neither_signed_nor_believed(
    handed_in, fez, checked, noon, receipt, change
):
    with pytest.raises(Unfit):
        receipt_signing.sign({**handed_in, **change}, fez.key, noon)

    assert failing(checked(written({**json.loads(receipt), **change}))) == "shape"


def test_credentials_are_checked_as_before(signed, checked):
    assert checked(signed).holds
    assert failing(checked(signed[:-20])) == "file"
