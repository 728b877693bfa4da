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
    """One file taken from a package: where it lies there, where it goes here, its SHA-256.

    A font with ``unicodes`` is cut down to these characters; then ``source_sha256`` is the
    digest of what was fetched and ``sha256`` that of what is kept.
    """

    source: str
    target: str
    sha256: str
    source_sha256: str = ""
    unicodes: str = ""


@dataclass(frozen=True)
class VendoredPackage:
    """A published npm package of one exact version, its licence (SPDX) and what we keep of it."""

    name: str
    version: str
    licence: str
    files: tuple[VendoredFile, ...]


def read_manifest(path: Path) -> tuple[VendoredPackage, ...]:
    """The packages named in the manifest at ``path``; TypeError when a file is incomplete."""
    manifest = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(
        VendoredPackage(
            name=package["name"],
            version=package["version"],
            licence=package["licence"],
            files=tuple(VendoredFile(**file) for file in package["files"]),
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


def subset(font: bytes, unicodes: str) -> bytes:
    """The WOFF2 ``font`` with the characters ``unicodes`` only, for screens and with its tables.

    The features kept are those that mathematics needs (script sizes, dotless letters).
    CalledProcessError when fontTools, of the development set, is missing.
    """
    with tempfile.TemporaryDirectory() as folder:
        whole, part = Path(folder, "whole.woff2"), Path(folder, "part.woff2")
        whole.write_bytes(font)
        command = [sys.executable, "-m", "fontTools.subset", str(whole), f"--unicodes={unicodes}"]
        command += ["--flavor=woff2", "--layout-features=ssty,dtls,flac", "--no-hinting"]
        subprocess.run([*command, f"--output-file={part}"], check=True)
        return part.read_bytes()


def place(package: VendoredPackage, archive: Path, folder: Path) -> list[str]:
    """Lay the package's files into ``folder``; the faults of those that were not laid."""
    faults = []
    for file in package.files:
        content = member(archive, file.source)
        if file.unicodes and digest(content) == file.source_sha256:
            content = subset(content, file.unicodes)
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
