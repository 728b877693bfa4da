"""The virtual environments that kernels run in: one per profile, never the application's."""

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandboxes.errors import BuildFailed, SandboxUnavailable
from sandboxes.profiles import Profile

FOLDER_VARIABLE = "JAZARI_ENVIRONMENTS"

# Raised when the way of building changes, so that older environments are built anew.
_RECIPE = "1"
_STAMP = "complete"

# The font list takes matplotlib seconds to make, and a sandbox starts with an empty home.
_WARMING = """
import importlib.util, sys
if importlib.util.find_spec("matplotlib"):
    import matplotlib.font_manager
"""


@dataclass(frozen=True)
class Environment:
    """A built environment; ``warm`` holds files that each kernel starts with."""

    folder: Path

    @property
    def libraries(self) -> Path:
        """The folder with the installed packages' ``python3.x``."""
        return self.folder / "lib"

    @property
    def warm(self) -> Path:
        """Caches that programs would otherwise make in each new home."""
        return self.folder / "warm"


@dataclass(frozen=True)
class Installed:
    """What a profile's kernels find: the version of Python, and of each distribution by name."""

    profile: str
    python: str
    packages: Mapping[str, str]


def environments_folder() -> Path:
    """Where environments are kept: JAZARI_ENVIRONMENTS, or beside this Python's packages."""
    return Path(os.environ.get(FOLDER_VARIABLE) or Path(sys.prefix) / "environments")


def base_interpreter() -> Path:
    """The Python that kernels run: the one our own virtual environment was made from."""
    return Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}"


def locate(profile: Profile) -> Environment:
    """The profile's environment; SandboxUnavailable when it is missing or out of date."""
    folder = environments_folder() / profile.name
    mend = f"{sys.executable} -m sandboxes build {profile.name}"
    try:
        stamp = (folder / _STAMP).read_text("ascii")
    except OSError:
        reason = f"The environment of the profile {profile.name} has not been built."
        raise SandboxUnavailable(reason, mend) from None
    if stamp != _wanted(profile):
        reason = f"The environment of the profile {profile.name} is out of date."
        raise SandboxUnavailable(reason, mend)
    return Environment(folder)


def installed(profile: Profile) -> Installed:
    """What is installed in the profile's environment; SandboxUnavailable when it is not built."""
    places = [str(place) for place in locate(profile).libraries.glob("python3*/site-packages")]
    found = importlib.metadata.distributions(path=places)
    packages = {re.sub(r"[-_.]+", "-", each.name).lower(): each.version for each in found}
    return Installed(profile.name, platform.python_version(), dict(sorted(packages.items())))


def build(profile: Profile) -> Environment:
    """Build the profile's environment from its lock unless it is up to date already.

    Packages come through pip, each checked against its hash. The new environment takes
    the old one's place at once, when it is complete. Raises BuildFailed.
    """
    try:
        return locate(profile)
    except SandboxUnavailable:
        pass
    folder = environments_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with _only_builder(folder / f".{profile.name}.building"):
        try:
            return locate(profile)
        except SandboxUnavailable:
            pass
        working = Path(tempfile.mkdtemp(prefix=f".{profile.name}-", dir=folder))
        try:
            _fill(working / "new", profile)
            _swap(working, folder / profile.name)
        finally:
            shutil.rmtree(working, ignore_errors=True)
    return locate(profile)


def _wanted(profile: Profile) -> str:
    try:
        lock = profile.lock.read_bytes()
    except OSError:
        reason = f"The profile {profile.name} has no lock file beside it."
        raise SandboxUnavailable(reason) from None
    told = b"\n".join([_RECIPE.encode(), sys.version.encode(), sys.base_prefix.encode(), lock])
    return hashlib.sha256(told).hexdigest()


@contextmanager
def _only_builder(file: Path) -> Iterator[None]:
    with file.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _fill(folder: Path, profile: Profile) -> None:
    own_pip = importlib.util.find_spec("pip") is not None
    # An environment without pip is smaller; ours can install into it from outside.
    without = ["--without-pip"] if own_pip else []
    _do([str(base_interpreter()), "-m", "venv", *without, str(folder)])
    python = str(folder / "bin" / "python")
    pip = [sys.executable, "-m", "pip", "--python", python] if own_pip else [python, "-m", "pip"]
    how = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--compile"]
    manners = ["--quiet", "--no-input", "--disable-pip-version-check"]
    _do([*pip, "install", *how, *manners, "-r", str(profile.lock)])
    warm = folder / "warm"
    warm.mkdir(mode=0o755)
    surroundings = {"MPLCONFIGDIR": str(warm / "matplotlib"), "HOME": str(warm), "PATH": os.defpath}
    _do([python, "-I", "-c", _WARMING], surroundings)
    (folder / _STAMP).write_text(_wanted(profile), "ascii")
    folder.chmod(0o755)


def _swap(working: Path, place: Path) -> None:
    if place.exists():
        place.rename(working / "old")
    (working / "new").rename(place)


def _do(command: list[str], surroundings: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command,
        env=surroundings,
        umask=0o022,  # Kernels run as another user than root and must be able to read it all.
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise BuildFailed(f"{' '.join(command[:4])} ... failed:\n{done.stdout[-4000:]}")
