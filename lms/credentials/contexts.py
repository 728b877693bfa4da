"""The vocabularies that credentials are written in, pinned here and never fetched."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from pyld.context_resolver import ContextResolver  # type: ignore[import-untyped]  # ships no types

from lms.core.i18n import say
from lms.credentials.reading import Json, Unfit, brief

FOLDER: Final = Path(__file__).parent / "contexts"

CREDENTIALS_V2: Final = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
DATA_INTEGRITY: Final = "https://w3id.org/security/data-integrity/v2"

#: Address of a vocabulary -> its file and the SHA-256 of its bytes (see contexts/README.md).
PINNED: Final[Mapping[str, tuple[str, str]]] = {
    CREDENTIALS_V2: (
        "credentials-v2.json",
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    ),
    OPEN_BADGES: (
        "open-badges-3.0.3.json",
        "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
    ),
    DATA_INTEGRITY: (
        "data-integrity-v2.json",
        "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
    ),
}


class Contexts:
    """A closed set of JSON-LD contexts: what it does not hold does not exist.

    Each set keeps its own store of processed contexts, since pyld's common one
    goes by address alone.
    """

    def __init__(self, documents: Mapping[str, Json]) -> None:
        self._documents = documents
        self._processed: dict[str, Any] = {}

    def __contains__(self, address: object) -> bool:
        return address in self._documents

    def options(self) -> dict[str, Any]:
        """The options that keep pyld to this set: its loader and its resolver.

        Without a base, relative names stay relative, so that they can be refused;
        pyld would otherwise complete them with an example address.
        """
        return {
            "base": None,
            "documentLoader": self._load,
            "contextResolver": ContextResolver(self._processed, self._load),
        }

    def _load(self, address: str, _: object) -> dict[str, Any]:
        if address not in self._documents:
            raise unknown(address)
        document = self._documents[address]
        # "static" lets pyld keep the processed form, since a pinned text never changes.
        return {
            "contextUrl": None,
            "documentUrl": address,
            "document": document,
            "tag": "static",
        }


def unknown(address: str) -> Unfit:
    """The refusal of a vocabulary that is not pinned."""
    return Unfit(
        say("It uses the vocabulary {address}, which is not known here.", address=brief(address))
    )


@cache
def pinned() -> Contexts:
    """The contexts that ship with the product, read once."""
    return Contexts(
        {address: json.loads((FOLDER / name).read_bytes()) for address, (name, _) in PINNED.items()}
    )
