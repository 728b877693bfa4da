"""Drives one kernel through a notebook's cells and notices, at once, what goes wrong."""

import os
import select
import signal
import socket as sockets
import time
from dataclasses import dataclass
from typing import Any, NoReturn

from sandboxes import kernel
from sandboxes.forkserver import readable
from sandboxes.limits import Limits
from sandboxes.line import Line
from sandboxes.notebook import CodeCell
from sandboxes.outcome import CellError, CellRun, Ending, Status
from sandboxes.outputs import Outputs, error
from sandboxes.usage import Usage
from sandboxes.wire import Message, parsed

_TICK = 0.1
_PROOF = "proof"
_LAST_WORDS = 1.0  # How long outputs may follow the answer to a cell.
_GIVING_UP = 1.0  # How long a cell may take to stop when it is interrupted.
_DYING = 0.5  # How long a kernel that hung up may take to be gone.
_MOST_MESSAGES = 20_000
_ENVELOPES = 8192


class Ended(Exception):
    """The run ends here, badly."""

    def __init__(self, ending: Ending, message: str) -> None:
        super().__init__(message)
        self.ending = ending
        self.message = message


@dataclass(frozen=True)
class Watched:
    """A kernel as its reader sees it: see `Kernel` for what the descriptors tell.

    ``line`` is the reader's end of the line to it. Where there is an examiner, ``turns`` is how it
    is told that a cell is due and says that the cell is done, and ``examiner`` its pidfd.
    """

    line: sockets.socket
    pidfd: int
    control: sockets.socket
    turns: sockets.socket | None = None
    examiner: int | None = None


@dataclass
class _Time:
    """The time that a cell has: ``until`` is its end, as long as it goes on."""

    allowed: float
    until: float
    is_over: bool = False

    def hurry(self, seconds: float) -> None:
        """Leave it at most so many seconds from now."""
        self.until = min(self.until, time.monotonic() + seconds)


class Reading:
    """One kernel being read; ``deadline`` is when, on the monotonic clock, the run is over."""

    def __init__(self, kernel: Watched, limits: Limits, usage: Usage, deadline: float) -> None:
        self._kernel = kernel
        self._limits = limits
        self._usage = usage
        self._deadline = deadline
        self._outputs = Outputs()
        self._cell_bytes = self._run_bytes = self._messages = 0
        self._next_look = 0.0
        self._turn_done = False
        self._poll = select.poll()
        self._poll.register(kernel.pidfd, select.POLLIN)
        if kernel.turns is not None and kernel.examiner is not None:
            self._poll.register(kernel.examiner, select.POLLIN)
            self._poll.register(kernel.turns, select.POLLIN)
        self._line = Line(kernel.line, limits.frame_bytes)
        self._poll.register(self._line, select.POLLIN)

    def close(self) -> None:
        """Let go of the line."""
        self._line.close()

    def await_ready(self) -> None:
        """Return when the kernel says that it begins to listen."""
        while not self._received(time.monotonic() + _TICK):
            pass

    def run_cell(self, cell: CodeCell) -> CellRun:
        """Run one cell to its end; raises Ended, and then ``interrupted`` tells of the cell."""
        begun = time.monotonic()
        # The kernel repeats the source, and says when it begins and ends: that is free.
        free = len(cell.source) * 6 + _ENVELOPES
        self._cell_bytes = -free
        self._run_bytes -= free
        outputs = self._outputs.next_cell()
        orders = {"code": cell.source, "silent": False, "store_history": True}
        proof = {} if cell.proof is None else {_PROOF: cell.proof.name}
        orders |= {"user_expressions": proof, "allow_stdin": False, "stop_on_error": False}
        asked = self._line.ask("execute_request", orders)
        time_of = self._time_of(cell, begun)
        answer = self._cell_answer(asked, time_of)
        failed: CellError | None = None
        if answer.content.get("status") != "ok":
            failed = error(answer.content)
        seconds = time.monotonic() - begun
        stopped = time_of.is_over
        status: Status = "error" if failed or stopped else "ok"
        doubts = _doubts(cell, answer.content)
        return CellRun(
            cell.id, status, tuple(outputs), failed, seconds, stopped=stopped, doubts=doubts
        )

    def examine_cell(self, cell: CodeCell) -> CellRun:
        """Have the examiner run one cell while the kernel answers it; raises Ended.

        What came of it the examiner tells our caller, and not us.
        """
        turns = self._kernel.turns
        assert turns is not None
        begun = time.monotonic()
        self._cell_bytes = -_ENVELOPES
        self._run_bytes -= _ENVELOPES
        self._outputs.next_cell()
        self._turn_done = False
        # It takes the kernel longer to be ready.
        asked = self._line.ask("examine_request", {})
        turns.send(cell.id.encode())
        time_of = self._time_of(cell, begun)
        idle = False
        while not (self._turn_done and idle):
            if time.monotonic() > time_of.until:
                if self._turn_done:  # The kernel forgets itself; the next cell will show.
                    break
                self._stop(time_of)
            was_done = self._turn_done
            for message in self._received(min(time_of.until, time.monotonic() + _TICK)):
                is_idle = message.content.get("execution_state") == "idle"
                idle = idle or (message.parent == asked and is_idle)
            if self._turn_done and not was_done:
                time_of.hurry(_LAST_WORDS)
        seconds, stopped = time.monotonic() - begun, time_of.is_over
        return CellRun(cell.id, "error" if stopped else "ok", (), None, seconds, stopped=stopped)

    def interrupted(self, cell: CodeCell, seconds: float) -> CellRun:
        """The cell during which the run ended, with what it had shown so far."""
        return CellRun(cell.id, "error", tuple(self._outputs.current), None, seconds)

    def _time_of(self, cell: CodeCell, begun: float) -> "_Time":
        most = self._limits.cell_seconds
        allowed = min(most, cell.seconds or most)
        return _Time(allowed, begun + allowed)

    def _stop(self, time_of: "_Time") -> None:
        """Interrupt a cell whose time is over, so that the next has its turn; raises Ended.

        Whatever it answers then, it took too long. One that will not stop ends the run, and so
        does one of which nobody can say whether it was interrupted: the next would be instead.
        """
        too_long = f"A cell ran longer than {time_of.allowed:g} seconds."
        self._end_by_processes_if_refused()
        if time_of.is_over:
            self._end_by_time(too_long)
        control = self._kernel.control
        try:
            control.send(b"interrupt")
            word = control.recv(_ENVELOPES) if readable(_GIVING_UP, control.fileno()) else b""
        except OSError:
            word = b""
        if b"interrupted" not in word:
            self._end_by_time(too_long)
        time_of.is_over, time_of.until = True, time.monotonic() + _GIVING_UP

    def _cell_answer(self, asked: str, time_of: "_Time") -> Message:
        answer: Message | None = None
        idle = False
        while answer is None or not idle:
            if time.monotonic() > time_of.until:
                if answer is not None:  # Its last words were lost in what it said before.
                    return answer
                self._stop(time_of)
            for message in self._received(min(time_of.until, time.monotonic() + _TICK)):
                if message.parent != asked:
                    continue
                if message.kind == "execute_reply":
                    answer = message
                    time_of.hurry(_LAST_WORDS)
                elif message.kind == "status":
                    idle = idle or message.content.get("execution_state") == "idle"
                else:
                    self._outputs.take(message)
        return answer

    def _received(self, until: float) -> list[Message]:
        """What has come by ``until``, at the first sign of anything; raises Ended."""
        self._look_around()
        seconds = max(0.0, min(until, self._deadline, self._next_look) - time.monotonic())
        line = self._line
        self._poll.modify(line, select.POLLIN | (select.POLLOUT if line.is_sending else 0))
        ready = {descriptor for descriptor, _ in self._poll.poll(int(seconds * 1000) + 1)}
        line.flush()
        turns = self._kernel.turns
        if turns is not None and turns.fileno() in ready:
            self._turn_done = bool(turns.recv(_ENVELOPES)) or self._end_by_examiner()
        messages = (
            [self._checked(told) for told in line.received()] if line.fileno() in ready else []
        )
        if not messages:
            if self._kernel.pidfd in ready:
                self._end_by_death()
            if self._kernel.examiner in ready:
                self._end_by_examiner()
            if line.is_broken:
                self._end_by_silence()
        return messages

    def _checked(self, told: bytes) -> Message:
        self._cell_bytes += len(told)
        self._run_bytes += len(told)
        self._messages += 1
        limits = self._limits
        if self._cell_bytes > limits.cell_output_bytes:
            raise Ended(
                Ending.output, f"A cell wrote more than {limits.cell_output_bytes} bytes of output."
            )
        if self._run_bytes > limits.run_output_bytes:
            raise Ended(
                Ending.output,
                f"The notebook wrote more than {limits.run_output_bytes} bytes of output.",
            )
        if self._messages > _MOST_MESSAGES:
            raise Ended(
                Ending.output, f"The notebook sent more than {_MOST_MESSAGES} separate outputs."
            )
        return parsed(told)

    def _look_around(self) -> None:
        """Ask the host, a few times a second, what the whole tree uses."""
        now = time.monotonic()
        if now > self._deadline:
            most = f"{self._limits.wall_seconds:g} seconds"
            self._end_by_time(f"The notebook ran longer than {most}.")
        if now < self._next_look:
            return
        self._next_look = now + _TICK
        exceeded = self._usage.exceeded()
        if exceeded is not None:
            self._end_by_use(exceeded)

    def _end_by_use(self, exceeded: Ending) -> NoReturn:
        if exceeded is Ending.memory:
            most = f"{self._limits.memory_bytes // 2**20} MiB"
            raise Ended(exceeded, f"The notebook needed more than {most} of memory.")
        self._end_by_time(
            f"The notebook used more than {self._limits.cpu_seconds:g} seconds of processor time."
        )

    def _end_by_time(self, message: str) -> NoReturn:
        self._end_by_processes_if_refused()
        raise Ended(Ending.timeout, message)

    def _end_by_processes_if_refused(self) -> None:
        if self._usage.was_refused_processes():
            most = self._limits.processes
            raise Ended(
                Ending.processes, f"The notebook started more than {most} processes or threads."
            )

    def _end_by_death(self) -> NoReturn:
        exceeded = self._usage.exceeded()
        if exceeded is not None:
            self._end_by_use(exceeded)
        status = kernel.status(self._kernel.control)
        if status is None:
            raise Ended(Ending.crashed, "The kernel was killed.")
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
            self._end_by_use(Ending.timeout)
        self._end_by_processes_if_refused()
        if os.WIFSIGNALED(status):
            how = f"was killed by {_signal_name(os.WTERMSIG(status))}"
        else:
            how = f"ended by itself with the status {os.WEXITSTATUS(status)}"
        raise Ended(Ending.crashed, f"The kernel {how}.")

    def _end_by_examiner(self) -> NoReturn:
        """The examiner is gone, and nobody else may run the tests."""
        raise Ended(Ending.crashed, "The process that runs the tests has ended.")

    def _end_by_silence(self) -> NoReturn:
        """The line broke: with the kernel's death, or over a message we do not take."""
        if readable(_DYING, self._kernel.pidfd):
            self._end_by_death()
        most = self._limits.frame_bytes
        raise Ended(
            Ending.output,
            f"The kernel sent a single output larger than {most} bytes, or broke its line.",
        )


def _doubts(cell: CodeCell, told: dict[str, Any]) -> tuple[str, ...]:
    """Why the kernel's word on a cell may not be true: by its own account, and by the proof."""
    listed = told.get("doubts")
    named = listed[:10] if isinstance(listed, list) else []
    found = [one[:200] for one in named if isinstance(one, str)]
    if cell.proof is not None and told.get("status") == "ok":
        answers = told.get("user_expressions")
        answer = answers.get(_PROOF) if isinstance(answers, dict) else None
        data = answer.get("data") if isinstance(answer, dict) else None
        shown = data.get("text/plain") if isinstance(data, dict) else None
        if shown != repr(cell.proof.value):
            found.append("the cell did not run to its end")
    return tuple(found)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
