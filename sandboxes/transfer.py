"""How a task reaches the child program and how its result comes back, checked."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sandboxes.cgroups import Cgroup
from sandboxes.environments import Environment
from sandboxes.ground import Ground
from sandboxes.limits import Limits
from sandboxes.outcome import CellError, CellRun, Ending, Run


class BadResult(ValueError):
    """What came back from the child program is no result."""


@dataclass(frozen=True)
class Task:
    """One notebook to run, with all that it runs on."""

    notebook: bytes
    files: Mapping[str, bytes]
    limits: Limits
    environment: Environment
    ground: Ground


def write_task(task: Task, out: BinaryIO) -> None:
    """Write the task: a line of JSON, then the notebook and the files as they are."""
    group = task.ground.cgroup
    line = {
        "notebook": len(task.notebook),
        "files": {name: len(content) for name, content in task.files.items()},
        "limits": asdict(task.limits),
        "environment": str(task.environment.folder),
        "folder": str(task.ground.folder),
        "user": task.ground.user,
        "cgroup": None if group is None else _group_to_json(group),
    }
    out.write(json.dumps(line).encode() + b"\n")
    for content in (task.notebook, *task.files.values()):
        out.write(content)


def read_task(source: BinaryIO) -> Task:
    """The task as ``write_task`` wrote it; it comes from our own caller and is trusted."""
    line: dict[str, Any] = json.loads(source.readline())
    group = line["cgroup"]
    return Task(
        notebook=source.read(line["notebook"]),
        files={name: source.read(size) for name, size in line["files"].items()},
        limits=Limits(**line["limits"]),
        environment=Environment(Path(line["environment"])),
        ground=Ground(
            Path(line["folder"]), None if group is None else _group_from_json(group), line["user"]
        ),
    )


def _group_to_json(group: Cgroup) -> dict[str, Any]:
    cpu = None if group.cpu is None else str(group.cpu)
    return {
        "version": group.version,
        "memory": str(group.memory),
        "pids": str(group.pids),
        "cpu": cpu,
    }


def _group_from_json(told: dict[str, Any]) -> Cgroup:
    cpu = None if told["cpu"] is None else Path(told["cpu"])
    return Cgroup(told["version"], Path(told["memory"]), Path(told["pids"]), cpu)


def run_to_json(run: Run) -> dict[str, Any]:
    """The run as an object of JSON, in the shape that ``run_from_json`` reads."""
    return asdict(run)


def run_from_json(content: bytes) -> Run:
    """The run that the child program tells of, every part checked; BadResult otherwise."""
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
    )


def _error(told: Any) -> CellError:
    lines = tuple(_text(line) for line in told["traceback"])
    return CellError(_text(told["name"]), _text(told["value"]), lines)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
