"""Runs blocks of code inside Pyodide, one after another, and tells what came of each as JSON."""

import ast
import base64
import builtins
import inspect
import io
import json
import linecache
import os
import sys
import traceback
import warnings

#: The longest text of one value that is told; a page shows no more either.
LONGEST = 400_000

os.environ["MPLBACKEND"] = "agg"
warnings.filterwarnings("ignore", message=".*non-interactive.*")

space = {"__name__": "__main__", "__builtins__": builtins}
count = 0


async def run(code, tell):
    """Run ``code`` in the space that all blocks share: 'ok' or 'error'.

    ``tell`` is given each output as nbformat has it, but for what is printed.
    """
    global count
    count += 1
    name = f"<block {count}>"
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    builtins.display = lambda *values: _display(values, tell)
    builtins.input = _ask
    try:
        value = await _value(code, name)
        if value is not None:
            space["_"] = value
            _show("execute_result", value, tell)
        _figures(tell)
    except BaseException as error:
        _figures(tell)
        _tell(tell, _error(error))
        return "error"
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return "ok"


async def _value(code, name):
    """What the last line is worth, where it is an expression."""
    tree = ast.parse(code, name)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not code.rstrip().endswith(";"):
        last = ast.Expression(tree.body.pop().value)
    await _evaluated(tree, name, "exec")
    return None if last is None else await _evaluated(last, name, "eval")


async def _evaluated(tree, name, mode):
    compiled = compile(tree, name, mode, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    value = eval(compiled, space)
    return await value if compiled.co_flags & inspect.CO_COROUTINE else value


def _display(values, tell):
    for value in values:
        _show("display_data", value, tell)


def _show(kind, value, tell):
    data = {"text/plain": repr(value)[:LONGEST]}
    for method, media_type in (("_repr_html_", "text/html"), ("_repr_svg_", "image/svg+xml")):
        drawn = getattr(value, method, None)
        text = drawn() if callable(drawn) and not isinstance(value, type) else None
        if isinstance(text, str) and len(text) <= LONGEST:
            data[media_type] = text
    _tell(tell, {"output_type": kind, "data": data, "metadata": {}})


def _figures(tell):
    """Show what matplotlib has drawn and nobody has seen yet."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return
    for number in pyplot.get_fignums():
        drawn = io.BytesIO()
        pyplot.figure(number).savefig(drawn, format="png", bbox_inches="tight")
        picture = base64.b64encode(drawn.getvalue()).decode()
        data = {"image/png": picture, "text/plain": f"<Figure {number}>"}
        _tell(tell, {"output_type": "display_data", "data": data, "metadata": {}})
    pyplot.close("all")


def _error(error):
    """An error as text, from the first line on that is the learner's."""
    at = error.__traceback__
    while at is not None and not at.tb_frame.f_code.co_filename.startswith("<block "):
        at = at.tb_next
    told = "".join(traceback.format_exception(type(error), error, at))
    return {
        "output_type": "error",
        "ename": type(error).__name__,
        "evalue": str(error)[:LONGEST],
        "traceback": [told[-LONGEST:].rstrip()],
    }


def _tell(tell, output):
    sys.stdout.flush()
    sys.stderr.flush()
    tell(json.dumps(output))


def _ask(prompt=""):
    raise RuntimeError("input() does not work on this device: write the value into the code")


run  # noqa: B018 - what the worker gets of all this.
