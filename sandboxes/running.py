"""Runs a notebook in a child program and hands back what became of it."""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

from sandboxes import host, syscalls, transfer
from sandboxes.environments import locate
from sandboxes.errors import SandboxUnavailable
from sandboxes.ground import taken
from sandboxes.limits import Limits
from sandboxes.notebook import LARGEST
from sandboxes.outcome import Ending, Run
from sandboxes.profiles import Profile
from sandboxes.transfer import BadResult, Task

# The child minds the wall clock; this is how much later the caller stops waiting for it.
_GRACE = 15.0
# Outputs come back as JSON, in which a byte can take six; and errors come back twice.
_SWELLING = 8
_NO_FILES: Mapping[str, bytes] = MappingProxyType({})


def run(notebook: bytes, profile: Profile, *, files: Mapping[str, bytes] = _NO_FILES) -> Run:
    """Run the notebook's code cells in order behind walls, going on after an error in a cell.

    ``files`` are laid into the kernel's working folder under their names, which are plain
    relative paths. Whatever the notebook does is told by the run's ending. Raises
    SandboxUnavailable, and only that, when this host cannot sandbox: then nothing was run.
    """
    begun = time.monotonic()
    environment = locate(profile)
    host.bubblewrap()
    syscalls.filters()
    if len(notebook) > LARGEST:
        message = f"The notebook is larger than {LARGEST // 2**20} MiB."
        return Run(Ending.refused, (), 0.0, message, None)
    with taken(profile.limits) as ground:
        task = Task(notebook, files, profile.limits, environment, ground)
        answer = _answer_of_child(task, begun + profile.limits.wall_seconds + _GRACE)
    return _run_told(answer, time.monotonic() - begun)


def _run_told(answer: bytes, seconds: float) -> Run:
    with suppress(ValueError, RecursionError):
        told = json.loads(answer)
        if isinstance(told, dict) and "unavailable" in told:
            raise SandboxUnavailable(str(told["unavailable"]), str(told.get("mend", "")))
    try:
        return transfer.run_from_json(answer)
    except BadResult:
        # It minds its own limits and outlives every kernel, unless a flood drowns it.
        message = "The notebook sent more than can be read."
        return Run(Ending.output, (), seconds, message, None)


def _answer_of_child(task: Task, until: float) -> bytes:
    package = Path(__file__).resolve().parents[1]
    with os.fdopen(os.memfd_create("task", os.MFD_CLOEXEC), "w+b") as source:
        transfer.write_task(task, source)
        source.flush()
        os.lseek(source.fileno(), 0, os.SEEK_SET)
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "sandboxes.child"],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": str(package), "LANG": "C.UTF-8"},
            cwd="/",
            start_new_session=True,
        )
    try:
        return _read(child, _longest(task.limits), until)
    finally:
        child.kill()
        child.wait()


def _longest(limits: Limits) -> int:
    return limits.run_output_bytes * _SWELLING + 4 * 1024 * 1024


def _read(child: subprocess.Popen[bytes], longest: int, until: float) -> bytes:
    """What the child writes, up to ``longest`` bytes and until that moment."""
    assert child.stdout is not None
    with child.stdout as out:
        poll = select.poll()
        poll.register(out, select.POLLIN | select.POLLHUP)
        read = bytearray()
        while len(read) <= longest and poll.poll(max(0.0, until - time.monotonic()) * 1000):
            piece = os.read(out.fileno(), 65536)
            if not piece:
                break
            read += piece
    return bytes(read)
