"""The limits that an author may set below those of a sandbox profile."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeAlias

from lms.core.i18n import Sentence, say

#: Limits by name; seconds, bytes and counts.
Limits: TypeAlias = Mapping[str, float]

_KIB, _MIB, _TIB = 2**10, 2**20, 2**40
_WEEK = 7 * 24 * 3600


@dataclass(frozen=True)
class LimitKind:
    """What a limit may be: below ``least`` no notebook would run, ``most`` is beyond any host."""

    least: float
    most: float
    whole: bool = True


#: Every limit there is, as profiles name them; a test compares them with the sandboxes' own.
LIMITS: Mapping[str, LimitKind] = {
    "cpu_seconds": LimitKind(0.1, _WEEK, whole=False),
    "wall_seconds": LimitKind(0.1, _WEEK, whole=False),
    "cell_seconds": LimitKind(0.1, _WEEK, whole=False),
    "memory_bytes": LimitKind(128 * _MIB, _TIB),
    "processes": LimitKind(24, _MIB),
    "processors": LimitKind(0.1, 1024, whole=False),
    "cell_output_bytes": LimitKind(1, _TIB),
    "run_output_bytes": LimitKind(1, _TIB),
    "frame_bytes": LimitKind(64 * _KIB, _TIB),
    "file_bytes": LimitKind(1, _TIB),
    "scratch_bytes": LimitKind(_MIB, _TIB),
    "scratch_inodes": LimitKind(64, _TIB),
}


def sound_limits(told: Mapping[str, object]) -> Limits:
    """The limits in ``told`` that can be kept; `limit_faults` says what is wrong with others."""
    return {
        name: value
        for name, value in told.items()
        if isinstance(value, int | float) and _wrong(name, value) is None
    }


def limit_faults(told: Mapping[str, object]) -> Iterator[tuple[str, Sentence]]:
    """What has to be mended in limits that somebody wrote, each with the name it stands at."""
    for name, value in told.items():
        if (sentence := _wrong(name, value)) is not None:
            yield name, sentence


def _wrong(name: str, value: object) -> Sentence | None:
    kind, key = LIMITS.get(name), name[:40]
    if kind is None:
        return _unknown(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return say("{key} must be a number.", key=key)
    if kind.whole and not isinstance(value, int):
        return say("{key} must be a whole number.", key=key)
    if kind.least <= value <= kind.most:  # never true of nan
        return None
    return say(
        "{key} must be between {least} and {most}.", key=key, least=kind.least, most=kind.most
    )


def _unknown(key: str) -> Sentence:
    if near := get_close_matches(key, LIMITS, n=1):
        return say("{key} is not known here. Did you mean {near}?", key=key, near=near[0])
    return say(
        "{key} is not known here. What may stand here: {known}.", key=key, known=", ".join(LIMITS)
    )
