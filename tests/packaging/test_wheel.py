"""What is built and installed is what runs from the checkout."""

import re
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def files_below(folder, *, but=()):
    """The files that git would keep below a folder of the checkout, relative to it."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix not in {".mo", *but}
    }


def build(kind, source, into):
    """Build an ``sdist`` or a ``wheel`` of the tree at ``source``; the file made."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", into]
    answer = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    (made,) = into.iterdir()
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel built from the source archive, so that both are known to be complete."""
    archive = build("sdist", ROOT, tmp_path_factory.mktemp("sdist"))
    unpacked = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(archive) as opened:
        opened.extractall(unpacked)  # Our own archive; Debian 12 has no filters yet.
    (source,) = unpacked.iterdir()
    return build("wheel", source, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def content(wheel):
    with zipfile.ZipFile(wheel) as opened:
        return set(opened.namelist())


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A fresh environment with the wheel; only the other packages come from this one."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--no-index", wheel], check=True)
    (libraries,) = folder.glob("lib/python3*/site-packages")
    # Paths in a .pth file are added as they are: an editable install over there is not followed.
    (libraries / "others.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin"


def said(command, cwd):
    answer = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin"}
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


@pytest.mark.parametrize("package", ["lms", "sandboxes"])
def test_the_wheel_holds_every_file_of_the_package(content, package):
    expected = {f"{package}/{name}" for name in files_below(ROOT / package)}

    missing = expected - content

    assert expected
    assert missing == set()


@pytest.mark.parametrize("folder", ["static", "courses"])
def test_the_wheel_holds_what_lies_beside_the_package(content, folder):
    expected = {f"lms/{folder}/{name}" for name in files_below(ROOT / folder, but={".py"})}

    missing = expected - content

    assert expected
    assert missing == set()


def test_the_wheel_holds_every_translation_compiled(content):
    sources = (ROOT / "lms" / "locale").rglob("*.po")
    expected = {path.with_suffix(".mo").relative_to(ROOT).as_posix() for path in sources}

    missing = expected - content

    assert expected
    assert missing == set()


def test_the_wheel_holds_nothing_but_the_product(content):
    tops = {name.split("/")[0] for name in content}
    strays = {name for name in content if re.search(r"__pycache__|vendor\.py$|(^|/)tests/", name)}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"lms", "sandboxes"}
    assert strays == set()


def test_the_wheel_carries_the_licence(content):
    licences = [name for name in content if name.endswith("licenses/LICENSE")]

    assert len(licences) == 1


def test_the_installed_command_explains_itself(installed, tmp_path):
    answer = said([installed / "lms", "--help"], tmp_path)

    for command in ("serve", "init", "migrate", "publish", "grade", "verify", "worker", "doctor"):
        assert re.search(rf"^  {command}\b", answer, re.MULTILINE), answer


def test_the_installed_package_finds_its_own_folders(installed, tmp_path):
    program = (
        "from lms.bootstrap import beside_package\n"
        "for name in ('static', 'courses'): print(beside_package(name))"
    )

    static, courses = said([installed / "python", "-c", program], tmp_path).split()

    assert static.startswith(str(installed.parent))
    assert courses.startswith(str(installed.parent))


def test_jupyter_finds_the_installed_provisioner(installed, tmp_path):
    program = (
        "from importlib.metadata import entry_points\n"
        "found = entry_points(group='jupyter_client.kernel_provisioners', name='sandboxed')\n"
        "print({point.load().__module__ for point in found})"
    )

    answer = said([installed / "python", "-c", program], tmp_path)

    assert answer == "{'sandboxes.provisioner'}\n"
