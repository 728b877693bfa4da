"""Regions that authors fence with markers: solutions, hidden tests, mark schemes."""

from dataclasses import dataclass
from enum import StrEnum


class Region(StrEnum):
    """What a fenced part of a cell is; its name stands after BEGIN and END, as in nbgrader.

    ``begin`` and ``end`` are the words that open and close it, wherever they stand in a line.
    """

    begin: str
    end: str

    SOLUTION = "SOLUTION"
    HIDDEN_TESTS = "HIDDEN TESTS"
    MARK_SCHEME = "MARK SCHEME"

    def __init__(self, value: str) -> None:
        self.begin, self.end = f"BEGIN {value}", f"END {value}"


class Slip(StrEnum):
    """What can be wrong with a pair of markers."""

    NEVER_ENDS = "never ends"
    NEVER_BEGINS = "never begins"
    BEGINS_AGAIN = "begins again"


@dataclass(frozen=True)
class Scan:
    """The fenced lines of a cell, markers included, and the slips; lines count from 1."""

    regions: tuple[range, ...]
    slips: tuple[tuple[int, Slip], ...]

    @property
    def lines(self) -> frozenset[int]:
        """Every line in any of the regions."""
        return frozenset(line for region in self.regions for line in region)


_NOTHING = Scan((), ())


def scan(source: str, region: Region) -> Scan:
    """Where ``region`` stands in ``source``.

    A region that never ends runs to the last line, so that a slip of the author hides too
    much rather than too little.
    """
    if region.begin not in source and region.end not in source:
        return _NOTHING
    regions: list[range] = []
    slips: list[tuple[int, Slip]] = []
    begun: int | None = None
    lines = source.split("\n")
    for number, line in enumerate(lines, start=1):
        if region.begin in line:
            if begun is None:
                begun = number
            else:
                slips.append((number, Slip.BEGINS_AGAIN))
        elif region.end in line:
            if begun is None:
                slips.append((number, Slip.NEVER_BEGINS))
            else:
                regions.append(range(begun, number + 1))
                begun = None
    if begun is not None:
        slips.append((begun, Slip.NEVER_ENDS))
        regions.append(range(begun, len(lines) + 1))
    return Scan(tuple(regions), tuple(slips))


def without(source: str, region: Region, instead: str | None = None) -> str:
    """``source`` without its regions, each replaced by ``instead`` at its own indentation.

    Lines that end a region which never began go as well.
    """
    found = scan(source, region)
    if found is _NOTHING:
        return source
    lines = source.split("\n")
    fenced = found.lines | {line for line, slip in found.slips if slip is Slip.NEVER_BEGINS}
    begins = {part.start for part in found.regions}
    kept: list[str] = []
    for number, line in enumerate(lines, start=1):
        if number in begins and instead is not None:
            indent = line[: len(line) - len(line.lstrip())]
            kept += [indent + stub for stub in instead.split("\n")]
        if number not in fenced:
            kept.append(line)
    return "\n".join(kept)


def within(source: str, region: Region) -> str:
    """What stands in the regions of ``source``, without their markers."""
    lines = source.split("\n")
    fenced = sorted(scan(source, region).lines)
    inner = [lines[number - 1] for number in fenced]
    return "\n".join(
        line for line in inner if region.begin not in line and region.end not in line
    ).strip("\n")
