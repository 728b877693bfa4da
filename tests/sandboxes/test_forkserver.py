"""Fork servers: each kernel is a fork of its own, and what a server is, its kernels are not."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from sandboxes import SandboxUnavailable, host, kernel, run, servers
from sandboxes.forkserver import ForkServer, readable
from sandboxes.ground import taken
from sandboxes.selftest import notebook

from .conftest import processes_with, text_of

pytestmark = pytest.mark.kernel

DRAWS = """
import random, secrets, tempfile, uuid
print(random.random(), secrets.token_hex(8), uuid.uuid4(), tempfile.mktemp())
"""


def test_two_kernels_of_one_server_draw_different_numbers(run_cells):
    drawn = [text_of(run_cells(DRAWS), 0).split() for _ in range(2)]

    assert [a == b for a, b in zip(*drawn, strict=True)] == [False] * 4


def test_numpy_draws_different_numbers_too(python_ml):
    draw = notebook("import numpy\nprint(numpy.random.rand(), numpy.random.default_rng().random())")

    first, second = (text_of(run(draw, python_ml), 0).split() for _ in range(2))

    assert first[0] != second[0]
    assert first[1] != second[1]


def test_what_one_kernel_changes_another_does_not_find(run_cells):
    run_cells("import builtins, json\nbuiltins.kept = json.kept = 1")

    ran = run_cells(
        "import builtins, json\nprint(hasattr(builtins, 'kept'), hasattr(json, 'kept'))"
    )

    assert text_of(ran, 0) == "False False\n"


def test_a_kernel_holds_no_descriptor_of_its_server(run_cells):
    look = """
import os
held = {}
for name in os.listdir("/proc/self/fd"):
    try:
        held[name] = os.readlink("/proc/self/fd/" + name)
    except OSError:
        pass
print([place for place in held.values() if "pidfd" in place or "memfd" in place])
"""

    ran = run_cells(look)

    assert text_of(ran, 0) == "[]\n"


def test_the_preloaded_packages_are_there_before_they_are_imported(python_ml):
    ran = run(notebook("import sys\nprint('pandas' in sys.modules)"), python_ml)

    assert text_of(ran, 0) == "True\n"


def test_a_preload_that_fails_makes_the_profile_unavailable_and_is_named(python):
    faulty = replace(python, preload=("no_such_module",))

    with pytest.raises(SandboxUnavailable, match="no_such_module"):
        run(notebook("1"), faulty)


def test_a_rehearsal_leaves_what_it_loaded_and_none_of_its_variables(python):
    rehearsed = replace(python, rehearsal="import wave\nx = 1")

    ran = run(notebook("import sys\nprint('wave' in sys.modules, 'x' in globals())"), rehearsed)

    assert text_of(ran, 0) == "True False\n"


def test_the_cells_that_a_server_rehearses_leave_nothing_in_a_kernel(run_cells):
    ran = run_cells("%who_ls", "In[:2], Out, [name for name in globals() if 'rehears' in name]")

    assert text_of(ran, 0) == "[]"
    assert ran.cells[0].outputs[0]["execution_count"] == 1
    assert text_of(ran, 1).startswith("(['', \"get_ipython().run_line_magic('who_ls', '')\"],")
    assert text_of(ran, 1).endswith(" {1: []}, [])")


@pytest.mark.parametrize("rehearsal", ["1 / 0", "import warnings\nwarnings.warn('division')"])
def test_a_rehearsal_that_fails_or_warns_makes_the_profile_unavailable(python, rehearsal):
    faulty = replace(python, rehearsal=rehearsal)

    with pytest.raises(SandboxUnavailable, match="division"):
        run(notebook("1"), faulty)


@pytest.mark.parametrize("threads", [0, 1])
def test_a_server_with_a_thread_besides_its_own_forks_nothing(threads):
    program = (
        "import socket, sys, threading, time\n"
        "from sandboxes.inside import forking\n"
        "def prepare():\n"
        f"    for _ in range({threads}):\n"
        "        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
        "    return print\n"
        "control = socket.socket(fileno=int(sys.argv[1]))\n"
        "forking.serve(control, forking.meet(control), (), prepare)\n"
    )

    def start() -> ForkServer:
        return ForkServer(
            [sys.executable, "-c", program],
            {},
            SandboxUnavailable,
            environment={"PYTHONPATH": str(Path(__file__).parents[2])},
        )

    if threads:
        with pytest.raises(SandboxUnavailable, match="runs 2 threads"):
            start()
    else:
        start().kill()


def test_a_server_that_was_killed_is_replaced_and_the_run_goes_on(python, run_cells):
    server = servers.kernels(python)
    os.kill(server.pid, signal.SIGKILL)
    time.sleep(0.1)

    ran = run_cells("print('on')")

    assert text_of(ran, 0) == "on\n"
    assert servers.kernels(python).pid != server.pid


@pytest.mark.parametrize("pause", [0.0, 0.3], ids=["at once", "a moment later"])
def test_a_server_whose_template_was_killed_is_replaced_and_the_run_goes_on(
    python, run_cells, pause
):
    run_cells("1")
    before = servers.kernels(python)
    template = max(_beneath(before.pid))  # A run leaves nothing, so it was started last.
    os.kill(template, signal.SIGKILL)
    time.sleep(pause)

    ran = run_cells("print('on')")

    assert text_of(ran, 0) == "on\n"
    assert servers.kernels(python).pid != before.pid


def _beneath(pid: int) -> set[int]:
    """The processes that this one and those beneath it have started."""
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    children = {int(word) for word in told.split()}
    return children.union(*map(_beneath, children))


def test_a_server_is_replaced_after_so_many_forks(python, monkeypatch):
    before = servers.kernels(python)
    monkeypatch.setattr(servers, "MOST_FORKS", before.forks + 1)
    run(notebook("1"), python)

    after = servers.kernels(python)

    assert after.pid != before.pid
    until = time.monotonic() + 5
    while not before.bury() and time.monotonic() < until:
        time.sleep(0.02)
    assert before.bury()


def test_runs_at_once_outlive_the_replacement_of_their_server(python, monkeypatch):
    monkeypatch.setattr(servers, "MOST_FORKS", 2)
    slow = notebook("import time\ntime.sleep(0.3)\nprint('on')")

    with ThreadPoolExecutor(4) as pool:
        rans = list(pool.map(lambda _: run(slow, python), range(16)))

    assert [text_of(ran, 0) for ran in rans] == ["on\n"] * 16


def test_how_a_kernel_ended_is_told_after_its_server_was_replaced(python, monkeypatch):
    monkeypatch.setattr(servers, "MOST_FORKS", 2)
    ending = notebook("import os, time\ntime.sleep(0.3)\nos._exit(3)")

    with ThreadPoolExecutor(4) as pool:
        rans = list(pool.map(lambda _: run(ending, python), range(8)))

    assert {ran.message for ran in rans} == {"The kernel ended by itself with the status 3."}


def test_what_builds_the_walls_has_loaded_nothing_that_the_kernel_has(python_ml):
    with taken(python_ml.limits, servers.kernels(python_ml).pid) as ground:
        started = kernel.start(servers.kernels(python_ml), python_ml.limits, ground, {})
        (there,) = ground.cgroup.counters()[1].parent.glob("cgroup.procs")
        pids = [int(pid) for pid in there.read_text().split()]
        loads = {pid: "numpy" in Path(f"/proc/{pid}/maps").read_text() for pid in pids}
        started.stop()
        started.close()

    assert loads.pop(started.pid) is False
    assert [*loads.values()] == [True]


def test_a_kernel_s_group_of_processes_is_its_own(run_cells):
    ran = run_cells("import os\nprint(os.getpgid(0) == os.getsid(0) == os.getpid())")

    assert text_of(ran, 0) == "True\n"


def test_beside_a_process_that_has_ended_nothing_is_forked_and_the_server_goes_on(
    python, run_cells
):
    server = servers.kernels(python)
    user, group = host.inner_numbers(host.FIRST_USER + 1, host.FIRST_USER + 1)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    first = server.fork(user, group, [theirs.fileno()])
    signal.pidfd_send_signal(first.pidfd, signal.SIGKILL)
    readable(5, first.pidfd)

    with ours, theirs, pytest.raises(SandboxUnavailable, match="entering pid: No such process"):
        server.fork_beside(first.pidfd, ours.fileno(), [theirs.fileno()])

    os.close(first.pidfd)
    assert text_of(run_cells("print('on')"), 0) == "on\n"
    assert servers.kernels(python) is server


def test_a_fork_of_the_caller_starts_servers_of_its_own(python):
    ours = servers.kernels(python).pid
    program = (
        "import os, sys, json\n"
        "from sandboxes import load_profile, run, servers\n"
        "from sandboxes.selftest import notebook\n"
        "python = load_profile('python')\n"
        "first = servers.kernels(python).pid\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    ran = run(notebook('1'), python)\n"
        "    print(json.dumps([first, servers.kernels(python).pid, ran.ending]), flush=True)\n"
        "    servers.close()\n"
        "    os._exit(0)\n"
        "os.waitpid(child, 0)\n"
        "assert run(notebook('1'), python).ending == 'finished'\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )

    first, second, ending = json.loads(done.stdout)
    assert ending == "finished"
    assert len({ours, first, second}) == 3


def test_a_kernel_dies_with_its_control_socket(python):
    server = servers.kernels(python)
    with taken(python.limits, server.pid) as ground:
        started = kernel.start(server, python.limits, ground, {})
        runs = not readable(0.3, started.pidfd)

        started.control.close()

        ended = bool(readable(5, started.pidfd))
        started.close()
    assert (runs, ended) == (True, True)


@pytest.mark.parametrize(
    ("kind", "own"),
    [
        # Nothing of the other kinds is left to it: see test_refused_calls.py.
        ("reader", {"pid", "user"}),
        ("kernel", {"net", "pid", "user", "ipc", "uts"}),
    ],
)
def test_what_touches_hostile_bytes_has_walls_of_its_own(python, kind, own):
    server = (servers.readers() if kind == "reader" else servers.kernels(python)).pid
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run, notebook("import time\ntime.sleep(1.5)"), python)
        until = time.monotonic() + 1
        found: list[int] = []
        while not found and time.monotonic() < until:
            time.sleep(0.1)
            found = [pid for pid in descendants(server) if is_walled(pid)]
        seen = [shown(pid) for pid in found]
        running.result()

    assert seen
    for one in seen:
        assert one["NoNewPrivs"] == "1"
        assert (one["CapEff"], one["CapBnd"]) == ("0" * 16, "0" * 16)
        assert not own & one["shared"]


def descendants(first: int) -> list[int]:
    found = [first]
    for pid in found:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            found += [int(word) for word in task.read_text().split()]
    return found[1:]


def is_walled(pid: int) -> bool:
    return "\nSeccomp:\t2" in Path(f"/proc/{pid}/status").read_text()


def shown(pid: int) -> dict[str, object]:
    """What the host tells of a process, and which namespaces it shares with us."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    told: dict[str, object] = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    spaces = {one.name for one in Path(f"/proc/{pid}/ns").iterdir()}
    same = {
        name
        for name in spaces
        if os.readlink(f"/proc/{pid}/ns/{name}") == os.readlink(f"/proc/self/ns/{name}")
    }
    return {**told, "shared": same}


def test_servers_end_with_their_caller(tmp_path):
    mark = f"86402.{os.getpid()}"
    program = (
        f"import sys; sys.argv.append('{mark}')\n"
        "from sandboxes import load_profile, run, servers\n"
        "from sandboxes.selftest import notebook\n"
        "run(notebook('1'), load_profile('python'))\n"
        "print(servers.kernels(load_profile('python')).pid, servers.readers().pid, flush=True)\n"
        "import time; time.sleep(60)\n"
    )
    caller = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert caller.stdout is not None
    pids = [int(word) for word in caller.stdout.readline().split()]
    lived = [Path(f"/proc/{pid}").exists() for pid in pids]

    caller.kill()
    caller.wait()

    until = time.monotonic() + 5
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < until:
        time.sleep(0.02)
    assert lived == [True, True]
    assert [Path(f"/proc/{pid}").exists() for pid in pids] == [False, False]
    assert processes_with(mark) == []


@pytest.fixture
def live_server(python_ml):
    """The server of kernels that stay, once it is there."""
    servers.close()
    first = servers.live_kernels(python_ml)
    until = time.monotonic() + 60
    while (found := servers.live_kernels(python_ml)) is first and time.monotonic() < until:
        time.sleep(0.1)
    yield first, found
    servers.close()


PARSED = (
    "import json, parso.cache\n"
    "files = [str(path) for each in parso.cache.parser_cache.values() for path in each]\n"
    "print(json.dumps([any(name in file for file in files)"
    " for name in ('builtins', 'numpy', 'pandas')]))"
)


def test_kernels_that_stay_have_parsed_what_completions_parse_and_marking_waits_for_none_of_it(
    live_server, python_ml, monkeypatch
):
    first, found = live_server
    marked = run(notebook(PARSED), python_ml)

    monkeypatch.setattr(servers, "kernels", lambda _profile: found)
    stays = run(notebook(PARSED), python_ml)

    assert found.pid != first.pid
    assert first.lives() is False
    assert json.loads(text_of(marked, 0)) == [False, False, False]
    assert json.loads(text_of(stays, 0)) == [True, True, True]


def test_one_that_cannot_be_prepared_is_tried_once_and_kernels_come_from_the_other(
    python, monkeypatch
):
    servers.close()
    tried = threading.Event()

    def fails(_profile, *, looks=False, make=servers._kernel_server):
        if not looks:
            return make(_profile)
        assert not tried.is_set()
        tried.set()
        raise SandboxUnavailable("no")

    monkeypatch.setattr(servers, "_kernel_server", fails)

    servers_given = {servers.live_kernels(python).pid for _ in range(3)}

    assert tried.wait(10)
    assert servers_given | {servers.live_kernels(python).pid} == {servers.kernels(python).pid}
