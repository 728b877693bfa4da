"""What learners answer in a quiz, read forgivingly, and what an answer is worth."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from lms.catalogue.quiz_values import Question, QuestionKind, Strict

#: The longest answer that is kept, in characters; a form refuses what is longer.
LONGEST_ANSWER = 200

#: An answer as it is kept, by the author's places: the place chosen, the places chosen, what was
#: typed, or for each line or left side its position or match. None where nothing is answered.
Given = int | str | list[int | None] | None

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_SIGNS = str.maketrans({",": ".", "\u066b": ".", "\u2212": "-", "\u2013": "-"})
_TATWEEL = "\u0640"


@dataclass(frozen=True)
class Marked:
    """What one answer is worth. ``share`` is 1 for a right one, and 0 for none."""

    share: float
    points: float
    possible: float

    @property
    def is_right(self) -> bool:
        """Whether nothing was wrong with it."""
        return self.share >= 1.0


def number(text: str) -> float | None:
    """The number that somebody typed, or None when it is none.

    A comma or a point stands before decimals, digits may be Arabic-Indic, and spaces
    between them group. Anything else that groups would be ambiguous and is refused.
    """
    digits = "".join(
        str(unicodedata.decimal(c, c)) for c in text if not c.isspace() and c not in "\u200e\u200f"
    )
    plain = digits.translate(_SIGNS)
    return float(plain) if len(plain) <= 60 and _NUMBER.fullmatch(plain) else None


def folded(text: str, strict: Sequence[Strict] = ()) -> str:
    """``text`` as answers are compared: what need not match exactly is taken away."""
    words = " ".join(unicodedata.normalize("NFC", text).split()).replace(_TATWEEL, "")
    words = "".join(str(unicodedata.decimal(c, c)) for c in words).replace("\u2019", "'")
    if Strict.ACCENTS not in strict:
        apart = unicodedata.normalize("NFD", words)
        words = "".join(c for c in apart if not unicodedata.combining(c))
    if Strict.CASE not in strict:
        words = words.casefold()
    return unicodedata.normalize("NFC", words)


def is_answered(question: Question, given: Given) -> bool:
    """Whether anything was answered, and all of it where there are several parts."""
    if isinstance(given, list):
        if question.kind is QuestionKind.MULTIPLE:
            return bool(given)
        return None not in given
    return given not in (None, "")


def mark(question: Question, given: Given) -> Marked:
    """What ``given`` is worth; an answer of a wrong shape is worth nothing."""
    share = min(1.0, max(0.0, _share(question, given)))
    return Marked(share, round(question.points * share, 4), question.points)


def right_number(question: Question, value: float) -> bool:
    """Whether ``value`` lies within the tolerance of the answer."""
    width = question.tolerance * (abs(question.answer) if question.relative else 1.0)
    # What binary fractions cannot hold exactly is nobody's fault: 0.1 + 0.2 is 0.3.
    return abs(value - question.answer) <= width + 1e-9 * max(1.0, abs(question.answer))


def told_to(question: Question, given: Given) -> list[int]:
    """The places of the options, or of the foreseen answers, whose feedback is for ``given``."""
    if question.kind is QuestionKind.SINGLE:
        return [given] if isinstance(given, int) else []
    if question.kind is QuestionKind.MULTIPLE:
        return [each for each in given if each is not None] if isinstance(given, list) else []
    if question.kind is QuestionKind.MATCH:
        parts = given if isinstance(given, list) else []
        return [place for place, chosen in enumerate(parts) if chosen not in (None, place)]
    if not isinstance(given, str):
        return []
    return [
        place
        for place, each in enumerate(question.foreseen)
        if _is_foreseen(question, each.answer, given)
    ]


def _is_foreseen(question: Question, answer: str, given: str) -> bool:
    if question.kind is QuestionKind.NUMERIC:
        value = number(given)
        return value is not None and abs(value - float(answer)) <= 1e-9 * max(1.0, abs(value))
    return folded(answer, question.strict) == folded(given, question.strict)


def _share(question: Question, given: Given) -> float:
    if question.kind is QuestionKind.SINGLE:
        return float(isinstance(given, int) and _is_right(question, given))
    if question.kind is QuestionKind.NUMERIC:
        value = number(given) if isinstance(given, str) else None
        return float(value is not None and right_number(question, value))
    if question.kind is QuestionKind.TEXT:
        accepted = {folded(each, question.strict) for each in question.accepted}
        return float(isinstance(given, str) and folded(given, question.strict) in accepted)
    if not isinstance(given, list):
        return 0.0
    if question.kind is QuestionKind.MULTIPLE:
        right = sum(_is_right(question, place) for place in set(given))
        wrong = len(set(given)) - right
        return (right - wrong) / max(1, sum(option.right for option in question.options))
    # An order is kept as positions from 0, a match as places: either way each equals its own.
    parts = len(question.options)
    return sum(part == place for place, part in enumerate(given[:parts])) / max(1, parts)


def _is_right(question: Question, place: int | None) -> bool:
    options = question.options
    return place is not None and 0 <= place < len(options) and options[place].right
