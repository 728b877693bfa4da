"""Test cells that an examiner runs, in a sandbox of its own beside the kernel's."""

import json
import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

from sandboxes.forkserver import in_memory
from sandboxes.limits import Limits
from sandboxes.outcome import CellError, CellRun, Run
from sandboxes.outputs import clean

_LARGEST_VERDICTS = 64 * 1024 * 1024


@dataclass(frozen=True)
class Item:
    """One code cell as the examiner sees it.

    ``own`` is the author's and runs in the examiner too, ``answer`` binds the names ``binds`` in
    the kernel only, ``test`` is run by the examiner alone, which then gives the kernel its
    variables ``push``; ``other`` is none of these. ``source`` is what was handed in.
    """

    id: str
    kind: Literal["own", "answer", "test", "other"]
    source: str
    binds: tuple[str, ...] = ()
    push: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exam:
    """What the examiner does for one notebook; ``record`` None has it make one instead.

    ``record`` is an object of JSON: ``cells``, by the id of a test cell what it may need of the
    kernel, and ``skipped``, the own cells that need something of the learner's.
    """

    items: tuple[Item, ...]
    record: Mapping[str, Any] | None = None

    @property
    def tests(self) -> frozenset[str]:
        """The ids of the cells that the examiner runs."""
        return frozenset(item.id for item in self.items if item.kind == "test")

    def paper(self) -> bytes:
        """All of this as the examiner reads it."""
        items = [
            {"id": i.id, "kind": i.kind, "source": i.source, "binds": i.binds, "push": i.push}
            for i in self.items
        ]
        return json.dumps({"items": items, "record": self.record}).encode()


@dataclass
class Desk:
    """The descriptors that an examiner works with, out here until they are handed over."""

    paper: int
    bridge: socket.socket
    kernels_bridge: socket.socket
    turns: socket.socket
    readers_turns: socket.socket
    verdicts: int
    _open: list[int] = field(default_factory=list)

    @classmethod
    def laid(cls, exam: Exam) -> Self:
        """A new one for this exam."""
        bridge, kernels = socket.socketpair()
        turns, readers = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        verdicts = os.memfd_create("verdicts", os.MFD_CLOEXEC)
        # Tests may open what an answer names, and that may be /proc/self/fd/…
        os.fchmod(verdicts, 0)
        return cls(in_memory(exam.paper()), bridge, kernels, turns, readers, verdicts)

    @property
    def examiners(self) -> list[int]:
        """What the examiner gets, in its order."""
        return [self.paper, self.bridge.fileno(), self.turns.fileno(), self.verdicts]

    def handed_over(self) -> None:
        """Let go of what only the two processes may hold from here on."""
        self.bridge.close()
        self.kernels_bridge.close()
        self.turns.close()

    def read(self) -> dict[str, dict[str, Any]]:
        """What the examiner has written, by the id of the cell."""
        size = min(os.fstat(self.verdicts).st_size, _LARGEST_VERDICTS)
        told: dict[str, dict[str, Any]] = {}
        for line in os.pread(self.verdicts, size, 0).splitlines():
            # It may have ended while it wrote, and texts of learners are in what it says.
            with suppress(ValueError, KeyError, TypeError):
                verdict = clean(json.loads(line))
                told[verdict["id"]] = verdict
        return told

    def clear(self) -> None:
        """Let go of everything."""
        self.handed_over()
        self.readers_turns.close()
        os.close(self.paper)
        os.close(self.verdicts)


def limits_of(limits: Limits) -> Limits:
    """What the examiner may use of a profile's limits: no more, and few processes."""
    return replace(limits, processes=min(limits.processes, 64))


def judged(run: Run, exam: Exam, told: Mapping[str, dict[str, Any]]) -> Run:
    """``run`` with the examiner's word, and nobody else's, on each cell that it was to run."""
    cells = tuple(
        _judged(cell, told.get(cell.id)) if cell.id in exam.tests else cell for cell in run.cells
    )
    skipped = tuple(name for name, word in told.items() if word.get("skipped"))
    return replace(run, cells=cells, skipped=skipped)


def _judged(cell: CellRun, word: Mapping[str, Any] | None) -> CellRun:
    try:
        return _believed(cell, word or {})
    except (KeyError, TypeError, ValueError):  # There is no word, or it is none of ours.
        status: Literal["error", "skipped"] = "skipped" if cell.status == "skipped" else "error"
        return replace(cell, status=status, outputs=(), error=None, sealed=True)


def _believed(cell: CellRun, word: Mapping[str, Any]) -> CellRun:
    if word["status"] not in ("ok", "error"):
        raise ValueError
    outputs: list[dict[str, Any]] = []
    if word["out"]:
        outputs.append({"output_type": "stream", "name": "stdout", "text": word["out"]})
    if word["result"] is not None:
        shown = {"output_type": "execute_result", "data": {"text/plain": word["result"]}}
        outputs.append({**shown, "metadata": {}, "execution_count": None})
    error = word.get("error")
    return replace(
        cell,
        status="error" if cell.stopped else word["status"],
        outputs=tuple(outputs),
        error=CellError(error["name"], error["value"], ()) if error else None,
        seconds=word["seconds"],
        sealed=True,
        line=word.get("line"),
        through=tuple(word.get("through", ())),
        expected=word.get("expected"),
        came=word.get("came"),
        places=tuple((number, text) for number, text in word.get("places", ())),
        refused="; ".join(word["refused"]) or None,
        record=word.get("record"),
    )
