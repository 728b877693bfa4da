"""did:web identities and their documents."""

import json
from datetime import timedelta

import pytest

from lms.credentials import multibase
from lms.credentials.did import (
    PublishedKey,
    asserting_key,
    did_address,
    did_document,
    did_web,
    read_documents,
)
from lms.credentials.reading import Unfit

ADDRESSES = [
    (
        "http://127.0.0.1:8000",
        "did:web:127.0.0.1%3A8000:institutes:fez",
        "http://127.0.0.1:8000/institutes/fez/did.json",
    ),
    (
        "https://learn.example.ma",
        "did:web:learn.example.ma:institutes:fez",
        "https://learn.example.ma/institutes/fez/did.json",
    ),
    (
        "https://Example.MA/jazari/",
        "did:web:example.ma:jazari:institutes:fez",
        "https://example.ma/jazari/institutes/fez/did.json",
    ),
    (
        "https://xn--mgbaal8b0b9b2b.example:8443",
        "did:web:xn--mgbaal8b0b9b2b.example%3A8443:institutes:fez",
        "https://xn--mgbaal8b0b9b2b.example:8443/institutes/fez/did.json",
    ),
]
KEY = PublishedKey("key-2026-1", multibase.encode_key(bytes(range(32))))
OLD_KEY = PublishedKey("key-2025-1", multibase.encode_key(bytes(32)))
DID = "did:web:learn.example.ma:institutes:fez"


@pytest.mark.parametrize(("site", "did", "address"), ADDRESSES)
def test_a_site_gives_the_did_and_the_did_gives_its_address(site, did, address):
    assert did_web(site, "fez") == did
    assert did_address(did) == address


@pytest.mark.parametrize(
    ("site", "slug"),
    [
        ("http://[::1]:8000", "fez"),
        ("https://معهد.example", "fez"),
        ("learn.example.ma", "fez"),
        ("https://learn.example.ma", "fez/../rabat"),
        ("https://learn.example.ma", ""),
        ("https://learn.example.ma", "فاس"),
    ],
)
def test_what_did_web_cannot_name_is_refused(site, slug):
    with pytest.raises(ValueError, match="did:web cannot name"):
        did_web(site, slug)


def test_a_bare_host_has_its_document_at_the_well_known_place():
    assert did_address("did:web:example.ma") == "https://example.ma/.well-known/did.json"


@pytest.mark.parametrize(
    "did",
    [
        "did:key:z6Mk",
        "did:web:",
        "did:web:a%2Fb",
        "did:web:a.ma:..%2f",
        "did:web:a.ma/x",
        "did:web:user@a.ma",
        "did:web:a.ma#key",
        "did:web:a.ma:x\n",
    ],
)
def test_no_address_is_made_of_anything_else(did):
    with pytest.raises(Unfit, match="did:web kind"):
        did_address(did)


def test_every_did_url_in_a_document_is_absolute():
    document = did_document(DID, [OLD_KEY, KEY])

    assert document["id"] == DID
    assert document["assertionMethod"] == [f"{DID}#key-2025-1", f"{DID}#key-2026-1"]
    assert document["verificationMethod"][1] == {
        "id": f"{DID}#key-2026-1",
        "type": "Multikey",
        "controller": DID,
        "publicKeyMultibase": KEY.public_multibase,
    }


def test_a_listed_key_may_assert(noon):
    document = did_document(DID, [OLD_KEY, KEY])

    public = asserting_key(document, f"{DID}#key-2025-1", now=noon)

    assert public == bytes(32)


def test_a_revoked_key_stays_listed_and_may_not_assert(noon):
    revoked = PublishedKey(KEY.name, KEY.public_multibase, revoked=noon)
    document = did_document(DID, [revoked])

    with pytest.raises(Unfit, match=r"withdrew the key .+ on 2026-06-30T12:00:00Z"):
        asserting_key(document, f"{DID}#key-2026-1", now=noon)

    assert document["assertionMethod"] == []
    assert document["verificationMethod"][0]["revoked"] == "2026-06-30T12:00:00Z"


def change(**values):
    def apply(document):
        document["verificationMethod"][0].update(values)

    return apply


def forget_purpose(document):
    document["assertionMethod"] = []
    document["authentication"] = [f"{DID}#key-2026-1"]


def describe_twice(document):
    document["verificationMethod"] *= 2


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda document: document.pop("verificationMethod"), "does not list"),
        (lambda document: document.update(verificationMethod="x"), "does not list"),
        (lambda document: document.update(verificationMethod=[1, None]), "does not list"),
        (change(id="#key-2026-1"), "does not list"),
        (lambda document: document.pop("assertionMethod"), "does not let"),
        (lambda document: document.update(assertionMethod={}), "does not let"),
        (forget_purpose, "does not let"),
        (describe_twice, "does not say clearly"),
        (change(type="JsonWebKey"), "does not say clearly"),
        (change(controller="did:web:other.ma"), "does not say clearly"),
        (change(publicKeyMultibase="z6Mk"), "does not say clearly"),
        (change(publicKeyMultibase=None), "does not say clearly"),
        (change(revoked="2026-01-01T00:00:00Z"), "withdrew"),
        (change(expires="2026-01-01T00:00:00Z"), "withdrew"),
        (change(expires=1), "does not say clearly"),
    ],
)
def test_a_document_that_does_not_vouch_for_the_key_is_no_help(noon, spoil, sentence):
    document = json.loads(json.dumps(did_document(DID, [KEY])))
    spoil(document)

    with pytest.raises(Unfit, match=sentence):
        asserting_key(document, f"{DID}#key-2026-1", now=noon)


def test_a_key_that_expires_later_may_assert_until_then(noon):
    document = did_document(DID, [KEY])
    change(expires="2026-07-01T00:00:00Z")(document)

    assert asserting_key(document, f"{DID}#key-2026-1", now=noon)
    with pytest.raises(Unfit, match="withdrew"):
        asserting_key(document, f"{DID}#key-2026-1", now=noon + timedelta(days=1))


def test_identity_documents_are_read_under_their_dids(fez, rabat):
    contents = [json.dumps(one.published()).encode() for one in (fez, rabat)]

    documents = read_documents(contents)

    assert documents == {fez.did: fez.published(), rabat.did: rabat.published()}


@pytest.mark.parametrize(
    ("contents", "sentence"),
    [
        ([b"{}"], "not an identity document"),
        ([b'{"id": 1}'], "not an identity document"),
        ([b'{"id": "https://a.ma"}'], "not an identity document"),
        ([b"<html>"], "not JSON"),
        ([b'{"id": "did:web:a.ma"}', b'{"id": "did:web:a.ma"}'], "two identity documents"),
    ],
)
def test_other_files_are_not_taken_for_identity_documents(contents, sentence):
    with pytest.raises(Unfit, match=sentence):
        read_documents(contents)
