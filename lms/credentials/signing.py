"""Signing credentials with an institute's Ed25519 key, and keeping those keys as files."""

import hashlib
import json
import os
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from lms.core.errors import Unavailable
from lms.core.i18n import N_
from lms.credentials import did, moments, multibase, reading
from lms.credentials.canonical import canonical
from lms.credentials.contexts import Contexts, pinned
from lms.credentials.reading import Json
from lms.credentials.shape import require_achievement_credential

CRYPTOSUITE: Final = "eddsa-rdfc-2022"
KEY_NAME: Final = re.compile(r"key-([0-9]{4})-([0-9]{1,6})")
SLUG: Final = re.compile(r"[a-z0-9][a-z0-9\-]{0,127}")


class KeyMissing(Unavailable):
    """The secret half of the key is not among the key files."""

    message = N_("The key {name} of this institute is not here, so nothing can be signed with it.")


class KeyUnsafe(Unavailable):
    """The key file is open to others, or is not a key."""

    message = N_("The key file {name} is damaged or can be read by others, so it is not used.")


@dataclass(frozen=True)
class SigningKey:
    """A key that can sign. Its secret half appears in no representation."""

    name: str
    secret: Ed25519PrivateKey = field(repr=False)

    @property
    def public_multibase(self) -> str:
        """The public half, as identity documents write it."""
        public = self.secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return multibase.encode_key(public)


def sign(document: Json, key: SigningKey, created: datetime) -> bytes:
    """``document`` with the proof of ``key`` added: the exact bytes to store and to serve.

    The proof names the key as one of the issuer's in ``document``. Refuses with
    Unfit a document that no signature can wholly cover, or that is no achievement
    credential in strict form. One that carries a proof already is a ValueError.

    Source: W3C Data Integrity EdDSA Cryptosuites 1.0, eddsa-rdfc-2022.
    """
    if "proof" in document:
        raise ValueError("the document carries a proof already")
    reading.examine(document)
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "created": moments.write(created),
        "verificationMethod": did.key_id(document["issuer"]["id"], key.name),
        "proofPurpose": "assertionMethod",
    }
    signature = key.secret.sign(hash_data(document, proof, pinned()))
    signed = {**document, "proof": [{**proof, "proofValue": multibase.encode(signature)}]}
    content = (json.dumps(signed, ensure_ascii=False, indent=2) + "\n").encode()
    # What we could not read back, nobody could verify.
    require_achievement_credential(reading.read(content))
    return content


def hash_data(document: Json, proof: Json, contexts: Contexts) -> bytes:
    """The 64 bytes that are signed: the digest of the proof's options, then the document's.

    ``document`` comes without its proof and ``proof`` without its value. Refuses
    with Unfit what the signature would not cover.
    """
    options = {**proof, "@context": document["@context"]}
    return b"".join(
        hashlib.sha256(canonical(part, contexts).encode()).digest() for part in (options, document)
    )


def is_signature(signature: bytes, data: bytes, public: bytes) -> bool:
    """Whether ``signature`` is the Ed25519 signature of ``data`` by the key ``public``."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True)
class KeyFolder:
    """Where the secret halves lie: ``<path>/<institute slug>/<key name>.pem``.

    Each file is PKCS #8 in PEM, for its owner's eyes only (mode 0600, folders 0700).
    """

    path: Path

    def names(self, institute: str) -> tuple[str, ...]:
        """The names of the institute's keys that can sign, oldest first."""
        names = [file.stem for file in self._folder(institute).glob("*.pem")]
        return tuple(sorted(filter(KEY_NAME.fullmatch, names), key=_age))

    def make(self, institute: str, *, now: datetime) -> SigningKey:
        """A new key, named for the year and its place in it, like ``key-2026-1``."""
        folder = self._folder(institute)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = Ed25519PrivateKey.generate()
        text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        while True:
            taken = [_age(file.stem) for file in folder.glob("key-*")]
            numbers = [number for year, number in taken if year == now.year]
            name = f"key-{now.year}-{max(numbers, default=0) + 1}"
            if _write_new(folder / f"{name}.pem", text):
                return SigningKey(name, key)

    def load(self, institute: str, name: str) -> SigningKey:
        """The key ``name`` of the institute.

        Raises KeyMissing when there is no such file, KeyUnsafe when others may
        read it or it holds no Ed25519 key.
        """
        file = self._folder(institute) / f"{name}.pem"
        try:
            if KEY_NAME.fullmatch(name) is None or not file.is_file():
                raise KeyMissing(name=name)
            if file.stat().st_mode & 0o077:
                raise KeyUnsafe(name=name)
            key = load_pem_private_key(file.read_bytes(), password=None)
        except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise KeyUnsafe(name=name) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyUnsafe(name=name)
        return SigningKey(name, key)

    def forget(self, institute: str, name: str) -> None:
        """Delete the secret half of a retired key; what it signed goes on verifying.

        An empty file remains, so that no later key is given the name again.
        """
        if name not in self.names(institute):
            raise KeyMissing(name=name)
        file = self._folder(institute) / f"{name}.pem"
        file.with_suffix(".forgotten").touch()
        file.unlink()

    def _folder(self, institute: str) -> Path:
        if SLUG.fullmatch(institute) is None:
            raise ValueError(f"not an institute's slug: {institute!r}")
        return self.path / institute


def _age(name: str) -> tuple[int, int]:
    match = KEY_NAME.fullmatch(name)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def _write_new(file: Path, text: bytes) -> bool:
    """Write ``text`` whole to a ``file`` that does not exist yet; False when it does."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(draft, file)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True
