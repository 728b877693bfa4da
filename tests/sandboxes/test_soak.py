"""Two hundred hostile and honest runs, mixed, four at a time: nothing grows and nothing stays."""

import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from sandboxes import Run, run
from sandboxes.selftest import notebook

from .attacks import observers
from .attacks.attack import Attack
from .attacks.belongings import Belongings, counted, left_behind
from .attacks.worlds import shown

pytestmark = pytest.mark.kernel

RUNS = 200
AT_ONCE = 4
WARMING_UP = 24
MIB = 2**20
LIMITS = {
    "cell_seconds": 1,
    "wall_seconds": 5,
    "memory_bytes": 200 * MIB,
    "cell_output_bytes": 2**16,
    "scratch_bytes": 8 * MIB,
    "processes": 40,
}
# On a busy machine those that come to an end by themselves are given the time they need.
PATIENCE = {"cell_seconds": 20, "wall_seconds": 60}
MARK = observers.new_mark()


@dataclass(frozen=True)
class Task:
    """A notebook and how its run ends; ``text`` is what an honest one shows."""

    name: str
    content: bytes
    endings: tuple[str, ...]
    text: str | None = None

    @property
    def limits(self) -> dict[str, float]:
        return LIMITS if "timeout" in self.endings else {**LIMITS, **PATIENCE}


def honest(name: str, text: str, *cells: str) -> Task:
    return Task(name, notebook(*cells), ("finished",), text)


def hostile(name: str, code: str, *endings: str) -> Task:
    cell = Attack(name, code, observers.says("")).cell(MARK)
    return Task(name, notebook("1", cell, "print('next')"), endings)


HONEST = (
    honest("a sum", '"10"', "sum(range(5))"),
    honest("a name kept", "6\\n", "x = 3", "print(x * 2)"),
    honest("an error and then", "after", "1 / 0", "print('after')"),
    honest("a file", "kept", "open('f', 'w').write('kept')", "print(open('f').read())"),
    honest(
        "a thread", "ran", "import threading\nthreading.Thread(target=print, args=['ran']).start()"
    ),
    honest(
        "a child",
        "5\\n",
        "import subprocess\nprint(len(subprocess.check_output(['echo', 'four'])))",
    ),
)
HOSTILE = (
    hostile("spinning", "publish(bait)\nwhile True: pass", "timeout", "finished"),
    hostile("hoarding", "kept = []\nwhile True: kept.append(b'x' * 2**23)", "memory"),
    hostile("shouting", "while True: print('x' * 1000, flush=True)", "output"),
    hostile("showing", "while True: display('x' * 1000)", "output"),
    hostile(
        "forking",
        # Whoever is refused ends all of it, however slowly the others come into the world.
        "import os, time\npublish(bait)\nfirst = os.getpid()\nfor _ in range(8):\n"
        "    try: os.fork()\n    except OSError: os.kill(first, 9)\ntime.sleep(99)",
        "processes",
    ),
    hostile("leaving", "import os\nos._exit(3)", "crashed"),
    hostile("crashing", "import ctypes\nctypes.string_at(0)", "crashed"),
    hostile("filling", "for n in range(99): open(str(n), 'wb').write(bytes(2**20))", "finished"),
    hostile(
        "lingering",
        """
import os, signal, time
if os.fork() == 0:
    os.setsid()
    for number in range(1, 65):
        try: signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError): pass
    publish(bait)
    time.sleep(99)
""",
        "finished",
    ),
    hostile("killing", "import os\nos.kill(-1, 9)", "finished", "crashed"),
    hostile("stopping", "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)", "timeout"),
    hostile("forging", "get_ipython().kernel.session.line.say(b'x')", "crashed"),
    hostile("closing", "import os\nos.closerange(3, 1024)", "crashed", "timeout", "output"),
    hostile(
        "leaving segments",
        "import ctypes\nctypes.CDLL(None).shmget(0x50AC, 2**20, 0o1666)\n"
        "open('/dev/shm/soak', 'w').write('x')",
        "finished",
    ),
    Task("no notebook", b"[" * 100_000, ("refused",)),
)


def tasks(count: int) -> list[Task]:
    """As many honest as hostile ones, each kind as often as the others, in an order of chance."""
    pairs = count // 2
    chosen = [HONEST[n % len(HONEST)] for n in range(pairs)]
    chosen += [HOSTILE[n % len(HOSTILE)] for n in range(count - pairs)]
    random.Random(3).shuffle(chosen)
    return chosen


@dataclass(frozen=True)
class Soak:
    ran: list[tuple[Task, Run]]
    before: Belongings
    after: Belongings


@pytest.fixture(scope="module")
def soak(python) -> Soak:
    def do(task: Task) -> tuple[Task, Run]:
        return task, run(task.content, python.tightened(**task.limits))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(do, tasks(WARMING_UP)))
        before = counted(MARK)
        ran = list(pool.map(do, tasks(RUNS)))
        after = counted(MARK)
        # A reader that was killed may take a moment to be gone.
        until = time.monotonic() + 5
        while after.processes > before.processes and time.monotonic() < until:
            time.sleep(0.1)
            after = counted(MARK)
    return Soak(ran, before, after)


def test_every_honest_run_is_right(soak):
    wrong = [
        (task.name, ran.ending, shown(ran))
        for task, ran in soak.ran
        if task.text is not None and not (ran.ending == "finished" and task.text in shown(ran))
    ]

    assert wrong == []
    assert len(soak.ran) == RUNS


def test_every_hostile_run_ends_as_is_stated(soak):
    other = [
        (task.name, ran.ending, ran.message)
        for task, ran in soak.ran
        if ran.ending not in task.endings
    ]

    assert other == []


def test_no_process_is_left(soak):
    assert soak.after.processes <= soak.before.processes
    assert soak.after.zombies <= soak.before.zombies
    assert soak.after.marked == 0


def test_no_mount_group_folder_or_segment_is_left(soak):
    assert soak.after.mounts <= soak.before.mounts
    assert soak.after.mounts_of_servers <= soak.before.mounts_of_servers
    assert soak.after.groups <= soak.before.groups
    assert soak.after.folders <= soak.before.folders
    assert "soak" not in soak.after.shared_memory
    assert soak.after.segments <= soak.before.segments


def test_no_descriptor_is_left_open(soak):
    assert soak.after.descriptors <= soak.before.descriptors


def test_memory_does_not_grow(soak):
    grown = soak.after.own_memory - soak.before.own_memory
    grown_servers = soak.after.memory_of_servers - soak.before.memory_of_servers

    assert grown < 8 * 1024
    assert grown_servers < 8 * 1024


@pytest.mark.skipif(os.geteuid() != 0, reason="Only root may leave a control group behind.")
def test_what_is_left_behind_would_be_seen():
    """The control: the same counting, where something is left behind on purpose."""
    before = counted(MARK)
    with left_behind(MARK):
        during = counted(MARK)

    assert during.processes > before.processes
    assert during.zombies > before.zombies
    assert during.marked > before.marked
    assert during.descriptors > before.descriptors
    assert during.groups > before.groups
    assert during.folders > before.folders
    assert during.own_memory > before.own_memory + 8 * 1024
    assert during.memory_of_servers > before.memory_of_servers + 8 * 1024
