"""Hostile notebooks run here behind walls; usable alone, without the rest of the project."""

from sandboxes.environments import Installed, installed
from sandboxes.errors import BadProfile, SandboxUnavailable
from sandboxes.examining import Exam, Item
from sandboxes.limits import Limits
from sandboxes.outcome import CellError, CellRun, Ending, Run
from sandboxes.profiles import Profile, load_profile
from sandboxes.running import run
from sandboxes.selftest import Wall, available, check

__all__ = [
    "BadProfile",
    "CellError",
    "CellRun",
    "Ending",
    "Exam",
    "Installed",
    "Item",
    "Limits",
    "Profile",
    "Run",
    "SandboxUnavailable",
    "Wall",
    "available",
    "check",
    "installed",
    "load_profile",
    "run",
]
