"""What a run comes to: an ending and, cell by cell, what happened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

Status = Literal["ok", "error", "skipped"]


class Ending(StrEnum):
    """Why a run stopped. Only ``finished`` means that every cell had its turn."""

    finished = "finished"
    timeout = "timeout"
    memory = "memory"
    output = "output"
    processes = "processes"
    crashed = "crashed"
    refused = "refused"
    unavailable = "unavailable"


@dataclass(frozen=True)
class CellError:
    """The exception that ended a cell; the traceback carries its terminal colours."""

    name: str
    value: str
    traceback: tuple[str, ...]


@dataclass(frozen=True)
class CellRun:
    """One code cell: its outputs in nbformat's shape and the seconds it took.

    The cell during which a bad ending came has the status ``error`` and no ``error``
    of its own; those after it are ``skipped``. One that took too long and was ``stopped`` has
    the status ``error`` too, whatever it answered then.

    Of a cell that an examiner ran (``sealed``): ``line`` is where in it an exception came from (1
    is the first), ``through`` are all its lines that were running, the outermost first;
    ``expected`` and ``came`` are the sides of a comparison that failed, ``places`` the lines of
    cells (number and text, innermost first) in which the learner's kernel says that an exception
    was raised; ``refused`` says what the examiner would not take, ``record`` what it needed of the
    kernel, when a record is made. Of a cell that the kernel ran, ``doubts`` say why its word may
    not be true.
    """

    id: str
    status: Status
    # Outputs are nbformat's own JSON objects; giving each kind a class would copy that format.
    outputs: tuple[dict[str, Any], ...]
    error: CellError | None
    seconds: float
    stopped: bool = False
    sealed: bool = False
    line: int | None = None
    through: tuple[int, ...] = ()
    expected: str | None = None
    came: str | None = None
    places: tuple[tuple[int, str], ...] = ()
    refused: str | None = None
    record: Mapping[str, Any] | None = None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Run:
    """One execution of a notebook; ``cell`` is the one during which a bad ending came.

    ``files`` are those that were wanted and found in the working folder at the end; ``skipped``
    the author's own cells that an examiner could not run by itself, when a record is made.
    """

    ending: Ending
    cells: tuple[CellRun, ...]
    seconds: float
    message: str
    cell: str | None
    files: Mapping[str, bytes] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
