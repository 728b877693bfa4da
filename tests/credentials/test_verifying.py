"""Verification by a stranger: what holds, what does not, and which check says so."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from lms.credentials import multibase
from lms.credentials.contexts import pinned
from lms.credentials.did import PublishedKey, did_document
from lms.credentials.document import achievement_credential
from lms.credentials.signing import SigningKey, hash_data, sign
from lms.credentials.verifying import CheckName


def walk(value, place=()):
    """Every place in a document."""
    yield place
    steps = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for step, inner in steps:
        yield from walk(inner, (*place, step))


def at(document, place):
    for step in place:
        document = document[step]
    return document


def test_what_an_institute_signed_verifies(signed, verified):
    verification = verified(signed)

    assert verification.holds
    assert verification.first_failure is None
    # Work is what receipts are compared with.
    wanted = [name for name in CheckName if name is not CheckName.WORK]
    assert [check.name for check in verification.checks] == wanted
    assert verification.credential == json.loads(signed)
    assert str(verification.checks[-1].sentence) == (
        "Nothing in it has changed since the issuer signed it."
    )


def test_only_the_identity_document_is_needed(signed, verified, fez):
    file = json.loads(json.dumps(fez.published()))

    assert verified(signed, dids={fez.did: file}).holds


def test_many_may_verify_at_once(signed, verified):
    with ThreadPoolExecutor(8) as pool:
        verifications = list(pool.map(verified, [signed] * 80))

    assert all(verification.holds for verification in verifications)


def test_indentation_and_order_may_change(signed, verified):
    document = json.loads(signed)

    assert verified(json.dumps(document, sort_keys=True).encode()).holds


def test_no_text_may_change(signed, verified):
    document = json.loads(signed)
    texts = [place for place in walk(document) if isinstance(at(document, place), str)]

    held = []
    for place in texts:
        changed = json.loads(signed)
        at(changed, place[:-1])[place[-1]] += "x"
        if verified(changed).holds:
            held.append(place)

    assert len(texts) > 60
    assert held == []


def test_nothing_may_be_taken_out(signed, verified):
    document = json.loads(signed)
    places = [place for place in walk(document) if place]

    held = []
    for place in places:
        changed = json.loads(signed)
        del at(changed, place[:-1])[place[-1]]
        if verified(changed).holds:
            held.append(place)

    assert len(places) > 80
    assert held == []


@pytest.mark.parametrize("key", ["name", "honours", "https://schema.org/name", "id", "@id", "type"])
@pytest.mark.parametrize("value", ["https://a.ma/x", None, [], {}, True])
def test_nothing_may_be_put_in(signed, verified, key, value):
    document = json.loads(signed)
    objects = [place for place in walk(document) if isinstance(at(document, place), dict)]

    held = []
    for place in objects:
        changed = json.loads(signed)
        if key in at(changed, place):
            continue
        at(changed, place)[key] = value
        if verified(changed).holds:
            held.append(place)

    assert held == []


def test_no_byte_may_change_what_is_said(signed, verified):
    said = json.loads(signed)
    held = []

    for position in range(0, len(signed), 23):
        changed = signed[:position] + bytes([signed[position] ^ 1]) + signed[position + 1 :]
        # A line end may become another space: that says the same.
        if verified(changed).holds and json.loads(changed) != said:
            held.append(position)

    assert held == []


def put(*place_and_value):
    *place, value = place_and_value

    def change(document):
        at(document, place[:-1])[place[-1]] = value

    return change


def drop(*place):
    def change(document):
        del at(document, place[:-1])[place[-1]]

    return change


def two_proofs(document):
    document["proof"] *= 2


CHANGES = [
    ("name", put("name", "Doctor of AI"), CheckName.SIGNATURE),
    (
        "holder",
        put("credentialSubject", "identifier", 0, "identityHash", "Rim"),
        CheckName.SIGNATURE,
    ),
    ("proof's date", put("proof", 0, "created", "2026-06-01T00:00:00Z"), CheckName.SIGNATURE),
    ("no base58", put("proof", 0, "proofValue", "u2NEpo7"), CheckName.SIGNATURE),
    ("an empty signature", put("proof", 0, "proofValue", "z"), CheckName.SIGNATURE),
    ("a huge signature", put("proof", 0, "proofValue", "z" + "2" * 9999), CheckName.SIGNATURE),
    ("a term", put("honours", "first class"), CheckName.VOCABULARY),
    (
        "a context",
        put("@context", ["https://www.w3.org/ns/credentials/v2", "https://a.ma/c"]),
        CheckName.VOCABULARY,
    ),
    ("purpose", put("proof", 0, "proofPurpose", "authentication"), CheckName.PROOF),
    ("suite", put("proof", 0, "cryptosuite", "eddsa-jcs-2022"), CheckName.PROOF),
    ("kind of proof", put("proof", 0, "type", "Ed25519Signature2020"), CheckName.PROOF),
    ("more in the proof", put("proof", 0, "challenge", "x"), CheckName.PROOF),
    ("no date in the proof", drop("proof", 0, "created"), CheckName.PROOF),
    ("no signature", drop("proof", 0, "proofValue"), CheckName.PROOF),
    ("a number for a key", put("proof", 0, "verificationMethod", 1), CheckName.PROOF),
    ("proof is no list", put("proof", {"type": "DataIntegrityProof"}), CheckName.SHAPE),
    ("no proof", drop("proof"), CheckName.SHAPE),
    ("two proofs", two_proofs, CheckName.SHAPE),
    ("type is no list", put("type", "VerifiableCredential"), CheckName.SHAPE),
    ("another type", put("type", ["VerifiableCredential"]), CheckName.SHAPE),
    ("no subject", drop("credentialSubject"), CheckName.SHAPE),
    ("two subjects", put("credentialSubject", [{}, {}]), CheckName.SHAPE),
    ("issuer is no profile", put("issuer", "did:web:a.ma"), CheckName.SHAPE),
    ("nameless issuer", drop("issuer", "name"), CheckName.SHAPE),
    ("no moment", put("validFrom", "yesterday"), CheckName.SHAPE),
    ("a status", put("credentialStatus", {"id": "https://a.ma/s", "type": "X"}), CheckName.SHAPE),
    (
        "contexts out of order",
        put(
            "@context",
            [
                "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
                "https://www.w3.org/ns/credentials/v2",
            ],
        ),
        CheckName.SHAPE,
    ),
    ("issuer", put("issuer", "id", "did:web:learn.example.ma:institutes:rabat"), CheckName.ISSUER),
    ("unknown key", put("proof", 0, "verificationMethod", "{did}#key-2026-2"), CheckName.KEY),
    ("no key", put("proof", 0, "verificationMethod", "{did}"), CheckName.ISSUER),
    ("from tomorrow on", put("validFrom", "2026-07-01T12:00:00Z"), CheckName.PERIOD),
    ("signed tomorrow", put("proof", 0, "created", "2026-07-01T12:00:00Z"), CheckName.PERIOD),
    ("until yesterday", put("validUntil", "2026-06-29T12:00:00Z"), CheckName.PERIOD),
]


@pytest.mark.parametrize(
    ("change", "name"), [pytest.param(*rest, id=label) for label, *rest in CHANGES]
)
def test_a_change_is_found_by_the_check_that_is_about_it(signed, verified, fez, change, name):
    document = json.loads(signed)
    change(document)
    text = json.dumps(document).replace("{did}", fez.did)

    verification = verified(text.encode())

    assert verification.first_failure is not None
    assert verification.first_failure.name == name
    assert not verification.holds
    # Work is what receipts are compared with.
    wanted = [name for name in CheckName if name is not CheckName.WORK]
    assert [check.name for check in verification.checks] == wanted


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff", b"[" * 100_000, b" " * 300_000, b'{"id": 1, "id": 2}'],
)
def test_a_file_that_is_no_credential_fails_at_once(verified, content):
    verification = verified(content)

    assert verification.first_failure.name == CheckName.FILE
    assert verification.credential is None
    assert [check.done for check in verification.checks] == [True] + [False] * 7


def test_a_check_that_could_not_be_done_says_so(signed, verified):
    verification = verified(signed, dids={})

    done = {check.name: (check.done, check.holds) for check in verification.checks}
    assert done[CheckName.KEY] == (True, False)
    assert done[CheckName.SIGNATURE] == (False, False)
    assert done[CheckName.PERIOD] == (True, True)
    assert "was not checked" in str(verification.checks[-1].sentence)


def test_another_institutes_key_does_not_sign_for_fez(full_award, verified, fez, rabat, noon):
    stranger = SigningKey(fez.key.name, rabat.key.secret)

    content = sign(achievement_credential(full_award), stranger, noon)

    assert verified(content).first_failure.name == CheckName.SIGNATURE


def test_another_institute_does_not_sign_in_the_name_of_fez(full_award, verified, rabat, noon):
    document = achievement_credential(full_award)
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-06-30T12:00:00Z",
        "verificationMethod": f"{rabat.did}#{rabat.key.name}",
        "proofPurpose": "assertionMethod",
    }
    value = rabat.key.secret.sign(hash_data(document, proof, pinned()))

    verification = verified(
        {**document, "proof": [{**proof, "proofValue": multibase.encode(value)}]}
    )

    failed = [check.name for check in verification.checks if not check.holds]
    assert failed == [CheckName.ISSUER]


def test_what_a_retired_key_signed_still_verifies(signed, verified, fez, rabat):
    old = PublishedKey(fez.key.name, fez.key.public_multibase)
    new = PublishedKey("key-2027-1", rabat.key.public_multibase)

    assert verified(signed, dids={fez.did: did_document(fez.did, [old, new])}).holds


def test_what_a_revoked_key_signed_no_longer_verifies(signed, verified, fez, noon):
    document = fez.published(revoked=noon)

    verification = verified(signed, dids={fez.did: document}, now=noon + timedelta(days=1))

    assert verification.first_failure.name == CheckName.KEY
    assert "withdrew the key" in str(verification.first_failure.sentence)


def test_a_key_listed_for_another_purpose_does_not_assert(signed, verified, fez):
    document = {**fez.published(), "assertionMethod": []}

    assert verified(signed, dids={fez.did: document}).first_failure.name == CheckName.KEY


def test_an_identity_document_under_a_false_name_is_not_believed(signed, verified, fez, rabat):
    verification = verified(signed, dids={fez.did: rabat.published()})

    assert verification.first_failure.name == CheckName.KEY


@pytest.mark.parametrize("document", [{}, {"id": "{did}"}, {"id": "{did}", "assertionMethod": 1}])
def test_a_broken_identity_document_is_no_help(signed, verified, fez, document):
    document = json.loads(json.dumps(document).replace("{did}", fez.did))

    assert verified(signed, dids={fez.did: document}).first_failure.name == CheckName.KEY


def test_a_credential_holds_until_its_end_and_not_at_it(signed, verified, noon):
    end = noon + timedelta(days=3650)

    before, at_end = (
        verified(signed, now=moment).holds for moment in (end - timedelta(seconds=1), end)
    )

    assert before
    assert not at_end


def test_a_clock_that_is_a_little_behind_is_forgiven(signed, verified, noon):
    little, much = (
        verified(signed, now=noon - timedelta(minutes=minutes)).holds for minutes in (5, 6)
    )

    assert little
    assert not much


def test_a_stranger_cannot_write_on_our_terminal(signed, verified):
    document = json.loads(signed)
    document["\u009b31m\u202e" + "x" * 1000] = "y"

    sentence = str(verified(document).first_failure.sentence)

    assert sentence.isprintable()
    assert len(sentence) < 250
