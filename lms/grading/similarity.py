"""Finds passages that pieces of code have in common, whatever their variables are called.

Winnowing, as in Schleimer, Wilkerson and Aiken, "Winnowing: Local Algorithms for Document
Fingerprinting" (SIGMOD 2003), on code in which names are V and texts S, without comments and
spaces, as copydetect has it. Of every WINDOW grams of GRAM characters one is kept, so that every
passage of GRAM + WINDOW - 1 characters in common is found, and none shorter than GRAM.
"""

import builtins
import keyword
import re
from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b

GRAM = 25
WINDOW = 6
#: Longer answers are compared as far as this, in characters.
MOST_TEXT = 50_000

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
    |(?P<text>[rRbBuUfF]{0,3}(?:'''.*?(?:'''|\Z)|\"\"\".*?(?:\"\"\"|\Z)
        |'(?:\\.|[^'\\\n])*'?|"(?:\\.|[^"\\\n])*"?))
    |(?P<name>[^\W\d]\w*)
    |(?P<space>\s+)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_KEPT = frozenset(keyword.kwlist) | frozenset(dir(builtins))
_BASE, _PRIME = 1_000_003, (1 << 61) - 1

#: Where a fingerprint is known from: the grade id of its cell, and the hash of its gram.
Key = tuple[str, int]
#: The fingerprints of one work as numbers in their order.
Prints = Sequence[int]
#: A hash, and from where to where in the code its characters stand.
_Gram = tuple[int, int, int]


class Finding(StrEnum):
    """What a person found who looked at a pair; the code alone finds nothing."""

    NOTHING = "nothing"
    TALKED = "talked"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fingerprint stands in a piece of code, in characters from ``start`` to ``end``."""

    start: int
    end: int


@dataclass(frozen=True)
class Work:
    """The answers of one work, by grade id, with the fingerprints that are its author's own."""

    answers: Mapping[str, str]
    places: Mapping[Key, tuple[Place, ...]]


@dataclass(frozen=True)
class Passage:
    """A piece of code that two works have in common; ``holders`` works have it."""

    number: int
    start: int
    end: int
    holders: int


def starter(release: Mapping[str, str]) -> Mapping[str, frozenset[int]]:
    """Every gram that learners were given, by the grade id of the cell; `work` leaves them out."""
    return {name: frozenset(gram[0] for gram in _grams(code)) for name, code in release.items()}


def work(answers: Mapping[str, str], given: Mapping[str, frozenset[int]]) -> Work:
    """The fingerprints of ``answers``, by grade id, without those that were ``given``."""
    found: dict[Key, tuple[Place, ...]] = {}
    for grade_id, code in answers.items():
        starting = given.get(grade_id, frozenset())
        places: dict[Key, list[Place]] = defaultdict(list)
        for value, start, end in _winnowed(_grams(code)):
            if value not in starting:
                places[grade_id, value].append(Place(start, end))
        found.update((key, tuple(each)) for key, each in places.items())
    return Work(dict(answers), found)


def joined(works: Sequence[Work]) -> Work:
    """The works of several notebooks as one; no two of them name the same cell."""
    if len(works) == 1:
        return works[0]
    answers: dict[str, str] = {}
    places: dict[Key, tuple[Place, ...]] = {}
    for each in works:
        answers.update(each.answers)
        places.update(each.places)
    return Work(answers, places)


def prints(of: Work) -> Prints:
    """The fingerprints of a work as numbers, each once: what is compared of ten thousand works."""
    return array("Q", sorted({_number(key) for key in of.places}))


def passages(
    first: Work, second: Work, holders: Mapping[int, int], grade_id: str
) -> tuple[tuple[Passage, ...], tuple[Passage, ...]]:
    """What two works have in common in a cell, in each of them; numbers tell which is which.

    ``holders`` are the fingerprints that they share and that are not common to most works, each
    with how many works have it.
    """
    held = {
        key: holders[_number(key)]
        for key in first.places
        if key[0] == grade_id and key in second.places and _number(key) in holders
    }
    left = _joined(first, held, dict.fromkeys(held, 0))
    numbered = [
        Passage(number, one.start, one.end, one.holders) for number, one in enumerate(left, start=1)
    ]
    within = {
        key: one.number
        for key in held
        for place in first.places[key][:1]
        for one in numbered
        if one.start <= place.start and place.end <= one.end
    }
    return tuple(numbered), tuple(_joined(second, held, within))


def _joined(of: Work, held: Mapping[Key, int], numbers: Mapping[Key, int]) -> list[Passage]:
    """The places of these fingerprints, those that touch and have the same number as one."""
    places = sorted(
        ((place, key) for key in numbers for place in of.places[key]),
        key=lambda each: (each[0].start, each[0].end),
    )
    found: list[Passage] = []
    for place, key in places:
        number, holders = numbers[key], held[key]
        last = found[-1] if found else None
        if last is not None and place.start <= last.end and number == last.number:
            found[-1] = Passage(
                number, last.start, max(last.end, place.end), min(last.holders, holders)
            )
        elif last is None or place.start >= last.end:
            found.append(Passage(number, place.start, place.end, holders))
        elif place.end > last.end:
            found.append(Passage(number, last.end, place.end, holders))
    return found


def _number(key: Key) -> int:
    """A fingerprint as one number, another one in each cell."""
    return key[1] ^ _salt(key[0])


@lru_cache(maxsize=1024)
def _salt(grade_id: str) -> int:
    return int.from_bytes(blake2b(grade_id.encode(), digest_size=8).digest()) >> 3


def _grams(code: str) -> list[_Gram]:
    """The hash of each gram of ``code``, by Karp and Rabin's rolling sum, and where it stands."""
    letters = list(_letters(code[:MOST_TEXT]))
    leaves = pow(_BASE, GRAM, _PRIME)
    value, found = 0, []
    for at, (letter, _start, end) in enumerate(letters):
        value = value * _BASE + ord(letter)
        if at >= GRAM:
            value -= ord(letters[at - GRAM][0]) * leaves
        value %= _PRIME
        if at >= GRAM - 1:
            found.append((value, letters[at - GRAM + 1][1], end))
    return found


def _letters(code: str) -> Iterator[tuple[str, int, int]]:
    """The characters that are compared, each with the part of ``code`` that it stands for."""
    for token in _TOKEN.finditer(code):
        kind, start, end = token.lastgroup, token.start(), token.end()
        if kind in ("comment", "space"):
            continue
        if kind == "text":
            yield "S", start, end
        elif kind == "name" and token[0] not in _KEPT:
            yield "V", start, end
        else:
            for at in range(start, end):
                yield code[at], at, at + 1


def _winnowed(grams: Sequence[_Gram]) -> Iterator[_Gram]:
    """The least gram of each window, the last of those that are equal, each once."""
    values = [gram[0] for gram in grams]
    taken = -1
    for start in range(max(1, len(values) - WINDOW + 1) if values else 0):
        end = min(start + WINDOW, len(values))
        if taken >= start:
            least = end - 1 if values[end - 1] <= values[taken] else taken
        else:
            lowest = min(values[start:end])
            least = max(at for at in range(start, end) if values[at] == lowest)
        if least != taken:
            taken = least
            yield grams[taken]
