"""Makes an assignment in nbgrader's format from a master notebook of otter (its format 1).

A master groups cells by raw cells such as ``# BEGIN QUESTION``, with settings in YAML. Source:
otter's documentation, *Notebook Format*.
"""

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import yaml

from lms.catalogue import otter_code, otter_tests
from lms.catalogue.notebook_format import NBGRADER_SCHEMA, Cell, Json, Notebook
from lms.catalogue.notebook_reading import free_id, read
from lms.catalogue.notebook_release import released_text
from lms.catalogue.otter_tests import Case, NotCarried, Output
from lms.core.errors import Refused
from lms.core.i18n import N_

_FENCE = re.compile(
    r"\s*#\s*(?P<what>ASSIGNMENT CONFIG|(?:BEGIN|END) (?:QUESTION|PROMPT|SOLUTION|TESTS))\b",
    re.IGNORECASE,
)
_IGNORED = re.compile(r"\A\s*(?:##\s*ignore\s*##|#\s*ignore\b|<!--\s*ignore)", re.IGNORECASE)
_PLUGIN = re.compile(r"#\s*BEGIN PLUGIN\b|\botter\.Notebook\(", re.IGNORECASE)
_BARE_PROMPT = re.compile(r"\s*_?Type your answer here.*", re.IGNORECASE | re.DOTALL)
#: What IPython reads and Python does not: a line for the shell, or a magic word.
_SHELL = re.compile(r"^([^\S\n]*)[%!].*", re.MULTILINE)
_UNFIT = re.compile(r"[^A-Za-z0-9_-]+")
#: Settings of a question that need no word: they are carried over or steer a PDF or a check cell.
_QUIET = frozenset({"name", "points", "manual", "export", "check_cell"})
#: Settings of an assignment that steer what otter makes beside the notebooks.
_QUIET_ASSIGNMENT = frozenset(
    "name export_cell generate check_all_cell init_cell solutions_pdf template_pdf run_tests "
    "tests show_question_points python_version runs_on".split()
)


class NoQuestions(Refused):
    """The notebook is no master of otter's format 1."""

    message = N_(
        "This notebook holds no raw cell that begins with # BEGIN QUESTION. Notebooks of otter "
        "before its format 1, and those in other languages than Python, cannot be read."
    )


@dataclass(frozen=True)
class Imported:
    """The author's notebook, and what of the master is not in it, a sentence each."""

    notebook: Notebook
    notes: tuple[str, ...]


@dataclass
class _Question:
    """A question while it is read: its settings, and what has come of its cells."""

    name: str
    told: dict[str, object]
    number: int
    answers: list[Cell] = field(default_factory=list)
    cases: list[tuple[int, Case]] = field(default_factory=list)


def import_master(content: bytes) -> Imported:
    """The assignment in the master ``content``.

    Raises UnreadableNotebook, or NoQuestions.
    """
    master = read(content)
    if master.language != "python" or not any(
        _fence(cell) == "BEGIN QUESTION" for cell in master.cells
    ):
        raise NoQuestions
    return _Reading(master, otter_tests.outputs(content)).imported()


class _Reading:
    """Walks through the cells of a master once."""

    def __init__(self, master: Notebook, outputs: Sequence[Output]) -> None:
        self._master = master
        self._outputs = outputs
        self._cells: list[Cell] = []
        self._notes: list[str] = []
        self._names: set[str] = set()
        self._ids = {cell.id for cell in master.cells}
        self._question: _Question | None = None
        self._block = ""

    def imported(self) -> Imported:
        for number, cell in enumerate(self._master.cells, start=1):
            fence = _fence(cell)
            if fence:
                self._enter(fence, cell, number)
            elif not _IGNORED.match(cell.source):
                self._take(cell, number)
        self._close()
        metadata = {
            k: self._master.metadata[k]
            for k in ("kernelspec", "language_info")
            if k in self._master.metadata
        }
        return Imported(Notebook(tuple(self._cells), metadata), tuple(self._notes))

    def _enter(self, fence: str, cell: Cell, number: int) -> None:
        told = self._settings(cell, number)
        if fence == "ASSIGNMENT CONFIG":
            for key in sorted(told.keys() - _QUIET_ASSIGNMENT):
                self._note(
                    number, f"{key} of the assignment is not carried over.{_ADVICE.get(key, '')}"
                )
        elif fence == "BEGIN QUESTION":
            self._close()
            name = (
                _UNFIT.sub("-", str(told.get("name") or "question")).strip("-")[:80] or "question"
            )
            self._question = _Question(self._own(name), told, number)
            for key in sorted(told.keys() - _QUIET):
                self._note(number, f"{key} of the question is not carried over.")
        elif fence == "END QUESTION":
            self._close()
        else:
            begins, _, self._block = fence.partition(" ")
            if begins == "END":
                self._block = ""

    def _take(self, cell: Cell, number: int) -> None:
        if _PLUGIN.search(cell.source):
            self._note(number, "it serves otter alone and is left out.")
        elif self._block == "TESTS":
            self._test(cell, number)
        elif self._question is not None and self._block == "SOLUTION" and cell.kind != "raw":
            self._answer(self._question, cell, number)
        elif self._block == "PROMPT" and (
            cell.kind == "code" or _BARE_PROMPT.fullmatch(cell.source)
        ):
            if cell.kind == "code":
                self._note(number, "this prompt is left out; learners find a stub in its place.")
        elif cell.kind == "code" and otter_code.is_marked(cell.source):
            self._note(number, "a solution outside a question earns nothing; learners write it.")
            self._put(
                cell,
                self._own(f"answer-{number}"),
                solution=True,
                source=self._solved(cell, number),
            )
        elif cell.kind == "code" and _binds(cell.source):
            self._put(cell, self._own(f"given-{number}"), locked=True)
        else:
            self._cells.append(replace(cell, metadata={}))

    def _answer(self, question: _Question, cell: Cell, number: int) -> None:
        source = cell.source if cell.kind != "code" else self._solved(cell, number)
        is_manual = question.told.get("manual") is True
        if cell.kind != "code" and not is_manual:
            self._note(number, "this answer in words is to be marked by hand, for 0 points.")
        first = not question.answers
        duty: dict[str, Json] = {"solution": True}
        if is_manual and (first or cell.kind != "code"):
            duty |= {"grade": True, "points": _whole(question) if first else 0.0}
        elif cell.kind != "code":
            duty |= {"grade": True, "points": 0.0}
        name = self._own(f"{question.name}-answer")
        question.answers.append(self._put(cell, name, source=source, **duty))

    def _solved(self, cell: Cell, number: int) -> str:
        if not otter_code.is_marked(cell.source):
            self._note(number, "nothing is marked as the solution, so all of the cell becomes it.")
            return cell.source
        source = otter_code.regions(cell.source)
        if _parsed(released_text(replace(cell, source=source), "python")) is None:
            self._note(number, "what learners get of it is no valid Python. Mend its regions.")
        return source

    def _test(self, cell: Cell, number: int) -> None:
        if self._question is None or cell.kind != "code":
            self._note(
                number, "it stands among tests but is no test of a question; it is left out."
            )
            return
        try:
            found = otter_tests.case(cell.source, self._outputs[number - 1])
        except NotCarried as fault:
            self._note(number, f"this test is left out: {fault}.")
            return
        for note in found.notes:
            self._note(number, note)
        self._question.cases.append((number, found))

    def _close(self) -> None:
        """Put the tests of the question, each into a cell of its own, with its points."""
        question, self._question, self._block = self._question, None, ""
        if question is None:
            return
        if question.told.get("manual") is True and question.cases:
            self._note(
                question.number, "a question marked by hand has no tests; they give 0 points."
            )
        if not question.answers and question.told.get("manual") is True:
            empty = Cell("markdown", self._own_id(f"{question.name}-answer"[:64]), "")
            name = self._own(f"{question.name}-answer")
            self._put(empty, name, grade=True, solution=True, points=_whole(question))
        if not question.cases and question.told.get("manual") is not True:
            self._note(question.number, "this question has no test left and earns nothing.")
        shares = _shares(question)
        for (number, case), points in zip(question.cases, shares, strict=True):
            cell = self._master.cells[number - 1]
            name = self._own(f"{question.name}-tests")
            self._put(cell, name, source=case.source, grade=True, locked=True, points=points)

    def _put(self, cell: Cell, name: str, source: str | None = None, **told: Json) -> Cell:
        duty: dict[str, Json] = {
            "grade": False, "grade_id": name, "locked": False,
            "schema_version": NBGRADER_SCHEMA, "solution": False, "task": False,
        }  # fmt: skip
        made = replace(
            cell,
            source=source if source is not None else cell.source,
            metadata={"nbgrader": duty | told},
        )
        self._cells.append(made)
        return made

    def _settings(self, cell: Cell, number: int) -> dict[str, object]:
        try:
            told = yaml.safe_load(cell.source)
        except (yaml.YAMLError, ValueError, RecursionError):
            self._note(number, "its settings are no YAML that can be read, and are left out.")
            return {}
        return {str(k): v for k, v in told.items()} if isinstance(told, dict) else {}

    def _own_id(self, name: str) -> str:
        free = free_id(name, self._ids)
        self._ids.add(free)
        return free

    def _own(self, name: str) -> str:
        free = free_id(name, self._names)
        self._names.add(free)
        return free

    def _note(self, number: int, sentence: str) -> None:
        self._notes.append(f"Cell {number}: {sentence}")


_ADVICE = {
    "files": " Put these files beside the notebook.",
    "requirements": " The packages are those of the sandbox profile.",
    "seed": " Set the seed in a locked cell.",
}


def _fence(cell: Cell) -> str:
    """What a raw cell begins or ends, in capitals; nothing for another cell."""
    found = _FENCE.match(cell.source) if cell.kind == "raw" else None
    return " ".join(found["what"].upper().split()) if found else ""


def _whole(question: _Question) -> float:
    points = otter_tests.number(question.told.get("points"))
    return 1.0 if points is None else points


def _shares(question: _Question) -> list[float]:
    """The points of each test, by otter's rules: its own, or an equal part of what is left."""
    told = question.told.get("points")
    own = [case.points for _, case in question.cases]
    if question.told.get("manual") is True:
        return [0.0] * len(own)
    if isinstance(told, list) and len(told) == len(own):
        return [otter_tests.number(one) or 0.0 for one in told]
    open_cases = sum(points is None for points in own)
    given = sum(points for points in own if points is not None)
    whole = otter_tests.number(told)
    if whole is None:
        whole = 1.0 if open_cases == len(own) else given
    part = max(0.0, whole - given) / open_cases if open_cases else 0.0
    return [part if points is None else points for points in own]


def _binds(source: str) -> bool:
    """Whether the code gives names to something: data or helpers, which tests may rely on."""
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
    parsed = _parsed(source)
    return parsed is not None and any(isinstance(one, kinds) for one in parsed.body)


def _parsed(source: str) -> ast.Module | None:
    """The code without lines for the shell, or None for what is no Python."""
    try:
        return ast.parse(_SHELL.sub(r"\1pass", source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
