"""Profiles: named sets of packages and limits, one TOML file and one lock file each."""

import hashlib
import json
import os
import re
import tomllib
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from sandboxes.errors import BadProfile
from sandboxes.limits import Limits

SHIPPED = Path(__file__).parent / "profiles"
OWN_FOLDER_VARIABLE = "JAZARI_PROFILES"

_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")
# A name as pip takes it, with extras, versions or markers; never an option or an address.
_PACKAGE = re.compile(r"[A-Za-z0-9][^@:/\\\n]*")
_MODULE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)


@dataclass(frozen=True)
class Profile:
    """What a kernel has and may use; ``lock`` pins its packages by version and hash.

    ``preload`` names the modules that are imported once, before kernels are forked, and
    ``rehearsal`` is code that is run once after them, for what libraries leave to its first use.
    """

    name: str
    packages: tuple[str, ...]
    lock: Path
    limits: Limits = field(default_factory=Limits)
    preload: tuple[str, ...] = ()
    rehearsal: str = ""

    def tightened(self, **wishes: float) -> "Profile":
        """The same profile with stricter limits; a wish for more is not granted."""
        return replace(self, limits=self.limits.tightened(**wishes))

    @property
    def digest(self) -> str:
        """SHA-256 of all that the profile says, its lock included, in hexadecimal.

        Raises OSError where there is no lock yet.
        """
        said = {"packages": self.packages, "preload": self.preload, "limits": asdict(self.limits)}
        said |= {"rehearsal": self.rehearsal} if self.rehearsal else {}
        content = json.dumps(said, sort_keys=True).encode() + b"\0" + self.lock.read_bytes()
        return hashlib.sha256(content).hexdigest()


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
        with suppress(FileNotFoundError):
            return _read(name, file, file.stat().st_mtime_ns)
    raise BadProfile(f"There is no profile {name!r}; there are {', '.join(profile_names())}.")


@lru_cache(maxsize=64)
def _read(name: str, file: Path, _changed: int) -> Profile:
    """The profile in ``file``, which is read again only once it has changed."""
    try:
        told: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
        packages = _texts("packages", told.pop("packages"), _PACKAGE, "numpy or numpy>=2")
        preload = _texts("preload", told.pop("preload", []), _MODULE, "numpy or scipy.stats")
        rehearsal = _code("rehearsal", told.pop("rehearsal", ""))
        limits = Limits.from_mapping(told.pop("limits", {}))
    except KeyError as missing:
        raise BadProfile(f"{file}: {missing} is missing.") from None
    except (OSError, ValueError, TypeError, AttributeError) as fault:
        raise BadProfile(f"{file}: {fault}") from None
    if told:
        raise BadProfile(f"{file}: unknown: {', '.join(told)}.")
    return Profile(name, packages, file.with_suffix(".lock"), limits, preload, rehearsal)


# Whatever the file says.
def _texts(key: str, told: Any, shape: re.Pattern[str], such_as: str) -> tuple[str, ...]:
    if not isinstance(told, list) or not all(isinstance(one, str) for one in told):
        raise ValueError(f"{key} must be a list of names.")
    for one in told:
        if not shape.fullmatch(one):
            raise ValueError(f"{key} must be names such as {such_as}, not {one!r}.")
    return tuple(told)


def _code(key: str, told: Any) -> str:
    if not isinstance(told, str):
        raise ValueError(f"{key} must be Python code in one text.")
    try:
        compile(told, key, "exec")
    except SyntaxError as fault:
        raise ValueError(f"{key}: line {fault.lineno}: {fault.msg}") from None
    return told
