"""What the browser loads from others is exactly what was reviewed."""

import re
import runpy
import tarfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest

VENDOR = Path(__file__).resolve().parents[2] / "static" / "vendor"


@pytest.fixture(scope="module")
def vendor():
    return SimpleNamespace(**runpy.run_path(str(VENDOR / "vendor.py")))


@pytest.fixture(scope="module")
def packages(vendor):
    return vendor.read_manifest(VENDOR / "vendor.toml")


@pytest.fixture(scope="module")
def bundles(vendor):
    return vendor.read_bundles(VENDOR / "vendor.toml")


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "star-1.0.0.tgz"
    content = b"let star = 8;\n"
    with tarfile.open(path, "w:gz") as opened:
        entry = tarfile.TarInfo("package/star.js")
        entry.size = len(content)
        opened.addfile(entry, BytesIO(content))
    return path


def star(vendor, sha):
    return vendor.VendoredPackage(
        "star", "1.0.0", "MIT", (vendor.VendoredFile("star.js", "star/star.js", sha),)
    )


def test_every_vendored_file_has_the_hash_of_its_manifest(packages, bundles):
    expected = {file.target: file.sha256 for package in packages for file in package.files}
    expected |= {script.target: script.sha256 for b in bundles for script in b.scripts}
    expected |= {bundle.licences: bundle.licences_sha256 for bundle in bundles}

    found = {target: sha256((VENDOR / target).read_bytes()).hexdigest() for target in expected}

    assert found == expected


def test_nothing_is_vendored_that_the_manifest_does_not_name(packages, bundles):
    named = {file.target for package in packages for file in package.files}
    named |= {
        name for b in bundles for script in b.scripts for name in (script.entry, script.target)
    }
    named |= {name for b in bundles for name in (b.licences, *b.instead.values())}
    named |= {part.licence_text for bundle in bundles for part in bundle.parts}

    stored = {
        path.relative_to(VENDOR).as_posix()
        for path in VENDOR.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert stored - named == {"vendor.py", "vendor.toml"}


def test_the_letters_of_every_font_are_those_that_pages_fetch_it_for(packages):
    style = (VENDOR.parent / "css" / "site.css").read_text(encoding="utf-8")
    faces = re.findall(r'fonts/([^"]+)"[^;]+;\s+unicode-range: ([^;]+);', style)
    fetched = {f"fonts/{file}": letters(ranges) for file, ranges in faces}
    kept = {
        file.target: letters(file.unicodes)
        for package in packages
        for file in package.files
        if file.unicodes and not file.family
    }

    never_fetched = {file: found for file in kept if (found := kept[file] - fetched[file])}

    assert fetched.keys() == kept.keys()
    assert never_fetched == {}


def letters(ranges):
    ends = [part.strip().removeprefix("U+").split("-") for part in ranges.split(",")]
    return {code for part in ends for code in range(int(part[0], 16), int(part[-1], 16) + 1)}


def test_every_vendored_package_states_its_licence_and_keeps_its_text(packages):
    without = [
        package.name
        for package in packages
        if not package.licence or not any("LICENSE" in file.target for file in package.files)
    ]

    assert packages
    assert without == []


def test_the_licence_of_every_part_of_a_bundle_is_kept(bundles):
    without = [
        part.name
        for bundle in bundles
        for part in bundle.parts
        if f"{part.name} {part.version} ({part.licence})"
        not in (VENDOR / bundle.licences).read_text(encoding="utf-8")
    ]

    assert bundles
    assert without == []


def test_a_bundle_that_comes_out_differently_is_refused(vendor, tmp_path):
    faults = vendor.keep(tmp_path / "made.js", b"let star = 9;", sha256(b"let star").hexdigest())

    assert len(faults) == 1
    assert not (tmp_path / "made.js").exists()


def test_a_fetched_file_with_the_expected_hash_is_laid_in(vendor, archive, tmp_path):
    package = star(vendor, sha256(b"let star = 8;\n").hexdigest())

    faults = vendor.place(package, archive, tmp_path / "vendored")

    assert faults == []
    assert (tmp_path / "vendored/star/star.js").read_bytes() == b"let star = 8;\n"


def test_a_fetched_file_with_another_hash_is_refused(vendor, archive, tmp_path):
    package = star(vendor, "0" * 64)

    faults = vendor.place(package, archive, tmp_path / "vendored")

    assert len(faults) == 1
    assert "star/star.js: star@1.0.0 has sha256" in faults[0]
    assert not (tmp_path / "vendored/star/star.js").exists()
