"""Whether a visible test depends on a value that only hidden tests know.

A visible test may compare with what hidden code has made: its line is visible, the value is
not. So names are followed through the author's cells, in their order: what hidden tests set is
hidden, what is computed from it is too, and what is set anew from visible values is not.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from lms.catalogue.notebook_regions import Region, scan
from lms.catalogue.notebooks import Cell

_MAGIC = re.compile(r"^([ \t]*)[%!?].*$", re.MULTILINE)
_WORD = re.compile(r"[^\W\d]\w*")
# The author's trees are kept below, and each learner's work asks about the same statements.
_once = lru_cache(maxsize=4096)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass
class _Names:
    """What is known of names at one point: which are hidden, and what functions read."""

    hidden: set[str] = field(default_factory=set)
    functions: dict[str, set[str]] = field(default_factory=dict)
    imported: set[str] = field(default_factory=set)

    def reach(self, reads: set[str]) -> bool:
        """Whether one of ``reads`` is hidden, or a function that reads what is."""
        known: set[str] = set()
        waiting = set(reads)
        while waiting:
            known |= waiting
            waiting = {n for name in waiting for n in self.functions.get(name, ())} - known
        return bool(known & self.hidden)

    def pass_by(self, statement: ast.stmt, *, is_hidden: bool) -> None:
        """Learn from ``statement``, of the top level, what it does to names."""
        sets, reads = _set_by(statement) - self.imported, _read_by(statement)
        self.imported |= _imported_by(statement)
        if is_hidden or self.reach(reads):
            self.hidden |= sets | (_changed_by(statement) - self.imported)
        elif isinstance(statement, ast.Assign | ast.AnnAssign | ast.For | ast.With):
            self.hidden -= sets
        if isinstance(statement, _FUNCTIONS):
            self.functions[statement.name] = reads


def depends_on_hidden(authors: Sequence[Cell], tests: Cell, line: int) -> bool:
    """Whether the statement at ``line`` of ``tests`` uses what hidden tests have set.

    ``authors`` are the author's cells in their order, ``tests`` among them; lines count from 1.
    """
    names = _Names()
    for cell in authors:
        if cell.kind != "code":
            continue
        hidden = scan(cell.source, Region.HIDDEN_TESTS).lines
        tree = _parsed(cell.source)
        if tree is None:
            # What is no Python to us may set whatever is named in it.
            names.hidden |= set(_words(cell.source, hidden))
        for statement in tree.body if tree else ():
            span = _span(statement)
            if cell.id == tests.id and line in span:
                return not hidden.isdisjoint(span) or names.reach(_read_by(statement))
            names.pass_by(statement, is_hidden=not hidden.isdisjoint(span))
        if cell.id == tests.id:
            return names.reach(set(_words(cell.source, [line])))
    return False


def statement_at(source: str, line: int) -> str:
    """The innermost statement of ``source`` at ``line``, without its indentation."""
    tree, lines = _parsed(source), source.split("\n")
    spans = [
        _span(node)
        for node in (ast.walk(tree) if tree else ())
        # The line of a compound statement is its head, not all that is in it.
        if isinstance(node, ast.stmt) and not hasattr(node, "body")
    ]
    found = min((span for span in spans if line in span), key=len, default=range(line, line + 1))
    rows = [lines[number - 1] for number in found if number <= len(lines)]
    indent = len(rows[0]) - len(rows[0].lstrip()) if rows else 0
    return "\n".join(row[indent:] if not row[:indent].strip() else row for row in rows).strip()


def _span(node: ast.stmt) -> range:
    decorators = [d.lineno for d in getattr(node, "decorator_list", ())]
    return range(min([node.lineno, *decorators]), (node.end_lineno or node.lineno) + 1)


def _words(source: str, numbers: Iterable[int]) -> Iterator[str]:
    lines = source.split("\n")
    for number in numbers:
        yield from _WORD.findall(lines[number - 1] if number <= len(lines) else "")


@_once
def _set_by(node: ast.stmt) -> set[str]:
    if isinstance(node, _FUNCTIONS):
        return {node.name}
    inner = list(ast.walk(node))
    return (
        {n.id for n in inner if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
        | {n.name for n in inner if isinstance(n, _FUNCTIONS)}
        | {n.name for n in inner if isinstance(n, ast.ExceptHandler) and n.name}
    )


@_once
def _read_by(node: ast.stmt) -> set[str]:
    return {
        inner.id
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load)
    }


@_once
def _imported_by(node: ast.stmt) -> set[str]:
    found = {a for a in ast.walk(node) if isinstance(a, ast.alias)}
    return {(alias.asname or alias.name).split(".")[0] for alias in found}


@_once
def _changed_by(node: ast.stmt) -> set[str]:
    """Names whose objects it may change: of ``table["x"] = 1`` and ``found.append(1)``."""
    changed: set[str] = set()
    for inner in ast.walk(node):
        target: ast.expr | None = None
        if isinstance(inner, ast.Expr) and isinstance(inner.value, ast.Call):
            target = inner.value.func
        elif isinstance(inner, ast.Attribute | ast.Subscript):
            target = None if isinstance(inner.ctx, ast.Load) else inner
        while isinstance(target, ast.Attribute | ast.Subscript):
            target = target.value
            if isinstance(target, ast.Name):
                changed.add(target.id)
    return changed


@lru_cache(maxsize=128)
def _parsed(source: str) -> ast.Module | None:
    try:
        return ast.parse(_MAGIC.sub(r"\1pass", source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
