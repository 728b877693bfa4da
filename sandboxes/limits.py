"""How much a notebook may use: what a profile may say."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self

MIB = 1024 * 1024

# Below this the kernel itself does not start, and every notebook would fail.
_LEAST = {
    "memory_bytes": 128 * MIB,
    "processes": 24,
    "processors": 0.1,
    "scratch_bytes": 1 * MIB,
    "scratch_inodes": 64,
    "frame_bytes": 64 * 1024,
}


@dataclass(frozen=True)
class Limits:
    """The most that one run may use; seconds and bytes.

    ``memory_bytes`` and ``processes`` (threads included) hold for everything the kernel
    starts together, ``cpu_seconds`` for their sum, ``file_bytes`` for one file.
    ``processors`` is how many may be kept busy at once, in parts of one if need be;
    ``scratch_inodes`` how many files and folders may lie in the scratch.
    """

    cpu_seconds: float = 60.0
    wall_seconds: float = 120.0
    cell_seconds: float = 30.0
    memory_bytes: int = 1536 * MIB
    processes: int = 128
    processors: float = 2.0
    cell_output_bytes: int = 1 * MIB
    run_output_bytes: int = 10 * MIB
    frame_bytes: int = 16 * MIB
    file_bytes: int = 64 * MIB
    scratch_bytes: int = 64 * MIB
    scratch_inodes: int = 4096

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            least = _LEAST.get(name, 0)
            if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
                raise ValueError(f"{name} must be a number above 0, not {value!r}.")
            if value < least:
                raise ValueError(f"{name} must be at least {least}, not {value}.")

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """Limits with ``values`` in place of the defaults; ValueError for a name we do not know."""
        known = {field.name: field.type for field in fields(cls)}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"{name} is no limit; there are {', '.join(known)}.")
            if known[name] is int and not isinstance(value, int):
                raise ValueError(f"{name} must be a whole number, not {value!r}.")
        return cls(**values)

    def tightened(self, **wishes: float) -> Self:
        """These limits with each wish that is stricter; a wish for more is not granted."""
        kept = {name: min(value, getattr(self, name)) for name, value in wishes.items()}
        return replace(self, **kept)
