"""What in an author's tests deserves a second look before the notebook is published."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lms.catalogue.notebooks import GradedKind, Notebook, graded_cells
from lms.core.i18n import N_, Sentence, say
from lms.grading.given_away import given_away
from lms.grading.paper import bound, is_literal, loaded, tree

#: Calls that run, in the examiner, what is in their argument, whatever they belong to.
_RUNNING = frozenset(
    "eval exec __import__ import_module read_pickle read_hdf query run_docstring_examples"
    " sympify parse_expr".split()
)
#: The same, of these modules only.
_OF_MODULE = {
    **dict.fromkeys(
        ("pickle", "dill", "cloudpickle", "marshal"), frozenset(("load", "loads", "Unpickler"))
    ),
    **dict.fromkeys(("joblib", "torch"), frozenset(("load",))),
    "yaml": frozenset("load load_all unsafe_load full_load".split()),
    "shelve": frozenset(("open",)),
    "runpy": frozenset(("run_path", "run_module")),
    "doctest": frozenset("testmod DocTestParser DocTestFinder DocTestRunner".split()),
    "os": frozenset(("system", "popen")),
    "subprocess": frozenset(
        "run call check_call check_output Popen getoutput getstatusoutput".split()
    ),
}
_CLOCKS = frozenset("time perf_counter process_time thread_time monotonic default_timer".split())

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
_GIVEN_AWAY = N_(
    "{grade_id}, line {line}: learners see here what {name} has to be, and may write just that "
    "down. Compare in hidden tests, or let them write a function and try it on other values."
)


@dataclass(frozen=True)
class Caution:
    """One thing to look at in the test cell of that grade id."""

    grade_id: str
    sentence: Sentence


def cautions(source: Notebook) -> tuple[Caution, ...]:
    """What an author may want to change in the tests of ``source``; none of it is a fault."""
    cells = {cell.id: cell for cell in source.cells}
    called = _imported(source)
    found: list[Caution] = []
    for graded in graded_cells(source):
        if graded.kind is not GradedKind.TESTS:
            continue
        name, text = graded.grade_id, cells[graded.cell_id].source
        sentences = [*_sinks(name, text, called), *_timed(name, text, called)]
        sentences += _loose(source, name, text)
        sentences += [
            say(_GIVEN_AWAY, grade_id=name, line=str(one.line), name=one.name)
            for one in given_away(source, graded.cell_id)
        ]
        found += (Caution(name, one) for one in sentences)
    return tuple(found)


def _imported(source: Notebook) -> Mapping[str, tuple[str, str]]:
    """What each imported name is: a module and what of it, which is empty for the whole."""
    found: dict[str, tuple[str, str]] = {}
    for cell in source.cells:
        for node in ast.walk(tree(cell.source)) if cell.kind == "code" else ():
            if isinstance(node, ast.Import):
                found |= {one.asname or one.name: (one.name, "") for one in node.names}
            elif isinstance(node, ast.ImportFrom):
                found |= {
                    one.asname or one.name: (node.module or "", one.name) for one in node.names
                }
    return found


def _sinks(grade_id: str, text: str, imported: Mapping[str, tuple[str, str]]) -> Iterator[Sentence]:
    for node in ast.walk(tree(text)):
        if isinstance(node, ast.Call) and (call := _running(node, imported)) is not None:
            yield say(_RUNS, grade_id=grade_id, line=str(node.lineno), call=call)


def _running(call: ast.Call, imported: Mapping[str, tuple[str, str]]) -> str | None:
    if any(word.arg == "allow_pickle" and _is_true(word.value) for word in call.keywords):
        return "allow_pickle=True"
    owner, name = _called(call.func, imported)
    if name not in _RUNNING and name not in _OF_MODULE.get(owner, ()):
        return None
    if call.args and is_literal(call.args[0]):
        return None
    return f"{name}()" if name in _RUNNING else f"{owner}.{name}()"


def _called(function: ast.expr, imported: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """What is called, and the module or variable that it belongs to."""
    if isinstance(function, ast.Name):
        return imported.get(function.id, ("", function.id))
    if isinstance(function, ast.Attribute):
        owner = function.value.id if isinstance(function.value, ast.Name) else ""
        return imported.get(owner, (owner, ""))[0], function.attr
    return "", ""


def _is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _timed(grade_id: str, text: str, imported: Mapping[str, tuple[str, str]]) -> Iterator[Sentence]:
    """Comparisons of what a clock said, or of what was computed from that."""
    parsed = tree(text)
    times: set[str] = set()
    assigned = [node for node in ast.walk(parsed) if isinstance(node, ast.Assign | ast.AugAssign)]
    known = {**imported, **_renamed_clocks(assigned, imported)}
    for _ in assigned:  # A name may be computed from one that is assigned further below.
        for node in assigned:
            if _tells_time(node.value, times, known):
                times |= set(_names(node))
    for compared in ast.walk(parsed):
        if isinstance(compared, ast.Compare) and _tells_time(compared, times, known):
            yield say(_TIMES, grade_id=grade_id, line=str(compared.lineno))


def _renamed_clocks(
    assigned: list[ast.Assign | ast.AugAssign], imported: Mapping[str, tuple[str, str]]
) -> dict[str, tuple[str, str]]:
    """The clocks that the cell gives another name, as in ``now = time.perf_counter``."""
    found: dict[str, tuple[str, str]] = {}
    for node in assigned:
        clock = _called(node.value, imported)
        if clock[1].removesuffix("_ns") in _CLOCKS:
            found |= dict.fromkeys(_names(node), clock)
    return found


def _names(node: ast.Assign | ast.AugAssign) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [one.id for one in targets if isinstance(one, ast.Name)]


def _tells_time(
    expression: ast.expr, times: set[str], called: Mapping[str, tuple[str, str]]
) -> bool:
    return any(
        _is_clock(node, called) or (isinstance(node, ast.Name) and node.id in times)
        for node in ast.walk(expression)
    )


def _is_clock(node: ast.AST, called: Mapping[str, tuple[str, str]]) -> bool:
    if not isinstance(node, ast.Call):
        return False
    owner, name = _called(node.func, called)
    # datetime.time(8, 30) is no clock; a clock is asked for nothing.
    is_read = name.removesuffix("_ns") in _CLOCKS and not node.args
    return is_read or name == "timeit" or (owner, name) == ("timeit", "repeat")


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
            found += _names(statement)
    return found
