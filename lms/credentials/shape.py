"""The form of an AchievementCredential: what must be there before anything in it is believed."""

from collections.abc import Callable
from typing import Any, Final

from lms.core.i18n import Sentence, say
from lms.credentials import moments
from lms.credentials.contexts import CREDENTIALS_V2
from lms.credentials.reading import Json, Unfit

#: What a value at a place (like "credentialSubject.achievement") must be; refuses with Unfit.
Rule = Callable[[Any, str], None]

ACHIEVEMENT_CREDENTIAL: Final = frozenset({"AchievementCredential", "OpenBadgeCredential"})

#: Properties that change whether a credential stands and that nothing here can follow.
NOT_FOLLOWED: Final = ("credentialStatus", "refreshService", "termsOfUse")


def require_achievement_credential(document: Json) -> None:
    """Refuse with Unfit a ``document`` not in the strict form of Open Badges 3.0.

    Sets are lists even when they hold one value, there is exactly one proof, the
    issuer is a profile with its name, and moments have their zone. Properties that
    the specification leaves open are left open.
    """
    CREDENTIAL(document, "")
    if document["@context"][0] != CREDENTIALS_V2:
        raise Unfit(say("It is not a credential of the Verifiable Credentials Data Model 2.0."))
    if not ACHIEVEMENT_CREDENTIAL.intersection(document["type"]):
        raise Unfit(say("It is a credential, but not of an achievement (Open Badges 3.0)."))
    for name in NOT_FOLLOWED:
        if name in document:
            raise Unfit(
                say("It depends on “{name}”, which cannot be followed here.", name=name),
            )


def _text(value: Any, place: str) -> None:
    if not isinstance(value, str) or not value:
        raise Unfit(say("“{place}” should be a text.", place=place))


def _flag(value: Any, place: str) -> None:
    if not isinstance(value, bool):
        raise Unfit(say("“{place}” should be true or false.", place=place))


def _moment(value: Any, place: str) -> None:
    _text(value, place)
    try:
        moments.read(value)
    except ValueError as error:
        raise Unfit(_not_a_moment(place)) from error


def _not_a_moment(place: str) -> Sentence:
    return say("“{place}” should be a date with its time and zone.", place=place)


def _list_of(rule: Rule) -> Rule:
    def listed(value: Any, place: str) -> None:
        if not isinstance(value, list) or not value:
            raise Unfit(say("“{place}” should be a list that is not empty.", place=place))
        for number, member in enumerate(value):
            rule(member, f"{place}[{number}]")

    return listed


def _just_one(rule: Rule) -> Rule:
    every = _list_of(rule)

    def only(value: Any, place: str) -> None:
        every(value, place)
        if len(value) > 1:
            raise Unfit(say("“{place}” should hold exactly one entry.", place=place))

    return only


def _types(wanted: str) -> Rule:
    every = _list_of(_text)

    def typed(value: Any, place: str) -> None:
        every(value, place)
        if wanted not in value:
            raise Unfit(say("“{place}” should name “{wanted}”.", place=place, wanted=wanted))

    return typed


def _exactly(wanted: str) -> Rule:
    def same(value: Any, place: str) -> None:
        if value != wanted:
            raise Unfit(say("“{place}” should be “{wanted}”.", place=place, wanted=wanted))

    return same


def _object(required: dict[str, Rule], optional: dict[str, Rule] | None = None) -> Rule:
    def fields(value: Any, place: str) -> None:
        if not isinstance(value, dict):
            raise Unfit(say("“{place}” should be an object.", place=place))
        for name, rule in {**required, **(optional or {})}.items():
            inner = f"{place}.{name}".lstrip(".")
            if name in value:
                rule(value[name], inner)
            elif name in required:
                raise Unfit(say("“{place}” is missing.", place=inner))

    return fields


IDENTITY: Final = _object(
    {
        "type": _exactly("IdentityObject"),
        "hashed": _flag,
        "identityHash": _text,
        "identityType": _text,
    },
    {"salt": _text},
)
ALIGNMENT: Final = _object(
    {"type": _types("Alignment"), "targetName": _text, "targetUrl": _text},
    {"targetType": _text, "targetFramework": _text, "targetCode": _text},
)
RESULT: Final = _object(
    {"type": _types("Result")}, {"value": _text, "status": _text, "resultDescription": _text}
)
RESULT_DESCRIPTION: Final = _object(
    {"id": _text, "type": _types("ResultDescription"), "name": _text, "resultType": _text},
    {"valueMin": _text, "valueMax": _text, "requiredValue": _text},
)
ACHIEVEMENT: Final = _object(
    {
        "id": _text,
        "type": _types("Achievement"),
        "name": _text,
        "description": _text,
        "criteria": _object({}, {"id": _text, "narrative": _text}),
    },
    {
        "achievementType": _text,
        "alignment": _list_of(ALIGNMENT),
        "inLanguage": _text,
        "resultDescription": _list_of(RESULT_DESCRIPTION),
        "tag": _list_of(_text),
        "version": _text,
    },
)
SUBJECT: Final = _object(
    {"type": _types("AchievementSubject"), "achievement": ACHIEVEMENT},
    {
        "id": _text,
        "identifier": _list_of(IDENTITY),
        "result": _list_of(RESULT),
        "narrative": _text,
    },
)
PROFILE: Final = _object(
    {"id": _text, "type": _types("Profile"), "name": _text}, {"url": _text, "description": _text}
)
EVIDENCE: Final = _object(
    {"type": _types("Evidence")},
    {"id": _text, "name": _text, "narrative": _text, "description": _text},
)
PROOF: Final = _object({"type": _text}, {"created": _moment, "expires": _moment})
CREDENTIAL: Final = _object(
    {
        "@context": _list_of(_text),
        "id": _text,
        "type": _types("VerifiableCredential"),
        "issuer": PROFILE,
        "validFrom": _moment,
        "credentialSubject": SUBJECT,
        "proof": _just_one(PROOF),
    },
    {
        "name": _text,
        "description": _text,
        "validUntil": _moment,
        "awardedDate": _moment,
        "evidence": _list_of(EVIDENCE),
    },
)
