"""Checking a credential without any network, and saying in words what was checked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from lms.core.i18n import Sentence, say
from lms.credentials import did, moments, multibase, reading
from lms.credentials.contexts import pinned
from lms.credentials.reading import Json, Unfit, brief
from lms.credentials.shape import require_achievement_credential
from lms.credentials.signing import CRYPTOSUITE, hash_data, is_signature

#: Clocks differ; a credential dated up to this much ahead of ours is not from the future.
CLOCKS_DIFFER: Final = timedelta(minutes=5)

#: Everything a proof of this suite says. What is not understood is not passed over.
PROOF_SAYS: Final = frozenset(
    {"type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"}
)

NOT_CHECKED: Final = say("This was not checked, because something before it failed.")


class CheckName(StrEnum):
    """What is checked."""

    FILE = "file"
    SHAPE = "shape"
    PROOF = "proof"
    VOCABULARY = "vocabulary"
    ISSUER = "issuer"
    KEY = "key"
    PERIOD = "period"
    SIGNATURE = "signature"
    WORK = "work"


@dataclass(frozen=True)
class Check:
    """One thing that was checked; ``sentence`` tells what was found.

    ``done`` is false when an earlier failure left nothing to check; it does not hold then.
    """

    name: CheckName
    holds: bool
    sentence: Sentence
    done: bool = True


@dataclass(frozen=True)
class Verification:
    """Every check in order, and the credential as far as it could be read.

    Show what the credential says only together with ``holds``: when that is
    false, anybody may have written it.
    """

    checks: tuple[Check, ...]
    credential: Json | None

    @property
    def holds(self) -> bool:
        """Whether every check holds."""
        return all(check.holds for check in self.checks)

    @property
    def first_failure(self) -> Check | None:
        """The first check that failed; None when all hold."""
        return next((check for check in self.checks if not check.holds), None)


@dataclass
class Case:
    """What is known so far; each step may rely on what the steps it needs have found.

    ``work`` is what a receipt is compared with, if anything is.
    """

    content: bytes
    dids: Mapping[str, Json]
    now: datetime
    work: bytes | None = None
    credential: Json = field(default_factory=dict)
    public: bytes = b""
    data: bytes = b""

    @property
    def proof(self) -> Json:
        """The one proof of what is checked."""
        proof: Json = self.credential["proof"][0]
        return proof


Step = Callable[[Case], Sentence]
#: What is checked, the checks that must hold first, and how it is done.
StepOf = tuple[CheckName, tuple[CheckName, ...], Step]


def verify(content: bytes, dids: Mapping[str, Json], *, now: datetime) -> Verification:
    """Check the credential that ``content`` holds, against identity documents at hand.

    ``dids`` maps each known DID to its document (what its did.json holds, see
    ``did.read_documents``); no other is asked for. Nothing that a credential or an
    identity document contains makes this raise. Whether a credential was revoked
    is not among the checks: only its issuer can say.
    """
    return run(STEPS, Case(content, dids, now))


def run(steps: Sequence[StepOf], case: Case) -> Verification:
    """Do every step of ``steps`` that the steps before it leave something to do for."""
    checks: dict[CheckName, Check] = {}
    for name, needs, step in steps:
        if all(checks[need].holds for need in needs):
            checks[name] = _check(name, step, case)
        else:
            checks[name] = Check(name, False, NOT_CHECKED, done=False)
    return Verification(tuple(checks.values()), case.credential or None)


def _check(name: CheckName, step: Step, case: Case) -> Check:
    try:
        return Check(name, True, step(case))
    except Unfit as refusal:
        return Check(name, False, refusal.sentence)


def file_read(case: Case) -> Sentence:
    """The JSON that the file holds."""
    case.credential = reading.read(case.content)
    return say("The file can be read.")


def _shape(case: Case) -> Sentence:
    require_achievement_credential(case.credential)
    return say("It is an achievement credential as Open Badges 3.0 describes it.")


def _proof(case: Case) -> Sentence:
    return proof_of(case, CRYPTOSUITE)


def proof_of(case: Case, suite: str) -> Sentence:
    """Whether there is a proof of this ``suite`` that says no more and no less than it should."""
    proof = case.proof
    if proof.get("type") != "DataIntegrityProof" or proof.get("cryptosuite") != suite:
        raise Unfit(say("Its proof is of a kind that cannot be checked here."))
    if set(proof) != PROOF_SAYS or not all(isinstance(value, str) for value in proof.values()):
        raise Unfit(say("Its proof says less, or more, than a proof of this kind says."))
    if proof["proofPurpose"] != "assertionMethod":
        raise Unfit(say("Its proof was made for another purpose than to assert what it says."))
    return say("It carries a proof that can be checked ({suite}).", suite=suite)


def _vocabulary(case: Case) -> Sentence:
    document = {name: value for name, value in case.credential.items() if name != "proof"}
    options = {name: value for name, value in case.proof.items() if name != "proofValue"}
    case.data = hash_data(document, options, pinned())
    return say("Every word that it uses is defined, so the signature covers all of it.")


def issuer_named(case: Case) -> Sentence:
    """Who signed it, by its own word."""
    issuer = case.credential["issuer"]
    holder, _, fragment = case.proof["verificationMethod"].partition("#")
    if holder != issuer["id"] or not fragment:
        raise Unfit(
            say(
                "It names {issuer} as its issuer, but its proof names a key of {holder}.",
                issuer=brief(issuer["id"]),
                holder=brief(holder),
            )
        )
    return say("It was signed in the name of {issuer}.", issuer=brief(issuer["id"]))


def key_listed(case: Case) -> Sentence:
    """The key of the issuer with which it was signed."""
    key = case.proof["verificationMethod"]
    holder = key.partition("#")[0]
    document = case.dids.get(holder)
    if document is None:
        raise Unfit(say("The identity document of {did} is not at hand.", did=brief(holder)))
    if document.get("id") != holder:
        raise Unfit(say("The identity document of {did} is another’s.", did=brief(holder)))
    case.public = did.asserting_key(document, key, now=case.now)
    return say("The issuer lists the key {key} as one that signs for it.", key=brief(key))


def _period(case: Case) -> Sentence:
    start = moments.read(case.credential["validFrom"])
    for text in (case.proof.get("created"), case.credential["validFrom"]):
        if text is not None and moments.read(text) > case.now + CLOCKS_DIFFER:
            raise Unfit(say("It bears a date in the future: {moment}.", moment=text))
    if "validUntil" not in case.credential:
        return say("It is valid since {start}, without end.", start=moments.write(start))
    end = moments.read(case.credential["validUntil"])
    if end <= case.now:
        raise Unfit(say("It was valid until {end}.", end=moments.write(end)))
    return say(
        "It is valid from {start} until {end}.", start=moments.write(start), end=moments.write(end)
    )


def signature_holds(case: Case) -> Sentence:
    """Whether the key of the issuer signed what it says."""
    try:
        signature = multibase.decode(case.proof["proofValue"])
    except ValueError as error:
        raise Unfit(say("Its signature cannot be read.")) from error
    if not is_signature(signature, case.data, case.public):
        raise Unfit(say("It is not what the issuer signed: something was changed since."))
    return say("Nothing in it has changed since the issuer signed it.")


#: In the order in which they are told.
STEPS: Final[tuple[StepOf, ...]] = (
    (CheckName.FILE, (), file_read),
    (CheckName.SHAPE, (CheckName.FILE,), _shape),
    (CheckName.PROOF, (CheckName.SHAPE,), _proof),
    (CheckName.VOCABULARY, (CheckName.PROOF,), _vocabulary),
    (CheckName.ISSUER, (CheckName.PROOF,), issuer_named),
    (CheckName.KEY, (CheckName.PROOF,), key_listed),
    (CheckName.PERIOD, (CheckName.SHAPE,), _period),
    (CheckName.SIGNATURE, (CheckName.VOCABULARY, CheckName.KEY), signature_holds),
)
