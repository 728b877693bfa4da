"""Signing receipts with an institute's key, and checking them without any network."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from lms.core.i18n import Sentence, say
from lms.credentials import did, moments, multibase, reading, verifying
from lms.credentials.reading import Json, Unfit
from lms.credentials.receipt import canonical_json, is_receipt, require_receipt, written
from lms.credentials.signing import SigningKey
from lms.credentials.verifying import Case, CheckName, Verification

#: Its terms need no vocabulary: plain JSON is signed as it is.
CRYPTOSUITE: Final = "eddsa-jcs-2022"


def sign(document: Json, key: SigningKey, created: datetime) -> bytes:
    """The receipt ``document`` with the proof of ``key``: the bytes to store and to hand out.

    Refuses with Unfit what could not be checked again.

    Source: W3C Data Integrity EdDSA Cryptosuites 1.0, eddsa-jcs-2022.
    """
    reading.examine(document)
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "created": moments.write(created),
        "verificationMethod": did.key_id(document["issuer"]["id"], key.name),
        "proofPurpose": "assertionMethod",
    }
    signature = key.secret.sign(hash_data(document, proof))
    signed = {**document, "proof": [{**proof, "proofValue": multibase.encode(signature)}]}
    content = written(signed)
    # What we could not read back, nobody could check.
    require_receipt(reading.read(content))
    return content


def hash_data(document: Json, proof: Json) -> bytes:
    """The 64 bytes that are signed: the digest of the proof's options, then the document's."""
    return b"".join(hashlib.sha256(canonical_json(part)).digest() for part in (proof, document))


def verify(
    content: bytes,
    dids: Mapping[str, Json],
    *,
    now: datetime,
    work: bytes | None = None,
) -> Verification:
    """Check the receipt, or else the credential, that ``content`` holds.

    As `verifying.verify` does; with ``work``, also whether the receipt is for these bytes.
    """
    case = Case(content, dids, now, work=work)
    try:
        told = reading.read(content)
    except Unfit:
        told = {}
    if not is_receipt(told):
        return verifying.run(verifying.STEPS, case)
    steps = STEPS if work is not None else tuple(s for s in STEPS if s[0] is not CheckName.WORK)
    return verifying.run(steps, case)


def _shape(case: Case) -> Sentence:
    require_receipt(case.credential)
    if written(case.credential) != case.content:
        raise Unfit(
            say("Something has rewritten the file: it is not byte for byte as it was issued.")
        )
    return say("It is a receipt for work that was handed in, written as receipts are.")


def _proof(case: Case) -> Sentence:
    return verifying.proof_of(case, CRYPTOSUITE)


def _vocabulary(case: Case) -> Sentence:
    document = {name: value for name, value in case.credential.items() if name != "proof"}
    options = {name: value for name, value in case.proof.items() if name != "proofValue"}
    case.data = hash_data(document, options)
    return say("Every word in it is one that receipts have, and the signature covers all of it.")


def _period(case: Case) -> Sentence:
    handed_in = case.credential["submission"]["handedIn"]
    for text in (handed_in, case.proof["created"]):
        if moments.read(text) > case.now + verifying.CLOCKS_DIFFER:
            raise Unfit(say("It bears a date in the future: {moment}.", moment=text))
    return say("The work was handed in at {moment}.", moment=handed_in)


def _work(case: Case) -> Sentence:
    found = hashlib.sha256(case.work or b"").hexdigest()
    if all(each["sha256"] != found for each in case.credential["work"]):
        raise Unfit(say("The work at hand is another than the receipt is for."))
    return say("The work at hand is what the receipt is for.")


#: As `verifying.STEPS`.
STEPS: Final[tuple[verifying.StepOf, ...]] = (
    (CheckName.FILE, (), verifying.file_read),
    (CheckName.SHAPE, (CheckName.FILE,), _shape),
    (CheckName.PROOF, (CheckName.SHAPE,), _proof),
    (CheckName.VOCABULARY, (CheckName.PROOF,), _vocabulary),
    (CheckName.ISSUER, (CheckName.PROOF,), verifying.issuer_named),
    (CheckName.KEY, (CheckName.PROOF,), verifying.key_listed),
    (CheckName.PERIOD, (CheckName.SHAPE,), _period),
    (CheckName.SIGNATURE, (CheckName.VOCABULARY, CheckName.KEY), verifying.signature_holds),
    (CheckName.WORK, (CheckName.SIGNATURE,), _work),
)
