"""What the examiner gets of a notebook: each code cell, whose it is, and what names it binds."""

import ast
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from lms.catalogue.notebooks import Cell, Json, Notebook, write

Kind = Literal["own", "answer", "test", "other"]


@dataclass(frozen=True)
class Item:
    """One code cell, in the order of the notebook.

    ``own`` is the author's and runs with the examiner too; ``answer`` is the learner's, and
    ``binds`` the names that the author's answer gives a value; ``test`` is run by the examiner
    alone, and its variables ``push`` are wanted by cells that the kernel runs later.
    """

    id: str
    kind: Kind
    source: str
    binds: tuple[str, ...] = ()
    push: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paper:
    """An exam to be held; ``record`` is None while the author's record is being made."""

    items: tuple[Item, ...]
    # Any: an object of JSON that the examiner wrote and only the examiner reads.
    record: Mapping[str, Any] | None = None

    @property
    def tests(self) -> frozenset[str]:
        """The ids of the cells whose text must reach no kernel."""
        return frozenset(item.id for item in self.items if item.kind == "test")


def items(source: Notebook, laid_in: Notebook, sealed: Collection[str]) -> tuple[Item, ...]:
    """The code cells of ``laid_in`` as the examiner sees them; ``sealed`` are ids of tests.

    ``source`` is the author's notebook: what a cell is for is read there and nowhere else.
    """
    authors = {cell.id: cell for cell in source.cells}
    found: list[Item] = []
    wanted: set[str] = set()
    for cell in reversed(laid_in.cells):
        author = authors.get(cell.id)
        if cell.kind == "code" or (author is not None and author.kind == "code"):
            item = _item(cell, author, sealed, wanted)
            found.append(item)
            if item.kind != "test" and author is not None:
                wanted |= loaded(author.source)
    return tuple(reversed(found))


def _item(
    cell: Cell, author: Cell | None, sealed: Collection[str], wanted: Collection[str]
) -> Item:
    if author is None:
        return Item(cell.id, "other", cell.source)
    duty = author.duty
    if duty is not None and duty.solution:
        return Item(cell.id, "answer", cell.source, tuple(sorted(bound(author.source))))
    if duty is not None and (duty.grade or duty.task):
        if cell.id not in sealed:
            return Item(cell.id, "other", author.source)
        push = sorted(bound(author.source) & set(wanted))
        return Item(cell.id, "test", author.source, push=tuple(push))
    return Item(cell.id, "own", author.source, tuple(sorted(bound(author.source))))


def blanked(notebook: Notebook, sealed: Collection[str], guarded: Collection[str] = ()) -> bytes:
    """The notebook for the kernel: what the examiner runs is not in it.

    The ``guarded`` cells, which are tests that the kernel runs, prove that they ran to their end.
    """

    def prepared(cell: Cell) -> Cell:
        if cell.id in sealed:
            return replace(cell, source="")
        return _proving(cell) if cell.id in guarded else cell

    return write(replace(notebook, cells=tuple(map(prepared, notebook.cells))), indented=False)


def _proving(cell: Cell) -> Cell:
    """The cell with a variable set before its last statement, to a text that nobody can guess.

    Before a last expression, since that is the cell's result. Code that is not all Python, as
    with magics, stays as it is.
    """
    try:
        body = ast.parse(cell.source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return cell
    name, value = f"_proof_{secrets.token_hex(8)}", secrets.token_hex(16)
    setting = f"{name} = {value!r}"
    last = body[-1] if body else None
    if isinstance(last, ast.Expr):
        lines = cell.source.encode().split(b"\n")
        line = lines[last.lineno - 1]
        parts = line[: last.col_offset], setting.encode(), b"; ", line[last.col_offset :]
        lines[last.lineno - 1] = b"".join(parts)
        source = b"\n".join(lines).decode()
    else:
        source = f"{cell.source}\n{setting}"
    told = cell.metadata.get("sandbox")
    ours: dict[str, Json] = dict(told) if isinstance(told, dict) else {}
    ours["proof"] = [name, value]
    return replace(cell, source=source, metadata={**cell.metadata, "sandbox": ours})


# Both are asked about the author's code, which is the same for every learner.
@lru_cache(maxsize=512)
def bound(source: str) -> frozenset[str]:
    """The names to which this code gives a value outside of functions and classes."""
    found = _Bound()
    found.visit(tree(source))
    return frozenset(found.names)


@lru_cache(maxsize=512)
def loaded(source: str) -> frozenset[str]:
    """The names that this code looks up anywhere."""
    return frozenset(
        node.id
        for node in ast.walk(tree(source))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    )


def tree(source: str) -> ast.Module:
    """The code without what is IPython's; what cannot be read binds nothing."""
    lines = [_python(line) for line in source.splitlines()]
    try:
        return ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def is_literal(node: ast.expr) -> bool:
    """Whether the value of an expression is written there."""
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _python(line: str) -> str:
    code = line.lstrip()
    if not code.startswith(("%", "!", "?")):
        return line
    indented = line[: len(line) - len(code)]
    return f"{indented}pass" if not code.startswith("%%") else ""


class _Bound(ast.NodeVisitor):
    """Collects what a module's own statements bind, and what functions declare as global."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self._inside = 0

    def visit_Name(self, node: ast.Name) -> None:
        if not self._inside and isinstance(node.ctx, ast.Store | ast.Del):
            self.names.add(node.id)

    def visit_Global(self, node: ast.Global) -> None:
        self.names.update(node.names)

    def visit_alias(self, node: ast.alias) -> None:
        if not self._inside:
            self.names.add((node.asname or node.name).split(".")[0])

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self.generic_visit(node)

    def _visit_definition(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    ) -> None:
        if not self._inside:
            self.names.add(node.name)
        for one in node.decorator_list:
            self.visit(one)
        self._inside += 1
        for statement in node.body:
            self.visit(statement)
        self._inside -= 1

    visit_FunctionDef = _visit_definition
    visit_AsyncFunctionDef = _visit_definition
    visit_ClassDef = _visit_definition

    def _visit_scope(self, node: ast.AST) -> None:
        """A scope of its own: what it binds stays in it, but for assignment expressions."""
        for inner in ast.walk(node):
            if isinstance(inner, ast.NamedExpr) and not self._inside:
                self.names.add(inner.target.id)

    visit_Lambda = _visit_scope
    visit_ListComp = _visit_scope
    visit_SetComp = _visit_scope
    visit_DictComp = _visit_scope
    visit_GeneratorExp = _visit_scope
