"""Turns otter's test cells into plain asserts, which the examiner can seal.

Otter's tests are code whose last expression comes to the output that the master shows, as in
doctest, or functions that raise. Source: otter's documentation, *Test Cells*.
"""

import ast
import json
import re
from dataclasses import dataclass

import yaml

from lms.catalogue.notebook_format import Json

_CONFIG = re.compile(
    r"\A\s*(\"\"\"|''')\s*#\s*BEGIN TEST CONFIG\s*\n(.*?)\n\s*\1;?\s*#\s*END TEST CONFIG[^\n]*\n?",
    re.IGNORECASE | re.DOTALL,
)
_HIDDEN = re.compile(r"\A\s*#+\s*HIDDEN\s*#*\s*\n", re.IGNORECASE)
_IGNORED = re.compile(r"^.*#\s*IGNORE\s*$\n?", re.IGNORECASE | re.MULTILINE)


class NotCarried(ValueError):
    """This test cannot be said with asserts; the text tells why, to go after "Cell 7: "."""


@dataclass(frozen=True)
class Output:
    """What a cell of the master put out: the text of its result, or else what it printed."""

    result: str | None = None
    printed: str = ""


@dataclass(frozen=True)
class Case:
    """One test case: its asserts, and what its configuration says; None for no points given."""

    source: str
    is_hidden: bool
    points: float | None
    notes: tuple[str, ...] = ()


def case(source: str, output: Output) -> Case:
    """The test case of a cell. Raises NotCarried."""
    told, source = _config(source)
    hidden = _HIDDEN.match(source)
    source = _HIDDEN.sub("", source, count=1)
    is_hidden = bool(hidden) or told.get("hidden") is True
    message = told.get("failure_message")
    failure = message.strip() if isinstance(message, str) else ""
    code = _asserts(source, output, "" if is_hidden else failure)
    if is_hidden:
        hint = "".join(f"# hint: {line}\n" for line in failure.splitlines() if line.strip())
        code = f"### BEGIN HIDDEN TESTS\n{hint}{code}\n### END HIDDEN TESTS"
    notes = [
        f"{key} of a test is not carried over."
        for key in sorted(told.keys() - {"hidden", "name", "points", "failure_message"})
        if told[key] is not None
    ]
    points = number(told.get("points"))
    return Case(code, is_hidden, points, tuple(notes))


# Any YAML may stand where a number belongs.
def number(told: object) -> float | None:
    """``told`` if it can be a number of points."""
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    return float(told) if 0 <= told <= 1e6 else None


def outputs(content: bytes) -> list[Output]:
    """What each cell of a notebook that `read` took has put out."""
    cells = json.loads(content.decode("utf-8-sig"))["cells"]
    return [_output(cell.get("outputs") or []) for cell in cells]


def _config(source: str) -> tuple[dict[str, object], str]:
    found = _CONFIG.match(source)
    if found is None:
        return {}, source
    try:
        told = yaml.safe_load(found[2])
    except (yaml.YAMLError, ValueError, RecursionError):
        raise NotCarried("its test config is no YAML that can be read") from None
    if not isinstance(told, dict):
        raise NotCarried("its test config is no list of keys and values")
    return {str(key): value for key, value in told.items()}, source[found.end() :]


def _asserts(source: str, output: Output, failure: str) -> str:
    source = _IGNORED.sub("", source)
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise NotCarried("it is no Python that can be read") from None
    if not body:
        raise NotCarried("it is empty")
    last = body[-1]
    calls = [_call(one) for one in body if isinstance(one, ast.FunctionDef) and _is_test(one)]
    if calls:
        return "\n".join([source.strip("\n"), *calls])
    if isinstance(last, ast.Assert) and last.msg is None and failure:
        return _replaced(source, last, f"assert {ast.unparse(last.test)}, {failure!r}")
    if not isinstance(last, ast.Expr) or (output.result is None and not output.printed):
        if any(isinstance(node, ast.Assert | ast.Raise | ast.Call) for node in ast.walk(last)):
            return source.strip("\n")
        raise NotCarried("it compares nothing, since no output is stored; run the master first")
    told = _comparison(last.value, output)
    return _replaced(source, last, f"{told}, {failure!r}" if failure else told)


def _comparison(value: ast.expr, output: Output) -> str:
    text = ast.unparse(value)
    if output.printed and output.result is not None:
        raise NotCarried("it prints and has a result; compare one thing with assert")
    if output.printed:
        return _printed(value, output.printed)
    expected = output.result or ""
    if expected == "True":
        return f"assert {text}"
    try:
        ast.literal_eval(expected)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return f"assert repr({text}) == {expected!r}"
    if expected in ("False", "None"):
        return f"assert ({text}) is {expected}"
    return f"assert ({text}) == {expected}"


def _printed(value: ast.expr, printed: str) -> str:
    is_print = (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and value.func.id == "print"
        and len(value.args) == 1
        and not value.keywords
        and not isinstance(value.args[0], ast.Starred)
    )
    if not is_print or not isinstance(value, ast.Call):
        raise NotCarried("it compares what is printed; compare values with assert")
    return f"assert str({ast.unparse(value.args[0])}) == {printed.removesuffix(chr(10))!r}"


def _is_test(function: ast.FunctionDef) -> bool:
    return function.name.startswith("test")


def _call(function: ast.FunctionDef) -> str:
    told = function.args
    if told.vararg or told.kwarg or any(one.arg == "env" for one in (*told.args, *told.kwonlyargs)):
        raise NotCarried(f"{function.name} takes the whole environment; name what it tests")
    given = [one.arg for one in (*told.posonlyargs, *told.args)]
    given += [f"{one.arg}={one.arg}" for one in told.kwonlyargs]
    return f"{function.name}({', '.join(given)})"


def _replaced(source: str, statement: ast.stmt, text: str) -> str:
    """``source`` with ``text`` in place of its last statement."""
    return "\n".join([*source.split("\n")[: statement.lineno - 1], text]).strip("\n")


def _output(outputs: Json) -> Output:
    result, printed = None, ""
    for one in outputs if isinstance(outputs, list) else []:
        if not isinstance(one, dict):
            continue
        data = one.get("data")
        if one.get("output_type") == "execute_result" and isinstance(data, dict):
            result = _text(data.get("text/plain"))
        elif one.get("output_type") == "stream" and one.get("name") == "stdout":
            printed += _text(one.get("text"))
    return Output(result, printed)


def _text(told: Json) -> str:
    return "".join(str(line) for line in told) if isinstance(told, list) else str(told or "")
