"""``python -m tests.bench``: kernels in one table, medians of rounds in which every peer has its
turn; then the relay of live notebooks."""

import argparse
import os
import platform
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from sandboxes import SandboxUnavailable, load_profile
from sandboxes.environments import build, installed

from . import relay
from .peers import FIRST_CELL, Peer, peers

_PROFILE = "python-ml"
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


def main() -> int:
    """Measure and print; 0 however slow it is, and 1 only where nothing can be measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="rounds to measure (%(default)s)")
    rounds = max(1, parser.parse_args().rounds)
    profile = load_profile(_PROFILE)
    try:
        environment = build(profile)
        # A path of a socket is short, and our own scratch may lie deep.
        with tempfile.TemporaryDirectory(prefix="bench-", dir="/tmp") as name:
            os.environ["JUPYTER_PATH"] = os.environ["JUPYTER_RUNTIME_DIR"] = name
            compared = peers(profile, environment, Path(name))
            measured = _measured(compared, rounds)
            relayed = relay.measure(_PROFILE, Path(name) / "blobs", "bench-cold")
    except SandboxUnavailable as missing:
        print(f"Cannot sandbox: {missing.reason} {missing.mend}", file=sys.stderr)
        return 1
    told = installed(profile)
    print(f"{_PROFILE}: Python {told.python}, ipykernel {told.packages['ipykernel']}; ", end="")
    print(f"Linux {platform.release()}, {os.cpu_count()} processors; medians of {rounds} rounds")
    print(f"first cell: {FIRST_CELL}\n")
    _print_table(measured, list(compared))
    if "bubblewrap" not in compared:
        print("\nbubblewrap was left out: there is no bwrap on this host.")
    _print_relay(relayed)
    return 0


def _print_relay(told: relay.Relayed) -> None:
    each = (told.full_bytes - told.empty_bytes) / relay.PAGES
    megabytes = told.full_bytes / 1e6
    print(f"\nrelay with {relay.PAGES} idle pages: {megabytes:.0f} MB resident, ", end="")
    print(f"{each / 1e3:.1f} kB for each (aim ≤ {relay.AIM_BYTES / 1e6:.0f} MB in all)")
    print(f"from opening a page to its idle kernel: {told.hello_seconds * 1000:.0f} ms")
    ratio = told.cell_seconds / told.bare_seconds
    print(
        f"1 + 1 through the relay: {told.cell_seconds * 1000:.1f} ms ({ratio:.2f} of a bare one's)"
    )


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


if __name__ == "__main__":
    sys.exit(main())
