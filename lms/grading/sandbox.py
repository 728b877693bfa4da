"""The one door to the sandboxes: executes a notebook behind walls and tells what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import sandboxes
from lms.core.errors import Unavailable
from lms.core.i18n import N_
from lms.grading.runs import CellError, CellRun, Ending, Run
from sandboxes.errors import BadProfile

NO_FILES: Mapping[str, bytes] = MappingProxyType({})

DEFAULT_PROFILE = "python-ml"


class UnknownProfile(Unavailable):
    """There is no sandbox profile of that name, or its file is faulty."""

    message = N_("The sandbox profile cannot be used. {found}")


@dataclass(frozen=True)
class Walls:
    """Whether this host can sandbox; what was found, and the line that mends it, if known."""

    stand: bool
    found: str
    mend: str = ""


@dataclass(frozen=True)
class Wall:
    """One wall that was tried: whether it holds, what was found, and what mends it."""

    name: str
    holds: bool
    found: str
    mend: str = ""


class Sandbox(Protocol):
    """What grading needs of a sandbox; tests bring their own."""

    def run(self, notebook: bytes, profile: str, *, files: Mapping[str, bytes] = NO_FILES) -> Run:
        """Execute ``notebook``, in a folder of its own with ``files`` (paths to contents).

        Whatever the notebook does, the answer is a Run; where there are no walls it is one
        that ended as ``unavailable``, and nothing was executed.
        Raises UnknownProfile.
        """

    def check(self, profile: str = DEFAULT_PROFILE) -> Walls:
        """Whether notebooks can be run with ``profile``; takes milliseconds.

        Raises UnknownProfile.
        """

    def inspect(self) -> tuple[Wall, ...]:
        """Every wall, tried against true attempts to break it; takes seconds."""


class BehindWalls:
    """The true sandbox: a kernel in a child process of its own for every run."""

    def run(self, notebook: bytes, profile: str, *, files: Mapping[str, bytes] = NO_FILES) -> Run:
        """See `Sandbox.run`."""
        chosen = _profile(profile)
        try:
            return _translated(sandboxes.run(notebook, chosen, files=files))
        except sandboxes.SandboxUnavailable as missing:
            return Run(Ending.UNAVAILABLE, message=missing.reason)

    def check(self, profile: str = DEFAULT_PROFILE) -> Walls:
        """See `Sandbox.check`."""
        lacking = sandboxes.available(_profile(profile))
        if lacking is None:
            return Walls(stand=True, found="notebooks can be run")
        return Walls(stand=False, found=f"{lacking.name}: {lacking.found}", mend=lacking.mend)

    def inspect(self) -> tuple[Wall, ...]:
        """See `Sandbox.inspect`."""
        return tuple(
            Wall(wall.name, wall.holds, wall.found, wall.mend) for wall in sandboxes.check()
        )


def _profile(name: str) -> sandboxes.Profile:
    try:
        return sandboxes.load_profile(name)
    except BadProfile as fault:
        raise UnknownProfile(found=str(fault)) from None


def _translated(run: sandboxes.Run) -> Run:
    return Run(
        ending=Ending(run.ending.value),
        cells=tuple(
            CellRun(
                id=cell.id,
                status=cell.status,
                outputs=cell.outputs,
                error=_error(cell.error),
                seconds=cell.seconds,
            )
            for cell in run.cells
        ),
        seconds=run.seconds,
        message=run.message,
        cell=run.cell,
    )


def _error(error: sandboxes.CellError | None) -> CellError | None:
    return CellError(error.name, error.value, error.traceback) if error is not None else None
