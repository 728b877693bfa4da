"""Pinned vocabularies: the publishers' bytes, and nothing but them."""

import hashlib
import re

import pytest

from lms.credentials.canonical import canonical
from lms.credentials.contexts import FOLDER, PINNED, pinned
from lms.credentials.reading import Unfit


@pytest.mark.parametrize("address", PINNED)
def test_a_pinned_context_has_the_bytes_of_its_publisher(address):
    name, digest = PINNED[address]

    content = (FOLDER / name).read_bytes()

    assert hashlib.sha256(content).hexdigest() == digest


def test_the_readme_tells_source_and_digest_of_every_file_in_the_folder():
    readme = (FOLDER / "README.md").read_text()

    told = re.findall(r"\| `(\S+)` \| `(\S+)` \| .+ \| `([0-9a-f]{64})` \|", readme)

    assert {(address, name, digest) for name, address, digest in told} == {
        (address, name, digest) for address, (name, digest) in PINNED.items()
    }
    assert {file.name for file in FOLDER.glob("*.json")} == {name for name, _, _ in told}


def test_a_pinned_context_is_served():
    address = "https://www.w3.org/ns/credentials/v2"

    served = pinned().options()["documentLoader"](address, {})

    assert served["document"]["@context"]["name"] == "https://schema.org/name"


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/context",
        "http://www.w3.org/ns/credentials/v2",
        "https://www.w3.org/ns/credentials/v2/",
        "file:///etc/passwd",
    ],
)
def test_no_other_context_is_ever_served(address):
    with pytest.raises(Unfit, match="not known here"):
        pinned().options()["documentLoader"](address, {})


def test_a_document_cannot_make_us_fetch_its_context():
    document = {"@context": ["https://www.w3.org/ns/credentials/v2", "http://127.0.0.1:9/x"]}

    with pytest.raises(Unfit, match=r"http://127\.0\.0\.1:9/x, which is not known"):
        canonical(document, pinned())
