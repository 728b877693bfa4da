"""Signing, and the files that keys are kept in."""

import json
import stat
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from lms.credentials.document import achievement_credential
from lms.credentials.reading import Unfit
from lms.credentials.signing import KeyFolder, KeyMissing, KeyUnsafe, sign

IN_2026 = datetime(2026, 3, 1, tzinfo=UTC)
IN_2027 = datetime(2027, 3, 1, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    return KeyFolder(tmp_path / "keys")


def test_a_proof_is_added_and_nothing_else_is_touched(full_award, fez, noon):
    document = achievement_credential(full_award)

    signed = json.loads(sign(document, fez.key, noon))

    (proof,) = signed.pop("proof")
    assert signed == document
    assert proof.pop("proofValue").startswith("z")
    assert proof == {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-06-30T12:00:00Z",
        "verificationMethod": f"{fez.did}#key-2026-1",
        "proofPurpose": "assertionMethod",
    }


def test_signing_again_gives_the_same_bytes(full_award, fez, noon):
    document = achievement_credential(full_award)

    assert sign(document, fez.key, noon) == sign(document, fez.key, noon)


def test_names_are_stored_as_people_write_them(signed):
    assert "سلمى العلوي".encode() in signed


def test_a_claim_that_a_signature_would_not_cover_is_not_signed(full_award, fez, noon):
    document = achievement_credential(full_award)
    document["credentialSubject"]["honours"] = "first class"

    with pytest.raises(Unfit, match="do not define “honours”"):
        sign(document, fez.key, noon)


def test_a_name_that_nobody_could_read_back_is_not_signed(award, fez, noon):
    document = achievement_credential(award())
    document["name"] = "Python\x07"

    with pytest.raises(Unfit, match="cannot be printed"):
        sign(document, fez.key, noon)


def test_a_document_of_another_form_is_not_signed(award, fez, noon):
    document = achievement_credential(award())
    del document["credentialSubject"]["achievement"]["criteria"]

    with pytest.raises(Unfit, match="criteria” is missing"):
        sign(document, fez.key, noon)


def test_a_signed_document_is_not_signed_again(signed, fez, noon):
    with pytest.raises(ValueError, match="a proof already"):
        sign(json.loads(signed), fez.key, noon)


def test_keys_are_named_for_their_year_and_place_in_it(folder):
    made = [folder.make("fez", now=now).name for now in [IN_2026] * 10 + [IN_2027]]

    assert made[0] == "key-2026-1"
    assert made[-1] == "key-2027-1"
    assert folder.names("fez") == tuple(made)
    assert folder.names("rabat") == ()


def test_a_key_is_kept_for_its_owner_alone(folder):
    folder.make("fez", now=IN_2026)

    file = folder.path / "fez" / "key-2026-1.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [left.name for left in file.parent.iterdir()] == ["key-2026-1.pem"]
    assert file.read_text().startswith("-----BEGIN PRIVATE KEY-----")


def test_a_key_is_loaded_as_it_was_made(folder):
    made = folder.make("fez", now=IN_2026)

    loaded = folder.load("fez", "key-2026-1")

    assert loaded.public_multibase == made.public_multibase
    assert loaded.secret.private_bytes_raw() == made.secret.private_bytes_raw()


def test_a_key_shows_its_name_and_no_secret(folder):
    key = folder.make("fez", now=IN_2026)

    assert repr(key) == "SigningKey(name='key-2026-1')"


@pytest.mark.parametrize("name", ["key-2026-2", "../fez/key-2026-1", "", "key-2026-1.pem"])
def test_a_key_that_is_not_there_is_missing(folder, name):
    folder.make("fez", now=IN_2026)

    with pytest.raises(KeyMissing):
        folder.load("fez", name)


def test_another_institutes_key_is_missing(folder):
    folder.make("fez", now=IN_2026)

    with pytest.raises(KeyMissing):
        folder.load("rabat", "key-2026-1")


def test_a_key_that_others_can_read_is_not_used(folder):
    folder.make("fez", now=IN_2026)
    (folder.path / "fez" / "key-2026-1.pem").chmod(0o640)

    with pytest.raises(KeyUnsafe, match="can be read by others"):
        folder.load("fez", "key-2026-1")


def other_kind():
    key = Ed448PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize("content", [b"", b"not a key", other_kind()])
def test_a_damaged_key_file_is_not_used(folder, content):
    folder.make("fez", now=IN_2026)
    (folder.path / "fez" / "key-2026-1.pem").write_bytes(content)

    with pytest.raises(KeyUnsafe, match="damaged"):
        folder.load("fez", "key-2026-1")


def test_a_forgotten_key_signs_no_more_and_its_name_stays_taken(folder):
    folder.make("fez", now=IN_2026)
    folder.make("fez", now=IN_2026)

    folder.forget("fez", "key-2026-2")

    assert folder.names("fez") == ("key-2026-1",)
    assert folder.make("fez", now=IN_2026).name == "key-2026-3"
    with pytest.raises(KeyMissing):
        folder.load("fez", "key-2026-2")


def test_a_key_that_was_never_made_cannot_be_forgotten(folder):
    folder.make("fez", now=IN_2026)

    with pytest.raises(KeyMissing):
        folder.forget("fez", "key-2026-2")

    assert folder.names("fez") == ("key-2026-1",)


@pytest.mark.parametrize("slug", ["", "..", "fez/x", "FEZ", "/etc"])
def test_no_folder_outside_is_touched(folder, slug):
    with pytest.raises(ValueError, match="slug"):
        folder.make(slug, now=IN_2026)
