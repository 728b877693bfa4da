"""Control groups: memory, processes and processor time of everything a kernel starts."""

import errno
import os
import secrets
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from sandboxes.errors import SandboxUnavailable
from sandboxes.limits import Limits

_ROOT = Path("/sys/fs/cgroup")
_NEEDED = ("memory", "pids")
_LEFT_BEHIND = 60.0
_TRIES = 20
_HANDED_DOWN = "cgroup.subtree_control"
_PERIOD = 100_000  # Microseconds over which a share of the processors is counted.
_COUNTERS = {
    1: {"memory": "memory.oom_control", "pids": "pids.events", "cpuacct": "cpuacct.usage"},
    2: {"memory": "memory.events", "pids": "pids.events", "cpuacct": "cpu.stat"},
}
_OTHERS_MAY_NOT = "This host gives us no control group, which bounds a kernel's whole tree."


@dataclass(frozen=True)
class Cgroup:
    """One run's control group: a folder in the one tree (v2), or one per controller (v1)."""

    version: int
    folders: Mapping[str, Path]

    def counters(self) -> tuple[Path, Path, Path]:
        """The files that count memory kills, refused processes and processor time."""
        names = _COUNTERS[self.version]
        memory, pids, cpu = (self.folders[kind] / name for kind, name in names.items())
        return memory, pids, cpu

    def add(self, pid: int) -> None:
        """Put the process into the group, and so all that it will start."""
        for folder in self._each():
            (folder / "cgroup.procs").write_text(str(pid))

    def kill(self, patience: float = 5.0) -> bool:
        """Kill everything in the group and remove it; False if it would not go in time."""
        until = time.monotonic() + patience
        while not self._gone():
            if time.monotonic() > until:
                return False
            time.sleep(0.002)
        return True

    def _each(self) -> tuple[Path, ...]:
        return tuple(dict.fromkeys(self.folders.values()))

    def _gone(self) -> bool:
        for folder in self._each():
            with suppress(FileNotFoundError):
                try:
                    folder.rmdir()
                except OSError:
                    _kill_all(folder)
        return not any(folder.exists() for folder in self._each())


def make(limits: Limits, near: int) -> Cgroup:
    """A new group with these limits, beside the one in which the process ``near`` lives.

    Raises SandboxUnavailable where the host gives us no right to one.
    """
    name = f"sandbox-{os.getpid()}-{secrets.token_hex(4)}"
    try:
        own = _places(near)
        group = _make_v2(name, own, limits) or _make_v1(name, own, limits)
    except OSError as fault:
        raise SandboxUnavailable(f"{_OTHERS_MAY_NOT} ({fault.strerror})", mend()) from None
    if group is None:
        raise SandboxUnavailable(_OTHERS_MAY_NOT, mend())
    return group


def sweep(near: int) -> None:
    """Remove the groups that callers left who were killed before they could; all in them died."""
    own = _places(near)
    parents = {parent for place in own.values() for parent in _v2_parents(place)}
    parents |= {parent for kind in own for parent in _v1_parents(own, kind)}
    for folder in (folder for parent in parents for folder in parent.glob("sandbox-*-*")):
        owner = folder.name.split("-")[1]
        if not owner.isdigit() or Path("/proc", owner).exists():
            continue
        with suppress(OSError):
            # Its owner may live in a container of its own, unseen from here. Then it holds
            # processes and will not go, unless it is so young that they are still to come.
            if time.time() - folder.stat().st_mtime > _LEFT_BEHIND:
                folder.rmdir()


def in_force(near: int) -> str:
    """Which kind of group this process may make, and where; or SandboxUnavailable."""
    group = make(Limits(), near)
    parent = next(iter(group.folders.values())).parent
    group.kill()
    return f"v{group.version}, below {parent}"


def mend() -> str:
    """The line that gives us control groups on a host like this."""
    if not _ROOT.is_dir() or not any(_ROOT.iterdir()):
        return "mount -t cgroup2 none /sys/fs/cgroup"
    if os.geteuid() == 0:
        return "run outside this container, or let it write below /sys/fs/cgroup"
    if (_ROOT / "cgroup.controllers").is_file():
        return f"sudo loginctl enable-linger {os.getuid()}, then sign in again"
    place, user = f"$c/sandboxes-{os.getuid()}", os.getuid()
    kinds = " ".join((*_NEEDED, "cpuacct", "cpu"))
    each = f"mkdir -p {place}; chown -R {user} {place}"
    return f"sudo sh -c 'cd {_ROOT}; for c in {kinds}; do {each}; done'"


def _kill_all(folder: Path) -> None:
    with suppress(OSError, ValueError):
        for pid in (folder / "cgroup.procs").read_text().split():
            os.kill(int(pid), signal.SIGKILL)


def _places(pid: int) -> dict[str, str]:
    """The process's group in each hierarchy, by controller; the one of v2 has no name."""
    places = {}
    for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines():
        _, controllers, place = line.split(":", 2)
        for controller in controllers.split(","):
            places[controller] = place.lstrip("/")
    return places


def _v2_parents(place: str) -> list[Path]:
    """From the process's own group upwards: one that holds processes cannot limit children."""
    if not (_ROOT / "cgroup.controllers").is_file():
        return []
    start = _ROOT / place
    return [one for one in (start, *start.parents) if one.is_relative_to(_ROOT)]


def _make_v2(name: str, own: Mapping[str, str], limits: Limits) -> Cgroup | None:
    parents = [one for one in _v2_parents(own.get("", "")) if _is_ours_to_fill(one)]
    # One by one: a group is arranged anew only where none hands down by itself.
    for parent in chain(filter(_hands_down, parents), filter(_made_to_hand_down, parents)):
        with suppress(OSError):  # A share of the processors is not handed down everywhere.
            (parent / _HANDED_DOWN).write_text("+cpu")
        return _limited_v2(parent / name, limits)
    return None


def _is_ours_to_fill(parent: Path) -> bool:
    return os.access(parent, os.W_OK) and os.access(parent / "cgroup.procs", os.W_OK)


def _hands_down(parent: Path) -> bool:
    with suppress(OSError):
        return set((parent / _HANDED_DOWN).read_text().split()) >= set(_NEEDED)
    return False


def _made_to_hand_down(parent: Path) -> bool:
    with suppress(OSError):
        _hand_down(parent, parent / _HANDED_DOWN)
        return True
    return False


def _hand_down(parent: Path, control: Path) -> None:
    """Let children of the group be limited, which a group that holds processes may not.

    One that was delegated to us, as systemd does with ``Delegate=yes``, is ours to arrange: its
    processes move into a child of it.
    """
    handed = " ".join(f"+{kind}" for kind in _NEEDED)
    try:
        control.write_text(handed)
    except OSError as fault:
        is_ours = parent.stat().st_uid == os.geteuid()
        if fault.errno != errno.EBUSY or not is_ours:
            raise
        aside = parent / "callers"
        aside.mkdir(exist_ok=True)
        for _ in range(_TRIES):  # A process may be forked while we look.
            for pid in (parent / "cgroup.procs").read_text().split():
                with suppress(ProcessLookupError):
                    (aside / "cgroup.procs").write_text(pid)
            with suppress(OSError):
                control.write_text(handed)
                return
        raise


def _limited_v2(folder: Path, limits: Limits) -> Cgroup:
    folder.mkdir()
    group = Cgroup(2, {"memory": folder, "pids": folder, "cpuacct": folder})
    try:
        (folder / "memory.max").write_text(str(limits.memory_bytes))
        (folder / "memory.oom.group").write_text("1")
        (folder / "pids.max").write_text(str(limits.processes))
        _limit_if_there(folder / "memory.swap.max", "0")
        _limit_if_there(folder / "cpu.max", f"{_quota(limits)} {_PERIOD}")
    except OSError:
        group.kill()
        raise
    return group


def _v1_parents(own: Mapping[str, str], kind: str) -> list[Path]:
    """Where a group for this controller may be made: what was delegated to us, or our own."""
    delegated = _ROOT / kind / f"sandboxes-{os.geteuid()}"
    places = [delegated] if os.geteuid() else []
    return [*places, _ROOT / kind / own[kind]] if kind in own else []


def _make_v1(name: str, own: Mapping[str, str], limits: Limits) -> Cgroup | None:
    folders = {}
    for kind in (*_NEEDED, "cpuacct", "cpu"):
        parents = [one for one in _v1_parents(own, kind) if os.access(one, os.W_OK)]
        if parents:
            folders[kind] = parents[0] / name
        elif kind != "cpu":
            return None
    group = Cgroup(1, folders)
    try:
        for folder in folders.values():
            folder.mkdir(exist_ok=True)
        memory = folders["memory"]
        (memory / "memory.limit_in_bytes").write_text(str(limits.memory_bytes))
        _limit_if_there(memory / "memory.memsw.limit_in_bytes", str(limits.memory_bytes))
        _limit_if_there(memory / "memory.swappiness", "0")
        (folders["pids"] / "pids.max").write_text(str(limits.processes))
        if "cpu" in folders:
            _limit_if_there(folders["cpu"] / "cpu.cfs_period_us", str(_PERIOD))
            _limit_if_there(folders["cpu"] / "cpu.cfs_quota_us", str(_quota(limits)))
    except OSError:
        group.kill()
        raise
    return group


def _quota(limits: Limits) -> int:
    return round(limits.processors * _PERIOD)


def _limit_if_there(file: Path, value: str) -> None:
    """Not every host counts swap, or shares of its processors, and then has no such file."""
    if file.exists():
        file.write_text(value)
