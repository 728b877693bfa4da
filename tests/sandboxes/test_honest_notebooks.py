"""Honest notebooks may do behind the walls what honest notebooks do."""

import base64

import pytest

from sandboxes import run
from sandboxes.selftest import notebook

from .conftest import text_of

pytestmark = pytest.mark.kernel

STANDARD = {
    "threads": (
        "import threading\nt = threading.Thread(target=print, args=('ran',))\nt.start(); t.join()"
    ),
    "processes": (
        "import multiprocessing\nwith multiprocessing.Pool(2) as pool:\n"
        "    print('ran' if pool.map(abs, [-1, 2]) == [1, 2] else 'no')"
    ),
    "asyncio": "import asyncio\nawait asyncio.sleep(0)\nprint('ran')",
    "sqlite": (
        "import sqlite3\nwith sqlite3.connect('own.db') as c:\n"
        "    c.execute('create table t (x)')\nprint('ran')"
    ),
    "a loopback server": """
import http.server, threading, urllib.request
class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Quiet)
threading.Thread(target=server.serve_forever, daemon=True).start()
answer = urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/")
print("ran" if answer.status == 200 else "no")
""",
    "a shell cell": "%%bash\necho ran",
    "a shell line": "!echo ran",
    "time": "import datetime\nprint('ran' if datetime.date.today().year > 2024 else 'no')",
    "a late import": "import decimal, ctypes, ssl, lzma\nprint('ran')",
    "a python of its own": "!python -c \"print('ran')\"",
    "temporary files": "import tempfile\ntempfile.TemporaryFile().write(b'x')\nprint('ran')",
    "home": "from pathlib import Path\n(Path.home() / 'note').write_text('x')\nprint('ran')",
}


def test_the_standard_library_works(run_cells):
    ran = run_cells(*STANDARD.values())

    told = {name: text_of(ran, place).strip()[-300:] for place, name in enumerate(STANDARD)}
    assert ran.ending == "finished"
    assert told == dict.fromkeys(STANDARD, "ran")


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


def test_a_question_is_refused_politely(run_cells):
    ran = run_cells("name = input('Your name? ')", "2")

    assert ran.ending == "finished"
    assert ran.cells[0].error is not None
    assert "input" in ran.cells[0].error.value
    assert ran.cells[1].status == "ok"


def test_files_are_laid_into_the_working_folder(run_cells):
    read = "print(open('data/points.csv').read())\nopen('data/points.csv', 'a').write('more')"

    ran = run_cells(read, files={"data/points.csv": b"x,y\n1,2\n"})

    assert ran.cells[0].status == "ok"
    assert text_of(ran, 0).startswith("x,y\n1,2\n")


@pytest.mark.parametrize("name", ["/etc/passwd", "../up", "a/../../up", "", ".", "a//b"])
def test_a_file_cannot_be_laid_elsewhere(run_cells, name):
    ran = run_cells("1", files={name: b"x"})

    assert ran.ending == "refused"


def test_only_code_cells_run_and_each_has_its_place(python):
    content = notebook("1", "2").replace(b'"cell_type": "code"', b'"cell_type": "markdown"', 1)

    ran = run(content, python)

    assert [cell.id for cell in ran.cells] == ["cell-2"]
    assert ran.ending == "finished"


def test_figures_come_out_as_pictures_and_the_scientific_packages_work(python_ml):
    ran = run(
        notebook(
            "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2])\nplt.show()",
            "import numpy as np, pandas as pd, scipy.stats, seaborn, statsmodels.api\n"
            "int(pd.Series(np.arange(4)).sum())",
            "from sklearn.datasets import load_iris\n"
            "from sklearn.ensemble import RandomForestClassifier\n"
            "model = RandomForestClassifier(10, n_jobs=2, random_state=0)\n"
            "round(model.fit(*load_iris(return_X_y=True)).score(*load_iris(return_X_y=True)))",
            "from joblib import Parallel, delayed\n"
            "sum(Parallel(n_jobs=2)(delayed(abs)(x) for x in range(-3, 3)))",
        ),
        python_ml,
    )

    assert [cell.error for cell in ran.cells] == [None] * 4
    (figure,) = ran.cells[0].outputs[-1:]
    assert base64.b64decode(figure["data"]["image/png"]).startswith(b"\x89PNG")
    assert [text_of(ran, place) for place in (1, 2, 3)] == ["6", "1", "9"]
    assert ran.ending == "finished"


def test_an_updated_display_replaces_what_was_shown(run_cells):
    ran = run_cells("shown = display('before', display_id=True)", "shown.update('after')")

    assert text_of(ran, 0) == "'after'"
