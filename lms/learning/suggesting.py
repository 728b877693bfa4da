"""Which courses to suggest to somebody who has completed one, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: From the first steps to the last.
LEVELS = ("beginner", "intermediate", "advanced")


@dataclass(frozen=True)
class Offer:
    """A course that can be taken: its name in addresses, level, languages and skills' addresses."""

    slug: str
    level: str
    languages: tuple[str, ...]
    skills: frozenset[str]


@dataclass(frozen=True)
class Suggestion:
    """A course to take next: the skills it shares, and whether it goes further or the same way."""

    slug: str
    shared: frozenset[str]
    further: bool


def suggest(
    completed: Offer, offers: Sequence[Offer], *, taken: Iterable[str], locale: str, most: int = 3
) -> list[Suggestion]:
    """The courses that follow best on the one ``completed``, the best first.

    None that the learner takes or has taken, and none easier than what they have done. Those
    that go on with its skills come first, then those in the learner's language, then those
    just one level on.
    """
    known = {completed.slug, *taken}
    reached = _level(completed)
    fitting = [o for o in offers if o.slug not in known and _level(o) >= reached]

    def order(offer: Offer) -> tuple[int, bool, bool, int, str]:
        shared = len(offer.skills & completed.skills)
        ahead = _level(offer) - reached
        return -min(shared, 1), locale not in offer.languages, ahead != 1, -shared, offer.slug

    return [
        Suggestion(o.slug, o.skills & completed.skills, _level(o) > reached)
        for o in sorted(fitting, key=order)[:most]
    ]


def _level(offer: Offer) -> int:
    return LEVELS.index(offer.level) if offer.level in LEVELS else 0
