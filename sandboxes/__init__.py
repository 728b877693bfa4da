"""Hostile notebooks run here behind walls; usable alone, without the rest of the project."""

from sandboxes.errors import SandboxUnavailable
from sandboxes.limits import Limits
from sandboxes.outcome import CellError, CellRun, Ending, Run
from sandboxes.profiles import Profile, load_profile
from sandboxes.running import run

__all__ = [
    "CellError",
    "CellRun",
    "Ending",
    "Limits",
    "Profile",
    "Run",
    "SandboxUnavailable",

    "load_profile",
    "run",
]
