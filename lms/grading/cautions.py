"""What in an author's tests deserves a second look before the notebook is published."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from lms.catalogue.notebooks import GradedKind, Notebook, graded_cells
from lms.core.i18n import N_, Sentence, say
from lms.grading.paper import bound, loaded, tree

#: Calls that run, in the examiner, what is in their argument.
_RUNNING = frozenset(
    "eval exec loads load read_pickle import_module query system popen Popen check_output "
    "run".split()
)
_OF_MODULE = {
    "loads": ("pickle", "dill", "cloudpickle", "marshal", "joblib"),
    "load": ("pickle", "dill", "joblib"),
    "run": ("subprocess",),
    "system": ("os",),
    "popen": ("os",),
}
_CLOCKS = frozenset("time perf_counter process_time monotonic timeit".split())

_RUNS = N_(
    "{grade_id}, line {line}: {call} runs what a learner's answer may have put there. "
    "Compare values instead."
)
_TIMES = N_(
    "{grade_id}, line {line}: this compares times, which differ from machine to machine. "
    "Count steps instead."
)
_LOOSE = N_(
    "{grade_id}: {name} comes from a cell that learners may edit. Lock that cell, so that the "
    "tests keep their own data."
)


@dataclass(frozen=True)
class Caution:
    """One thing to look at in the test cell of that grade id."""

    grade_id: str
    sentence: Sentence


def cautions(source: Notebook) -> tuple[Caution, ...]:
    """What an author may want to change in the tests of ``source``; none of it is a fault."""
    cells = {cell.id: cell for cell in source.cells}
    found: list[Caution] = []
    for graded in graded_cells(source):
        if graded.kind is not GradedKind.TESTS:
            continue
        text = cells[graded.cell_id].source
        found += (Caution(graded.grade_id, one) for one in _sinks(graded.grade_id, text))
        found += (Caution(graded.grade_id, one) for one in _loose(source, graded.grade_id, text))
    return tuple(found)


def _sinks(grade_id: str, text: str) -> Iterator[Sentence]:
    parsed = tree(text)
    for node in ast.walk(parsed):
        if isinstance(node, ast.Call) and (call := _running(node)) is not None:
            yield say(_RUNS, grade_id=grade_id, line=str(node.lineno), call=call)
        if isinstance(node, ast.Compare) and any(_is_clock(one) for one in ast.walk(node)):
            yield say(_TIMES, grade_id=grade_id, line=str(node.lineno))


def _running(call: ast.Call) -> str | None:
    if any(word.arg == "allow_pickle" and _is_true(word.value) for word in call.keywords):
        return "allow_pickle=True"
    name, owner = _called(call.func)
    if name not in _RUNNING:
        return None
    if name in ("eval", "exec", "import_module", "read_pickle", "query"):
        literal = bool(call.args) and isinstance(call.args[0], ast.Constant)
        return None if literal else f"{name}()"
    return f"{owner}.{name}()" if owner in _OF_MODULE.get(name, ("subprocess",)) else None


def _called(function: ast.expr) -> tuple[str, str]:
    if isinstance(function, ast.Name):
        return function.id, ""
    if isinstance(function, ast.Attribute):
        owner = function.value
        return function.attr, owner.id if isinstance(owner, ast.Name) else ""
    return "", ""


def _is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _is_clock(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and _called(node.func)[0] in _CLOCKS


def _loose(source: Notebook, grade_id: str, text: str) -> Iterator[Sentence]:
    """Names of data that the tests use and that only an unlocked cell binds."""
    wanted = loaded(text) - bound(text)
    fixed: set[str] = set()
    loose: dict[str, None] = {}
    for cell in source.cells:
        if cell.kind != "code":
            continue
        duty = cell.duty
        if duty is not None and duty.grade_id == grade_id:
            break
        if duty is None:
            loose |= dict.fromkeys(_data(cell.source))
        else:
            fixed |= bound(cell.source)
    for name in loose:
        if name in wanted and name not in fixed:
            yield say(_LOOSE, grade_id=grade_id, name=name)


def _data(text: str) -> list[str]:
    """The names to which plain assignments of the cell give a value."""
    found = []
    for statement in tree(text).body:
        if isinstance(statement, ast.Assign):
            found += [one.id for one in statement.targets if isinstance(one, ast.Name)]
    return found
