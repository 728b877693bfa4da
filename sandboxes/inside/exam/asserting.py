"""Test cells as code: what an ``assert`` compared is kept, so that a failure can tell of it."""

import ast
import symtable
import types
from dataclasses import dataclass
from typing import Any

_LEFT, _RIGHT = "@left", "@right"
_LONGEST = 300
_MOST_LINES = 1000
_CLOSE = frozenset("isclose allclose array_equal equals assert_equal".split())
# What testing libraries call the two sides, where they raise.
_SIDES = (
    ("desired", "actual"),
    ("second", "first"),
    ("right", "left"),
    ("expected", "actual"),
    ("y", "x"),
)


@dataclass(frozen=True)
class Tests:
    """A test cell ready to run: its statements, and its last line if that is an expression."""

    body: types.CodeType
    last: types.CodeType | None
    file: str

    @property
    def codes(self) -> tuple[types.CodeType, ...]:
        """All of it as code."""
        return (self.body,) if self.last is None else (self.body, self.last)


@dataclass(frozen=True)
class Failure:
    """Where in the cell an exception came from (1 is its first line), and what was compared.

    ``through`` are the lines of the cell that were running, the outermost first.
    """

    line: int | None
    expected: str | None
    came: str | None
    through: tuple[int, ...] = ()


def prepared(source: str, name: str) -> Tests:
    """The cell of that name, compiled; raises SyntaxError."""
    file = f"<tests {name}>"
    tree = ast.parse(source, file)
    last: types.CodeType | None = None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        shown = tree.body.pop()
        assert isinstance(shown, ast.Expr)
        if not source.rstrip().endswith(";"):
            last = compile(ast.Expression(shown.value), file, "eval")
        else:
            tree.body.append(shown)
    tree = _Keeping(_looked_up_in_classes(source, file)).visit(tree)
    return Tests(compile(tree, file, "exec"), last, file)


def failure(error: BaseException, file: str) -> Failure:
    """What ``error`` tells of the cell whose file this is."""
    line, inner, outer = None, None, None
    through: tuple[int, ...] = ()
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == file:
            line, inner, outer = step.tb_lineno, step.tb_frame, None
            through = (*through[:_MOST_LINES], line)
        elif inner is not None:
            outer = outer or _compared(step.tb_frame.f_locals)
        step = step.tb_next
    if not isinstance(error, AssertionError) or inner is None:
        return Failure(line, None, None, through)
    kept = inner.f_locals
    if dict.__contains__(kept, _LEFT) and kept.get("@line") == line:
        return Failure(line, shown(kept[_RIGHT]), shown(kept[_LEFT]), through)
    expected, came = outer or (None, None)
    return Failure(line, expected, came, through)


def forget(names: dict[str, Any]) -> None:
    """Remove what was kept among the variables of the cell."""
    for name in (_LEFT, _RIGHT, "@line"):
        dict.pop(names, name, None)


def shown(value: Any) -> str:
    """A short text of a value that crossed."""
    try:
        text = repr(value)
    except Exception:
        text = f"<{type(value).__name__}>"
    text = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return text.encode("utf-8", "replace").decode()


def _compared(local: dict[str, Any]) -> tuple[str, str] | None:
    for expected, came in _SIDES:
        if expected in local and came in local:
            return shown(local[expected]), shown(local[came])
    return None


def _looked_up_in_classes(source: str, file: str) -> dict[tuple[str, int], list[str]]:
    """The variables of the notebook that the body of each class looks up, by its name and line."""
    found: dict[tuple[str, int], list[str]] = {}
    waiting = [symtable.symtable(source, file, "exec")]
    while waiting:
        scope = waiting.pop()
        waiting.extend(scope.get_children())
        if scope.get_type() == "class":
            names = [one.get_name() for one in scope.get_symbols() if one.is_global()]
            found[scope.get_name(), scope.get_lineno()] = sorted(names)
    return found


class _Keeping(ast.NodeTransformer):
    """Puts the two sides of each asserted comparison into variables of their own first.

    What the body of a class looks up among the variables it declares as such: Python would not
    ask the kernel for it else.
    """

    def __init__(self, looked_up: dict[tuple[str, int], list[str]]) -> None:
        self._looked_up = looked_up

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        self.generic_visit(node)
        if names := self._looked_up.get((node.name, node.lineno)):
            first = int(ast.get_docstring(node, clean=False) is not None)
            node.body.insert(first, ast.copy_location(ast.Global(names), node.body[0]))
        return node

    # Any: what a visitor returns is one statement or several.
    def visit_Assert(self, node: ast.Assert) -> Any:
        sides = _sides(node.test)
        if sides is None:
            return node
        holder, left, right = sides
        expected_first = _is_expected(left, right)
        # The side that was expected is kept as the right one, whichever it was.
        names = (_RIGHT, _LEFT) if expected_first else (_LEFT, _RIGHT)
        kept = [
            _assigned(name, side, node) for name, side in zip(names, (left, right), strict=True)
        ]
        line = _assigned("@line", ast.copy_location(ast.Constant(node.lineno), node), node)
        holder(*(ast.copy_location(ast.Name(name, ast.Load()), node) for name in names))
        return [*kept, line, node]


def _assigned(name: str, value: ast.expr, like: ast.stmt) -> ast.stmt:
    """``name = value`` at the place of ``like``."""
    target = ast.copy_location(ast.Name(name, ast.Store()), like)
    return ast.copy_location(ast.Assign([target], value), like)


def _sides(test: ast.expr) -> Any:
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        if isinstance(test.ops[0], ast.Eq):

            def compare(left: ast.expr, right: ast.expr) -> None:
                test.left, test.comparators = left, [right]

            return compare, test.left, test.comparators[0]
        inner = test.left
        if isinstance(test.ops[0], ast.Lt | ast.LtE) and _is_distance(inner):
            difference: Any = inner.args[0]  # type: ignore[attr-defined]

            def subtract(left: ast.expr, right: ast.expr) -> None:
                difference.left, difference.right = left, right

            return subtract, difference.left, difference.right
    if not isinstance(test, ast.Call) or _name(test.func) not in _CLOSE:
        return None
    call = test
    if len(call.args) < 2 or any(isinstance(one, ast.Starred) for one in call.args[:2]):
        return None

    def close(left: ast.expr, right: ast.expr) -> None:
        call.args[:2] = [left, right]

    return close, call.args[0], call.args[1]


def _is_distance(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and _name(node.func) in ("abs", "fabs")
        and len(node.args) == 1
        and isinstance(node.args[0], ast.BinOp)
        and isinstance(node.args[0].op, ast.Sub)
    )


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_expected(left: ast.expr, right: ast.expr) -> bool:
    """Whether of the two it is the left one that was expected, by how they are written."""
    if _is_literal(left):
        return not _is_literal(right)
    return isinstance(left, ast.Name) and any(isinstance(n, ast.Call) for n in ast.walk(right))


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True
