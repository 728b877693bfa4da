"""Test cells in which nothing can fail."""

import ast
import re

from lms.catalogue.notebooks import GradedKind, Notebook, graded_cells
from lms.grading.paper import tree

#: Names of functions that check something, whoever wrote them: numpy's, pandas', an author's.
_CHECKS = re.compile(r"assert|check|test|expect|verif|raises|fail|grade|score", re.IGNORECASE)


def idle_tests(source: Notebook) -> tuple[str, ...]:
    """The grade ids of test cells that check nothing: their points are for code that runs.

    A check is an assertion, an error that is raised, a call of a function that holds one or is
    named for one, or a value at the end of the cell, which gives its points.
    """
    if source.language != "python":
        return ()
    texts = {cell.id: cell.source for cell in source.cells if cell.kind == "code"}
    checking = {
        node.name
        for text in texts.values()
        for node in ast.walk(tree(text))
        if isinstance(node, ast.FunctionDef) and _asserts(node)
    }
    return tuple(
        graded.grade_id
        for graded in graded_cells(source)
        if graded.kind is GradedKind.TESTS
        and graded.points
        and _is_idle(texts[graded.cell_id], checking)
    )


def _is_idle(text: str, checking: set[str]) -> bool:
    tests = tree(text)
    if not tests.body:
        return not any(line.lstrip().startswith("%") for line in text.splitlines())
    called = {_name(node.func) for node in ast.walk(tests) if isinstance(node, ast.Call)}
    if _asserts(tests) or called & checking or any(map(_CHECKS.search, called)):
        return False
    return not _gives_points(tests.body[-1])


def _asserts(node: ast.AST) -> bool:
    return any(isinstance(each, ast.Assert | ast.Raise) for each in ast.walk(node))


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _gives_points(statement: ast.stmt) -> bool:
    """Whether the last statement of a cell has a value that may be a number."""
    value = statement.value if isinstance(statement, ast.Expr) else None
    if isinstance(value, ast.Call):
        return _name(value.func) != "print"
    return value is not None and not (
        isinstance(value, ast.Constant) and isinstance(value.value, str)
    )
