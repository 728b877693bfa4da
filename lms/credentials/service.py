"""Awarding, revoking and checking credentials; keys and identities of institutes."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lms.catalogue.models import CourseVersion
from lms.core import journal
from lms.core.db import new_public_id
from lms.core.errors import Refused, Unavailable
from lms.core.i18n import N_, best_text
from lms.credentials import did as identity
from lms.credentials import moments, queries, signing
from lms.credentials.document import (
    Achievement,
    Award,
    Issuer,
    Recipient,
    Result,
    SkillAlignment,
    achievement_credential,
)
from lms.credentials.models import Credential, IssuingKey
from lms.credentials.reading import Json
from lms.credentials.verifying import Verification
from lms.credentials.verifying import verify as verify_document
from lms.institutes.models import Institute, Person
from lms.institutes.profiles import certificate_names
from lms.learning.models import Enrolment


class NoKey(Unavailable):
    """The institute has no key in use."""

    message = N_("The institute {institute} has no key to sign with. Run: lms keys new {institute}")


class AlreadyRevoked(Refused):
    """Revoking happens once."""

    message = N_("This credential is revoked already.")


@dataclass(frozen=True)
class Face:
    """What a certificate shows, read from the signed bytes and nowhere else.

    ``holders`` are the holder's names, one for each script.
    """

    holders: tuple[str, ...]
    issuer: str
    achievement: str
    description: str
    criteria: str
    language: str
    skills: tuple[tuple[str, str], ...]
    results: tuple[tuple[str, str, str], ...]
    valid_from: datetime
    address: str

    @property
    def holder(self) -> str:
        """The name in large print."""
        return self.holders[0]


def did(base_url: str, institute: Institute) -> str:
    """The did:web of ``institute`` on the site at ``base_url``."""
    return identity.did_web(base_url, institute.slug)


def did_document(session: Session, base_url: str, institute: Institute) -> bytes:
    """The bytes of the institute's did.json."""
    published = [
        identity.PublishedKey(key.name, key.public_multibase, key.revoked)
        for key in queries.keys(session, institute)
    ]
    document = identity.did_document(did(base_url, institute), published)
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def new_key(
    session: Session, keys: signing.KeyFolder, institute: Institute, *, now: datetime
) -> IssuingKey:
    """Make a key for ``institute`` and sign with it from now on; earlier ones still verify."""
    for earlier in queries.keys(session, institute):
        earlier.retired = earlier.retired or now
    made = keys.make(institute.slug, now=now)
    key = IssuingKey(
        institute=institute, name=made.name, public_multibase=made.public_multibase, created=now
    )
    session.add(key)
    session.flush()
    journal.note(session, "key.made", institute, at=now, key=made.name)
    return key


def key_in_use(session: Session, institute: Institute) -> IssuingKey:
    """The key with which ``institute`` signs. Raises NoKey."""
    key = next((k for k in queries.keys(session, institute) if k.retired is None), None)
    if key is None:
        raise NoKey(institute=institute.slug)
    return key


def revoke_key(
    session: Session, keys: signing.KeyFolder, key: IssuingKey, *, now: datetime
) -> None:
    """Declare that ``key`` can no longer be trusted and delete its secret half.

    Whoever took it can sign with any date, so nothing it ever signed verifies
    from now on; what it signed honestly has to be issued again with a new key.
    """
    key.revoked, key.retired = key.revoked or now, key.retired or now
    # The file may be lost, or forgotten when the key retired; others may have it all the same.
    if key.name in keys.names(key.institute.slug):
        keys.forget(key.institute.slug, key.name)
    journal.note(session, "key.revoked", key.institute, at=now, key=key.name)


def award(
    session: Session,
    keys: signing.KeyFolder,
    base_url: str,
    enrolment: Enrolment,
    results: Sequence[Result],
    *,
    now: datetime,
) -> Credential:
    """Sign and record what ``enrolment`` has earned; awarding twice is the same credential.

    Raises NoKey, or what signing raises when the key file is missing or unsafe.
    """
    if held := queries.of_enrolment(session, enrolment):
        return held
    institute = enrolment.run.institute
    key = key_in_use(session, institute)
    public_id = new_public_id()
    document = achievement_credential(
        Award(
            id=f"{base_url}/credentials/{public_id}",
            issuer=_issuer(base_url, institute, enrolment.person.locale),
            achievement=_achievement(base_url, enrolment.run.version, enrolment.person.locale),
            recipient=Recipient(
                certificate_names(enrolment.person), enrolment.person.email, secrets.token_hex(8)
            ),
            valid_from=now,
            results=tuple(results),
        )
    )
    credential = Credential(
        public_id=public_id,
        institute=institute,
        enrolment=enrolment,
        key=key,
        issued=now,
        document=signing.sign(document, keys.load(institute.slug, key.name), now),
    )
    session.add(credential)
    session.flush()
    journal.note(session, "credential.awarded", credential, at=now, key=key.name)
    return credential


def revoke(
    session: Session, credential: Credential, *, reason: str, by: Person, now: datetime
) -> None:
    """Say that ``credential`` no longer stands. Raises AlreadyRevoked."""
    if credential.revoked is not None:
        raise AlreadyRevoked
    credential.revoked, credential.reason = now, reason.strip()
    journal.note(session, "credential.revoked", credential, at=now, by=by)


def verify(
    session: Session, base_url: str, credential: Credential, *, now: datetime
) -> Verification:
    """Check the stored bytes against the institute's identity document, as a stranger would."""
    document = json.loads(did_document(session, base_url, credential.institute))
    return verify_document(credential.document, {document["id"]: document}, now=now)


def face(credential: Credential) -> Face:
    """What the signed bytes of ``credential`` say."""
    return face_of(json.loads(credential.document))


def face_of(said: Json) -> Face:
    """What a credential that one of our institutes has signed says."""
    subject = said["credentialSubject"]
    achievement = subject["achievement"]
    described = {d["id"]: d for d in achievement.get("resultDescription", [])}
    return Face(
        holders=tuple(
            i["identityHash"] for i in subject["identifier"] if i["identityType"] == "name"
        ),
        issuer=said["issuer"]["name"],
        achievement=achievement["name"],
        description=achievement["description"],
        criteria=achievement["criteria"]["narrative"],
        language=achievement["inLanguage"],
        skills=tuple((s["targetName"], s["targetUrl"]) for s in achievement.get("alignment", [])),
        results=tuple(
            (
                described[r["resultDescription"]]["name"],
                r["value"],
                described[r["resultDescription"]]["valueMax"],
            )
            for r in subject.get("result", [])
        ),
        valid_from=moments.read(said["validFrom"]),
        address=said["id"],
    )


def _issuer(base_url: str, institute: Institute, locale: str) -> Issuer:
    return Issuer(
        did=did(base_url, institute),
        name=best_text(institute.names, locale)[0],
        url=f"{base_url}/institutes/{institute.slug}",
    )


def _achievement(base_url: str, version: CourseVersion, locale: str) -> Achievement:
    name, language = best_text(version.credential_names, locale)
    return Achievement(
        id=f"{base_url}/achievements/{version.public_id}",
        name=name,
        description=best_text(version.credential_descriptions, language)[0],
        criteria=best_text(version.credential_criteria, language)[0],
        language=language,
        skills=tuple(
            SkillAlignment(s["uri"], s["framework"], best_text(s["name"], language)[0])
            for s in version.skills
        ),
        version=str(version.number),
    )
