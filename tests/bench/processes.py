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
