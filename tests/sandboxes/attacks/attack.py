"""What an attack is: cells, a bait laid out here, and an observer out here that judges."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

# Every cell of an attack knows its bait, and may wear a name that the host's /proc shows.
_PRELUDE = """\
bait = {bait!r}
def publish(name):
    import ctypes
    if ctypes.CDLL(None).prctl(15, name.encode(), 0, 0, 0):
        raise RuntimeError("This kernel lets no process have a name.")
"""


@dataclass(frozen=True)
class Seen:
    """What came of running cells: what they showed (tracebacks left out), and how it ended.

    ``ended`` is whether they came to an end, by themselves or by a limit, in good time;
    ``told`` whether whoever ran them lived to give an account of each.
    """

    text: str
    size: int
    seconds: float
    ended: bool
    told: bool


class World(Protocol):
    """A place where cells are run: behind the walls, or without any."""

    def spawn(self, *command: str, **variables: str) -> None:
        """Start a bystander where the code would find it if there were no walls."""

    def execute(self, *cells: str) -> Seen:
        """Run the cells, one after the other, in one kernel."""


@dataclass(frozen=True)
class Watch:
    """A bait and its observer: ``fired`` tells whether the attack reached what it was after."""

    bait: Any
    fired: Callable[[Seen], bool]


Observer = Callable[[World], AbstractContextManager[Watch]]


@dataclass(frozen=True)
class Attack:
    """One attack; behind the walls its run has one of these endings.

    Without walls it may need a Jupyter kernel (``jupyter``) or root, and runs no longer
    than ``patience``.
    """

    name: str
    code: str
    observer: Observer
    endings: tuple[str, ...] = ("finished",)
    limits: Mapping[str, float] = field(default_factory=dict)
    jupyter: bool = False
    patience: float = 10.0
    needs_root: bool = False

    def cell(self, bait: Any) -> str:
        """The source that is run, the same with walls and without."""
        return _PRELUDE.format(bait=bait) + self.code


@dataclass(frozen=True)
class Whisper:
    """Something said in one place and listened for in another, which must not hear it.

    Only the code that ``tells`` knows the secret; the code that ``listens`` prints what
    it hears.
    """

    name: str
    tells: str
    listens: str


def telling(secret: str, whispers: tuple[Whisper, ...]) -> list[str]:
    """A cell for each whisper that says the secret."""
    return [_PRELUDE.format(bait=secret) + whisper.tells for whisper in whispers]
