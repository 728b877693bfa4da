"""What came of executing a notebook, as values that marking can read.

They mirror those of the package ``sandboxes``, which only `lms.grading.sandbox` may know.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal


class Ending(StrEnum):
    """Why a run stopped; only ``finished`` means that every cell had its turn.

    ``refused`` was never run, because of what it is; ``unavailable`` was never run for want
    of walls, and is no fault of the work.
    """

    FINISHED = "finished"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    OUTPUT = "output"
    PROCESSES = "processes"
    CRASHED = "crashed"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class CellError:
    """The exception that ended a cell, in the words of a process we do not trust."""

    name: str
    value: str
    traceback: tuple[str, ...] = ()


@dataclass(frozen=True)
class CellRun:
    """What one code cell did; the cell in which a run ended badly is "error" without an error.

    ``outputs`` are objects of nbformat; ``seconds`` is the time the cell took, and one that took
    too long was ``stopped`` and is "error" too, while the next had its turn. Of a ``sealed``
    cell, which the examiner ran: ``line`` is where in it an exception came from, ``through`` are
    all its lines that were running, the outermost first; ``expected`` and ``came`` are the sides
    of a comparison that failed, ``places`` the lines of cells (number and text, innermost first)
    in which the learner's kernel says that it was raised; ``refused`` says what the examiner would
    not take, and ``record`` what it needed when a record was made. Of an
    open test cell, ``doubts`` say why the kernel's word that it did well may not be true.
    """

    id: str
    status: Literal["ok", "error", "skipped"]
    # Any: nbformat's outputs are open-ended JSON, of which marking reads one kind defensively.
    outputs: tuple[Mapping[str, Any], ...] = ()
    error: CellError | None = None
    seconds: float = 0.0
    stopped: bool = False
    sealed: bool = False
    line: int | None = None
    through: tuple[int, ...] = ()
    expected: str | None = None
    came: str | None = None
    places: tuple[tuple[int, str], ...] = ()
    refused: str | None = None
    # Any: an object of JSON that only the examiner reads.
    record: Mapping[str, Any] | None = None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Environment:
    """What a notebook was executed with: the profile, and the versions of all it found there."""

    profile: str
    python: str
    packages: Mapping[str, str]

    # Any: a JSON object, made to be printed and not to be read by us.
    def as_json(self) -> dict[str, Any]:
        """The object that ``lms grade --json`` prints."""
        return {
            "profile": self.profile,
            "python": self.python,
            "packages": dict(self.packages),
        }

    @property
    def digest(self) -> str:
        """The same for environments of the same content, and for no others."""
        told = json.dumps(self.as_json(), sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True)
class Run:
    """One execution of a notebook; ``cell`` is the id of the one in which it ended badly.

    ``environment`` is None when nothing was executed; ``skipped`` are the author's own cells
    that the examiner could not run by itself when a record was made.
    """

    ending: Ending
    cells: tuple[CellRun, ...] = ()
    seconds: float = 0.0
    message: str = ""
    cell: str | None = None
    environment: Environment | None = None
    skipped: tuple[str, ...] = ()
