"""Small changes of Python code, each of which a good test should notice.

The operators are those of mutation testing (DeMillo, Lipton and Sayward 1978), chosen for what
beginners get wrong: another operator, a constant beside the right one, a bound off by one, a
condition turned round, a line left out, a result not returned.
"""

import ast
from dataclasses import dataclass
from enum import StrEnum

_ARITHMETIC: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "/"),
    ast.Mod: ("%", "*"),
    ast.Pow: ("**", "*"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
    ast.BitXor: ("^", "&"),
    ast.LShift: ("<<", ">>"),
    ast.RShift: (">>", "<<"),
}
_COMPARISON: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
}
_BOOLEAN: dict[type[ast.boolop], tuple[str, str]] = {
    ast.And: ("and", "or"),
    ast.Or: ("or", "and"),
}
_PLAIN = ast.Name | ast.Attribute | ast.Call | ast.Subscript | ast.Constant


class Kind(StrEnum):
    """What is changed."""

    ARITHMETIC = "arithmetic"
    COMPARISON = "comparison"
    BOOLEAN = "boolean"
    NEGATION = "negation"
    CONSTANT = "constant"
    BOUND = "bound"
    REMOVAL = "removal"
    RETURN = "return"


@dataclass(frozen=True)
class Change:
    """``text`` in place of the bytes from ``start`` to ``end`` of the code in UTF-8."""

    kind: Kind
    start: int
    end: int
    text: str

    def made(self, code: str) -> str:
        """``code`` with the change made; it has as many lines as before."""
        whole = code.encode()
        lost = whole[self.start : self.end].count(b"\n") - self.text.count("\n")
        return (
            whole[: self.start] + self.text.encode() + b"\n" * lost + whole[self.end :]
        ).decode()


def changes(code: str, tree: ast.Module) -> tuple[Change, ...]:
    """Every change of ``code`` that there is; ``tree`` is what its lines parse to.

    Some may be no code at all, or the same as another: whoever makes them parses the result.
    """
    finder = _Finder(code)
    finder.visit(tree)
    return tuple(sorted(finder.found, key=lambda one: (one.start, one.end, one.kind, one.text)))


class _Finder(ast.NodeVisitor):
    """Collects the changes; what only tells the reader something is left as it is."""

    def __init__(self, code: str) -> None:
        self.found: list[Change] = []
        self._bytes = code.encode()
        self._lines = [0]
        for line in self._bytes.split(b"\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self._bounds: set[ast.AST] = set()

    def _start(self, node: ast.expr | ast.stmt) -> int:
        return self._lines[node.lineno - 1] + node.col_offset

    def _end(self, node: ast.expr | ast.stmt) -> int:
        line, column = node.end_lineno, node.end_col_offset
        return self._lines[(line or node.lineno) - 1] + (column or 0)

    def _text(self, node: ast.expr | ast.stmt) -> str:
        return self._bytes[self._start(node) : self._end(node)].decode()

    def _replace(self, kind: Kind, node: ast.expr | ast.stmt, text: str) -> None:
        self.found.append(Change(kind, self._start(node), self._end(node), text))

    def _operator(
        self, kind: Kind, left: ast.expr, right: ast.expr, old_and_new: tuple[str, str]
    ) -> None:
        """The operator between two operands, where nothing but brackets stand beside it."""
        old, new = old_and_new
        start, end = self._end(left), self._start(right)
        between = self._bytes[start:end]
        if b"#" in between or between.count(old.encode()) != 1:
            return
        at = start + between.index(old.encode())
        # Words need their spaces, and get them with their neighbours' own: `a in b`, `(a)in(b)`.
        self.found.append(Change(kind, at, at + len(old), new))

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if type(node.op) in _ARITHMETIC:
            self._operator(Kind.ARITHMETIC, node.left, node.right, _ARITHMETIC[type(node.op)])
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if type(node.op) in _ARITHMETIC:
            self._operator(Kind.ARITHMETIC, node.target, node.value, _ARITHMETIC[type(node.op)])
        self._statement(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        operands = [node.left, *node.comparators]
        for left, op, right in zip(operands, node.ops, operands[1:], strict=False):
            self._operator(Kind.COMPARISON, left, right, _COMPARISON[type(op)])
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        for left, right in zip(node.values, node.values[1:], strict=False):
            self._operator(Kind.BOOLEAN, left, right, _BOOLEAN[type(node.op)])
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not):
            self._replace(Kind.NEGATION, node, self._text(node.operand))
        self.generic_visit(node)

    def _condition(self, node: ast.If | ast.While | ast.IfExp) -> None:
        if not isinstance(node.test, ast.UnaryOp):
            self._replace(Kind.NEGATION, node.test, f"not ({self._text(node.test)})")
        self.generic_visit(node)

    visit_If = visit_While = visit_IfExp = _condition

    def visit_Constant(self, node: ast.Constant) -> None:
        kind = Kind.BOUND if node in self._bounds else Kind.CONSTANT
        value = node.value
        if isinstance(value, bool):
            self._replace(kind, node, repr(not value))
        elif isinstance(value, int) and abs(value) < 10**12:
            self._replace(kind, node, str(value + 1))
            self._replace(kind, node, str(value - 1))
        elif isinstance(value, float):
            self._replace(kind, node, repr(value * 2 or 1.0))
        elif isinstance(value, str):
            self._replace(kind, node, '""' if value else '"x"')

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Parts of an f-string tell no true place before Python 3.12."""

    def visit_Subscript(self, node: ast.Subscript) -> None:
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        for part in parts:
            if isinstance(part, ast.Slice):
                for bound in (part.lower, part.upper):
                    self._bound(bound)
            elif not isinstance(node.ctx, ast.Store | ast.Del):
                self._bound(part)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id == "range":
            for bound in node.args:
                self._bound(bound)
        self.generic_visit(node)

    def _bound(self, node: ast.expr | None) -> None:
        if node is None:
            return
        if isinstance(node, ast.Constant):
            self._bounds.add(node)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
            self._bounds.add(node.operand)
        elif isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript | ast.BinOp):
            text = self._text(node) if isinstance(node, _PLAIN) else f"({self._text(node)})"
            self._replace(Kind.BOUND, node, f"{text} + 1")
            self._replace(Kind.BOUND, node, f"{text} - 1")

    def _statement(self, node: ast.stmt) -> None:
        self._replace(Kind.REMOVAL, node, "pass")
        self.generic_visit(node)

    visit_Assign = visit_AnnAssign = visit_Delete = _statement
    visit_Break = visit_Continue = _statement

    def visit_Raise(self, node: ast.Raise) -> None:
        """The words of an error are nobody's business but the reader's."""
        self._replace(Kind.REMOVAL, node, "pass")

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self._statement(node)

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None:
            self._replace(Kind.RETURN, node, "return None")
        self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> None:
        """Annotations change nothing that runs."""
