"""How a run that goes wrong ends: what is told of it, and what is left of it."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from sandboxes import run
from sandboxes.selftest import notebook

from .conftest import processes_with, text_of

pytestmark = pytest.mark.kernel

MIB = 2**20


#: Before a loop: no interrupt will end it.
DEAF = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"


@pytest.mark.parametrize("endless", ["while True: pass", "import time\ntime.sleep(60)"])
def test_an_endless_cell_is_stopped_and_the_next_has_its_turn(run_cells, endless):
    ran = run_cells("x = 1", f"print('begun', flush=True)\n{endless}", "x", cell_seconds=1)

    assert (ran.ending, ran.cell) == ("finished", None)
    assert [cell.status for cell in ran.cells] == ["ok", "error", "ok"]
    assert [cell.stopped for cell in ran.cells] == [False, True, False]
    assert text_of(ran, 1).startswith("begun\n")
    assert text_of(ran, 2) == "1"


def test_a_cell_that_took_too_long_has_failed_whatever_it_makes_of_being_stopped(run_cells):
    swallow = "import time\ntry: time.sleep(60)\nexcept BaseException: print('well')"

    ran = run_cells(swallow, "2", cell_seconds=1)

    assert (ran.ending, text_of(ran, 0)) == ("finished", "well\n")
    assert [(cell.status, cell.stopped) for cell in ran.cells] == [("error", True), ("ok", False)]


def test_a_cell_that_will_not_stop_ends_the_run_and_what_it_printed_is_kept(run_cells, honest):
    deaf = f"{DEAF}print('begun', flush=True)\nwhile True: pass"

    ran = run_cells("1", deaf, "3", cell_seconds=1)

    assert ran.ending == "timeout"
    assert ran.message == "A cell ran longer than 1 seconds."
    assert ran.cell == "cell-2"
    assert [cell.status for cell in ran.cells] == ["ok", "error", "skipped"]
    assert text_of(ran, 1) == "begun\n"
    assert honest()


@pytest.mark.parametrize(("asked", "granted"), [(1, 1), (60, 2)], ids=["less", "more"])
def test_a_cell_that_asks_for_a_time_of_its_own_is_granted_less_and_never_more(
    python, asked, granted
):
    told = json.loads(notebook("import time; time.sleep(1.5)", f"{DEAF}while True: pass"))
    told["cells"][1]["metadata"]["sandbox"] = {"seconds": asked}

    ran = run(json.dumps(told).encode(), python.tightened(cell_seconds=2))

    assert [cell.status for cell in ran.cells] == ["ok", "error"]
    assert ran.message == f"A cell ran longer than {granted} seconds."


def test_many_short_cells_end_at_the_wall_clock(run_cells):
    ran = run_cells(*["import time; time.sleep(0.6)"] * 6, wall_seconds=2)

    assert ran.ending == "timeout"
    assert "longer than 2 seconds" in ran.message
    assert ran.cells[0].status == "ok"
    assert ran.cells[-1].status == "skipped"


def test_processor_time_is_counted_over_all_processes(run_cells):
    spin = "import os\nos.fork()\nwhile True: pass"

    ran = run_cells(spin, cpu_seconds=1, cell_seconds=20)

    assert ran.ending == "timeout"
    assert "processor" in ran.message
    assert ran.seconds < 10


def test_memory_beyond_the_limit_ends_the_run_promptly(run_cells, honest):
    hog = "held = []\nwhile True: held.append(bytearray(8 * 2**20))"

    ran = run_cells("1", hog, "3", memory_bytes=200 * MIB, cell_seconds=20)

    assert ran.ending == "memory"
    assert ran.message == "The notebook needed more than 200 MiB of memory."
    assert [cell.status for cell in ran.cells] == ["ok", "error", "skipped"]
    assert ran.seconds < 8
    assert honest()


def test_memory_below_the_limit_is_no_concern(run_cells):
    ran = run_cells("len(bytearray(64 * 2**20))", memory_bytes=200 * MIB)

    assert ran.ending == "finished"


def test_output_in_many_cells_is_counted_over_the_run(run_cells):
    ran = run_cells(*["print('x' * 50_000)"] * 6, run_output_bytes=200_000)

    assert ran.ending == "output"
    assert [ran.cells[0].status, ran.cells[-1].status] == ["ok", "skipped"]


def test_a_message_larger_than_a_frame_ends_the_run(run_cells, honest):
    ran = run_cells("print('x' * 1_000_000)", frame_bytes=100_000)

    assert ran.ending == "output"
    assert honest()


def test_a_fork_bomb_is_contained(run_cells, honest):
    bomb = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"

    ran = run_cells(bomb, processes=40, cell_seconds=2)

    assert ran.ending == "processes"
    assert ran.message == "The notebook started more than 40 processes or threads."
    assert honest()


def test_threads_count_as_processes_do(run_cells):
    threads = """
import threading, time
started = 0
try:
    for _ in range(200):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        started += 1
except RuntimeError:
    print(started < 60)
"""

    ran = run_cells(threads, processes=60)

    assert text_of(ran, 0) == "True\n"


@pytest.mark.parametrize(
    ("end", "told"),
    [
        pytest.param("import os; os._exit(3)", "status 3", id="leaving"),
        pytest.param("import os; os.kill(os.getpid(), 9)", "SIGKILL", id="killing itself"),
        pytest.param("import ctypes; ctypes.string_at(0)", "SIGSEGV", id="a segmentation fault"),
        pytest.param("import os; os.abort()", "SIGABRT", id="aborting"),
    ],
)
def test_a_kernel_that_dies_ends_the_run_at_once(run_cells, end, told):
    ran = run_cells("1", end, "3", cell_seconds=20)

    assert ran.ending == "crashed"
    assert told in ran.message
    assert [cell.status for cell in ran.cells] == ["ok", "error", "skipped"]
    assert ran.seconds < 10


def test_a_file_of_the_run_is_read_and_another_runs_is_not(run_cells, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("another learner's work")
    read = f"print(open('own.txt').read())\nprint(open({str(secret)!r}).read())"

    ran = run_cells(read, files={"own.txt": b"mine"})

    assert text_of(ran, 0) == "mine\n"
    assert ran.cells[0].error is not None
    assert ran.cells[0].error.name == "FileNotFoundError"


def test_filling_the_scratch_is_an_error_in_the_cell(run_cells, honest):
    fill = "for n in range(200): open(str(n), 'wb').write(bytes(2**20))"

    ran = run_cells(fill, scratch_bytes=8 * MIB)

    assert ran.ending == "finished"
    assert ran.cells[0].error is not None
    assert "No space left" in ran.cells[0].error.value
    assert honest()


def test_nothing_of_a_run_is_left_on_the_host(run_cells):
    def left() -> set[str]:
        ours = f"sandbox-{os.getpid()}-*"  # Other callers may be at work on this host.
        folders = {str(path) for path in Path(tempfile.gettempdir()).glob(ours)}
        groups = {str(path) for path in Path("/sys/fs/cgroup").rglob(ours)}
        return folders | groups | set(Path("/proc/self/mountinfo").read_text().splitlines())

    before = left()

    run_cells("import os\nos.fork()\nwhile True: pass", cell_seconds=1)

    assert left() <= before


def test_a_reader_killed_by_its_caller_takes_the_kernel_along(python, tmp_path):
    mark = f"86401.{os.getpid()}"
    cell = f"import subprocess\nsubprocess.run(['sleep', '{mark}'])"
    program = (
        "import sys, pathlib; from sandboxes import run, load_profile\n"
        "run(pathlib.Path(sys.argv[1]).read_bytes(), load_profile('python'))"
    )
    file = tmp_path / "notebook.ipynb"
    file.write_bytes(notebook(cell))
    root = Path(__file__).parents[2]
    surroundings = {**os.environ, "TMPDIR": str(tmp_path)}
    caller = subprocess.Popen(
        [sys.executable, "-c", program, str(file)], cwd=root, env=surroundings
    )
    until = time.monotonic() + 20
    while not processes_with(mark) and time.monotonic() < until:
        time.sleep(0.05)
    begun = processes_with(mark)

    caller.kill()
    caller.wait()

    until = time.monotonic() + 5
    while processes_with(mark) and time.monotonic() < until:
        time.sleep(0.05)
    assert begun
    assert processes_with(mark) == []
