"""Python in the browser: a Pyodide release that the operator supplies, checked before it is used.

Jazari ships no Pyodide and fetches none. An unpacked release is read once, and each file that its
lock names is compared with the digest there; what has a fault is not used at all. Nothing is ever
served but what was checked.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

log = logging.getLogger(__name__)

LOCK = "pyodide-lock.json"
#: What every release has, beside the program of its core. No lock names their digests.
CORE = ("pyodide.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
#: That program, as newer releases call it and as older ones do.
PROGRAMS = ("pyodide.asm.mjs", "pyodide.asm.js")

#: A whole release has about 350 packages, a lock of 120 KB, and 20 MB in its largest file.
LARGEST_LOCK = 4 * 1024 * 1024
LARGEST_FILE = 256 * 1024 * 1024
MOST_PACKAGES = 5000

MEDIA_TYPES = {
    ".mjs": "text/javascript",
    ".js": "text/javascript",
    ".json": "application/json",
    ".wasm": "application/wasm",
}

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,199}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_IMPORT = re.compile(r"\b(?:from|import)[ \t]+(\w+(?:[ \t]*,[ \t]*\w+)*)")
_PIECE = 1024 * 1024

AGAIN = "unpack the release anew, see Practice on the device in docs/operating.md"


class Fault(Exception):
    """Why a folder is not used, and what mends it."""

    def __init__(self, found: str, mend: str = AGAIN) -> None:
        self.found, self.mend = found, mend
        super().__init__(found)


@dataclass(frozen=True)
class File:
    """A file as it was when it was checked."""

    path: Path
    size: int
    changed: int
    sha256: str

    @property
    def media_type(self) -> str:
        """What browsers are told that it is."""
        return MEDIA_TYPES.get(self.path.suffix, "application/octet-stream")

    @property
    def is_as_checked(self) -> bool:
        """Whether nobody has replaced it since."""
        try:
            now = self.path.lstat()
        except OSError:
            return False
        return stat.S_ISREG(now.st_mode) and (now.st_size, now.st_mtime_ns) == (
            self.size,
            self.changed,
        )


@dataclass(frozen=True)
class Package:
    """A package whose file is there, and so are those of all that it builds on."""

    file: str
    size: int
    imports: tuple[str, ...]
    depends: tuple[str, ...]


@dataclass(frozen=True)
class Pyodide:
    """A release that was found to be whole. Its lock names only the packages that are there."""

    python: str
    core: Mapping[str, File]
    files: Mapping[str, File]
    packages: Mapping[str, Package]
    named: int
    lock: bytes

    @property
    def size(self) -> int:
        """What is fetched before the first line runs, in bytes."""
        return len(self.lock) + sum(file.size for file in self.core.values())

    def needed(self, texts: Iterable[str]) -> list[str]:
        """The names of the files that programs in ``texts`` need, the core among them."""
        wanted = {
            module.strip()
            for text in texts
            for modules in _IMPORT.findall(text)
            for module in modules.split(",")
        }
        left = [name for name, each in self.packages.items() if wanted & set(each.imports)]
        found: dict[str, str] = {}
        while left:
            name = left.pop()
            if name not in found:
                found[name] = self.packages[name].file
                left.extend(self.packages[name].depends)
        return [*self.core, LOCK, *sorted(found.values())]

    @cached_property
    def digest(self) -> str:
        """What the addresses of its files begin with: other files have others."""
        told = sorted(f"{name} {file.sha256}" for name, file in self.files.items())
        return hashlib.sha256("\n".join(told).encode() + self.lock).hexdigest()[:16]

    @cached_property
    def contents(self) -> dict[str, Any]:
        """What a page has to know to fetch what a program needs, and to say how much that is."""
        core = {name: file.size for name, file in self.core.items()}
        return {
            "core": {**core, LOCK: len(self.lock)},
            "packages": {
                name: {
                    "file": package.file,
                    "bytes": package.size,
                    "imports": package.imports,
                    "depends": package.depends,
                }
                for name, package in self.packages.items()
            },
        }


class Practice:
    """What the operator has supplied for practising on a device; examined when first asked for."""

    def __init__(self, folder: str = "") -> None:
        self.folder = folder

    @cached_property
    def _found(self) -> Pyodide | Fault | None:
        if not self.folder:
            return None
        try:
            return examine(Path(self.folder).resolve())
        except Fault as fault:
            log.warning("Practice on the device is off: %s. To mend it: %s", fault, fault.mend)
            return fault

    @property
    def pyodide(self) -> Pyodide | None:
        """The release to practise with, or None where there is none to be trusted."""
        return self._found if isinstance(self._found, Pyodide) else None

    @property
    def fault(self) -> Fault | None:
        """Why there is none although a folder is named."""
        return self._found if isinstance(self._found, Fault) else None


def examine(folder: Path) -> Pyodide:
    """The release in ``folder``, each of its files read and compared. Raises Fault."""
    if not folder.is_dir():
        raise Fault(f"{folder} is no folder")
    lock = _lock(folder)
    core = {name: _file(folder / name) for name in (*CORE, _program(folder))}
    named = dict(_named(lock["packages"]))
    files = dict(core)
    for name, entry in named.items():
        path = folder / entry["file_name"]
        if not os.path.lexists(path):
            continue
        file = _file(path)
        if file.sha256 != entry["sha256"]:
            raise Fault(f"{path} is not the file of {name} that the lock names")
        files[path.name] = file
    packages = dict(_usable(named, files))
    kept = {name: entry for name, entry in lock["packages"].items() if name in packages}
    return Pyodide(
        python=str(lock["info"].get("python", ""))[:40],
        core=core,
        files={**core, **{each.file: files[each.file] for each in packages.values()}},
        packages=packages,
        named=len(named),
        lock=json.dumps({**lock, "packages": kept}, separators=(",", ":")).encode(),
    )


def _lock(folder: Path) -> dict[str, Any]:
    """What the lock says, as far as every lock is alike."""
    with _opened(folder / LOCK) as file:
        content = file.read(LARGEST_LOCK + 1)
    if len(content) > LARGEST_LOCK:
        raise Fault(f"{folder / LOCK} is larger than {LARGEST_LOCK} bytes")
    try:
        lock: dict[str, Any] = json.loads(content)
    except (ValueError, RecursionError):
        raise Fault(f"{folder / LOCK} is not JSON") from None
    is_lock = (
        isinstance(lock, dict)
        and isinstance(lock.get("info"), dict)
        and isinstance(lock.get("packages"), dict)
        and len(lock["packages"]) <= MOST_PACKAGES
    )
    if not is_lock:
        raise Fault(f"{folder / LOCK} is not the lock of a release")
    return lock


def _program(folder: Path) -> str:
    found = next((name for name in PROGRAMS if os.path.lexists(folder / name)), None)
    if found is None:
        raise Fault(f"{folder} has no {PROGRAMS[0]}")
    return found


def _named(packages: Mapping[str, Any]) -> Iterable[tuple[str, dict[str, Any]]]:
    """The packages of a lock; a file may lie nowhere but in the folder itself."""
    for name, entry in packages.items():
        is_entry = (
            isinstance(entry, dict)
            and _NAME.fullmatch(name)
            and _NAME.fullmatch(str(entry.get("file_name")))
            and _DIGEST.fullmatch(str(entry.get("sha256")))
            and _are_names(entry.get("imports", []))
            and _are_names(entry.get("depends", []))
        )
        if not is_entry:
            raise Fault(f"the lock says of {name[:80]!r} what no lock of a release says")
        yield name, entry


def _are_names(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, str) and _NAME.fullmatch(each.lstrip("_")) for each in value
    )


def _usable(
    named: Mapping[str, dict[str, Any]], files: Mapping[str, File]
) -> Iterable[tuple[str, Package]]:
    """The packages that are there with all that they build on."""
    left = {name for name, entry in named.items() if entry["file_name"] in files}
    while lame := {n for n in left if not set(named[n].get("depends", ())) <= left}:
        left -= lame
    for name in sorted(left):
        entry = named[name]
        yield (
            name,
            Package(
                file=entry["file_name"],
                size=files[entry["file_name"]].size,
                imports=tuple(entry.get("imports", ())),
                depends=tuple(entry.get("depends", ())),
            ),
        )


def _opened(path: Path) -> BinaryIO:
    """A plain file that lies where its path says, and is not too large."""
    try:
        # A pipe would wait for its writer for good.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise Fault(f"{path.parent} has no {path.name}") from None
    except OSError as error:
        raise Fault(f"{path} cannot be read: {error.strerror}; a link is not followed") from None
    found = os.fstat(descriptor)
    if stat.S_ISREG(found.st_mode) and found.st_size <= LARGEST_FILE:
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    raise Fault(f"{path} is no plain file of at most {LARGEST_FILE} bytes")


def _file(path: Path) -> File:
    with _opened(path) as file:
        found = os.fstat(file.fileno())
        digest = hashlib.sha256()
        while piece := file.read(_PIECE):
            digest.update(piece)
    return File(path, found.st_size, found.st_mtime_ns, digest.hexdigest())
