"""Salma's credential, the institutes of Fez and Rabat, and the keys they sign with."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lms.credentials.did import PublishedKey, did_document, did_web
from lms.credentials.document import (
    Achievement,
    Award,
    Evidence,
    Issuer,
    Recipient,
    Result,
    SkillAlignment,
    achievement_credential,
)
from lms.credentials.reading import Json
from lms.credentials.signing import KeyFolder, SigningKey, sign
from lms.credentials.verifying import Verification, verify

SITE = "https://learn.example.ma"


@dataclass(frozen=True)
class Institute:
    """An institute with one key."""

    did: str
    key: SigningKey

    def published(self, **changes: Any) -> Json:
        """Its identity document."""
        key = PublishedKey(self.key.name, self.key.public_multibase, **changes)
        return did_document(self.did, [key])


@pytest.fixture
def noon() -> datetime:
    return datetime(2026, 6, 30, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyFolder:
    return KeyFolder(tmp_path_factory.mktemp("data") / "keys")


@pytest.fixture(scope="session")
def institute(keys: KeyFolder) -> Callable[[str], Institute]:
    made: dict[str, Institute] = {}

    def find(slug: str) -> Institute:
        if slug not in made:
            key = keys.make(slug, now=datetime(2026, 1, 1, tzinfo=UTC))
            made[slug] = Institute(did_web(SITE, slug), key)
        return made[slug]

    return find


@pytest.fixture
def fez(institute: Callable[[str], Institute]) -> Institute:
    return institute("fez")


@pytest.fixture
def rabat(institute: Callable[[str], Institute]) -> Institute:
    return institute("rabat")


@pytest.fixture
def award(fez: Institute, noon: datetime) -> Callable[..., Award]:
    """An award to Salma; whatever a test is about is given by name."""

    def make(**changes: Any) -> Award:
        values: dict[str, Any] = {
            "id": f"{SITE}/credentials/8fz2",
            "issuer": Issuer(fez.did, "معهد الجزري، فاس", f"{SITE}/institutes/fez"),
            "achievement": Achievement(
                id=f"{SITE}/courses/python-for-ai/versions/3",
                name="Python pour l'IA",
                description="Programmer en Python et entraîner un premier modèle.",
                criteria="A réussi les quatre devoirs,\n\tchacun à 60 %.",
                language="fr",
                skills=(
                    SkillAlignment(
                        "http://data.europa.eu/esco/skill/ccd0a1d9-afda-43d9-b901-96344886e14d",
                        "ESCO",
                        "Python",
                    ),
                    SkillAlignment(
                        "http://data.europa.eu/esco/skill/3a2d5b45-56e4-4f5a-a55a-4a4a65afdc43",
                        "ESCO",
                        "apprentissage automatique",
                    ),
                ),
                version="3",
            ),
            "recipient": Recipient(("سلمى العلوي",), "salma@example.ma", "b7c1"),
            "valid_from": noon,
        }
        return Award(**{**values, **changes})

    return make


@pytest.fixture
def full_award(award: Callable[..., Award], noon: datetime) -> Award:
    """An award that says everything an award can say."""
    return award(
        valid_until=noon + timedelta(days=3650),
        results=(Result("Mesures", 14.5, 15, required=9), Result("Tri", 10, 10)),
        evidence=(
            Evidence("Quatre notebooks", "Exécutés et notés.", f"{SITE}/credentials/8fz2/evidence"),
            Evidence("Entretien", "Dix minutes."),
        ),
    )


@pytest.fixture
def signed(full_award: Award, fez: Institute, noon: datetime) -> bytes:
    return sign(achievement_credential(full_award), fez.key, noon)


@pytest.fixture
def verified(fez: Institute, rabat: Institute, noon: datetime) -> Callable[..., Verification]:
    """Verification by a stranger who holds both institutes' identity documents."""

    def examine(content: bytes | Json, **changes: Any) -> Verification:
        dids = changes.get("dids", {fez.did: fez.published(), rabat.did: rabat.published()})
        text = content if isinstance(content, bytes) else json.dumps(content).encode()
        return verify(text, dids, now=changes.get("now", noon))

    return examine


@pytest.fixture
def data() -> Path:
    return Path(__file__).parent / "data"
