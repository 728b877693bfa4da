"""Where the host gives no control group, limits on processes and a watch hold instead."""

from dataclasses import replace

import pytest

from sandboxes import Run
from sandboxes.child import executed
from sandboxes.environments import locate
from sandboxes.ground import taken
from sandboxes.selftest import notebook
from sandboxes.transfer import Task

pytestmark = pytest.mark.kernel

MIB = 2**20


@pytest.fixture
def run_ungrouped(python):
    def run_them(*cells: str, **limits: float) -> Run:
        tight = python.tightened(**limits)
        with taken(tight.limits) as ground:
            bare = replace(ground, cgroup=None)
            return executed(Task(notebook(*cells), {}, tight.limits, locate(python), bare))

    return run_them


def test_an_honest_notebook_runs(run_ungrouped):
    ran = run_ungrouped("len(bytearray(64 * 2**20))", memory_bytes=200 * MIB)

    assert ran.ending == "finished"
    assert ran.cells[0].status == "ok"


@pytest.mark.parametrize(
    "hog",
    [
        pytest.param("held = []\nwhile True: held.append(bytearray(8 * 2**20))", id="bit by bit"),
        pytest.param("bytearray(8 * 2**30)", id="at once"),
        pytest.param(
            "import os, time\nfor _ in range(3): os.fork()\nheld = b'x' * 60 * 2**20\n"
            "time.sleep(20)",
            id="shared among processes",
        ),
    ],
)
def test_memory_beyond_the_limit_ends_the_run(run_ungrouped, hog):
    ran = run_ungrouped(hog, memory_bytes=250 * MIB)

    assert ran.ending == "memory"


def test_a_fork_bomb_is_contained(run_ungrouped):
    bomb = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"

    ran = run_ungrouped(bomb, processes=40, cell_seconds=2)

    assert ran.ending == "processes"


def test_processor_time_is_counted_over_all_processes(run_ungrouped):
    ran = run_ungrouped("import os\nos.fork()\nwhile True: pass", cpu_seconds=2)

    assert ran.ending == "timeout"
    assert "processor" in ran.message
