"""A credential as a value: what is claimed, written as an Open Badges 3.0 document."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lms.credentials import moments
from lms.credentials.reading import Json

#: Terms of the Data Model 2.0 include those of its proofs, so no third context is needed.
CONTEXTS: Final = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)


@dataclass(frozen=True)
class Issuer:
    """The institute that signs; ``url`` is its page for people."""

    did: str
    name: str
    url: str
    description: str | None = None


@dataclass(frozen=True)
class SkillAlignment:
    """A skill of a public framework, named in the achievement's language."""

    uri: str
    framework: str
    name: str


@dataclass(frozen=True)
class Achievement:
    """What can be earned: a course version, under its own address.

    ``language`` is the locale that its texts are written in.
    """

    id: str
    name: str
    description: str
    criteria: str
    language: str
    skills: tuple[SkillAlignment, ...] = ()
    version: str | None = None


@dataclass(frozen=True)
class Recipient:
    """Whose achievement it is.

    The names are written plainly, one for each script, the first for the large print. The
    e-mail address appears only as a salted hash: whoever knows the address can confirm it,
    and whoever guesses it too, so the hash keeps it from collectors and from nobody else.
    """

    names: tuple[str, ...]
    email: str
    salt: str


@dataclass(frozen=True)
class Result:
    """Points reached in one assignment, of ``maximum``; ``required`` were needed."""

    name: str
    value: float
    maximum: float
    required: float | None = None


@dataclass(frozen=True)
class Evidence:
    """What supports the claim, told in ``narrative``; ``id`` is its address, if it has one."""

    name: str
    narrative: str
    id: str | None = None


@dataclass(frozen=True)
class Award:
    """One achievement earned by one person; ``id`` is the credential's own address."""

    id: str
    issuer: Issuer
    achievement: Achievement
    recipient: Recipient
    valid_from: datetime
    valid_until: datetime | None = None
    results: tuple[Result, ...] = ()
    evidence: tuple[Evidence, ...] = ()


def achievement_credential(award: Award) -> Json:
    """The unsigned AchievementCredential of ``award``, in strict form: sets are lists.

    What the award does not say is left out. Moments are written in UTC to the
    second; a moment without a zone is a ValueError.

    Sources: Open Badges 3.0, Verifiable Credentials Data Model 2.0.
    """
    document: Json = {
        "@context": list(CONTEXTS),
        "id": award.id,
        "type": ["VerifiableCredential", "AchievementCredential"],
        "name": award.achievement.name,
        "description": award.achievement.description,
        "issuer": _issuer(award.issuer),
        "validFrom": moments.write(award.valid_from),
        "credentialSubject": _subject(award),
    }
    if award.valid_until is not None:
        document["validUntil"] = moments.write(award.valid_until)
    if award.evidence:
        document["evidence"] = [_evidence(evidence) for evidence in award.evidence]
    return document


def identity_hash(email: str, salt: str) -> str:
    """The IdentityHash of an e-mail address: SHA-256 of the address followed by the salt.

    The address is taken in lower case without surrounding space, as people are
    not sure of either. Source: Open Badges 3.0, IdentityHash.
    """
    written = email.strip().lower() + salt
    return "sha256$" + hashlib.sha256(written.encode()).hexdigest()


def _issuer(issuer: Issuer) -> Json:
    profile: Json = {
        "id": issuer.did,
        "type": ["Profile"],
        "name": issuer.name,
        "url": issuer.url,
    }
    if issuer.description is not None:
        profile["description"] = issuer.description
    return profile


def _subject(award: Award) -> Json:
    subject: Json = {
        "type": ["AchievementSubject"],
        "identifier": _identifiers(award.recipient),
        "achievement": _achievement(award.achievement, award.results),
    }
    if award.results:
        subject["result"] = [
            {
                "type": ["Result"],
                "resultDescription": _result_id(award.achievement, number),
                "value": _number(result.value),
            }
            for number, result in enumerate(award.results, start=1)
        ]
    return subject


def _identifiers(recipient: Recipient) -> list[Json]:
    return [
        *(
            {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": name,
                "identityType": "name",
            }
            for name in recipient.names
        ),
        {
            "type": "IdentityObject",
            "hashed": True,
            "identityHash": identity_hash(recipient.email, recipient.salt),
            "identityType": "emailAddress",
            "salt": recipient.salt,
        },
    ]


def _achievement(achievement: Achievement, results: tuple[Result, ...]) -> Json:
    written: Json = {
        "id": achievement.id,
        "type": ["Achievement"],
        "achievementType": "Course",
        "name": achievement.name,
        "description": achievement.description,
        "criteria": {"narrative": achievement.criteria},
        "inLanguage": achievement.language.replace("_", "-"),
    }
    if achievement.version is not None:
        written["version"] = achievement.version
    if achievement.skills:
        written["alignment"] = [_alignment(skill) for skill in achievement.skills]
    if results:
        written["resultDescription"] = [
            _result_description(_result_id(achievement, number), result)
            for number, result in enumerate(results, start=1)
        ]
    return written


def _alignment(skill: SkillAlignment) -> Json:
    # Open Badges names target types of a few frameworks only and leaves "ext:" to all others.
    framework = re.sub(r"[^A-Za-z0-9._-]", "", skill.framework)
    return {
        "type": ["Alignment"],
        "targetType": f"ext:{framework}.Skill",
        "targetFramework": skill.framework,
        "targetName": skill.name,
        "targetUrl": skill.uri,
    }


def _result_id(achievement: Achievement, number: int) -> str:
    # An address has one fragment, which the achievement's own may have used.
    return f"{achievement.id}{'-' if '#' in achievement.id else '#'}result-{number}"


def _result_description(address: str, result: Result) -> Json:
    described: Json = {
        "id": address,
        "type": ["ResultDescription"],
        "name": result.name,
        "resultType": "RawScore",
        "valueMin": "0",
        "valueMax": _number(result.maximum),
    }
    if result.required is not None:
        described["requiredValue"] = _number(result.required)
    return described


def _evidence(evidence: Evidence) -> Json:
    written: Json = {
        "type": ["Evidence"],
        "name": evidence.name,
        "narrative": evidence.narrative,
    }
    if evidence.id is not None:
        written["id"] = evidence.id
    return written


def _number(value: float) -> str:
    """Open Badges writes results as text; at most two decimals, none when whole."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
