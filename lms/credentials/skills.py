"""Skills of a learner: earned with a credential, or on the way, and what they can do by now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lms.credentials.models import Credential
from lms.grading.desk import Course


@dataclass(frozen=True)
class Skill:
    """A skill by its names, and the credential that shows it, None while it is not earned.

    Until then ``shown`` of the ``total`` outcomes are mastered of the course that leads to it.
    """

    names: dict[str, str]
    credential: Credential | None = None
    shown: int = 0
    total: int = 0


@dataclass(frozen=True)
class Skills:
    """The skills earned and those in progress, and outcomes of modules that are mastered."""

    earned: Sequence[Skill]
    begun: Sequence[Skill]
    able: Sequence[dict[str, str]]


def of_learner(
    credentials: Iterable[Credential], courses: Sequence[Course], *, most: int = 8
) -> Skills:
    """What somebody can who holds these ``credentials`` and takes these ``courses``.

    Skills are earned by credentials that stand. Each skill stands once, and so does each of
    the outcomes, at most so many.
    """
    earned: dict[str, Skill] = {}
    for credential in credentials:
        if credential.revoked is None:
            for skill in credential.enrolment.run.version.skills:
                earned.setdefault(skill["uri"], Skill(skill["name"], credential))
    begun: dict[str, Skill] = {}
    able: list[dict[str, str]] = []
    for course in courses:
        for unit in course.can.mastered:
            able += [texts for texts in unit.taught.outcomes if texts not in able]
        if course.enrolment.completed is None:
            for skill in course.enrolment.run.version.skills:
                uri, can = skill["uri"], course.can
                found = Skill(skill["name"], shown=can.shown, total=can.total)
                if uri not in earned and (uri not in begun or found.shown > begun[uri].shown):
                    begun[uri] = found
    return Skills(list(earned.values()), list(begun.values()), able[:most])
