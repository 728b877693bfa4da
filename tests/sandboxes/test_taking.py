"""Files that are taken out of a scratch are plain files that lie in it, and nothing else."""

import os

import pytest

from sandboxes import run
from sandboxes.selftest import notebook

pytestmark = pytest.mark.kernel

MIB = 2**20


def test_a_file_that_was_wanted_is_taken_out(python):
    write = "import os\nos.mkdir('out')\nopen('out/a.csv', 'w').write('1,2')"

    ran = run(notebook(write), python, wanted=("out/a.csv", "missing.csv"))

    assert ran.files == {"out/a.csv": b"1,2"}


def test_files_are_taken_out_of_a_run_that_ended_badly_too(python):
    write = "open('a.txt', 'w').write('begun')\nimport os\nos._exit(3)"

    ran = run(notebook(write), python, wanted=("a.txt",))

    assert ran.ending == "crashed"
    assert ran.files == {"a.txt": b"begun"}


@pytest.mark.parametrize(
    "trap",
    [
        pytest.param("os.symlink('/etc/hostname', 'a.txt')", id="a link out of it"),
        pytest.param("os.symlink('b.txt', 'a.txt')", id="a link within it"),
        pytest.param("os.symlink('/proc/self/environ', 'a.txt')", id="a link to the reader"),
        pytest.param("os.mkfifo('a.txt')", id="a pipe that nobody fills"),
        pytest.param("os.mkdir('a.txt')", id="a folder"),
        pytest.param("import socket\nsocket.socket(socket.AF_UNIX).bind('a.txt')", id="a socket"),
        pytest.param("open('a.txt', 'wb').truncate(3 * 2**20)", id="a file that is too large"),
    ],
)
def test_what_is_no_plain_file_is_left_where_it_is(python, trap):
    tight = python.tightened(file_bytes=4 * MIB, scratch_bytes=2 * MIB)
    made = f"import os\nopen('b.txt', 'w').write('x')\n{trap}"

    ran = run(notebook(made), tight, wanted=("a.txt", "b.txt"))

    assert ran.cells[0].error is None
    assert ran.files == {"b.txt": b"x"}


@pytest.mark.parametrize("name", ["../ipython", "/etc/hostname", "sub/../../tmp", "a\0b", ""])
def test_no_name_leads_out_of_the_folder(python, name):
    ran = run(notebook("import os\nos.mkdir('sub')"), python, wanted=(name,))

    assert ran.files == {}


def test_a_folder_behind_a_link_is_not_entered(python, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("another learner's work")
    os.chmod(secret, 0o644)
    made = f"import os\nos.symlink({str(tmp_path)!r}, 'out')"

    ran = run(notebook(made), python, wanted=("out/secret.txt",))

    assert ran.files == {}


@pytest.mark.parametrize(
    ("files", "told"),
    [
        pytest.param({"../a": b""}, "no plain relative path", id="a way out"),
        pytest.param({"/a": b""}, "no plain relative path", id="an absolute path"),
        pytest.param({"a": b"", "a/b": b""}, "no plain relative path", id="a file as a folder"),
        pytest.param({"a\0": b""}, "no plain relative path", id="a null byte"),
        pytest.param({str(n): b"" for n in range(600)}, "at most 512", id="too many"),
        pytest.param({f"{n}-{'a' * 200}": b"" for n in range(300)}, "too long", id="long names"),
        pytest.param({"a/" * 40 + "b": b""}, "half of 64 inodes", id="too deep"),
        pytest.param({"a": bytes(3 * MIB)}, "larger than", id="too large"),
        pytest.param({str(n): bytes(MIB) for n in range(3)}, "half of", id="too much together"),
    ],
)
def test_files_that_cannot_be_laid_in_are_refused_and_nothing_is_run(python, files, told):
    tight = python.tightened(file_bytes=2 * MIB, scratch_bytes=4 * MIB, scratch_inodes=64)

    ran = run(notebook("1"), tight, files=files)

    assert ran.ending == "refused"
    assert told in ran.message
    assert ran.cells == ()


def test_files_that_fit_lie_in_the_working_folder(python):
    files = {"data/points.csv": b"1,2\n", "read.me": b""}

    ran = run(notebook("open('data/points.csv').read()"), python, files=files, wanted=files)

    assert ran.files == files
