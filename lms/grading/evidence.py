"""What the marks of a grading run came from: enough to have them again, on any machine.

Contents are named by their digests; the bytes lie among the blobs.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Evidence:
    """All that a run was made of; every digest is a SHA-256 in hexadecimal.

    ``submission`` is the learner's work and ``source`` the author's notebook with its tests,
    from the course version whose folder had the digest ``version``; ``record`` is the author's
    record as `packed` writes it, ``files`` what lay beside the notebook, by path.
    ``profile_digest`` is that of the profile's definition, ``limits`` are those that held.
    ``environment`` is the digest of the versions it was executed with, None where nothing
    was; ``release`` is the version of the product that marked.
    """

    submission: str
    version: str
    source: str
    record: str
    profile: str
    profile_digest: str | None
    limits: Mapping[str, float]
    environment: str | None
    release: str
    files: Mapping[str, str] = field(default_factory=dict)

    # Any: a JSON object, stored as it is.
    def as_json(self) -> dict[str, Any]:
        """The object in which evidence is stored."""
        return asdict(self)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Evidence":
        """The evidence that `as_json` told of."""
        return cls(**told)


# Any: an object of JSON, such as an author's record.
def packed(told: Mapping[str, Any]) -> bytes:
    """``told`` as bytes that are the same for the same content."""
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
