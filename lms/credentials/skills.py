"""Skills of a learner: earned with a credential, or on the way in a course."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lms.credentials.models import Credential
from lms.learning.models import Enrolment


@dataclass(frozen=True)
class Skill:
    """A skill by its names, and the credential that shows it, None while it is not earned."""

    names: dict[str, str]
    credential: Credential | None = None


def of_learner(
    credentials: Iterable[Credential], enrolments: Iterable[Enrolment]
) -> tuple[Sequence[Skill], Sequence[Skill]]:
    """The skills earned, by credentials that stand, and those in progress; each skill once."""
    earned: dict[str, Skill] = {}
    for credential in credentials:
        if credential.revoked is None:
            for skill in credential.enrolment.run.version.skills:
                earned.setdefault(skill["uri"], Skill(skill["name"], credential))
    begun = {
        skill["uri"]: Skill(skill["name"])
        for enrolment in enrolments
        if enrolment.completed is None
        for skill in enrolment.run.version.skills
        if skill["uri"] not in earned
    }
    return list(earned.values()), list(begun.values())
