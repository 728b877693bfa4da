"""Says why tests did not pass, in a way that helps and gives no hidden test away.

Everything the kernel told us may be the learner's invention. So the code that is quoted here
is never the kernel's copy of it: a line is quoted only when it stands in the notebook, outside
hidden tests, and a message only when nothing hidden took part in the failure.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lms.catalogue.notebook_regions import Region, scan
from lms.catalogue.notebooks import Cell
from lms.core.i18n import Sentence, say
from lms.grading.hidden_values import depends_on_hidden, statement_at
from lms.grading.hints import hint_at
from lms.grading.runs import CellError, CellRun
from lms.grading.visible import Visible

_MOST_TOLD = 240
_MOST_VALUE = 120
_MOST_CODE = 160
_MOST_SHOWN = 600

_TERMINAL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b.?")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")
# IPython names a cell's file after a checksum, which tells nobody anything.
_CELL_FILE = re.compile(r" \(\d+\.py, line \d+\)$")

_CELL_FRAME = re.compile(r"\s*(?:Cell In|Input In|<ipython-input)\b")
_OTHER_FRAME = re.compile(r"File ")
_ARROW = re.compile(r"-+> ?(\d+) (.*)")
_NEXT_ERROR = ("During handling of the above", "The above exception was the direct")


@dataclass(frozen=True)
class _Frame:
    """A line of a cell that was running when the exception came."""

    number: int
    code: str


@dataclass(frozen=True)
class Why:
    """Why a cell did not pass: a sentence, the visible test that said so, the author's hint.

    ``hint`` is by language (see `hints`). ``refused`` says what the examiner refused, to an
    instructor and to nobody else.
    """

    message: Sentence
    code: str | None = None
    hint: Mapping[str, str] | None = None
    refused: str | None = None


def why_not(tests: Cell, ran: CellRun, visible: Visible) -> Why:
    """Why the cell ``tests`` of the source did not pass, for the learner."""
    last = tests.source.count("\n") + 1
    line = ran.line if ran.line is not None and 1 <= ran.line <= last else None
    hidden = scan(tests.source, Region.HIDDEN_TESTS).lines
    # A visible function that a hidden line calls fails with what is hidden in its hands.
    calling = next((one for one in (*ran.through, line) if one in hidden), None)
    hint = _hint(tests, calling) if calling is not None else None
    if ran.refused is not None:
        return Why(_REFUSED, hint=hint, refused=plain(ran.refused, _MOST_SHOWN))
    if calling is not None:
        return Why(_HIDDEN, hint=hint)
    if line is None:
        return Why(_by_traceback(tests, ran.error, visible))
    return _at_visible(tests, ran, line, visible)


def _hint(tests: Cell, line: int) -> Mapping[str, str] | None:
    found = hint_at(tests.source, line)
    return {language: plain(text) for language, text in found.items()} if found else None


def _at_visible(tests: Cell, ran: CellRun, line: int, visible: Visible) -> Why:
    """What the examiner saw at a visible line; the two sides only where neither is hidden."""
    code = _safe_lines(statement_at(tests.source, line))
    error = ran.error or CellError("", "")
    if depends_on_hidden(visible.authors, tests, line):
        return Why(say("This test did not pass."), code)
    told, name = plain(error.value), plain(error.name, 80)
    if ran.expected is not None and ran.came is not None:
        sides = {"expected": plain(ran.expected, _MOST_VALUE), "came": plain(ran.came, _MOST_VALUE)}
        if told and error.name == "AssertionError":
            return Why(say("Expected {expected}, but got {came}: {told}", told=told, **sides), code)
        return Why(say("Expected {expected}, but got {came}.", **sides), code)
    if error.name == "NotImplementedError":
        return Why(say("This test needs an answer that is still to be written."), code)
    if error.name and (place := visible.own_place(ran)) is not None:
        return Why(_in_own_line(place, name, told), code)
    if error.name != "AssertionError":
        stopped = say("This test stopped with {name}: {told}", name=name, told=told)
        return Why(stopped if name else say("This test did not pass."), code)
    if told:
        return Why(say("This test did not pass: {told}", told=told), code)
    return Why(say("This test did not pass."), code)


def _in_own_line(place: tuple[Cell, int, str], name: str, told: str) -> Sentence:
    cell, number, text = place
    values = {"own": plain(text, _MOST_CODE), "name": name, "told": told}
    if cell.grade_id is None:
        return say("This test stopped in your line {own} with {name}: {told}", **values)
    return say(
        "This test stopped in your line {own} (line {line} of the cell {cell}) with {name}: {told}",
        line=number,
        cell=plain(cell.grade_id, 80),
        **values,
    )


def _safe_lines(code: str) -> str:
    """Code of several lines as it may be shown: every line plain, none endless."""
    rows = []
    for row in code.split("\n"):
        indent = len(row) - len(row.lstrip())
        rows.append(row[:indent] + plain(row, _MOST_CODE))
    return _clipped("\n".join(rows), _MOST_SHOWN)


def _by_traceback(tests: Cell, error: CellError | None, visible: Visible) -> Sentence:
    """Why an open cell did not pass, from a traceback that the learner may have invented."""
    if error is None:
        return say("The tests of this cell stopped without saying why.")
    first, frames = _frames(error)
    line = _quoted(tests, first)
    hidden = scan(tests.source, Region.HIDDEN_TESTS).lines
    nothing_hidden = all(frame.code in visible.lines for frame in frames)
    if (hidden and line is None) or (line is not None and line[0] in hidden):
        return _HIDDEN
    if line is None:
        return _unplaced(error) if nothing_hidden else say("The tests of this cell did not pass.")
    if not nothing_hidden or depends_on_hidden(visible.authors, tests, line[0]):
        return say('The test "{code}" did not pass.', code=_clipped(line[1], _MOST_CODE))
    own = next((frame.code for frame in reversed(frames[1:]) if frame.code in visible.own), None)
    return _placed(line[1], error, own)


def plain(text: str, most: int = _MOST_TOLD) -> str:
    """``text`` from a kernel as one short line without colours or unseen characters."""
    # What lies far beyond the limit is never shown, so that a flood costs nothing.
    shown = _UNSEEN.sub(" ", _TERMINAL.sub("", text[: most * 20]))
    return _clipped(" ".join(shown.encode("utf-8", "replace").decode().split()), most)


def _clipped(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _frames(error: CellError) -> tuple[_Frame | None, list[_Frame]]:
    """The frame of the cell that was run, and every frame in any cell, outermost first."""
    text = _TERMINAL.sub("", "\n".join(error.traceback)[:200_000])
    frames: list[_Frame] = []
    first: _Frame | None = None
    in_cell = is_first = False
    for row in text.split("\n"):
        if row.startswith(_NEXT_ERROR):
            first, is_first = None, False
        elif _CELL_FRAME.match(row) or _OTHER_FRAME.match(row):
            in_cell = _CELL_FRAME.match(row) is not None
            is_first = True
        elif in_cell and (arrow := _ARROW.match(row)):
            frame = _Frame(int(arrow[1][:9]), arrow[2].strip())
            frames.append(frame)
            if is_first and first is None:
                first = frame
    return first, frames


def _quoted(tests: Cell, frame: _Frame | None) -> tuple[int, str] | None:
    """The line of ``tests`` that ``frame`` is at, if the frame tells the truth."""
    if frame is None:
        return None
    lines = tests.source.split("\n")
    # IPython drops the empty lines that a cell begins with before it counts.
    skipped = next((n for n, line in enumerate(lines) if line.strip()), 0)
    number = frame.number + skipped
    if not 1 <= number <= len(lines) or lines[number - 1].strip() != frame.code:
        return None
    return number, frame.code


def _unplaced(error: CellError) -> Sentence:
    told = plain(_CELL_FILE.sub("", error.value))
    name = plain(error.name, 80)
    if error.name != "AssertionError":
        return say("The tests of this cell stopped with {name}: {told}", name=name, told=told)
    if told:
        return say("A test of this cell did not pass: {told}", told=told)
    return say("A test of this cell did not pass.")


def _placed(line: str, error: CellError, own: str | None) -> Sentence:
    code = _clipped(line, _MOST_CODE)
    told = plain(error.value)
    name = plain(error.name, 80)
    if error.name == "NotImplementedError":
        return say('The tests need an answer that is still to be written: "{code}".', code=code)
    if own is not None:
        return say(
            'The tests stopped at "{code}", in your line "{own}", with {name}: {told}',
            code=code,
            name=name,
            own=_clipped(own, _MOST_CODE),
            told=told,
        )
    if error.name != "AssertionError":
        return say(
            'The tests stopped at "{code}" with {name}: {told}', code=code, name=name, told=told
        )
    if told:
        return say('The test "{code}" did not pass: {told}', code=code, told=told)
    return say('The test "{code}" did not pass.', code=code)


_HIDDEN = say("A hidden test of this cell did not pass.")

_REFUSED = say(
    "Your answer gave the tests something that they do not take from outside, such as an object "
    "of a class of your own where a number, a text, a list, an array or a table was expected. "
    "Give the plain value."
)
