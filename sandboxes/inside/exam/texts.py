"""What the learner wrote, as text: for tests that look at it rather than at what it does.

The text comes from the notebook that was handed in, never from the learner's kernel.
"""

import ast
import builtins
import inspect
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Texts:
    """The texts of the cells that had their turn, and of the one that has it, at the end.

    ``transform`` makes Python of a cell; only tests that look at texts have it done.
    """

    def __init__(self, transform: Callable[[str], str]) -> None:
        self.inputs: list[str] = [""]
        self._defining: list[str] = []
        self._parsed = lru_cache(maxsize=None)(partial(_parsed, transform))

    def add(self, source: str, *, defines: bool) -> None:
        """A cell has its turn: as it was written; tests define nothing that is asked about."""
        self.inputs.append(source)
        if defines:
            self._defining.append(source)

    def source(self, path: str) -> str:
        """The text of the function or class that is come by this path; raises OSError."""
        text, found = self._definition(path)
        first = min([found.lineno, *(one.lineno for one in found.decorator_list)])
        lines = text.splitlines(keepends=True)[first - 1 : found.end_lineno]
        return "".join(lines).rstrip("\n") + "\n"

    def words(self, path: str) -> str | None:
        """The docstring of what is come by this path, if it is found and has one."""
        try:
            return ast.get_docstring(self._definition(path)[1], clean=False)
        except OSError:
            return None

    def signature(self, path: str) -> inspect.Signature:
        """The parameters of a function, or of a class's initialiser; raises ValueError."""
        try:
            found = self._definition(path)[1]
        except OSError:
            raise ValueError(f"no signature found for {path}") from None
        if isinstance(found, ast.ClassDef):
            made = [one for one in found.body if getattr(one, "name", "") == "__init__"]
            if not made or not isinstance(made[-1], ast.FunctionDef):
                return inspect.Signature()
            return inspect.Signature(_parameters(made[-1].args)[1:])
        returns = _annotation(found.returns)
        return inspect.Signature(_parameters(found.args), return_annotation=returns)

    def _definition(self, path: str) -> tuple[str, _Definition]:
        steps = path.replace("()", "").split(".")
        for text, tree in map(self._parsed, reversed(self._defining)):
            body: list[Any] = tree.body
            found: Any = None
            for step in steps:
                named = [one for one in _definitions(body) if one.name == step]
                if not named:
                    break
                found = named[-1]
                body = found.body
            else:
                return text, found
        raise OSError("could not get source code")


def _parsed(transform: Callable[[str], str], source: str) -> tuple[str, ast.Module]:
    """The cell as Python; one that is none defines nothing."""
    try:
        text = transform(source)
        return text, ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "", ast.Module([], [])


def _definitions(body: list[Any]) -> list[_Definition]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return [one for one in body if isinstance(one, kinds)]


def _parameters(told: ast.arguments) -> list[inspect.Parameter]:
    kinds = inspect.Parameter
    named: list[tuple[ast.arg, Any]] = [(one, kinds.POSITIONAL_ONLY) for one in told.posonlyargs]
    named += [(one, kinds.POSITIONAL_OR_KEYWORD) for one in told.args]
    spare = [None] * (len(named) - len(told.defaults))
    defaults: list[ast.expr | None] = [*spare, *told.defaults]
    made = [
        _parameter(one, kind, default) for (one, kind), default in zip(named, defaults, strict=True)
    ]
    if told.vararg is not None:
        made.append(_parameter(told.vararg, kinds.VAR_POSITIONAL, None))
    made += [
        _parameter(one, kinds.KEYWORD_ONLY, default)
        for one, default in zip(told.kwonlyargs, told.kw_defaults, strict=True)
    ]
    if told.kwarg is not None:
        made.append(_parameter(told.kwarg, kinds.VAR_KEYWORD, None))
    return made


def _parameter(told: ast.arg, kind: Any, default: ast.expr | None) -> inspect.Parameter:
    value: Any = inspect.Parameter.empty
    if default is not None:
        try:
            value = ast.literal_eval(default)
        except (ValueError, TypeError, SyntaxError):
            value = ...
    return inspect.Parameter(told.arg, kind, default=value, annotation=_annotation(told.annotation))


def _annotation(told: ast.expr | None) -> Any:
    if told is None:
        return inspect.Signature.empty
    if isinstance(told, ast.Name) and isinstance(getattr(builtins, told.id, None), type):
        return getattr(builtins, told.id)
    return ast.unparse(told)
