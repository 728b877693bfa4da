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
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class VendoredFile:
    """One file taken from a package: where it lies there, where it goes here, its SHA-256.

    A font with ``unicodes`` is cut down to these characters, to the OpenType features
    ``features`` and, where it can be of any weight, to ``weights``; ``hinting`` keeps how it is
    fitted to coarse screens. With a ``family`` it is for paper and no browser: TrueType of one
    weight, under that name. Then ``source_sha256`` is the digest of what was fetched and
    ``sha256`` that of what is kept.
    """

    source: str
    target: str
    sha256: str
    source_sha256: str = ""
    unicodes: str = ""
    features: str = ""
    weights: str = ""
    hinting: bool = False
    family: str = ""


@dataclass(frozen=True)
class VendoredPackage:
    """A published npm package of one exact version, its licence (SPDX) and what we keep of it."""

    name: str
    version: str
    licence: str
    files: tuple[VendoredFile, ...]


@dataclass(frozen=True)
class Part:
    """A package that a bundle is made of: ``sha256`` is that of its archive as npm serves it.

    Where that has no text of its licence, ``licence_text`` is the file of ours that holds it.
    """

    name: str
    version: str
    licence: str
    sha256: str
    licence_text: str = ""


@dataclass(frozen=True)
class Script:
    """One script or style sheet of a bundle, beginning at ``entry``, which is our own.

    The packages that it ``shares`` it takes from the bundle's first script, beside which it lies.
    """

    entry: str
    target: str
    sha256: str
    shares: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bundle:
    """Scripts made of the same packages by esbuild.

    ``licences`` is the file with the licence text of each part; both are kept by their SHA-256.
    What is ``absent`` the scripts find missing in every browser, and do without; in the place of
    the packages in ``instead`` they get files of ours.
    """

    scripts: tuple[Script, ...]
    licences: str
    licences_sha256: str
    esbuild: str
    parts: tuple[Part, ...]
    absent: tuple[str, ...] = ()
    instead: Mapping[str, str] = field(default_factory=dict)


def read_bundles(path: Path) -> tuple[Bundle, ...]:
    """The bundles named in the manifest at ``path``; TypeError when one is incomplete."""
    manifest = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Bundle(
            **{
                **told,
                "parts": tuple(Part(**part) for part in told["parts"]),
                "absent": tuple(told.get("absent", ())),
                "scripts": tuple(
                    Script(**{**script, "shares": tuple(script.get("shares", ()))})
                    for script in told["scripts"]
                ),
            }
        )
        for told in manifest.get("bundles", ())
    )


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


def download(package: VendoredPackage | Part, folder: Path) -> Path:
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


def subset(font: bytes, file: VendoredFile) -> bytes:
    """The WOFF2 ``font`` with the characters of ``file`` only, and its tables of formulas.

    Its features are what is kept of shaping: joined letters, script sizes in formulas.
    CalledProcessError when fontTools, of the development set, is missing.
    """
    with tempfile.TemporaryDirectory() as folder:
        whole, part = Path(folder, "whole.woff2"), Path(folder, "part")
        whole.write_bytes(font)
        if file.weights:
            narrow = [sys.executable, "-m", "fontTools.varLib.instancer", "--quiet", str(whole)]
            narrow += [f"wght={file.weights}", "--no-recalc-timestamp", f"--output={part}"]
            subprocess.run(narrow, check=True)
            part.replace(whole)
        cut = [sys.executable, "-m", "fontTools.subset", str(whole), f"--unicodes={file.unicodes}"]
        cut += [f"--layout-features={file.features}", *([] if file.family else ["--flavor=woff2"])]
        cut += ["--notdef-outline", "--hinting" if file.hinting else "--no-hinting"]
        subprocess.run([*cut, f"--output-file={part}"], check=True)
        if file.family:
            _name(part, file.family, int(file.weights or 400))
        return part.read_bytes()


def _name(font: Path, family: str, weight: int) -> None:
    """Call the font at this place by the name and weight that a type-setter looks for."""
    from fontTools.ttLib import TTFont  # Of the development set.

    opened = TTFont(font, recalcTimestamp=False)
    opened.flavor = None
    opened["OS/2"].usWeightClass = weight
    names = opened["name"]
    names.names = []
    words = {1: family, 2: "Regular", 4: f"{family} {weight}", 6: f"{family}-{weight}"}
    for number, word in words.items():
        names.setName(word.replace(" ", "") if number == 6 else word, number, 3, 1, 0x409)
    opened.save(font)


def place(package: VendoredPackage, archive: Path, folder: Path) -> list[str]:
    """Lay the package's files into ``folder``; the faults of those that were not laid."""
    faults = []
    for file in package.files:
        content = member(archive, file.source)
        if file.unicodes and digest(content) == file.source_sha256:
            content = subset(content, file)
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


def build(bundle: Bundle, folder: Path) -> list[str]:
    """Make ``bundle`` anew into ``folder``, from archives with the expected hashes; its faults.

    The same parts and the same esbuild give the same bytes on every machine.
    """
    with tempfile.TemporaryDirectory() as workshop:
        texts = []
        for part in bundle.parts:
            archive = download(part, Path(workshop))
            if (found := digest(archive.read_bytes())) != part.sha256:
                return [f"{part.name}@{part.version}: the archive has sha256 {found}"]
            home = Path(workshop, "node_modules", part.name)
            with tarfile.open(archive) as opened:
                opened.extractall(workshop, filter="data")
            home.parent.mkdir(parents=True, exist_ok=True)
            Path(workshop, "package").rename(home)
            told = folder / part.licence_text if part.licence_text else min(home.glob("LICENSE*"))
            licence = told.read_text(encoding="utf-8").strip()
            texts.append(f"{part.name} {part.version} ({part.licence})\n\n{licence}\n")
        first = Path(bundle.scripts[0].target).name
        made = [bundled(folder, script, bundle, Path(workshop), first) for script in bundle.scripts]
    licences = "\n----\n\n".join(texts).encode()
    return [
        *(
            fault
            for script, content in zip(bundle.scripts, made, strict=True)
            for fault in keep(folder / script.target, content, script.sha256)
        ),
        *keep(folder / bundle.licences, licences, bundle.licences_sha256),
    ]


def bundled(folder: Path, script: Script, bundle: Bundle, workshop: Path, first: str) -> bytes:
    """``script`` and all it imports from ``workshop`` but what it shares, as one module."""
    npm = ["npm", "install", "--silent", "--no-save", "--prefix", str(workshop / "tool")]
    subprocess.run([*npm, f"esbuild@{bundle.esbuild}"], check=True)
    entry = folder / script.entry
    copied = workshop / entry.name
    copied.write_bytes(entry.read_bytes())
    made = workshop / "made.js"
    command = [str(workshop / "tool/node_modules/.bin/esbuild"), copied.name, "--bundle"]
    command += ["--format=esm", "--minify", "--target=es2022", "--legal-comments=none"]
    command += ["--log-level=warning", f"--outfile={made}"]
    command += [f"--define:{name}=undefined" for name in bundle.absent]
    for name, ours in bundle.instead.items():
        beside = shutil.copy(folder / ours, workshop)
        command += [f"--alias:{name}=./{Path(beside).name}"]
    if script.shares:
        command += [f"--external:./{first}"]
        command += [f"--alias:{name}=./{first}" for name in script.shares]
    subprocess.run(command, check=True, cwd=workshop)
    return made.read_bytes()


def keep(target: Path, content: bytes, sha256: str) -> list[str]:
    """Write ``content`` to ``target`` when it has the expected hash; else what is wrong."""
    if digest(content) != sha256:
        return [f"{target.name}: made with sha256 {digest(content)}, vendor.toml expects {sha256}"]
    target.write_bytes(content)
    print(f"{target.name}: {len(content)} bytes")
    return []


def main() -> int:
    """Fetch everything; 0 when each file had the expected hash, 1 otherwise."""
    if shutil.which("npm") is None:
        print("make vendor needs npm: install it and run the command again.", file=sys.stderr)
        return 1
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for package in read_manifest(HERE / "vendor.toml"):
            faults += place(package, download(package, Path(folder)), HERE)
    for bundle in read_bundles(HERE / "vendor.toml"):
        faults += build(bundle, HERE)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
