"""The one door to the sandboxes: executes a notebook behind walls and tells what came of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Protocol

import sandboxes
from lms.core.errors import Unavailable
from lms.core.i18n import N_
from lms.grading.paper import Paper
from lms.grading.runs import CellError, CellRun, Ending, Environment, Run
from sandboxes.environments import installed
from sandboxes.profiles import profile_names

NO_FILES: Mapping[str, bytes] = MappingProxyType({})
NO_LIMITS: Mapping[str, float] = MappingProxyType({})

DEFAULT_PROFILE = "python-ml"


class UnknownProfile(Unavailable):
    """There is no sandbox profile of that name, its file is faulty, or a limit does not fit it."""

    message = N_("The sandbox profile cannot be used. {found}")


class NoWalls(Unavailable):
    """This host cannot sandbox, so nothing was executed; the work should wait."""

    message = N_("Notebooks cannot be run safely on this machine: {found}")


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

    def run(
        self,
        notebook: bytes,
        profile: str,
        *,
        limits: Mapping[str, float] = NO_LIMITS,
        files: Mapping[str, bytes] = NO_FILES,
        paper: Paper | None = None,
    ) -> Run:
        """Execute ``notebook``, in a folder of its own with ``files`` (paths to contents).

        The tests of ``paper`` are run by an examiner, in a sandbox that the notebook's code
        never shares.

        ``limits`` tighten those of ``profile``; one that is wider is not granted. Whatever
        the notebook does, the answer is a Run; where there are no walls it is one that ended
        as ``unavailable``, and nothing was executed.
        Raises UnknownProfile.
        """

    def check(self, profile: str = DEFAULT_PROFILE) -> Walls:
        """Whether notebooks can be run with ``profile``; takes milliseconds.

        Raises UnknownProfile.
        """

    def inspect(self) -> tuple[Wall, ...]:
        """Every profile and every wall, tried against true attempts to break it; takes seconds."""


class BehindWalls:
    """The true sandbox: a kernel behind walls of its own for every run."""

    def run(
        self,
        notebook: bytes,
        profile: str,
        *,
        limits: Mapping[str, float] = NO_LIMITS,
        files: Mapping[str, bytes] = NO_FILES,
        paper: Paper | None = None,
    ) -> Run:
        """See `Sandbox.run`."""
        chosen = _profile(profile, limits)
        try:
            found = installed(chosen)
            run = _translated(sandboxes.run(notebook, chosen, files=files, exam=_exam(paper)))
        except sandboxes.SandboxUnavailable as missing:
            return Run(Ending.UNAVAILABLE, message=missing.reason)
        if run.ending is Ending.REFUSED:  # Nothing was executed, so there is nothing to repeat.
            return run
        return replace(run, environment=Environment(found.profile, found.python, found.packages))

    def check(self, profile: str = DEFAULT_PROFILE) -> Walls:
        """See `Sandbox.check`."""
        lacking = sandboxes.available(_profile(profile))
        if lacking is None:
            return Walls(stand=True, found="notebooks can be run")
        return Walls(stand=False, found=f"{lacking.name}: {lacking.found}", mend=lacking.mend)

    def inspect(self) -> tuple[Wall, ...]:
        """See `Sandbox.inspect`."""
        faulty, sound = [], []
        for name in profile_names():
            try:
                _profile(name)
                sound.append(name)
            except UnknownProfile as fault:
                faulty.append(Wall(f"profile {name}", False, str(fault), "correct or remove it"))
        walls = sandboxes.check(tuple(sound))
        return (*faulty, *(Wall(w.name, w.holds, w.found, w.mend) for w in walls))


def wider(profile: str, limits: Mapping[str, float]) -> dict[str, float]:
    """Those of ``limits`` that go beyond ``profile``, each with what it grants instead.

    Raises UnknownProfile.
    """
    granted = _profile(profile).limits
    return {name: most for name, wish in limits.items() if wish > (most := getattr(granted, name))}


def granted(profile: str, limits: Mapping[str, float] = NO_LIMITS) -> dict[str, float]:
    """Every limit that holds for a run with ``profile``, of which ``limits`` are the author's.

    Raises UnknownProfile.
    """
    return asdict(_profile(profile, limits).limits)


def profile_digest(profile: str) -> str | None:
    """The digest of what ``profile`` says today; None before it has a lock.

    Raises UnknownProfile.
    """
    try:
        return _profile(profile).digest
    except OSError:
        return None


def _profile(name: str, limits: Mapping[str, float] = NO_LIMITS) -> sandboxes.Profile:
    try:
        return sandboxes.load_profile(name).tightened(**limits)
    except ValueError as fault:  # BadProfile is one; so is a limit below which nothing runs.
        raise UnknownProfile(found=str(fault)) from None


def _exam(paper: Paper | None) -> sandboxes.Exam | None:
    if paper is None:
        return None
    items = (sandboxes.Item(i.id, i.kind, i.source, i.binds, i.push) for i in paper.items)
    return sandboxes.Exam(tuple(items), paper.record)


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
                stopped=cell.stopped,
                sealed=cell.sealed,
                line=cell.line,
                through=cell.through,
                expected=cell.expected,
                came=cell.came,
                places=cell.places,
                refused=cell.refused,
                record=cell.record,
                doubts=cell.doubts,
            )
            for cell in run.cells
        ),
        seconds=run.seconds,
        message=run.message,
        cell=run.cell,
        skipped=run.skipped,
    )


def _error(error: sandboxes.CellError | None) -> CellError | None:
    return CellError(error.name, error.value, error.traceback) if error is not None else None
