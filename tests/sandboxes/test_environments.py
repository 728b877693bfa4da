"""Environments: an operator writes a profile's file, and one command does the rest."""

import hashlib
import os
import platform
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from sandboxes import Profile, SandboxUnavailable, installed, load_profile
from sandboxes.__main__ import main
from sandboxes.environments import build, locate
from sandboxes.errors import BuildFailed

MakeWheel = Callable[..., Path]
WriteProfile = Callable[..., Profile]


@pytest.fixture
def wheel(tmp_path, monkeypatch) -> MakeWheel:
    """Makes wheels of tiny packages; pip finds these and, without an index, no others."""
    shelf = tmp_path / "wheels"
    shelf.mkdir()
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))

    def make(name: str, version: str = "1.0", needs: str = "", source: str = "x = 1\n") -> Path:
        file = shelf / f"{name}-{version}-py3-none-any.whl"
        about = f"{name}-{version}.dist-info"
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        metadata += f"Requires-Dist: {needs}\n" if needs else ""
        kind = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        with zipfile.ZipFile(file, "w") as content:
            content.writestr(f"{name}.py", source)
            content.writestr(f"{about}/METADATA", metadata)
            content.writestr(f"{about}/WHEEL", kind)
            content.writestr(
                f"{about}/RECORD",
                f"{name}.py,,\n{about}/METADATA,,\n{about}/WHEEL,,\n{about}/RECORD,,\n",
            )
        return file

    return make


@pytest.fixture
def profile(tmp_path, monkeypatch) -> WriteProfile:
    """Writes the operator's profile ``own`` with these packages, and reads it."""
    folder = tmp_path / "profiles"
    folder.mkdir()
    monkeypatch.setenv("JAZARI_PROFILES", str(folder))
    monkeypatch.setenv("JAZARI_ENVIRONMENTS", str(tmp_path / "environments"))

    def write(*packages: str) -> Profile:
        (folder / "own.toml").write_text(f"packages = {list(packages)!r}\n")
        return load_profile("own")

    return write


def hash_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_one_command_locks_a_new_profile_and_builds_its_environment(wheel, profile, capsys):
    needed = wheel("tiny_needed")
    tiny = wheel("tiny", "2.5", needs="tiny_needed")
    own = profile("tiny>=2")

    status = main(["build", "own"])

    assert status == 0, capsys.readouterr()
    first, *pins = own.lock.read_text().splitlines()
    assert first.startswith("# Made by python -m sandboxes build from ")
    assert pins == [
        "tiny-needed==1.0 \\",
        f"    --hash=sha256:{hash_of(needed)}",
        "tiny==2.5 \\",
        f"    --hash=sha256:{hash_of(tiny)}",
    ]
    assert {file.name for file in own.lock.parent.iterdir()} == {"own.lock", "own.toml"}
    told = installed(own)
    assert told.profile == "own"
    assert told.python == platform.python_version()
    assert told.packages["tiny"] == "2.5"
    assert told.packages["tiny-needed"] == "1.0"


def test_nothing_in_an_environment_has_to_be_compiled_again(wheel, profile):
    wheel("tiny")

    libraries = build(profile("tiny")).libraries

    (compiled,) = libraries.glob("*/site-packages/__pycache__/tiny.*.pyc")
    unchecked = 1
    assert int.from_bytes(compiled.read_bytes()[4:8], "little") == unchecked


def test_a_changed_list_of_packages_makes_the_lock_again(wheel, profile):
    wheel("tiny")
    wheel("another")
    before = build(profile("tiny"))
    changed = profile("tiny", "another")

    with pytest.raises(SandboxUnavailable, match="out of date") as told:
        locate(changed)
    build(changed)

    assert told.value.mend.endswith("-m sandboxes build own")
    assert "another==1.0" in changed.lock.read_text()
    assert locate(changed) == before
    assert "another" in installed(changed).packages


def test_a_lock_stays_as_long_as_the_list_does(wheel, profile):
    wheel("tiny")
    build(profile("tiny"))
    wheel("tiny", "1.1")

    build(profile("tiny"))

    assert "tiny==1.0" in profile("tiny").lock.read_text()
    assert installed(profile("tiny")).packages["tiny"] == "1.0"


def test_a_lock_made_by_other_means_is_taken_as_it_is(wheel, profile):
    file = wheel("tiny")
    own = profile("tiny", "another")
    lock = f"tiny==1.0 \\\n    --hash=sha256:{hash_of(file)}\n"
    own.lock.write_text(lock)

    build(own)

    assert own.lock.read_text() == lock
    assert "another" not in installed(own).packages


def test_a_package_that_is_not_the_one_locked_is_not_installed(wheel, profile):
    wheel("tiny")
    own = profile("tiny")
    build(own)
    kept = own.lock.read_text()
    wheel("tiny", source="x = 2\n")
    own.lock.write_text(kept + "# a change that asks for a new environment\n")

    with pytest.raises(BuildFailed, match="HASHES"):
        build(own)

    folder = Path(os.environ["JAZARI_ENVIRONMENTS"])
    assert (folder / "own" / "complete").is_file()
    assert [one.name for one in folder.iterdir() if one.is_dir()] == ["own"]


def test_a_package_that_does_not_exist_leaves_no_lock(wheel, profile, capsys):
    own = profile("tiny-that-nobody-made")

    status = main(["build", "own"])

    assert status == 1
    assert "tiny-that-nobody-made" in capsys.readouterr().err
    assert [file.name for file in own.lock.parent.iterdir()] == ["own.toml"]


def test_a_folder_that_cannot_be_written_to_is_named(wheel, profile):
    wheel("tiny")
    profile("tiny")
    fixed = Profile("own", ("tiny",), Path("/proc/own.lock"))

    with pytest.raises(BuildFailed, match="own has to be made, and /proc cannot be written to"):
        build(fixed)


def test_what_is_not_built_has_nothing_installed(profile):
    with pytest.raises(SandboxUnavailable, match="has not been built") as told:
        installed(profile("tiny"))

    assert told.value.mend.endswith("-m sandboxes build own")
