"""Control groups: memory, processes and processor time of everything a kernel starts."""

import os
import secrets
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sandboxes.limits import Limits

_ROOT = Path("/sys/fs/cgroup")
_NEEDED = {"memory", "pids"}
_LEFT_BEHIND = 3600.0


@dataclass(frozen=True)
class Cgroup:
    """One run's control group: a folder in the one tree (v2), or one per controller (v1)."""

    version: int
    memory: Path
    pids: Path
    cpu: Path | None

    @property
    def folders(self) -> tuple[Path, ...]:
        """Each folder once."""
        return tuple(dict.fromkeys(p for p in (self.memory, self.pids, self.cpu) if p is not None))

    def out_of_memory(self) -> bool:
        """Whether the host has killed something in the group for its memory."""
        file = "memory.events" if self.version == 2 else "memory.oom_control"
        return _counter(self.memory / file, "oom_kill") > 0

    def out_of_processes(self) -> bool:
        """Whether the group was refused a process at least once."""
        return _counter(self.pids / "pids.events", "max") > 0

    def cpu_seconds(self) -> float | None:
        """Processor time used so far by everything in the group, if the host counts it."""
        if self.cpu is None:
            return None
        if self.version == 2:
            return _counter(self.cpu / "cpu.stat", "usage_usec") / 1e6
        with suppress(OSError, ValueError):
            return int((self.cpu / "cpuacct.usage").read_text()) / 1e9
        return None

    def kill(self, patience: float = 5.0) -> bool:
        """Kill everything in the group and remove it; False if it would not go in time."""
        until = time.monotonic() + patience
        while not self._gone():
            if time.monotonic() > until:
                return False
            time.sleep(0.005)
        return True

    def _gone(self) -> bool:
        for folder in self.folders:
            with suppress(OSError, ValueError):
                for pid in (folder / "cgroup.procs").read_text().split():
                    os.kill(int(pid), signal.SIGKILL)
            with suppress(OSError):
                folder.rmdir()
        return not any(folder.exists() for folder in self.folders)


def make(limits: Limits) -> Cgroup | None:
    """A new group with these limits, or None where the host gives us no right to one."""
    name = f"sandbox-{os.getpid()}-{secrets.token_hex(4)}"
    own = _own()
    try:
        group = _make_v2(name, own, limits) or _make_v1(name, own, limits)
    except OSError:
        return None
    if group is not None:
        _sweep(group)
    return group


def _sweep(group: Cgroup) -> None:
    """Remove what a caller left that was killed before it could; its kernel died with it."""
    for folder in group.folders:
        for other in folder.parent.glob("sandbox-*-*"):
            owner = other.name.split("-")[1]
            if not owner.isdigit() or Path("/proc", owner).exists():
                continue
            with suppress(OSError):
                # Its owner may live in a container of its own, unseen from here: only what is
                # older than any run is left behind for certain.
                if time.time() - other.stat().st_mtime > _LEFT_BEHIND:
                    other.rmdir()


def in_force() -> str:
    """Which kind of group this process may make: ``v2``, ``v1`` or nothing."""
    group = make(Limits())
    if group is None:
        return ""
    group.kill()
    return f"v{group.version}"


def _own() -> dict[str, str]:
    """Our own group in each hierarchy, by controller; the one of v2 has no name."""
    places = {}
    with suppress(OSError):
        for line in Path("/proc/self/cgroup").read_text().splitlines():
            _, controllers, place = line.split(":", 2)
            for controller in controllers.split(","):
                places[controller] = place
    return places


def _make_v2(name: str, own: dict[str, str], limits: Limits) -> Cgroup | None:
    if "" not in own or not (_ROOT / "cgroup.controllers").is_file():
        return None
    start = _ROOT / own[""].lstrip("/")
    # A group that holds processes cannot share its controllers out, so we look upwards
    # for the nearest one that does; only there may a sibling of ours be limited.
    for parent in [start, *start.parents]:
        if not parent.is_relative_to(_ROOT):
            break
        if _shares(parent):
            return _limited_v2(parent / name, limits)
    return None


def _shares(parent: Path) -> bool:
    try:
        if os.access(parent, os.W_OK) and os.access(parent / "cgroup.procs", os.W_OK):
            given = set((parent / "cgroup.subtree_control").read_text().split())
            if not given >= _NEEDED:
                (parent / "cgroup.subtree_control").write_text("+memory +pids")
            return True
    except OSError:
        return False
    return False


def _limited_v2(folder: Path, limits: Limits) -> Cgroup | None:
    folder.mkdir()
    try:
        (folder / "memory.max").write_text(str(limits.memory_bytes))
        (folder / "pids.max").write_text(str(limits.processes))
        (folder / "memory.oom.group").write_text("1")
    except OSError:
        folder.rmdir()
        return None
    with suppress(OSError):  # Absent on a host without swap accounting.
        (folder / "memory.swap.max").write_text("0")
    return Cgroup(2, folder, folder, folder)


def _make_v1(name: str, own: dict[str, str], limits: Limits) -> Cgroup | None:
    if not own.keys() >= _NEEDED:
        return None
    memory = _ROOT / "memory" / own["memory"].lstrip("/") / name
    pids = _ROOT / "pids" / own["pids"].lstrip("/") / name
    cpu = _ROOT / "cpuacct" / own.get("cpuacct", "").lstrip("/") / name
    made: list[Path] = []
    try:
        for folder in (memory, pids):
            folder.mkdir()
            made.append(folder)
        (memory / "memory.limit_in_bytes").write_text(str(limits.memory_bytes))
        (pids / "pids.max").write_text(str(limits.processes))
    except OSError:
        for folder in made:
            folder.rmdir()
        return None
    with suppress(OSError):  # Absent on a host without swap accounting.
        (memory / "memory.memsw.limit_in_bytes").write_text(str(limits.memory_bytes))
    try:
        cpu.mkdir(exist_ok=True)
    except OSError:
        return Cgroup(1, memory, pids, None)
    return Cgroup(1, memory, pids, cpu)


def _counter(file: Path, name: str) -> int:
    with suppress(OSError, ValueError):
        for line in file.read_text().splitlines():
            if line.startswith(f"{name} "):
                return int(line.split()[1])
    return 0
