"""Watches what a kernel's whole tree of processes uses, by control group or by looking."""

import os
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from sandboxes.cgroups import Cgroup
from sandboxes.limits import Limits
from sandboxes.outcome import Ending

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Usage(Protocol):
    """What a run has used so far."""

    def exceeded(self) -> Ending | None:
        """The ending that the present use calls for, if any."""

    def was_refused_processes(self) -> bool:
        """Whether the tree has run into its limit of processes."""


class GroupUsage:
    """The host counts, and kills for memory by itself."""

    def __init__(self, group: Cgroup, limits: Limits) -> None:
        self._group = group
        self._limits = limits

    def exceeded(self) -> Ending | None:
        """Memory once the host has killed for it; timeout beyond the processor time."""
        if self._group.out_of_memory():
            return Ending.memory
        used = self._group.cpu_seconds()
        return Ending.timeout if used is not None and used > self._limits.cpu_seconds else None

    def was_refused_processes(self) -> bool:
        """The host counts refusals too."""
        return self._group.out_of_processes()


class TreeUsage:
    """We count, by looking through the host's list of processes from the first one down."""

    def __init__(self, first: int, limits: Limits) -> None:
        self._first = first
        self._limits = limits
        self._full = False

    def exceeded(self) -> Ending | None:
        """Memory, counted proportionally where shared; timeout beyond the processor time."""
        tree = self._tree()
        threads = ticks = held = 0
        for pid in tree:
            with suppress(OSError, IndexError, ValueError):
                words = _stat(pid)
                ticks += sum(int(word) for word in words[11:15])
                threads += int(words[17])
                held += int(words[21]) * _PAGE
        self._full = self._full or threads >= self._limits.processes - 2
        if held > self._limits.memory_bytes and self._proportional(tree):
            return Ending.memory
        return Ending.timeout if ticks / _TICKS > self._limits.cpu_seconds else None

    def was_refused_processes(self) -> bool:
        """Nobody tells us of a refusal, but we see a tree that is full."""
        return self._full

    def _tree(self) -> list[int]:
        children = defaultdict(list)
        for name in os.listdir("/proc"):
            if name.isdigit():
                with suppress(OSError, IndexError, ValueError):
                    children[int(_stat(int(name))[1])].append(int(name))
        found = [self._first]
        for pid in found:
            found.extend(children[pid])
        return found

    def _proportional(self, tree: list[int]) -> bool:
        """Whether the memory is exceeded even when what is shared counts once."""
        held = 0
        for pid in tree:
            with suppress(OSError, IndexError, ValueError):
                for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                    if line.startswith("Pss:"):
                        held += int(line.split()[1]) * 1024
        return held > self._limits.memory_bytes


def _stat(pid: int) -> list[str]:
    """The words of a process's state, from its letter on; its name may hold anything."""
    return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
