"""What one attempt at a quiz asks, how long it lasts, what it is worth and what it opens."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from lms.catalogue.attempts import Counts
from lms.catalogue.quiz_values import Question, QuestionKind, QuizContent, Reveal
from lms.learning.quiz_answers import Marked

#: What is sent before the end may arrive this much after it: a telephone's link is slow.
SLACK = timedelta(seconds=15)


@dataclass(frozen=True)
class Asked:
    """One question of an attempt: the order in which its options and matches are shown."""

    id: str
    options: list[int]
    matches: list[int]


@dataclass(frozen=True)
class Taken:
    """A finished attempt: its number, what it earned and what could be earned."""

    number: int
    score: float
    possible: float

    @property
    def share(self) -> float:
        """What was earned of what could be, from 0 to 1."""
        return self.score / self.possible if self.possible else 0.0


def draw(content: QuizContent, seed: str) -> list[Asked]:
    """The questions of one attempt: the same for the same ``seed``.

    Of each pool as many as it says are drawn, and stand where the first of the pool stands. An
    order to be found is never shown as it is right.
    """
    chance = random.Random(seed)
    drawn = {
        name: chance.sample([each for each in content.questions if each.pool == name], number)
        for name, number in sorted(content.pools.items())
    }
    asked: list[Question] = []
    for question in content.questions:
        asked += drawn.pop(question.pool, ()) if question.pool else [question]
    if content.shuffle:
        chance.shuffle(asked)
    return [_shuffled(question, content.shuffle, chance) for question in asked]


def _shuffled(question: Question, shuffle: bool, chance: random.Random) -> Asked:
    options = list(range(len(question.options)))
    matches = list(range(len(question.matches)))
    if question.kind is QuestionKind.ORDER:
        while options == sorted(options):
            chance.shuffle(options)
    elif shuffle and not question.fixed:
        chance.shuffle(options)
    # The right sides always: in the author's order they would give the pairs away.
    chance.shuffle(matches)
    return Asked(question.id, options, matches)


# Any: an object of JSON, stored as it is.
def layout_json(asked: Sequence[Asked]) -> list[dict[str, Any]]:
    """What an attempt asks, to be stored with it."""
    return [asdict(each) for each in asked]


def asked_of(
    content: QuizContent, layout: Sequence[Mapping[str, Any]]
) -> list[tuple[Question, Asked]]:
    """The questions of an attempt in its order, with how each is shown."""
    questions = {question.id: question for question in content.questions}
    return [(questions[each["id"]], Asked(**each)) for each in layout]


def ends(
    begun: datetime, minutes: int | None, factor: float, closes: datetime | None
) -> datetime | None:
    """When an attempt ends: after its time, lengthened by ``factor``, or when the run closes."""
    limit = None if minutes is None else begun + timedelta(minutes=minutes) * factor
    return min((each for each in (limit, closes) if each is not None), default=None)


def is_over(ends: datetime | None, now: datetime) -> bool:
    """Whether answers that arrive now come too late to count."""
    return ends is not None and now > ends + SLACK


def counting(taken: Sequence[Taken], counts: Counts) -> Taken | None:
    """The attempt that counts among those that are finished; None when none is."""
    if not taken:
        return None
    if counts is Counts.BEST:
        return max(taken, key=lambda each: (each.share, -each.number))
    ordered = sorted(taken, key=lambda each: each.number)
    return ordered[-1] if counts is Counts.LAST else ordered[0]


def is_passed(share: float, needed: float | None) -> bool:
    """Whether ``share`` is enough; where nothing is needed it is."""
    return needed is None or share >= needed - 1e-9


def shows_answers(reveal: Reveal, *, may_try_again: bool, is_perfect: bool) -> bool:
    """Whether the right answers are shown after an attempt."""
    return reveal is Reveal.EACH or not may_try_again or is_perfect


def known_lessons(
    places_past: Sequence[str], mark: float, marked: Sequence[tuple[Question, Marked]]
) -> list[str]:
    """The lessons that an attempt at a pre-test shows to be known.

    A lesson is judged by the questions about it, or by all where none is about it.
    """
    known = []
    for slug in places_past:
        about = [worth for question, worth in marked if question.about == slug]
        counted = about or [worth for _question, worth in marked]
        possible = sum(worth.possible for worth in counted)
        earned = sum(worth.points for worth in counted)
        if possible and is_passed(earned / possible, mark):
            known.append(slug)
    return known
