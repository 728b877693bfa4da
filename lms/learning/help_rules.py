"""Questions and answers: who sees what, what a text may hold, how much one person may write."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

#: The longest title and text, in characters.
LONGEST_TITLE = 150
LONGEST_TEXT = 10_000
#: The longest reason of a report or of hiding.
LONGEST_REASON = 500

#: How many posts one person may write within an hour, and reports within a day.
POSTS_AN_HOUR = 20
POSTS_AN_HOUR_TEACHING = 120
REPORTS_A_DAY = 20
#: How often one post may be changed: every earlier wording is kept.
MOST_EDITS = 20
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

#: Questions or answers on one page.
PAGE = 20
#: Words of a search that are looked for, each at least this long when likeness is sought.
MOST_WORDS = 8
SHORTEST_TELLING_WORD = 3

#: Marks upon one letter: Arabic needs three, and more only blacken the lines around them.
_MOST_MARKS = 4
#: Embeddings, overrides and isolates, which could show a text, or code, in an order not its own.
_TURNING = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_LINE_ENDS = re.compile(r"\r\n|[\r\u0085\u2028\u2029]")


class Decision(StrEnum):
    """What an instructor decided about a reported post."""

    HIDDEN = "hidden"
    KEPT = "kept"


class Trace(StrEnum):
    """Why the text of a post is not shown."""

    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Reader:
    """Who reads: the row of a person, and whether they teach at the institute of the run."""

    person: int
    teaches: bool


@dataclass(frozen=True)
class Place:
    """What a question is about: a lesson or an assignment, or one graded cell of the latter."""

    slug: str
    cell: str = ""


@dataclass(frozen=True)
class Standing:
    """What of a post decides who sees it."""

    author: int
    hidden: bool
    withdrawn: bool
    for_instructors: bool


def may_know_of(reader: Reader, post: Standing) -> bool:
    """Whether ``reader`` may know that there is such a post at all.

    What holds somebody's solution is for its author and for those who teach.
    """
    return reader.teaches or not post.for_instructors or post.author == reader.person


def trace_of(post: Standing) -> Trace | None:
    """What stands in place of the text, for whoever does not moderate; None for the text."""
    if post.hidden:
        return Trace.HIDDEN
    return Trace.WITHDRAWN if post.withdrawn else None


def hides_name(reader: Reader, author: int, nameless: int | None) -> bool:
    """Whether the author of a post stays unnamed: ``nameless`` asked without being named.

    Those who teach see every name; nobody is hidden from themselves.
    """
    return author == nameless and not reader.teaches and author != reader.person


def posts_an_hour(reader: Reader) -> int:
    """How many posts ``reader`` may write within an hour."""
    return POSTS_AN_HOUR_TEACHING if reader.teaches else POSTS_AN_HOUR


def tidied(text: str) -> str:
    """``text`` without what could disturb what stands around it.

    Lines end with a line feed. Controls, what turns the order of letters, and marks heaped upon
    one letter go; words in every script, emoji and code stay as they are.
    """
    kept: list[str] = []
    marks = 0
    for char in _LINE_ENDS.sub("\n", text):
        kind = unicodedata.category(char)
        if kind in ("Cc", "Cs") and char not in "\n\t":
            continue
        if char in _TURNING:
            continue
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept).strip("\n").rstrip()


def tidied_title(text: str) -> str:
    """The same on one line, with single spaces."""
    return " ".join(tidied(text).split())


def says_something(text: str) -> bool:
    """Whether there is at least one letter or digit in ``text``."""
    return any(char.isalnum() for char in text)


def words_of(text: str) -> list[str]:
    """The words of a search, as they were typed, each once and not too many."""
    return list(dict.fromkeys(tidied(text).split()))[:MOST_WORDS]


def telling_words(title: str) -> list[str]:
    """The words by which questions like ``title`` are found: the longest, without punctuation."""
    words = dict.fromkeys(re.findall(r"\w+", tidied_title(title)))
    long = [word for word in words if len(word) >= SHORTEST_TELLING_WORD]
    return sorted(long, key=len, reverse=True)[:MOST_WORDS]
