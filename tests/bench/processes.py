"""What the processes beneath this one use, read from /proc."""

import os
import resource
import time
from contextlib import suppress
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def descendants() -> set[int]:
    """The processes that this one started, and those that they started."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                children.setdefault(int(_stat(int(folder.name))[1]), []).append(int(folder.name))
    found: set[int] = set()
    waiting = [os.getpid()]
    while waiting:
        new = set(children.get(waiting.pop(), [])) - found
        found |= new
        waiting += new
    return found


class ProcessorTime:
    """Processor time of this process and everything beneath it, from now on."""

    def __init__(self) -> None:
        self._before = _seconds()

    def used(self) -> float:
        """The seconds used since."""
        after = _seconds()
        return sum(seconds - self._before.get(pid, 0.0) for pid, seconds in after.items())


class Account:
    """Processor time of this process and all beneath it, those included whom nobody waited for.

    It is kept by the host in a control group of our own, where we may make one.
    """

    def __init__(self) -> None:
        self._group: Path | None = None
        self._home: Path | None = None

    def __enter__(self) -> "Account":
        with suppress(OSError):
            self._enter()
        return self

    def _enter(self) -> None:
        root, name = Path("/sys/fs/cgroup"), f"bench-{os.getpid()}"
        places = dict(
            line.split(":", 2)[1:] for line in Path("/proc/self/cgroup").read_text().splitlines()
        )
        if "cpuacct" in places:
            self._home = root / "cpuacct" / places["cpuacct"].lstrip("/")
            self._group = self._home / name
            self._group.mkdir()
            (self._group / "cgroup.procs").write_text(str(os.getpid()))
            return
        self._home = root / places[""].lstrip("/")
        group = self._home / name
        # A group that hands its means down may hold no process: we go one further down.
        (group / "callers").mkdir(parents=True)
        (group / "callers" / "cgroup.procs").write_text(str(os.getpid()))
        (group / "cgroup.subtree_control").write_text("+memory +pids +cpu")
        self._group = group

    def __exit__(self, *_: object) -> None:
        if self._group is not None and self._home is not None:
            with suppress(OSError):
                (self._home / "cgroup.procs").write_text(str(os.getpid()))

    def seconds(self) -> float | None:
        """The seconds used so far; None where this host lets us keep no account."""
        if self._group is None:
            return None
        if (self._group / "cpuacct.usage").exists():
            return int((self._group / "cpuacct.usage").read_text()) / 1e9
        told = (self._group / "cpu.stat").read_text().splitlines()
        return next(int(line.split()[1]) for line in told if line.startswith("usage_usec")) / 1e6


def shared_bytes(processes: set[int]) -> int:
    """Memory of these processes, what several share counted once."""
    total = 0
    for pid in processes:
        with suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total * 1024


def private_bytes(processes: set[int]) -> int | None:
    """Memory that these processes share with nobody; None where we may not look."""
    total = 0
    for pid in processes:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue
        except OSError:
            return None
        fields = dict(line.split(":", 1) for line in lines[1:])
        total += sum(int(fields[f"Private_{kind}"].split()[0]) for kind in ("Clean", "Dirty"))
    return total * 1024


def _seconds() -> dict[int, float]:
    """Seconds by process; those of children that have ended stand with who waited for them."""
    own = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = {os.getpid(): time.process_time() + own.ru_utime + own.ru_stime}
    for pid in descendants():
        with suppress(OSError):
            ended = sum(int(ticks) for ticks in _stat(pid)[13:15]) / _TICK
            # Linux's clock of another process: finer than the ticks in its stat.
            seconds[pid] = time.clock_gettime((~pid << 3) | 2) + ended
    return seconds


def _stat(pid: int) -> list[str]:
    """The fields of a process's stat after its name, which may hold anything."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
