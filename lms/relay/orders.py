"""What the relay is told when it starts, by whoever reads the site's settings."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Orders:
    """Where to listen and for whom; ``origins`` are those of pages that may connect.

    ``key`` checks tickets. ``kernels`` may live at once, ``kernels_each`` of one person; one that
    is idle for ``idle_seconds`` is ended. ``warm`` names profiles to make ready at the start.
    """

    host: str
    port: int
    path: str
    origins: tuple[str, ...]
    key: str
    blobs: str
    kernels: int
    kernels_each: int = 1
    idle_seconds: float = 1200.0
    warm: tuple[str, ...] = ()

    def as_text(self) -> str:
        """The orders as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> "Orders":
        """The orders that `as_text` wrote."""
        told = json.loads(text)
        return cls(**{**told, "origins": tuple(told["origins"]), "warm": tuple(told["warm"])})


def fitting_kernels(memory_bytes: int) -> int:
    """How many live kernels a machine with so much memory may hold.

    Half of the memory is theirs, and a kernel at work on a lesson is counted as 256 MiB: what it
    may use at most is more, but few do at the same time, and none is begun while memory is short.
    """
    return max(1, memory_bytes // 2 // (256 * 1024 * 1024))
