"""What honest notebooks show reaches who reads them: outputs, warnings, errors, refusals."""

import re

import pytest

from .conftest import text_of

pytestmark = pytest.mark.kernel


def test_a_cell_with_an_error_is_told_and_the_next_cell_runs(run_cells):
    ran = run_cells("print('a')\n1 / 0", "2")

    assert ran.ending == "finished"
    assert ran.cell is None
    assert [cell.status for cell in ran.cells] == ["error", "ok"]
    assert [output["output_type"] for output in ran.cells[0].outputs] == ["stream", "error"]
    assert ran.cells[0].error is not None
    assert ran.cells[0].error.name == "ZeroDivisionError"
    assert ran.cells[0].error.value == "division by zero"


@pytest.mark.parametrize(
    "leave", ["import sys; sys.exit()", "exit()", "quit()", "raise SystemExit(1)"]
)
def test_leaving_is_no_crash(run_cells, leave):
    ran = run_cells(leave, "import time; time.sleep(0.3)", "2")

    assert ran.ending == "finished"
    assert text_of(ran, 2) == "2"


def test_exit_says_that_it_has_no_effect(run_cells):
    ran = run_cells("exit()")

    assert "the next cell runs all the same" in text_of(ran, 0)


@pytest.mark.parametrize(
    "question",
    [
        "name = input('Your name? ')",
        "import getpass\ngetpass.getpass()",
        "import pdb\npdb.set_trace()",
        "breakpoint()",
        "import sys\nsys.stdin.readline() or input()",
    ],
)
def test_a_question_is_refused_politely(run_cells, question):
    ran = run_cells(question, "2", cell_seconds=10)

    assert ran.ending == "finished"
    assert ran.cells[0].error is not None
    assert "Write the value into the cell" in ran.cells[0].error.value
    assert ran.cells[1].status == "ok"


FROM_THREADS = """
import threading
shown = [threading.Thread(target=display, args=(n,)) for n in range(4)]
[thread.start() for thread in shown], [thread.join() for thread in shown];
"""
FROM_A_FORK = """
import os, time
if os.fork() == 0:
    print("from a fork", flush=True)
    os._exit(0)
os.wait()
time.sleep(0.3)
"""


@pytest.mark.parametrize(
    ("cell", "shown"), [(FROM_THREADS, {"0", "1", "2", "3"}), (FROM_A_FORK, {"from a fork\n"})]
)
def test_threads_and_forks_show_things_before_anything_was_printed(run_cells, cell, shown):
    ran = run_cells(cell)

    found = {each.get("text") or each["data"]["text/plain"] for each in ran.cells[0].outputs}
    assert found == shown


def test_long_texts_of_a_kernel_and_its_forks_come_whole_when_printed_together(run_cells):
    ran = run_cells(
        """
import os, sys
for name in "abc":
    if os.fork() == 0:
        sys.stdout.write(name * 150_000 + "\\n")
        sys.stdout.flush()
        os._exit(0)
for _ in range(5):
    sys.stdout.write("k" * 80_000 + "\\n")
    sys.stdout.flush()
for _ in range(3):
    os.wait()
"""
    )

    shown = "".join(one["text"] for one in ran.cells[0].outputs)
    assert sorted(shown.split()) == sorted(
        ["a" * 150_000, "b" * 150_000, "c" * 150_000, *["k" * 80_000] * 5]
    )


def test_an_alarm_that_interrupts_what_is_printed_loses_no_other_output(run_cells):
    interrupted = """
import signal, time
class Late(Exception): pass
def late(*_): raise Late
signal.signal(signal.SIGALRM, late)
for delay in range(1, 10):
    try:
        signal.setitimer(signal.ITIMER_REAL, delay / 20_000)
        print("x" * 90_000, flush=True)
        time.sleep(0.01)
    except Late:
        pass
"""
    ran = run_cells(*[interrupted, "print('after')"] * 9)

    assert ran.ending == "finished", ran.message
    assert [text_of(ran, number) for number in range(1, 18, 2)] == ["after\n"] * 9


def test_warnings_and_what_is_written_to_stderr_are_shown(run_cells):
    ran = run_cells(
        "import warnings\nwarnings.warn('careful')",
        "import sys\nprint('out'); print('err', file=sys.stderr)",
        "import logging\nlogging.warning('logged')",
        "import subprocess\nsubprocess.run(['sh', '-c', 'echo out; echo err >&2'])",
        "def old(): warnings.warn('old', DeprecationWarning, stacklevel=2)\nold()",
    )

    assert "UserWarning: careful" in text_of(ran, 0)
    assert {(one["name"], one["text"]) for one in ran.cells[1].outputs} == {
        ("stdout", "out\n"),
        ("stderr", "err\n"),
    }
    assert "WARNING:root:logged" in text_of(ran, 2)
    streams = [one for one in ran.cells[3].outputs if one["output_type"] == "stream"]
    assert {(one["name"], one["text"]) for one in streams} == {
        ("stdout", "out\n"),
        ("stderr", "err\n"),
    }
    assert "DeprecationWarning: old" in text_of(ran, 4)


def test_a_program_that_writes_for_ever_is_not_waited_for(run_cells):
    ran = run_cells(
        "import subprocess\nsubprocess.Popen(['sh', '-c', 'yes | head -c 3000000; yes'])"
    )

    assert ran.ending.name in ("finished", "output")
    assert ran.seconds < 20


def test_a_letter_that_a_program_writes_in_two_pieces_is_one(run_cells):
    halves = r"printf '\330'; sleep 0.2; printf '\263'"

    ran = run_cells(f"import os\nos.system({halves!r})")

    shown = [o["text"] for o in ran.cells[0].outputs if o["output_type"] == "stream"]
    assert "".join(shown) == "س"


def test_what_a_program_writes_belongs_to_its_cell(run_cells):
    ran = run_cells(*["import os\nos.system('echo spoken')"] * 20)

    texts = [[o["text"] for o in c.outputs if o["output_type"] == "stream"] for c in ran.cells]
    assert texts == [["spoken\n"]] * 20


def test_rich_outputs_keep_every_form(run_cells):
    ran = run_cells(
        "from IPython.display import HTML, JSON, Latex, Markdown, SVG\ndisplay(HTML('<b>x</b>'))",
        "display(Markdown('*x*'), Latex('$x$'))",
        "JSON({'a': 1})",
        "class Own:\n    def _repr_html_(self): return '<i>own</i>'\nOwn()",
        "SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>')",
        "print('gone')\nfrom IPython.display import clear_output\nclear_output()\nprint('kept')",
        "display(1, 2)\n3",
    )

    def form(place: int, kind: str, output: int = 0) -> object:
        return ran.cells[place].outputs[output]["data"][kind]

    assert form(0, "text/html") == "<b>x</b>"
    assert [form(1, "text/markdown"), form(1, "text/latex", 1)] == ["*x*", "$x$"]
    assert form(2, "application/json") == {"a": 1}
    assert form(3, "text/html") == "<i>own</i>"
    assert str(form(4, "image/svg+xml")).startswith("<svg")
    assert text_of(ran, 5) == "kept\n"
    assert text_of(ran, 6) == "123"


def test_an_updated_display_replaces_what_was_shown(run_cells):
    ran = run_cells("shown = display('before', display_id=True)", "shown.update('after')")

    assert text_of(ran, 0) == "'after'"


def test_a_traceback_points_at_the_line(run_cells):
    ran = run_cells("def half(x):\n    return x / 0\n\nhalf(3)", "x = (1,", "!false\n_exit_code")

    told = ran.cells[0].error
    assert told is not None
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in told.traceback]
    text = "\n".join(lines)
    assert "----> 2     return x / 0" in text or "----> 2 return x / 0" in text
    assert "ZeroDivisionError: division by zero" in text
    assert "\x1b[" in "".join(told.traceback)
    assert ran.cells[1].error is not None
    assert ran.cells[1].error.name in ("SyntaxError", "_IncompleteInputError")
    assert text_of(ran, 2) == "1"
