"""What a process that runs sandboxes holds on this host: memory, files, processes, mounts."""

import fnmatch
import mmap
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import host

_KIB_OF_ITS_OWN = ("Private_Clean", "Private_Dirty", "Private_Hugetlb")

_GROUPS = (Path("/sys/fs/cgroup/pids"), Path("/sys/fs/cgroup"))


@dataclass(frozen=True)
class Belongings:
    """All of it at one moment; memory in KiB."""

    own_memory: int
    memory_of_servers: int
    descriptors: int
    processes: int
    zombies: int
    marked: int
    mounts: frozenset[str]
    mounts_of_servers: int
    groups: frozenset[str]
    folders: frozenset[str]
    shared_memory: frozenset[str]
    segments: int


def counted(mark: str) -> Belongings:
    """What this process holds now; ``mark`` is what hostile processes call themselves."""
    ours = descendants(os.getpid())
    living = [pid for pid in ours if host.state(pid) not in "ZX"]
    return Belongings(
        own_memory=int(host.status(os.getpid())["VmRSS"].split()[0]),
        memory_of_servers=sum(own_memory(pid) for pid in living),
        descriptors=len(os.listdir("/proc/self/fd")),
        processes=len(living),
        zombies=sum(host.state(pid) == "Z" for pid in ours),
        marked=len(host.named(mark)),
        mounts=frozenset(Path("/proc/self/mountinfo").read_text().splitlines()),
        mounts_of_servers=sum(map(mounts, living)),
        groups=frozenset(_groups()),
        folders=frozenset(map(str, Path(tempfile.gettempdir()).glob(_named_by_us()))),
        shared_memory=frozenset(os.listdir("/dev/shm")),
        segments=len(Path("/proc/sysvipc/shm").read_text().splitlines()),
    )


def _groups() -> Iterator[str]:
    # Those of other runs on this host may go while we look, which only os.walk passes over.
    for place, names, _ in os.walk("/sys/fs/cgroup"):
        yield from (f"{place}/{name}" for name in fnmatch.filter(names, _named_by_us()))


def descendants(pid: int) -> list[int]:
    """The processes that this one started, and those that they started; zombies too."""
    parents = {number: host.parent(number) for number in host.numbers()}
    found: list[int] = []
    new = [pid]
    while new:
        new = [number for number, parent in parents.items() if parent in new]
        found += new
    return found


def own_memory(pid: int) -> int:
    """KiB that would be free if the process went: what it shares with others left out."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    pairs = (line.partition(":") for line in lines)
    return sum(int(rest.split()[0]) for key, _, rest in pairs if key in _KIB_OF_ITS_OWN)


def mounts(pid: int) -> int:
    """How many mounts the process sees."""
    try:
        return len(Path(f"/proc/{pid}/mountinfo").read_text().splitlines())
    except OSError:
        return 0


def _named_by_us() -> str:
    return f"sandbox-{os.getpid()}-*"  # Others may be at work on this host.


@contextmanager
def left_behind(mark: str) -> Iterator[None]:
    """One of each, as a bad run might leave it, to show that counting finds it."""
    hoard = "import sys\nkept = b'x' * 16 * 2**20\nprint(flush=True)\nsys.stdin.read()"
    group = next(path for path in _GROUPS if path.is_dir()) / f"sandbox-{os.getpid()}-left"
    with ExitStack() as held:
        for command in (["true"], [sys.executable, "-c", hoard, mark]):
            pipes = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            held.callback(pipes.communicate)
            pipes.stdout.readline()
        group.mkdir()
        held.callback(group.rmdir)
        held.enter_context(tempfile.TemporaryDirectory(prefix=f"sandbox-{os.getpid()}-"))
        # Mapped anew: what was freed earlier in this process might be used again.
        with mmap.mmap(-1, 16 * 2**20) as kept:
            kept.write(b"x" * len(kept))
            yield
