"""Reading JSON that a stranger hands us: bounded, without duplicate keys, never surprising."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, Final, NoReturn

from lms.core.errors import Refused
from lms.core.i18n import N_, Sentence, say

#: A JSON object. Its values are whatever JSON allows, which the checker cannot say.
Json = dict[str, Any]

LARGEST: Final = 256 * 1024
DEEPEST: Final = 24
MOST_VALUES: Final = 2000
#: Reading linked data compares every entry of a list with every other.
LONGEST_LIST: Final = 200

#: Characters that canonical N-Quads write as numeric escapes, which pyld does not,
#: and characters that no text for people needs: controls, surrogates, non-characters.
UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Unfit(Refused):
    """A credential or an identity document that cannot be relied on; the sentence says why."""

    message = N_("This cannot be relied on.")

    def __init__(self, sentence: Sentence) -> None:
        Exception.__init__(self, str(sentence))
        self.sentence = sentence


def read(content: bytes) -> Json:
    """The JSON object that ``content`` holds.

    Refuses with Unfit what is larger than 256 KB, deeper than 24 levels, richer
    than 2000 values, has lists longer than 200, is not UTF-8 JSON, ambiguous (a key
    twice in one object), not finite (NaN, 1e999), or holds unprintable characters.
    """
    if len(content) > LARGEST:
        raise Unfit(say("The file is larger than {limit} KB, so it was not read.", limit=256))
    try:
        document = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_once_each,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
    except UnicodeDecodeError as error:
        raise Unfit(say("The file is not text in UTF-8.")) from error
    except json.JSONDecodeError as error:
        sentence = say(
            "The file is not JSON: it breaks off or goes wrong at line {line}, column {column}.",
            line=error.lineno,
            column=error.colno,
        )
        raise Unfit(sentence) from error
    except RecursionError as error:
        raise Unfit(_TOO_DEEP) from error
    except ValueError as error:
        # Python refuses to read whole numbers of more than 4300 digits.
        raise Unfit(_NOT_A_NUMBER) from error
    if not isinstance(document, dict):
        raise Unfit(say("The file is JSON, but it holds no object."))
    examine(document)
    return document


def examine(document: Json) -> None:
    """Refuse with Unfit a ``document`` that is too deep, too rich or holds unreadable text."""
    for count, (value, depth) in enumerate(walk(document), start=1):
        if depth > DEEPEST:
            raise Unfit(_TOO_DEEP)
        if count > MOST_VALUES:
            raise Unfit(say("The file holds more than {limit} values.", limit=MOST_VALUES))
        if isinstance(value, list) and len(value) > LONGEST_LIST:
            raise Unfit(say("The file holds a list longer than {limit}.", limit=LONGEST_LIST))
        texts = [value] if isinstance(value, str) else value if isinstance(value, dict) else []
        if any(UNPRINTABLE.search(text) for text in texts):
            raise Unfit(say("The file holds characters that cannot be printed."))


def walk(document: Json) -> Iterator[tuple[Any, int]]:
    """Every value in ``document`` and the level it stands on, the whole being level 0."""
    waiting: list[tuple[Any, int]] = [(document, 0)]
    while waiting:
        value, depth = waiting.pop()
        yield value, depth
        if isinstance(value, dict):
            waiting.extend((inner, depth + 1) for inner in value.values())
        elif isinstance(value, list):
            waiting.extend((inner, depth + 1) for inner in value)


def brief(text: str) -> str:
    """``text`` from a stranger, fit to be shown: at most 120 letters, all of them printable."""
    shown = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[:120]
    )
    return shown + ("…" if len(text) > 120 else "")


_TOO_DEEP: Final = say("The file is nested more than {limit} levels deep.", limit=DEEPEST)
_NOT_A_NUMBER: Final = say("The file holds a number that cannot be read exactly.")


def _once_each(pairs: list[tuple[str, Any]]) -> Json:
    held: Json = {}
    for key, value in pairs:
        if key in held:
            raise Unfit(
                say("The file says “{key}” twice in one place, so it is unclear.", key=brief(key))
            )
        held[key] = value
    return held


def _no_constant(_: str) -> NoReturn:
    raise Unfit(_NOT_A_NUMBER)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Unfit(_NOT_A_NUMBER)
    return number
