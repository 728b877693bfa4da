"""The program between caller and kernel: one notebook in, one result out.

It reads bytes from a notebook and from a kernel that both may be hostile, so it lives in
a process of its own with limits of its own; whatever drowns it leaves the caller dry.
"""

import ctypes
import json
import os
import resource
import signal
import sys
import time
from typing import Any

from sandboxes import kernel, transfer
from sandboxes.errors import SandboxUnavailable
from sandboxes.kernel import UnfitFiles
from sandboxes.notebook import CodeCell, NotANotebook, code_cells
from sandboxes.outcome import CellRun, Ending, Run
from sandboxes.reading import Ended, Reading
from sandboxes.transfer import Task
from sandboxes.usage import GroupUsage, TreeUsage, Usage
from sandboxes.wire import BrokenMessage

_OWN_MEMORY = 1024 * 1024 * 1024
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Run the task on stdin and write its result to the descriptor that stdout was."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # Only the soft limit: the kernel we start is given limits of its own.
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (_OWN_MEMORY, hard))
    task = transfer.read_task(sys.stdin.buffer)
    answer: dict[str, Any]
    try:
        answer = transfer.run_to_json(executed(task))
    except SandboxUnavailable as missing:
        answer = {"unavailable": missing.reason, "mend": missing.mend}
    with os.fdopen(sys.stdout.fileno(), "wb", closefd=False) as out:
        out.write(json.dumps(answer).encode())


def executed(task: Task) -> Run:
    """The task's notebook, run; SandboxUnavailable when no kernel can be started."""
    begun = time.monotonic()
    try:
        cells = code_cells(task.notebook)
        kernel.check_files(task.files, task.limits)
    except (NotANotebook, UnfitFiles) as fault:
        return Run(Ending.refused, (), time.monotonic() - begun, str(fault), None)
    started = kernel.start(task.limits, task.environment, task.ground, task.files)
    try:
        group = task.ground.cgroup
        usage: Usage = (
            TreeUsage(started.first or started.process.pid, task.limits)
            if group is None
            else GroupUsage(group, task.limits)
        )
        deadline = begun + task.limits.wall_seconds
        reading = Reading(started, task.limits, usage, deadline)
        try:
            return _read(reading, cells, begun, group is not None)
        finally:
            reading.close()
    finally:
        started.stop()


def _read(reading: Reading, cells: tuple[CodeCell, ...], begun: float, grouped: bool) -> Run:
    done: list[CellRun] = []
    current: CodeCell | None = None
    since = begun
    try:
        reading.await_ready()
        for current in cells:
            since = time.monotonic()
            done.append(reading.run_cell(current))
            failed = done[-1].error
            if not grouped and failed is not None and failed.name == "MemoryError":
                # Without a control group a refused allocation is how the limit shows.
                done.pop()
                raise Ended(Ending.memory, "The notebook needed more memory than it may have.")
    except (Ended, BrokenMessage) as end:
        if isinstance(end, Ended):
            ending, message = end.ending, end.message
        else:
            ending, message = Ending.crashed, f"The kernel sent {end}."
        now = time.monotonic()
        if current is not None:
            done.append(reading.interrupted(current, now - since))
        done += [CellRun(one.id, "skipped", (), None, 0.0) for one in cells[len(done) :]]
        return Run(
            ending, tuple(done), now - begun, message, None if current is None else current.id
        )
    seconds = time.monotonic() - begun
    return Run(Ending.finished, tuple(done), seconds, "Every cell was run.", None)


if __name__ == "__main__":
    main()
