"""An institute's identity: its did:web, the address of its did.json, and what that holds."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from lms.core.i18n import Sentence, say
from lms.credentials import moments, multibase
from lms.credentials.reading import Json, Unfit, brief, read

CONTEXTS: Final = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")

#: A host (with its port after a percent-encoded colon), then path segments.
DID_WEB: Final = re.compile(
    r"did:web:(?P<host>[A-Za-z0-9.\-]{1,253}(?:%3[Aa][0-9]{1,5})?)"
    r"(?P<path>(?::[A-Za-z0-9._~\-]{1,128}){0,16})"
)
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost"})


@dataclass(frozen=True)
class PublishedKey:
    """The public half of a key, as its institute publishes it.

    A retired key (no longer used for signing) is published unchanged, so that what
    it signed still verifies. ``revoked`` is set when a key can no longer be trusted:
    it stays listed, may assert nothing, and what it signed no longer verifies,
    since whoever took it can sign with any date.
    """

    name: str
    public_multibase: str
    revoked: datetime | None = None


def did_web(site: str, slug: str) -> str:
    """The did:web of the institute ``slug`` on the site whose base address is ``site``.

    ``http://127.0.0.1:8000`` and ``fez`` give ``did:web:127.0.0.1%3A8000:institutes:fez``.
    Raises ValueError when the address has no host that did:web can name (an IPv6
    address, letters outside ASCII).

    Source: the did:web method specification, https://w3c-ccg.github.io/did-method-web/.
    """
    parts = urlsplit(site)
    host = (parts.hostname or "") + (f"%3A{parts.port}" if parts.port else "")
    path = [*filter(None, parts.path.split("/")), "institutes", slug]
    did = ":".join(["did", "web", host, *(quote(segment, safe="") for segment in path)])
    if DID_WEB.fullmatch(did) is None:
        raise ValueError(f"did:web cannot name {slug!r} at {site!r}")
    return did


def did_address(did: str) -> str:
    """The address at which the document of a did:web is published.

    It is https, save on this machine's own loopback, where no certificate exists.
    Refuses with Unfit what is not a did:web.
    """
    match = DID_WEB.fullmatch(did)
    if match is None:
        raise Unfit(say("“{did}” is not an identity of the did:web kind.", did=brief(did)))
    host = unquote(match["host"])
    scheme = "http" if host.partition(":")[0] in LOOPBACK else "https"
    path = match["path"].replace(":", "/") or "/.well-known"
    return f"{scheme}://{host}{path}/did.json"


def did_document(did: str, keys: Sequence[PublishedKey]) -> Json:
    """The document to publish for ``did``, with every key it ever had, oldest first.

    All but the revoked keys may assert, so credentials signed with a retired key
    verify anywhere. Every DID URL is absolute, because not every verifier resolves
    relative ones.

    Source: W3C DID Core 1.0 and Controlled Identifiers 1.0 (Multikey).
    """
    return {
        "@context": list(CONTEXTS),
        "id": did,
        "verificationMethod": [_method(did, key) for key in keys],
        "assertionMethod": [key_id(did, key.name) for key in keys if key.revoked is None],
    }


def key_id(did: str, name: str) -> str:
    """The absolute DID URL of the key ``name`` of ``did``."""
    return f"{did}#{name}"


def read_documents(contents: Iterable[bytes]) -> dict[str, Json]:
    """The identity documents in ``contents``, each under the DID that it is about.

    Refuses with Unfit a file that is no identity document, and two about one DID.
    """
    documents: dict[str, Json] = {}
    for content in contents:
        document = read(content)
        about = document.get("id")
        if not isinstance(about, str) or not about.startswith("did:"):
            raise Unfit(say("The file is not an identity document (did.json)."))
        if about in documents:
            raise Unfit(say("There are two identity documents of {did}.", did=brief(about)))
        documents[about] = document
    return documents


def asserting_key(document: Json, key: str, *, now: datetime) -> bytes:
    """The 32 bytes of the key that ``document`` lets assert under the DID URL ``key``.

    Refuses with Unfit a key that the document does not list, does not allow for
    assertions, or says is revoked or expired at ``now``; and any key but Ed25519.
    """
    methods = [method for method in _methods(document) if method.get("id") == key]
    if not methods:
        raise Unfit(
            say("The issuer’s identity document does not list the key {key}.", key=brief(key))
        )
    for method in methods:
        _refuse_ended(method, key, now)
    if key not in _entries(document, "assertionMethod"):
        raise Unfit(
            say(
                "The issuer’s identity document does not let {key} sign credentials.",
                key=brief(key),
            )
        )
    return _public_key(methods, key)


def _method(did: str, key: PublishedKey) -> Json:
    method = {
        "id": key_id(did, key.name),
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": key.public_multibase,
    }
    if key.revoked is not None:
        method["revoked"] = moments.write(key.revoked)
    return method


def _entries(document: Json, name: str) -> list[Any]:
    entries = document.get(name)
    return entries if isinstance(entries, list) else []


def _methods(document: Json) -> Iterator[Json]:
    entries = _entries(document, "verificationMethod")
    return (entry for entry in entries if isinstance(entry, dict))


def _refuse_ended(method: Json, key: str, now: datetime) -> None:
    """Controlled Identifiers 1.0: past either moment nothing signed with the key verifies."""
    for name in ("revoked", "expires"):
        if name not in method:
            continue
        try:
            ended = moments.read(str(method[name]))
        except ValueError as error:
            raise Unfit(_unusable(key)) from error
        if ended <= now:
            raise Unfit(
                say(
                    "The issuer withdrew the key {key} on {moment}: what it signed counts no more.",
                    key=brief(key),
                    moment=moments.write(ended),
                )
            )


def _public_key(methods: list[Json], key: str) -> bytes:
    # Two descriptions of one key would let a document mean either.
    if len(methods) > 1 or methods[0].get("type") != "Multikey":
        raise Unfit(_unusable(key))
    if methods[0].get("controller") != key.partition("#")[0]:
        raise Unfit(_unusable(key))
    try:
        return multibase.decode_key(str(methods[0].get("publicKeyMultibase")))
    except ValueError as error:
        raise Unfit(_unusable(key)) from error


def _unusable(key: str) -> Sentence:
    return say("The issuer’s identity document does not say clearly what {key} is.", key=brief(key))
