"""`lms keys` and `lms verify`: from a key to a credential that a stranger checks."""

import json

import pytest

from lms.credentials import queries, receipts, service
from lms.credentials.document import Result


@pytest.fixture
def files(session, lms, enrolled, salma, tmp_path, noon):
    """Salma's credential and the identity document of Fez, as files that a stranger keeps."""
    base_url = lms.settings.base_url
    place = enrolled(salma)
    credential = service.award(
        session, lms.keys, base_url, place, [Result("Doubling", 4, 4, 2.4)], now=noon
    )
    signed, did = tmp_path / "credential.json", tmp_path / "did.json"
    signed.write_bytes(credential.document)
    did.write_bytes(service.did_document(session, base_url, place.run.institute))
    return signed, did


def test_keys_are_listed_with_institute_and_state(run, folder):
    lines = run("keys", "list", "--data", folder).stdout.splitlines()

    assert [line.split()[:2] for line in lines] == [["fez", "key-2026-1"], ["rabat", "key-2026-1"]]
    assert all(line.endswith("in use") for line in lines)


def test_a_key_whose_file_is_gone_is_told(run, lms, folder):
    (lms.keys.path / "fez" / "key-2026-1.pem").unlink()

    fez, rabat = run("keys", "list", "--data", folder).stdout.splitlines()

    assert fez.endswith("in use, its file is missing")
    assert rabat.endswith("in use")


def test_a_new_key_retires_the_one_before(run, session, folder, institute_called):
    done = run("keys", "new", "--data", folder, "fez")

    earlier, new = queries.keys(session, institute_called("fez"))
    assert done.stdout == f"fez now signs with {new.name}.\n"
    assert earlier.retired is not None
    assert new.retired is None


def test_a_revoked_key_verifies_nothing_any_more(run, lms, folder, files):
    signed, did = files

    done = run("keys", "revoke", "--yes", "--data", folder, "fez", "key-2026-1")

    did.write_text(run("keys", "did", "--data", folder, "fez").stdout)
    assert done.exit_code == 0
    assert "lms keys new fez" in done.stdout
    assert "revoked" in run("keys", "list", "--data", folder).stdout.splitlines()[0]
    assert lms.keys.names("fez") == ()
    assert run("verify", "--did", did, signed).exit_code == 1


def test_without_a_yes_no_key_is_revoked(run, lms, folder):
    done = run("keys", "revoke", "--data", folder, "fez", "key-2026-1")

    assert done.exit_code == 1
    assert lms.keys.names("fez") == ("key-2026-1",)


def test_a_key_that_never_was_cannot_be_revoked(run, folder):
    done = run("keys", "revoke", "--yes", "--data", folder, "fez", "key-1999-1")

    assert done.exit_code == 1
    assert "fez has no key called key-1999-1." in done.stderr


@pytest.mark.parametrize("command", [["new"], ["did"], ["revoke", "--yes"]], ids=lambda c: c[0])
def test_an_unknown_institute_is_told(run, folder, command):
    named = ["key-2026-1"] if "revoke" in command else []

    done = run("keys", *command, "--data", folder, "meknes", *named)

    assert done.exit_code == 1
    assert "There is no institute called meknes." in done.stderr


def test_the_identity_document_is_printed_as_it_is_published(run, folder, files):
    done = run("keys", "did", "--data", folder, "fez")

    assert json.loads(done.stdout) == json.loads(files[1].read_bytes())


def test_a_good_credential_verifies_with_the_did_document_alone(run, files):
    signed, did = files

    done = run("verify", "--did", did, signed)

    assert done.exit_code == 0
    assert done.stdout.endswith("The credential is valid.\n")
    assert "FAIL" not in done.stdout


@pytest.fixture
def receipt(session, lms, enrolled, salma, handed_in, tmp_path, noon):
    """The receipt for Salma's work and the work itself, as files that she keeps."""
    submission = handed_in(enrolled(salma))
    given = receipts.give(session, lms.keys, lms.settings.base_url, submission, now=noon)
    signed, notebook = tmp_path / "receipt.json", tmp_path / "work.ipynb"
    signed.write_bytes(given.document)
    notebook.write_bytes(lms.blobs.get(submission.notebooks[0].content))
    return signed, notebook


def test_a_receipt_verifies_alone_and_with_the_work_that_it_is_for(run, files, receipt):
    (_credential, did), (signed, notebook) = files, receipt

    alone, beside = (
        run("verify", "--did", did, signed),
        run("verify", "--did", did, "--work", notebook, signed),
    )

    assert (alone.exit_code, beside.exit_code) == (0, 0)
    assert beside.stdout.endswith("The receipt is valid.\n")
    assert "The work at hand is what the receipt is for." in beside.stdout
    assert "The work at hand" not in alone.stdout


def test_a_receipt_is_for_no_other_work(run, files, receipt):
    (_credential, did), (signed, notebook) = files, receipt
    notebook.write_bytes(notebook.read_bytes() + b" ")

    done = run("verify", "--did", did, "--work", notebook, signed)

    assert done.exit_code == 1
    assert "FAIL The work at hand is another than the receipt is for." in done.stdout


def test_a_tampered_one_does_not(run, files):
    signed, did = files
    signed.write_bytes(signed.read_bytes().replace(b"First numbers", b"Final numbers"))

    done = run("verify", "--did", did, signed)

    assert done.exit_code == 1
    assert "FAIL" in done.stdout
    assert done.stdout.endswith("Do not rely on it.\n")


@pytest.mark.parametrize("documents", ["none", "another"])
def test_nor_does_one_whose_issuer_is_not_known(
    run, session, lms, institute_called, files, documents
):
    signed, did = files
    rabat = institute_called("rabat")
    did.write_bytes(service.did_document(session, lms.settings.base_url, rabat))

    done = run("verify", *([] if documents == "none" else ["--did", did]), signed)

    assert done.exit_code == 1
    assert "Do not rely on it." in done.stdout


def test_what_is_no_credential_is_said_and_does_not_verify(run, files):
    signed, did = files
    signed.write_text("[1, 2]")

    done = run("verify", "--did", did, signed)

    assert done.exit_code == 1
    assert "Traceback" not in done.output


def test_a_did_document_that_is_none_is_wrong_usage(run, files):
    signed, did = files
    did.write_text("{")

    done = run("verify", "--did", did, signed)

    assert done.exit_code == 2
    assert "--did" in done.stderr
    assert "not JSON" in done.stderr


def test_a_file_that_is_not_there_is_wrong_usage(run, tmp_path):
    assert run("verify", tmp_path / "gone.json").exit_code == 2
