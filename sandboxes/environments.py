"""The virtual environments that kernels run in: one per profile, never the application's."""

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sandboxes import locks
from sandboxes.errors import BuildFailed, SandboxUnavailable
from sandboxes.profiles import Profile

FOLDER_VARIABLE = "JAZARI_ENVIRONMENTS"

# Raised when the way of building changes, so that older environments are built anew.
_RECIPE = "2"
_STAMP = "complete"
_RECORD = "packages.json"

# The font list takes matplotlib seconds to make, and a sandbox starts with an empty home.
_WARMING = """
import importlib.util, sys
if importlib.util.find_spec("matplotlib"):
    import matplotlib.font_manager
"""

# Sandboxes see the environment read-only, and nothing in it changes once it is built: its
# compiled files need no look at their sources. Some packages carry files that do not compile.
_COMPILING = """
import compileall, py_compile, sys
unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
compileall.compile_dir(sys.argv[1], force=True, quiet=2, workers=0, invalidation_mode=unchecked)
"""

_RECORDING = """
import importlib.metadata, json, platform
found = {one.metadata["Name"]: one.version for one in importlib.metadata.distributions()}
print(json.dumps({"python": platform.python_version(), "packages": found}))
"""


@dataclass(frozen=True)
class Environment:
    """A built environment; ``warm`` holds files that each kernel starts with."""

    folder: Path

    @property
    def stamp(self) -> str:
        """What the environment was built from, as a digest."""
        return (self.folder / _STAMP).read_text("ascii")

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
    """What a profile's kernels run: the Python's version and each package's, by its name."""

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
    try:
        stamp = (folder / _STAMP).read_text("ascii")
    except OSError:
        raise _to_build(profile, "has not been built") from None
    if not locks.is_current(profile) or stamp != _wanted(profile):
        raise _to_build(profile, "is out of date")
    return Environment(folder)


def installed(profile: Profile) -> Installed:
    """What the profile's environment holds, as recorded when it was built.

    Raises SandboxUnavailable when the environment is missing or out of date.
    """
    told = json.loads((locate(profile).folder / _RECORD).read_text("utf-8"))
    return Installed(profile.name, told["python"], told["packages"])


def build(profile: Profile) -> Environment:
    """Build the profile's environment from its lock unless it is up to date already.

    A lock that is missing, or older than the list of packages, is made first. Packages come
    through pip, each checked against its hash. The new environment takes the old one's
    place at once, when it is complete. Raises BuildFailed.
    """
    with suppress(SandboxUnavailable):
        return locate(profile)
    folder = environments_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with _only_builder(folder / f".{profile.name}.building"):
        with suppress(SandboxUnavailable):
            return locate(profile)
        working = Path(tempfile.mkdtemp(prefix=f".{profile.name}-", dir=folder))
        try:
            _fill(working / "new", profile)
            _swap(working, folder / profile.name)
        finally:
            shutil.rmtree(working, ignore_errors=True)
    return locate(profile)


def _to_build(profile: Profile, state: str) -> SandboxUnavailable:
    return SandboxUnavailable(
        f"The environment of the profile {profile.name} {state}.",
        f"{sys.executable} -m sandboxes build {profile.name}",
    )


def _wanted(profile: Profile) -> str:
    told = [_RECIPE.encode(), sys.version.encode(), sys.base_prefix.encode()]
    return hashlib.sha256(b"\n".join([*told, profile.lock.read_bytes()])).hexdigest()


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
    manners = ["--quiet", "--no-input", "--disable-pip-version-check", "--only-binary", ":all:"]
    if not locks.is_current(profile):
        _lock([*pip, "install", *manners], profile, folder)
    how = ["--require-hashes", "--no-deps", "--no-compile"]
    _do([*pip, "install", *manners, *how, "-r", str(profile.lock)])
    # Compiled first, or what the other programs import would be compiled in the common way.
    _do([python, "-I", "-B", "-c", _COMPILING, str(folder / "lib")])
    _warm(folder, python)
    _record(folder, python)
    (folder / _STAMP).write_text(_wanted(profile), "ascii")
    folder.chmod(0o755)


def _lock(install: list[str], profile: Profile, folder: Path) -> None:
    """Have pip say what it would install, and write that down as the profile's lock."""
    locks.check_place(profile)
    report = folder / "report.json"
    seeking = ["--dry-run", "--ignore-installed", "--report", str(report)]
    _do([*install, *seeking, *profile.packages])
    locks.write(profile, json.loads(report.read_text("utf-8")))
    report.unlink()


def _warm(folder: Path, python: str) -> None:
    warm = folder / "warm"
    warm.mkdir(mode=0o755)
    surroundings = {"MPLCONFIGDIR": str(warm / "matplotlib"), "HOME": str(warm), "PATH": os.defpath}
    _do([python, "-I", "-c", _WARMING], surroundings)


def _record(folder: Path, python: str) -> None:
    told = json.loads(_do([python, "-I", "-c", _RECORDING]))
    packages = {locks.normal(name): version for name, version in told["packages"].items()}
    told["packages"] = dict(sorted(packages.items()))
    (folder / _RECORD).write_text(json.dumps(told, indent=1) + "\n", "utf-8")


def _swap(working: Path, place: Path) -> None:
    if place.exists():
        place.rename(working / "old")
    (working / "new").rename(place)


def _do(command: list[str], surroundings: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        command,
        env=surroundings,
        umask=0o022,  # Kernels run as another user than root and must be able to read it all.
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        said = (done.stdout + done.stderr)[-4000:]
        raise BuildFailed(f"{' '.join(command[:4])} ... failed:\n{said}")
    return done.stdout
