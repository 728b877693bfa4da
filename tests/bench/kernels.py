"""What a kernel costs, bare, behind bubblewrap alone and sandboxed by us; then the relay."""

import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from sandboxes import Profile
from sandboxes.environments import Environment

from . import relay
from .peers import FIRST_CELL, Peer, peers

_TEN_CELLS = ["sum(range(5))"] * 10
_SECONDS, _MILLISECONDS, _MEBIBYTES = ("s", 1.0), ("ms", 1000.0), ("MiB", 2.0**-20)


@dataclass(frozen=True)
class Row:
    """One thing that is measured: how its numbers are shown, and what we aim at."""

    name: str
    unit: tuple[str, float]
    aim: str


_ROWS = (
    Row("first reply", _SECONDS, "ratio 0.06"),
    Row("processor time for it", _MILLISECONDS, "90 ms"),
    Row("own memory after it", _MEBIBYTES, "30 MiB"),
    Row("notebook of that one cell, start to stop", _SECONDS, ""),
    Row("notebook of 10 trivial cells, start to stop", _SECONDS, "ratio 0.30"),
)


def measure(profile: Profile, environment: Environment, rounds: int) -> None:
    """Measure and print; medians of ``rounds`` in which every peer has its turn."""
    # A path of a socket is short, and our own scratch may lie deep.
    with tempfile.TemporaryDirectory(prefix="bench-", dir="/tmp") as name, _specs_in(name):
        compared = peers(profile, environment, Path(name))
        measured = _measured(compared, rounds)
        relayed = relay.measure(profile.name, Path(name) / "blobs", "bench-cold")
    print(f"kernels, medians of {rounds} rounds; first cell: {FIRST_CELL}\n")
    _print_table(measured, list(compared))
    if "bubblewrap" not in compared:
        print("\nbubblewrap was left out: there is no bwrap on this host.")
    relay.show(relayed)


@contextmanager
def _specs_in(folder: str) -> Iterator[None]:
    """Let Jupyter look for kernels in ``folder``, and for nothing of this bench afterwards."""
    names = ("JUPYTER_PATH", "JUPYTER_RUNTIME_DIR")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, folder))
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value


def _measured(compared: Mapping[str, Peer], rounds: int) -> Mapping[tuple[str, str], list[float]]:
    """Every number by row and peer; the first round only warms the host's caches."""
    measured: dict[tuple[str, str], list[float]] = defaultdict(list)
    names = list(compared)
    for number in range(rounds + 1):
        # Nobody is always the first, or always follows the same one.
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            numbers = _numbers(compared[name])
            for row, value in zip(_ROWS, numbers, strict=True):
                if number and value is not None:
                    measured[row.name, name].append(value)
        print(f"round {number} of {rounds}", end="\r", file=sys.stderr, flush=True)
    print(" " * 30, end="\r", file=sys.stderr, flush=True)
    return measured


def _numbers(peer: Peer) -> tuple[float | None, ...]:
    first = peer.first_reply()
    one, ten = peer.whole([FIRST_CELL]), peer.whole(_TEN_CELLS)
    return first.seconds, first.processor_seconds, first.own_bytes, one, ten


def _print_table(measured: Mapping[tuple[str, str], list[float]], names: Sequence[str]) -> None:
    lines = [["", *names, "aim"]]
    for row in _ROWS:
        shown = [_shown(row, measured.get((row.name, name)), measured) for name in names]
        lines.append([row.name, *shown, f"≤ {row.aim}" if row.aim else ""])
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        cells = [line[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        print("   ".join(cells).rstrip())


def _shown(
    row: Row, values: list[float] | None, measured: Mapping[tuple[str, str], list[float]]
) -> str:
    """A median and, in brackets, its ratio to the bare kernel's."""
    bare = measured.get((row.name, "cold"))
    if not values or not bare:
        return "unknown"
    unit, factor = row.unit
    value = median(values)
    digits = 2 if unit == "s" else 0
    return f"{value * factor:.{digits}f} {unit} ({value / median(bare):.2f})"
