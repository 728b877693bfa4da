"""Every library that is imported is declared, locked by hash, and named without a host."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
OWN = {"lms", "sandboxes", "app", "tests"}
# What runs inside a sandbox takes these from its profile's environment, not from ours.
INSIDE = {"ipykernel", "IPython", "jedi"}
LOCKS = sorted(ROOT.glob("requirements/*.lock"))


def plain(name):
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def named(requirements):
    return {plain(re.match(r"[\w.-]+", line)[0]) for line in requirements}


def imported(folder):
    """The top-level modules that the Python files below a folder import, ours left out."""
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add(node.module.split(".")[0])
    return found - OWN - set(sys.stdlib_module_names)


def undeclared(modules, declared):
    providers = packages_distributions()
    return {
        module
        for module in modules
        if not {plain(name) for name in providers.get(module, [])} & declared
    }


@pytest.mark.parametrize("package", ["lms", "sandboxes"])
def test_every_imported_library_is_a_declared_dependency(package):
    declared = named(PROJECT["dependencies"])

    assert undeclared(imported(ROOT / package) - INSIDE, declared) == set()


def test_the_tests_import_only_what_their_extra_declares():
    declared = named(PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"])

    assert undeclared(imported(ROOT / "tests"), declared) == set()


def test_a_library_that_nobody_declared_is_found():
    assert undeclared({"flask"}, {"click"}) == {"flask"}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_file_names_no_host(lock):
    text = lock.read_text("utf-8")

    assert "sha256:" in text
    assert not re.search(r"https?:|^--?[a-z]|\bfile:| @ ", text, re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_file_pins_every_package_with_a_hash(lock):
    entries = re.split(r"\n(?=\S)", lock.read_text("utf-8").strip())

    unpinned = [entry for entry in entries if not re.match(r"\S+==\S+.*\\\n.*sha256:", entry)]

    assert entries
    assert unpinned == []


def test_what_is_served_is_what_is_tested():
    served, tested = (
        set(re.findall(r"^\S+==\S+", (ROOT / "requirements" / name).read_text(), re.MULTILINE))
        for name in ("serve.lock", "test.lock")
    )

    assert served
    assert served <= tested


def test_every_declared_dependency_is_locked():
    lock = (ROOT / "requirements" / "serve.lock").read_text("utf-8")

    locked = {plain(name) for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}

    assert named(PROJECT["dependencies"]) <= locked
