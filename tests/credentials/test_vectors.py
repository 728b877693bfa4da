"""The test vectors that standards bodies publish (see data/README.md)."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lms.credentials import multibase
from lms.credentials.canonical import canonical
from lms.credentials.contexts import FOLDER, PINNED, Contexts, pinned
from lms.credentials.signing import SigningKey, hash_data, is_signature

EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"


@pytest.fixture
def vector(data):
    return json.loads((data / "eddsa-rdfc-2022.json").read_text())


@pytest.fixture
def contexts(vector):
    documents = {
        address: json.loads((FOLDER / name).read_bytes()) for address, (name, _) in PINNED.items()
    }
    return Contexts({**documents, EXAMPLES: vector["examples_context"]})


def options(expected):
    return {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2023-02-24T23:36:38Z",
        "verificationMethod": expected["verification_method"],
        "proofPurpose": "assertionMethod",
    }


@pytest.mark.parametrize("form", ["recommendation", "repository"])
def test_both_digests_are_those_that_w3c_publishes(vector, contexts, form):
    expected = vector["proofs"][form]

    data = hash_data(vector["credential"], options(expected), contexts)

    assert data.hex() == expected["proof_sha256"] + vector["document_sha256"]


@pytest.mark.parametrize("form", ["recommendation", "repository"])
def test_signing_gives_the_proof_value_that_w3c_publishes(vector, contexts, form):
    expected = vector["proofs"][form]
    # 0x8026 is the multicodec of an Ed25519 secret key.
    secret = multibase.decode(vector["secret_key"]).removeprefix(b"\x80\x26")
    key = SigningKey("key-2023-1", Ed25519PrivateKey.from_private_bytes(secret))

    signature = key.secret.sign(hash_data(vector["credential"], options(expected), contexts))

    assert key.public_multibase == vector["public_key"]
    assert multibase.encode(signature) == expected["proof_value"]


def test_the_published_signature_verifies_and_does_not_after_a_change(vector, contexts):
    expected = vector["proofs"]["recommendation"]
    public = multibase.decode_key(vector["public_key"])
    signature = multibase.decode(expected["proof_value"])
    changed = {**vector["credential"], "name": "Professor Credential"}

    untouched, touched = (
        is_signature(signature, hash_data(document, options(expected), contexts), public)
        for document in (vector["credential"], changed)
    )

    assert untouched
    assert not touched


def test_an_open_badge_says_what_1edtech_publishes_that_it_says(data):
    document = json.loads((data / "open-badges.json").read_text())

    said = canonical(document, pinned())

    assert said == (data / "open-badges.nq").read_text()
