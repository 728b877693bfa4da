"""Watches what a kernel's whole tree of processes uses, by the counters of its control group."""

import os
from collections.abc import Sequence

from sandboxes.limits import Limits
from sandboxes.outcome import Ending


class Usage:
    """What a run has used so far, read from descriptors of its control group's counters.

    They are, in this order, those of memory, of processes and of processor time; each file has
    the shape that its ``version`` of control groups gives it.
    """

    def __init__(self, version: int, descriptors: Sequence[int], limits: Limits) -> None:
        self._version = version
        self._memory, self._processes, self._processor = descriptors
        self._limits = limits

    def exceeded(self) -> Ending | None:
        """Memory once the host has killed for it; timeout beyond the processor time."""
        if _counter(self._memory, "oom_kill") > 0:
            return Ending.memory
        return Ending.timeout if self._cpu_seconds() > self._limits.cpu_seconds else None

    def was_refused_processes(self) -> bool:
        """Whether the group was refused a process at least once."""
        return _counter(self._processes, "max") > 0

    def _cpu_seconds(self) -> float:
        if self._version == 2:
            return _counter(self._processor, "usage_usec") / 1e6
        return int(_text(self._processor) or 0) / 1e9


def _counter(descriptor: int, name: str) -> int:
    for line in _text(descriptor).splitlines():
        if line.startswith(f"{name} "):
            return int(line.split()[1])
    return 0


def _text(descriptor: int) -> str:
    try:
        return os.pread(descriptor, 4096, 0).decode("ascii")
    except OSError:
        return ""  # The group is being removed: the run is over.
