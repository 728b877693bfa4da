"""Boxes in a lesson: blocks that begin with ``::: name`` and end with ``:::``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from lms.core.i18n import Sentence, say

#: What a lesson may hold; ``answer`` stands inside ``check``.
BOX_NAMES = ("outcome", "check", "answer", "note", "warning", "example")

_BOX_LINE = re.compile(r"(:{3,})[ \t]*(.*?)[ \t]*")
_CODE_LINE = re.compile(r"[ \t>]*(`{3,}(?=[^`]*$)|~{3,})(.*)")


@dataclass(frozen=True)
class Box:
    """One box: its name and title, and the lines of its fences, counted from 0."""

    name: str
    title: str
    start: int
    end: int
    closed: bool


@dataclass(frozen=True)
class Boxes:
    """All boxes of a lesson by the line they start on, and what is wrong with their fences."""

    starting: Mapping[int, Box]
    faults: tuple[tuple[int, Sentence], ...]


@dataclass
class _Scan:
    """The fences still open while the lines of a lesson are read from first to last."""

    boxes: dict[int, Box] = field(default_factory=dict)
    faults: list[tuple[int, Sentence]] = field(default_factory=list)
    open_boxes: list[tuple[int, int, str, str]] = field(default_factory=list)
    code: tuple[int, str] | None = None

    def read(self, number: int, line: str) -> None:
        code = _CODE_LINE.fullmatch(line)
        if self.code is not None:
            if code and not code[2].strip() and code[1].startswith(self.code[1]):
                self.code = None
        elif code:
            self.code = (number, code[1])
        elif fence := _BOX_LINE.fullmatch(line):
            if fence[2]:
                self._open(number, len(fence[1]), fence[2])
            else:
                self._close(number, len(fence[1]))

    def _open(self, number: int, colons: int, written: str) -> None:
        name, _, title = written.partition(" ")
        if name not in BOX_NAMES:
            sentence = say(
                "There is no box named {name}; there are {known}.",
                name=name,
                known=", ".join(BOX_NAMES),
            )
            self.faults.append((number, sentence))
        self.open_boxes.append((number, colons, name, title.strip()))

    def _close(self, number: int, colons: int) -> None:
        """Close the innermost box whose fence is as long; else the innermost shorter one."""
        lengths = [each[1] for each in self.open_boxes]
        if colons in lengths:
            depth = len(lengths) - 1 - lengths[::-1].index(colons)
        elif lengths and lengths[-1] < colons:
            depth = len(lengths) - 1
        else:
            self.faults.append((number, say("This ':::' closes no box.")))
            return
        while len(self.open_boxes) > depth + 1:
            self._record(number, closed=False)
        self._record(number, closed=True)

    def finish(self, number: int) -> Boxes:
        if self.code is not None:
            self.faults.append((self.code[0], say("This block of code is never closed.")))
        while self.open_boxes:
            self._record(number, closed=False)
        return Boxes(self.boxes, tuple(self.faults))

    def _record(self, end: int, *, closed: bool) -> None:
        start, _, name, title = self.open_boxes.pop()
        self.boxes[start] = Box(name, title, start, end, closed)
        if not closed:
            sentence = say("The box {name} is never closed: end it with ':::'.", name=name)
            self.faults.append((start, sentence))


def find_boxes(source: str) -> Boxes:
    """The boxes of a lesson; ``source`` has lines that end with a line feed.

    A fence stands at the very beginning of its line and outside code. A bare
    fence closes the innermost open box whose fence has as many colons.
    """
    lines = source.split("\n")
    scan = _Scan()
    for number, line in enumerate(lines):
        scan.read(number, line)
    return scan.finish(len(lines))


def boxes_plugin(parser: MarkdownIt) -> None:
    """Teach ``parser`` boxes; ``env["boxes"]`` must hold the Boxes of the same source."""
    parser.block.ruler.before(
        "fence", "box", _box, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )


def _box(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    box: Box | None = state.env["boxes"].starting.get(start)
    if box is None:
        return False
    if silent:
        return True
    opening = state.push("box_open", "div", 1)
    opening.info, opening.map, opening.meta = box.name, [box.start, box.end], {"title": box.title}
    line_max, last = state.lineMax, min(box.end, end)
    state.lineMax = last
    state.md.block.tokenize(state, start + 1, last)
    state.push("box_close", "div", -1).info = box.name
    state.lineMax = line_max
    state.line = min(last + 1, end) if box.closed else last
    return True
