"""Runs a notebook in a kernel behind walls and hands back what became of it."""

import os
import select
import signal
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType

from sandboxes import kernel, servers, transfer
from sandboxes.forkserver import ServerGone, in_memory
from sandboxes.ground import Ground, taken
from sandboxes.kernel import Kernel, UnfitFiles
from sandboxes.limits import Limits
from sandboxes.notebook import LARGEST
from sandboxes.outcome import Ending, Run
from sandboxes.profiles import Profile
from sandboxes.taking import take
from sandboxes.transfer import BadResult, Task

# The reader minds the wall clock; this is how much later the caller stops waiting for it.
_GRACE = 15.0
# Outputs come back as JSON, in which a byte can take six; and errors come back twice.
_SWELLING = 8
_NO_FILES: Mapping[str, bytes] = MappingProxyType({})


def run(
    notebook: bytes,
    profile: Profile,
    *,
    files: Mapping[str, bytes] = _NO_FILES,
    wanted: Collection[str] = (),
) -> Run:
    """Run the notebook's code cells in order behind walls, going on after an error in a cell.

    ``files`` are laid into the kernel's working folder under their names, which are plain
    relative paths; those ``wanted`` are taken out of it at the end, if they are there. Whatever
    the notebook does is told by the run's ending. Raises SandboxUnavailable, and only that,
    when this host cannot sandbox: then nothing was run.
    """
    if len(notebook) > LARGEST:
        message = f"The notebook is larger than {LARGEST // 2**20} MiB."
        return Run(Ending.refused, (), 0.0, message, None)
    try:
        kernel.check_files(files, profile.limits)
    except UnfitFiles as fault:
        return Run(Ending.refused, (), 0.0, str(fault), None)
    try:
        return _run(notebook, profile, files, wanted)
    except ServerGone:
        return _run(notebook, profile, files, wanted)  # Another has taken its place.


def _run(
    notebook: bytes, profile: Profile, files: Mapping[str, bytes], wanted: Collection[str]
) -> Run:
    begun = time.monotonic()
    server = servers.kernels(profile)
    with taken(profile.limits, server.pid) as ground:
        started = kernel.start(server, profile.limits, ground, files)
        try:
            until = begun + profile.limits.wall_seconds + _GRACE
            answer = _read(notebook, profile.limits, started, ground, until)
            started.stop()
            found = take(started.folder, wanted, profile.limits)
        finally:
            started.stop()
            started.close()
    seconds = time.monotonic() - begun
    return replace(_run_told(answer, seconds), files=found)


def _run_told(answer: bytes, seconds: float) -> Run:
    try:
        return transfer.run_from_json(answer)
    except BadResult:
        # It minds its own limits and outlives every kernel, unless a flood drowns it.
        message = "The notebook sent more than can be read."
        return Run(Ending.output, (), seconds, message, None)


def _read(notebook: bytes, limits: Limits, started: Kernel, ground: Ground, until: float) -> bytes:
    """What a reader of its own makes of the kernel, up to that moment."""
    task = Task(notebook, limits, started.connection, ground.cgroup.version)
    result, inside = os.pipe()
    source = in_memory(transfer.task_to_bytes(task))
    counters = [os.open(path, os.O_RDONLY) for path in ground.cgroup.counters()]
    folder = os.open(ground.folder, os.O_PATH | os.O_DIRECTORY)
    given = [inside, source, folder, started.control.fileno(), started.pidfd, *counters]
    try:
        reader = servers.readers().fork(ground.user, ground.group, given)
    finally:
        for descriptor in (inside, source, folder, *counters):
            os.close(descriptor)
    try:
        return _until_end(result, _longest(limits), until)
    finally:
        os.close(result)
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(reader.pidfd, signal.SIGKILL)
        os.close(reader.pidfd)


def _longest(limits: Limits) -> int:
    return limits.run_output_bytes * _SWELLING + 4 * 1024 * 1024


def _until_end(source: int, longest: int, until: float) -> bytes:
    """What is written until the other end closes, up to ``longest`` bytes and that moment."""
    poll = select.poll()
    poll.register(source, select.POLLIN | select.POLLHUP)
    read = bytearray()
    while len(read) <= longest and poll.poll(max(0.0, until - time.monotonic()) * 1000):
        piece = os.read(source, 65536)
        if not piece:
            break
        read += piece
    return bytes(read)
