"""Words sought in a lesson: the parts that hold them, and the line that they stand in."""

from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser

from lms.core.folding import folded, holds

#: How many characters stand before and after the first word that was found.
_BEFORE, _AFTER = 60, 120
#: How many parts of one lesson are shown.
MOST_PASSAGES = 3
#: Parts of a page that are no text to be found: what somebody should first think about is one.
_LEFT_OUT = frozenset({"details", "svg", "math"})
#: Code stays left to right in a line of Arabic: it stands between the marks of an isolate.
_CODE, _AFTER_CODE = "\u2066", "\u2069"
_BLOCKS = frozenset(
    {"p", "li", "pre", "td", "th", "tr", "div", "section", "figcaption", "dt", "dd"}
)


@dataclass(frozen=True)
class Passage:
    """Where words were found: the part's heading and id, and the line around the first of them.

    Heading and id are empty above the first heading; ``hit`` is empty where only the
    heading or title holds the words.
    """

    heading: str
    anchor: str
    before: str
    hit: str
    after: str


@dataclass(frozen=True)
class Part:
    """A heading of a lesson with its id, and the text below it up to the next."""

    heading: str
    anchor: str
    text: str


def parts(html: str) -> list[Part]:
    """The text of a lesson that was rendered, by its headings; answers to open are left out."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.parts()


def passages(title: str, found: Sequence[Part], wanted: Sequence[str]) -> list[Passage] | None:
    """The parts of a lesson that hold ``wanted``, or None where the lesson does not hold it all.

    Where no single part holds all the words, the first one that holds any stands for them.
    ``wanted`` comes from `lms.core.folding.sought`.
    """
    if not wanted or not holds("\n".join([title, *map(_whole, found)]), wanted):
        return None
    full = [part for part in found if holds(_whole(part), wanted)]
    partly = (part for part in found if any(holds(_whole(part), [word]) for word in wanted))
    return [_passage(part, wanted) for part in full[:MOST_PASSAGES] or [*partly][:1]]


def _whole(part: Part) -> str:
    return f"{part.heading}\n{part.text}"


def _passage(part: Part, wanted: Sequence[str]) -> Passage:
    begin, end = _place(part.text, wanted)
    first, last = max(0, begin - _BEFORE), min(len(part.text), end + _AFTER)
    before, after = part.text[first:begin], part.text[end:last]
    if first:
        before = "… " + before.partition(" ")[2]
    if last < len(part.text):
        after = after.rpartition(" ")[0] + " …"
    return Passage(part.heading, part.anchor, before, part.text[begin:end], after)


def _place(text: str, wanted: Sequence[str]) -> tuple[int, int]:
    """Where the first of the words stands, in characters as the author wrote them."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        bare = folded(letter)
        letters.append(bare)
        places.extend([place] * len(bare))
    bare_text = "".join(letters)
    hits = [(at, word) for word in wanted if (at := bare_text.find(word)) >= 0]
    if not hits:
        return 0, 0
    at, word = min(hits)
    return places[at], places[at + len(word) - 1] + 1


class _Reader(HTMLParser):
    """Gathers the text of a page by its headings."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[tuple[str, list[str], list[str]]] = [("", [], [])]  # id, heading, text
        self._inside: list[str] = []
        self._in_heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        anchor = dict(attrs).get("id") or ""
        if tag in _LEFT_OUT:
            self._inside.append(tag)
        elif tag in {"h2", "h3", "h4"} and anchor.startswith("part-"):
            self._parts.append((anchor, [], []))
            self._in_heading = True
        elif tag in _BLOCKS:
            self.handle_data(" ")
        elif tag == "code":
            self.handle_data(_CODE)

    def handle_endtag(self, tag: str) -> None:
        if tag == "code":
            self.handle_data(_AFTER_CODE)
        if self._inside and tag == self._inside[-1]:
            self._inside.pop()
            if tag == "math":
                self.handle_data(" … ")
        if tag in {"h2", "h3", "h4"}:
            self._in_heading = False

    def handle_data(self, data: str) -> None:
        if not self._inside:
            _anchor, heading, text = self._parts[-1]
            (heading if self._in_heading else text).append(data)

    def parts(self) -> list[Part]:
        """All that was read, spaces as one."""
        every = (
            Part(" ".join("".join(words).split()), anchor, " ".join("".join(text).split()))
            for anchor, words, text in self._parts
        )
        return [part for part in every if part.heading or part.text]
