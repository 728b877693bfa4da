"""Profiles: named sets of packages and limits, one TOML file and one lock file each."""

import os
import re
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sandboxes.errors import BadProfile
from sandboxes.limits import Limits

SHIPPED = Path(__file__).parent / "profiles"
OWN_FOLDER_VARIABLE = "JAZARI_PROFILES"

_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")


@dataclass(frozen=True)
class Profile:
    """What a kernel has and may use; ``lock`` pins its packages by version and hash."""

    name: str
    packages: tuple[str, ...]
    lock: Path
    limits: Limits = field(default_factory=Limits)
    preload: tuple[str, ...] = ()

    def tightened(self, **wishes: float) -> "Profile":
        """The same profile with stricter limits; a wish for more is not granted."""
        return replace(self, limits=self.limits.tightened(**wishes))


def _folders() -> list[Path]:
    own = os.environ.get(OWN_FOLDER_VARIABLE)
    return [Path(own), SHIPPED] if own else [SHIPPED]


def profile_names() -> tuple[str, ...]:
    """The profiles there are: the shipped ones and those in the folder JAZARI_PROFILES."""
    return tuple(sorted({file.stem for folder in _folders() for file in folder.glob("*.toml")}))


def load_profile(name: str) -> Profile:
    """The profile ``name``; one of the operator's own comes before a shipped one.

    Raises BadProfile when there is none or its file says something unknown.
    """
    for folder in _folders() if _NAME.fullmatch(name) else []:
        file = folder / f"{name}.toml"
        if file.is_file():
            return _read(name, file)
    raise BadProfile(f"There is no profile {name!r}; there are {', '.join(profile_names())}.")


def _read(name: str, file: Path) -> Profile:
    try:
        told: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
        packages = told.pop("packages")
        limits = Limits.from_mapping(told.pop("limits", {}))
        preload = told.pop("preload", [])
    except KeyError as missing:
        raise BadProfile(f"{file}: {missing} is missing.") from None
    except (ValueError, TypeError, AttributeError) as fault:
        raise BadProfile(f"{file}: {fault}") from None
    if told:
        raise BadProfile(f"{file}: unknown: {', '.join(told)}.")
    if not isinstance(packages, list) or not all(isinstance(one, str) for one in packages):
        raise BadProfile(f"{file}: packages must be a list of names.")
    return Profile(name, tuple(packages), file.with_suffix(".lock"), limits, tuple(preload))
