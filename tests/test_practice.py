"""A Pyodide release that the operator supplies: whole and unchanged, or not used."""

import json

import pytest

from lms import practice
from lms.practice import Fault, Practice, examine


def lock_of(folder, **changes):
    """The lock of a release with other words about tiny."""
    lock = json.loads((folder / practice.LOCK).read_bytes())
    lock["packages"]["tiny"].update(changes)
    return json.dumps(lock)


def test_a_whole_release_offers_what_is_there_and_its_lock_names_nothing_else(released):
    found = examine(released())

    assert found.python == "3.14.2"
    assert set(found.packages) == {"numpy", "pandas", "tiny"}
    assert found.named == 4
    assert set(json.loads(found.lock)["packages"]) == set(found.packages)
    assert set(found.files) == {*found.core, *(each.file for each in found.packages.values())}
    assert found.size == sum(found.contents["core"].values())
    assert found.contents["packages"]["pandas"]["depends"] == ("numpy",)


def test_a_package_without_what_it_builds_on_is_not_offered(released):
    found = examine(released(**{"numpy-2.wasm32.whl": None}))

    assert set(found.packages) == {"tiny"}
    assert "pandas-3.wasm32.whl" not in found.files


@pytest.mark.parametrize(
    ("text", "packages"),
    [
        ("import pandas as pd", {"pandas-3.wasm32.whl", "numpy-2.wasm32.whl"}),
        ("x = 1\nfrom _tiny.part import y", {"tiny-1-py3-none-any.whl"}),
        ("import os, numpy", {"numpy-2.wasm32.whl"}),
        ("import torch", set()),
        ("important numpy", set()),
    ],
)
def test_a_program_needs_what_it_imports_and_what_that_builds_on(released, text, packages):
    found = examine(released())

    assert set(found.needed(["", text])) == {*found.core, practice.LOCK, *packages}


def test_other_files_have_another_address(released):
    folder = released()
    before = examine(folder).digest

    (folder / "pyodide.mjs").write_bytes(b"other")

    assert examine(folder).digest != before


def replaced(name, content):
    return lambda folder: (folder / name).write_bytes(content)


def linked(name):
    def link(folder):
        (folder / name).rename(folder.parent / "elsewhere")
        (folder / name).symlink_to(folder.parent / "elsewhere")

    return link


def told(**changes):
    return lambda folder: (folder / practice.LOCK).write_text(lock_of(folder, **changes))


def too_large(folder):
    with (folder / "pyodide.asm.wasm").open("wb") as file:
        file.truncate(practice.LARGEST_FILE + 1)


def with_a_folder(folder):
    (folder / "pyodide.mjs").unlink()
    (folder / "pyodide.mjs").mkdir()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / "python_stdlib.zip").unlink(), "has no python_stdlib.zip"),
        (lambda folder: (folder / "pyodide.asm.mjs").unlink(), "has no pyodide.asm.mjs"),
        (lambda folder: (folder / practice.LOCK).unlink(), "has no pyodide-lock.json"),
        (replaced("tiny-1-py3-none-any.whl", b"another"), "is not the file of tiny"),
        (replaced(practice.LOCK, b"{"), "is not JSON"),
        (replaced(practice.LOCK, b"[" * 100_000), "is not JSON"),
        (replaced(practice.LOCK, b'{"info": {}, "packages": []}'), "is not the lock"),
        (replaced(practice.LOCK, b" " * (practice.LARGEST_LOCK + 1)), "is larger than"),
        (told(file_name="../session.key"), "says of 'tiny'"),
        (told(file_name="https://elsewhere.example/tiny.whl"), "says of 'tiny'"),
        (told(sha256="0"), "says of 'tiny'"),
        (told(depends="numpy"), "says of 'tiny'"),
        (linked("pyodide.mjs"), "a link is not followed"),
        (linked("tiny-1-py3-none-any.whl"), "a link is not followed"),
        (with_a_folder, "is no plain file"),
        (too_large, "is no plain file"),
    ],
)
def test_a_release_with_a_fault_is_refused_whole_and_says_why(released, spoil, said):
    folder = released()
    assert Practice(str(folder)).pyodide is not None

    spoil(folder)

    found = Practice(str(folder))
    assert found.pyodide is None
    assert said in str(found.fault)
    assert found.fault.mend


def test_nothing_named_is_no_fault_and_a_folder_that_is_not_there_is_one(tmp_path):
    assert (Practice().pyodide, Practice().fault) == (None, None)
    assert isinstance(Practice(str(tmp_path / "nowhere")).fault, Fault)
