"""Runs a notebook in a kernel behind walls and hands back what became of it."""

import os
import select
import signal
import socket
import time
from collections.abc import Collection, Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace
from types import MappingProxyType

from sandboxes import kernel, servers, transfer
from sandboxes.examining import Desk, Exam, judged, limits_of
from sandboxes.forkserver import ServerGone, in_memory
from sandboxes.ground import Ground, taken
from sandboxes.kernel import Kernel, Starting, UnfitFiles
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
    exam: Exam | None = None,
) -> Run:
    """Run the notebook's code cells in order behind walls, going on after an error in a cell.

    ``files`` are laid into the kernel's working folder under their names, which are plain
    relative paths, and cannot be changed there; those ``wanted`` are taken out of it at the end,
    if they are there. The cells that ``exam`` calls tests are run by an examiner, and their text
    reaches no kernel. Whatever the notebook does is told by the run's ending. Raises
    SandboxUnavailable, and only that, when this host cannot sandbox: then nothing was run.
    """
    if len(notebook) > LARGEST:
        message = f"The notebook is larger than {LARGEST // 2**20} MiB."
        return Run(Ending.refused, (), 0.0, message, None)
    try:
        kernel.check_files(files, profile.limits)
    except UnfitFiles as fault:
        return Run(Ending.refused, (), 0.0, str(fault), None)
    try:
        return _run(notebook, profile, files, wanted, exam)
    except ServerGone:
        return _run(notebook, profile, files, wanted, exam)  # Another has taken its place.


def _run(
    notebook: bytes,
    profile: Profile,
    files: Mapping[str, bytes],
    wanted: Collection[str],
    exam: Exam | None,
) -> Run:
    if exam is None or not exam.tests:
        return _run_by(notebook, profile, files, wanted)
    limits = limits_of(profile.limits)
    server = servers.kernels(profile)
    desk = Desk.laid(exam)
    try:
        with taken(limits, server.pid) as ground:
            examiner = kernel.begin(server, limits, ground, files, desk=desk.examiners)
            run = _run_by(notebook, profile, files, wanted, exam, desk, examiner)
        return judged(run, exam, desk.read())
    finally:
        desk.clear()


def _run_by(
    notebook: bytes,
    profile: Profile,
    files: Mapping[str, bytes],
    wanted: Collection[str],
    exam: Exam | None = None,
    desk: Desk | None = None,
    starting: Starting | None = None,
) -> Run:
    """One run by a kernel, with the examiner that is ``starting`` beside it, if there is one."""
    begun = time.monotonic()
    server = servers.kernels(profile)
    bridge = None if desk is None else desk.kernels_bridge.fileno()
    line, kernels_line = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with line, kernels_line, ExitStack() as ends, taken(profile.limits, server.pid) as ground:
        if starting is not None:
            ends.callback(starting.give_up)
        started = kernel.start(
            server, profile.limits, ground, files, line=kernels_line.fileno(), bridge=bridge
        )
        kernels_line.close()
        try:
            until = begun + profile.limits.wall_seconds + _GRACE
            task = Task(notebook, profile.limits, ground.cgroup.version)
            beside: list[int] = []
            if exam is not None and desk is not None and starting is not None:
                ends.pop_all()
                examiner = starting.stand()
                ends.callback(examiner.close)
                ends.callback(examiner.stop)
                desk.handed_over()
                task = replace(task, examined=exam.tests)
                beside = [desk.readers_turns.fileno(), examiner.pidfd]
            answer = _read(task, started, ground, line, beside, until)
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


def _read(
    task: Task,
    started: Kernel,
    ground: Ground,
    line: socket.socket,
    beside: list[int],
    until: float,
) -> bytes:
    """What a reader of its own makes of the kernel at the end of the line, up to that moment.

    ``beside`` are the descriptors by which it sees an examiner, if there is one.
    """
    result, inside = os.pipe()
    source = in_memory(transfer.task_to_bytes(task))
    counters = [os.open(path, os.O_RDONLY) for path in ground.cgroup.counters()]
    given = [inside, source, line.fileno(), started.control.fileno(), started.pidfd]
    given += [*counters, *beside]
    try:
        reader = servers.readers().fork(ground.user, ground.group, given)
    finally:
        for descriptor in (inside, source, *counters):
            os.close(descriptor)
    try:
        return _until_end(result, _longest(task.limits), until)
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
