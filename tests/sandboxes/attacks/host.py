"""What the host shows of processes, from outside every sandbox."""

import os
from pathlib import Path

_DEAD = "ZX"


def numbers() -> list[int]:
    """Every process there is."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def status(pid: int) -> dict[str, str]:
    """What /proc tells of a process; empty when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(errors="replace").splitlines()
    except OSError:
        return {}
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


def state(pid: int) -> str:
    """One letter: R runs, S sleeps, T is stopped, Z is a zombie; X when there is none."""
    return status(pid).get("State", "X")[0]


def parent(pid: int) -> int:
    """The process that started it, or 0."""
    return int(status(pid).get("PPid", "0"))


def ancestors(pid: int) -> list[int]:
    """The process and those it descends from."""
    found = []
    while pid:
        found.append(pid)
        pid = parent(pid)
    return found


def named(mark: str) -> dict[int, str]:
    """The living processes whose own name, or whose command line, begins with or holds it."""
    found = {}
    for pid in numbers():
        try:
            name = Path(f"/proc/{pid}/comm").read_text(errors="replace").strip()
            line = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue
        if (name.startswith(mark) or mark.encode() in line) and state(pid) not in _DEAD:
            found[pid] = name
    return found


def tasks_named(mark: str) -> int:
    """How many threads, over all processes, bear the name."""
    count = 0
    for pid in numbers():
        try:
            for task in os.listdir(f"/proc/{pid}/task"):
                name = Path(f"/proc/{pid}/task/{task}/comm").read_text(errors="replace")
                count += name.startswith(mark)
        except OSError:
            continue
    return count


def held(mark: str) -> int:
    """The sum of what processes named ``mark.NUMBER`` say that they hold."""
    total = 0
    for pid in numbers():
        try:
            name = Path(f"/proc/{pid}/comm").read_text(errors="replace").strip()
        except OSError:
            continue
        mine, _, number = name.partition(".")
        if mine == mark and number.isdigit():
            total += int(number)
    return total
