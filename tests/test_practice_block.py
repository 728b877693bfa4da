"""What runs blocks inside Pyodide, run by the Python at hand: it needs nothing of a browser."""

import builtins
import json
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.looping import finished

BLOCK = Path(__file__).parents[1] / "static" / "js" / "practice" / "block.py"


@pytest.fixture
def run(monkeypatch):
    """Runs a block: how it ended, and its outputs."""
    monkeypatch.setattr(builtins, "input", None)
    monkeypatch.setattr(builtins, "display", None, raising=False)
    monkeypatch.setenv("MPLBACKEND", "")
    space = runpy.run_path(str(BLOCK))

    def run(code):
        told = []
        ended = finished(space["run"](code, told.append))
        return ended, [json.loads(each) for each in told]

    return run


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("21 * 2", "42"),
        ("answer = 42\nanswer", "42"),
        ("21 * 2;", None),
        ("answer = 42", None),
        ("print('seen')", None),
        ("import asyncio\nawait asyncio.sleep(0, 42)", "42"),
        ("display(42)", "42"),
        ("", None),
    ],
)
def test_the_value_of_the_last_line_is_shown(run, code, shown):
    ended, outputs = run(code)

    assert ended == "ok"
    assert [each["data"]["text/plain"] for each in outputs] == ([shown] if shown else [])


def test_blocks_share_what_they_know_and_what_is_printed_comes_in_order(run, capsys):
    run("answer = 42")

    run("print(answer)")

    assert capsys.readouterr().out == "42\n"


def test_an_error_is_told_from_the_learners_line_on(run):
    ended, (output,) = run("def half(x):\n    return x / 0\nhalf(1)")

    assert (ended, output["ename"]) == ("error", "ZeroDivisionError")
    (text,) = output["traceback"]
    assert "return x / 0" in text
    assert "block.py" not in text


def test_code_that_cannot_be_read_and_what_asks_are_told_as_errors(run):
    assert run("for")[1][0]["ename"] == "SyntaxError"
    assert "write the value into the code" in run("input('?')")[1][0]["evalue"]


def test_tables_and_figures_are_drawn_once(run, monkeypatch):
    figure = SimpleNamespace(savefig=lambda file, **_: file.write(b"png"))
    left = [1]
    pyplot = SimpleNamespace(
        get_fignums=lambda: left, figure=lambda _: figure, close=lambda _: left.clear()
    )
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", pyplot)

    _, outputs = run("class Table:\n    def _repr_html_(self): return '<table>'\nTable()")
    _, later = run("None")

    assert outputs[0]["data"]["text/html"] == "<table>"
    assert outputs[1]["data"]["image/png"] == "cG5n"
    assert later == []
