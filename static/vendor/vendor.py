#!/usr/bin/env python3
"""Fetch the browser's libraries and fonts named in vendor.toml, and refuse any that differ.

Run it as ``make vendor`` after changing a version; running the product needs neither
this script nor Node. Archives come from npm under the settings of whoever runs it.
"""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class VendoredFile:
    """One file taken from a package: where it lies there, where it goes here, its SHA-256."""

    source: str
    target: str
    sha256: str


@dataclass(frozen=True)
class VendoredPackage:
    """A published npm package of one exact version, its licence (SPDX) and what we keep of it."""

    name: str
    version: str
    licence: str
    files: tuple[VendoredFile, ...]


def read_manifest(path: Path) -> tuple[VendoredPackage, ...]:
    """The packages named in the manifest at ``path``; KeyError when an entry is incomplete."""
    manifest = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(
        VendoredPackage(
            name=package["name"],
            version=package["version"],
            licence=package["licence"],
            files=tuple(
                VendoredFile(file["source"], file["target"], file["sha256"])
                for file in package["files"]
            ),
        )
        for package in manifest["packages"]
    )


def digest(content: bytes) -> str:
    """The SHA-256 of ``content`` in lower-case hexadecimal, as the manifest writes it."""
    return hashlib.sha256(content).hexdigest()


def download(package: VendoredPackage, folder: Path) -> Path:
    """The package's archive, laid into ``folder``; CalledProcessError when npm cannot get it."""
    named = f"{package.name}@{package.version}"
    command = ["npm", "pack", "--silent", "--pack-destination", str(folder), named]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return folder / answer.stdout.strip().splitlines()[-1]


def member(archive: Path, name: str) -> bytes:
    """The bytes of one member of an npm archive; KeyError when it is not there."""
    with tarfile.open(archive) as opened:
        content = opened.extractfile(f"package/{name}")
        if content is None:
            raise KeyError(name)
        return content.read()


def place(package: VendoredPackage, archive: Path, folder: Path) -> list[str]:
    """Lay the package's files into ``folder``; the faults of those that were not laid."""
    faults = []
    for file in package.files:
        content = member(archive, file.source)
        if digest(content) != file.sha256:
            faults.append(
                f"{file.target}: {package.name}@{package.version} has sha256 {digest(content)}, "
                f"vendor.toml expects {file.sha256}. If you changed the version on purpose and "
                "have read what changed, write the new one there."
            )
            continue
        target = folder / file.target
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        print(f"{file.target}: {len(content)} bytes from {package.name}@{package.version}")
    return faults


def main() -> int:
    """Fetch everything; 0 when each file had the expected hash, 1 otherwise."""
    if shutil.which("npm") is None:
        print("make vendor needs npm: install it and run the command again.", file=sys.stderr)
        return 1
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for package in read_manifest(HERE / "vendor.toml"):
            faults += place(package, download(package, Path(folder)), HERE)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
