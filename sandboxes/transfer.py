"""How a task reaches the program that reads and how its result comes back, checked."""

import json
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

from sandboxes.limits import Limits
from sandboxes.outcome import CellError, CellRun, Ending, Run


class BadResult(ValueError):
    """What came back from the program that reads is no result."""


@dataclass(frozen=True)
class Task:
    """One notebook to run by a kernel that is there; ``version`` is that of its control group.

    ``examined`` are the cells that an examiner runs: the kernel only answers it.
    """

    notebook: bytes
    limits: Limits
    version: int
    examined: frozenset[str] = frozenset()


def task_to_bytes(task: Task) -> bytes:
    """The task as a line of JSON and the notebook as it is."""
    line = {
        "limits": asdict(task.limits),
        "version": task.version,
        "examined": sorted(task.examined),
    }
    return json.dumps(line).encode() + b"\n" + task.notebook


def read_task(source: BinaryIO) -> Task:
    """The task as ``task_to_bytes`` wrote it; it comes from our own caller and is trusted."""
    line: dict[str, Any] = json.loads(source.readline())
    limits, examined = Limits(**line["limits"]), frozenset(line["examined"])
    return Task(source.read(), limits, line["version"], examined)


def run_to_json(run: Run) -> dict[str, Any]:
    """The run as an object of JSON, in the shape that ``run_from_json`` reads."""
    told = asdict(run)
    del told["files"]  # Nobody puts them there but the caller, from bytes.
    return told


def run_from_json(content: bytes) -> Run:
    """The run that the program that reads tells of, every part checked; BadResult otherwise."""
    try:
        told = json.loads(content)
        return Run(
            ending=Ending(told["ending"]),
            cells=tuple(_cell(cell) for cell in told["cells"]),
            seconds=float(told["seconds"]),
            message=_text(told["message"]),
            cell=None if told["cell"] is None else _text(told["cell"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError, AttributeError):
        raise BadResult("The program that reads the kernel gave no result.") from None


def _cell(told: Any) -> CellRun:
    failed = told["error"]
    status = told["status"]
    if status not in ("ok", "error", "skipped"):
        raise ValueError(status)
    outputs = tuple(told["outputs"])
    if not all(isinstance(one, dict) and "output_type" in one for one in outputs):
        raise ValueError("outputs")
    return CellRun(
        id=_text(told["id"]),
        status=status,
        outputs=outputs,
        error=None if failed is None else _error(failed),
        seconds=float(told["seconds"]),
        stopped=told["stopped"] is True,
        doubts=tuple(_text(one) for one in told["doubts"]),
    )


def _error(told: Any) -> CellError:
    lines = tuple(_text(line) for line in told["traceback"])
    return CellError(_text(told["name"]), _text(told["value"]), lines)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
