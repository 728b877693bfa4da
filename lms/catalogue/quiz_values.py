"""What a quiz says, as values: of the file with Markdown, of a published version with HTML."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from lms.catalogue.attempts import Counts

#: One text for each language of the course, the original first; empty where none is given.
Words = Mapping[str, str]

#: Nobody begins a quiz more often, whatever its author allows.
MOST_ATTEMPTS = 100


class QuestionKind(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    NUMERIC = "numeric"
    TEXT = "text"
    ORDER = "order"
    MATCH = "match"


class Reveal(StrEnum):
    """When the right answers are shown: after each attempt, or when none can follow."""

    EACH = "each"
    LAST = "last"


class Strict(StrEnum):
    """What a short text must match exactly; the rest of it is forgiven."""

    CASE = "case"
    ACCENTS = "accents"


@dataclass(frozen=True)
class Option:
    """Something to choose, to put in order, or to find the match of.

    ``feedback`` is told to whoever chose it.
    """

    text: Words
    right: bool = False
    feedback: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Foreseen:
    """An answer typed often, and what to say to whoever typed it."""

    answer: str
    feedback: Words


@dataclass(frozen=True)
class Question:
    """One question. What it does not use of its parts is empty.

    ``options`` are the choices; of an order its lines, in the right order; of a match its left
    side, where the match of each has the same place in ``matches``, and what is left over there
    belongs to nothing. A number is right within ``tolerance`` of ``answer``, which is a share of
    it if ``relative``. ``about`` is the lesson that it asks about.
    """

    id: str
    kind: QuestionKind
    points: float
    text: Words
    explanation: Words = field(default_factory=dict)
    pool: str = ""
    about: str = ""
    fixed: bool = False
    options: tuple[Option, ...] = ()
    matches: tuple[Words, ...] = ()
    answer: float = 0.0
    tolerance: float = 0.0
    relative: bool = False
    unit: Words = field(default_factory=dict)
    accepted: tuple[str, ...] = ()
    strict: tuple[Strict, ...] = ()
    foreseen: tuple[Foreseen, ...] = ()


@dataclass(frozen=True)
class QuizContent:
    """The questions of a quiz; ``pools`` says how many to draw of each by its name."""

    shuffle: bool
    pools: Mapping[str, int]
    questions: tuple[Question, ...]

    # Any: an object of JSON, stored as it is.
    def as_json(self) -> dict[str, Any]:
        """This content to be stored with a version."""
        return asdict(self)

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> "QuizContent":
        """The content that was stored."""
        questions = tuple(_question(each) for each in stored["questions"])
        return cls(stored["shuffle"], stored["pools"], questions)


@dataclass(frozen=True)
class QuizPolicy:
    """What course.toml says of a quiz.

    ``attempts`` None: as many as one likes. ``time_limit`` counts minutes. Without a
    ``pass_mark`` the quiz is done when it was taken; a ``graded`` one has to reach the minimum
    score of the credential. Reaching ``place_mark`` offers to go past the lessons
    ``places_past``.
    """

    attempts: int | None = None
    counts: Counts = Counts.BEST
    time_limit: int | None = None
    pass_mark: float | None = None
    graded: bool = False
    reveal: Reveal = Reveal.EACH
    places_past: tuple[str, ...] = ()
    place_mark: float = 0.8


def with_words(content: QuizContent, change: Callable[[str, str], str]) -> QuizContent:
    """``content`` with every text replaced by ``change`` of its language and itself."""

    def changed(words: Words) -> Words:
        return {locale: change(locale, text) for locale, text in words.items()}

    return replace(
        content,
        questions=tuple(
            replace(
                each,
                text=changed(each.text),
                explanation=changed(each.explanation),
                unit=each.unit,
                options=tuple(
                    replace(one, text=changed(one.text), feedback=changed(one.feedback))
                    for one in each.options
                ),
                # A menu shows them, and menus hold plain words only.
                matches=each.matches,
                foreseen=tuple(
                    replace(one, feedback=changed(one.feedback)) for one in each.foreseen
                ),
            )
            for each in content.questions
        ),
    )


def _question(stored: Mapping[str, Any]) -> Question:
    parts = {
        "kind": QuestionKind(stored["kind"]),
        "options": tuple(Option(**each) for each in stored["options"]),
        "matches": tuple(stored["matches"]),
        "accepted": tuple(stored["accepted"]),
        "strict": tuple(Strict(each) for each in stored["strict"]),
        "foreseen": tuple(Foreseen(**each) for each in stored["foreseen"]),
    }
    return Question(**{**stored, **parts})
