"""Visible tests that say what an answer has to be, so that nobody needs to work it out."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from lms.catalogue.notebook_regions import Region, scan
from lms.catalogue.notebooks import GradedKind, Notebook, graded_cells
from lms.grading.paper import bound, is_literal, tree

#: Calls that leave a value what it is, as far as writing it down goes.
_DRESSING = frozenset("abs float int list round set sorted str tuple".split())
#: Functions of testing libraries that compare their first two arguments.
_COMPARING = frozenset(
    "isclose allclose array_equal assert_equal assert_allclose assert_almost_equal "
    "assert_array_equal assertEqual assertAlmostEqual".split()
)
_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class GivenAway:
    """The name of an answer that the visible test in this line compares with a constant."""

    line: int
    name: str


def given_away(source: Notebook, cell_id: str) -> tuple[GivenAway, ...]:
    """What the visible tests in that cell give away, each name once.

    A variable is given away by one comparison with a constant. A function is where it is called
    with the same constants in all tests of the notebook, hidden ones too; those that are tried
    on more than one value, or on data, are not.
    """
    variables, functions = _answers(source)
    text = next(cell.source for cell in source.cells if cell.id == cell_id)
    hidden = scan(text, Region.HIDDEN_TESTS).lines
    own = bound(text)
    found: dict[str, GivenAway] = {}
    for node in ast.walk(tree(text)):
        for side, other in _compared(node):
            answer = _undressed(side)
            if not _is_constant(other) or answer.lineno in hidden:
                continue
            name = _name(answer)
            is_told = (isinstance(answer, ast.Name) and name in variables) or (
                isinstance(answer, ast.Call)
                and name in functions
                and _is_tried_once(source, name, answer)
            )
            if is_told and name not in own:
                found.setdefault(name, GivenAway(answer.lineno, name))
    return tuple(found.values())


def _answers(source: Notebook) -> tuple[set[str], set[str]]:
    """The names of variables and of functions that answers give a value."""
    names: set[str] = set()
    functions: set[str] = set()
    for cell in source.cells:
        if cell.kind == "code" and cell.duty is not None and cell.duty.solution:
            names |= bound(cell.source)
            functions |= {
                node.name for node in tree(cell.source).body if isinstance(node, _FUNCTIONS)
            }
    return names - functions, functions


def _compared(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Pairs of what is compared for being the same, or nearly, in either order."""
    pair: tuple[ast.expr, ast.expr] | None = None
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, right = node.left, node.comparators[0]
        if isinstance(node.ops[0], ast.Eq | ast.Is):
            pair = left, right
        elif isinstance(node.ops[0], ast.Lt | ast.LtE) and _is_constant(right):
            pair = _difference(left)
    elif isinstance(node, ast.Call) and _name(node) in _COMPARING and len(node.args) > 1:
        pair = node.args[0], node.args[1]
    if pair is not None:
        yield pair
        yield pair[1], pair[0]


def _difference(node: ast.expr) -> tuple[ast.expr, ast.expr] | None:
    """What is subtracted in ``abs(a - b)``."""
    if isinstance(node, ast.Call) and _name(node) == "abs" and len(node.args) == 1:
        inner = node.args[0]
        if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Sub):
            return inner.left, inner.right
    return None


def _undressed(node: ast.expr) -> ast.expr:
    while isinstance(node, ast.Call) and _name(node) in _DRESSING and node.args:
        node = node.args[0]
    return node


def _name(node: ast.expr) -> str:
    """The name of a variable, or of what is called."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Call):
        function = node.func
        return function.attr if isinstance(function, ast.Attribute) else _name(function)
    return ""


def _is_tried_once(source: Notebook, name: str, call: ast.Call) -> bool:
    """Whether tests do nothing with this function but call it with these constants."""
    if not all(_is_constant(each) for each in (*call.args, *(k.value for k in call.keywords))):
        return False
    cells = {cell.id: cell for cell in source.cells}
    told = ast.dump(call)
    same = uses = 0
    for graded in graded_cells(source):
        if graded.kind is not GradedKind.TESTS:
            continue
        for node in ast.walk(tree(cells[graded.cell_id].source)):
            uses += isinstance(node, ast.Name) and node.id == name
            same += isinstance(node, ast.Call) and ast.dump(node) == told
    return uses == same


def _is_constant(node: ast.expr) -> bool:
    """Whether the value is written there; also as ``approx(2.5)`` and ``np.array([1, 2])``."""
    if isinstance(node, ast.Call) and _name(node) in ("approx", "array") and node.args:
        return _is_constant(node.args[0])
    return is_literal(node)
