"""The programs between caller and kernel: one notebook in, one result out, forked for each run.

They read bytes from a notebook and from a kernel that both may be hostile. So each is a process
of its own, with limits and walls of its own, and whatever drowns it leaves the caller dry.
"""

import base64
import json
import os
import resource
import socket
import sys
import time
from dataclasses import replace
from functools import partial
from typing import Any

from sandboxes import transfer
from sandboxes.inside import forking, landlock, linux
from sandboxes.inside.template import Body, become_inner_user
from sandboxes.notebook import CodeCell, NotANotebook, code_cells
from sandboxes.outcome import CellRun, Ending, Run
from sandboxes.reading import Ended, Reading, Watched
from sandboxes.transfer import Task
from sandboxes.usage import Usage
from sandboxes.wire import BrokenMessage

_OWN_MEMORY = 1024 * 1024 * 1024
_NAMESPACES = ("user", "pid")  # Its filters leave it nothing that others would keep from it.


def main() -> None:
    """Fork one reader for each request: the descriptors are our control socket and our orders."""
    control = socket.socket(fileno=int(sys.argv[1]))
    caller = forking.meet(control)
    with os.fdopen(int(sys.argv[2]), "rb") as told:
        orders: dict[str, Any] = json.load(told)
    forking.serve(control, caller, _NAMESPACES, partial(_prepared, orders))


def _prepared(orders: dict[str, Any]) -> Body:
    filters = [base64.b64decode(program) for program in orders["filters"]]
    # What is loaded at first use is so now: behind the walls no file can be opened.
    code_cells(b'{"cells": [], "nbformat": 4}')
    os.dup2(os.open(os.devnull, os.O_RDWR), 2)
    return partial(_read_one, filters=filters)


def _read_one(descriptors: list[int], filters: list[bytes]) -> None:
    """Read as the descriptors say.

    They are: our result, the task, our end of the line to the kernel, its control socket and pidfd,
    the three counters of its control group; and where there is an examiner, the socket of its turns
    and its pidfd.
    """
    become_inner_user()
    result, source, line, control, pidfd, *others = descriptors
    counters, examiners = others[:3], others[3:]
    begun = time.monotonic()
    resource.setrlimit(resource.RLIMIT_AS, (_OWN_MEMORY, _OWN_MEMORY))
    linux.give_up_rights()
    landlock.restrict()
    for program in filters:
        linux.load_filter(program)
    with os.fdopen(source, "rb") as told:
        task = transfer.read_task(told)
    kernel = Watched(socket.socket(fileno=line), pidfd, socket.socket(fileno=control))
    if examiners:
        turns, examiner = examiners
        kernel = replace(kernel, turns=socket.socket(fileno=turns), examiner=examiner)
    answer = _executed(task, kernel, Usage(task.version, counters, task.limits), begun)
    with os.fdopen(result, "wb") as out:
        out.write(json.dumps(transfer.run_to_json(answer)).encode())


def _executed(task: Task, kernel: Watched, usage: Usage, begun: float) -> Run:
    try:
        cells = code_cells(task.notebook)
    except NotANotebook as fault:
        return Run(Ending.refused, (), time.monotonic() - begun, str(fault), None)
    reading = Reading(kernel, task.limits, usage, begun + task.limits.wall_seconds)
    try:
        return _read(reading, cells, task.examined, begun)
    finally:
        reading.close()


def _read(
    reading: Reading, cells: tuple[CodeCell, ...], examined: frozenset[str], begun: float
) -> Run:
    done: list[CellRun] = []
    current: CodeCell | None = None
    since = begun
    try:
        reading.await_ready()
        for current in cells:
            since = time.monotonic()
            run = reading.examine_cell if current.id in examined else reading.run_cell
            done.append(run(current))
    except (Ended, BrokenMessage) as end:
        if isinstance(end, Ended):
            ending, message = end.ending, end.message
        else:
            ending, message = Ending.crashed, f"The kernel sent {end}."
        now = time.monotonic()
        if current is not None:
            done.append(reading.interrupted(current, now - since))
        done += [CellRun(one.id, "skipped", (), None, 0.0) for one in cells[len(done) :]]
        named = None if current is None else current.id
        return Run(ending, tuple(done), now - begun, message, named)
    seconds = time.monotonic() - begun
    return Run(Ending.finished, tuple(done), seconds, "Every cell was run.", None)


if __name__ == "__main__":
    main()
