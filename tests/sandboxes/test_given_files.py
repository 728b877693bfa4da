"""Files that are laid in can be read by a notebook's code, and nothing else."""

import pytest

from .conftest import results_of

pytestmark = pytest.mark.kernel

FILES = {"marks.csv": b"name,mark\nRim,17\n", "more/deep/old.txt": b"old", "run.sh": b"echo 1\n"}

CHANGES = """\
import ctypes, os, pathlib, shutil
libc = ctypes.CDLL(None, use_errno=True)

def call(answer):
    if answer < 0:
        raise OSError(ctypes.get_errno(), "")

deeds = {
    "write": lambda p: open(p, "w"),
    "append": lambda p: open(p, "a"),
    "open for both": lambda p: os.open(p, os.O_RDWR),
    "truncate": lambda p: os.truncate(p, 0),
    "delete": os.remove,
    "rename": lambda p: os.rename(p, p + ".mine"),
    "replace": lambda p: (pathlib.Path("mine").write_text("x"), os.replace("mine", p)),
    "link": lambda p: os.link(p, "mine-too"),
    "chmod": lambda p: os.chmod(p, 0o777),
    "chown": lambda p: os.chown(p, os.getuid(), os.getgid()),
    "touch": lambda p: os.utime(p, (0, 0)),
    "attribute": lambda p: os.setxattr(p, "user.mine", b"x"),
    "unmount": lambda p: call(libc.umount2(p.encode(), 2)),
    "mount over": lambda p: call(libc.mount(b"mine", p.encode(), None, 4096, None)),
    "through the process": lambda p: open("/proc/self/root" + os.path.abspath(p), "w"),
    "move the folder": lambda p: os.rename(p.split("/")[0], "elsewhere"),
    "empty the folder": lambda p: shutil.rmtree("more"),
    "move the inner folder": lambda p: os.rename("more/deep", "more/elsewhere"),
}
done = []
for path in ("marks.csv", "more/deep/old.txt"):
    for name, deed in deeds.items():
        try:
            deed(path)
            done.append((name, path))
        except OSError:
            pass
"""


def test_no_file_that_was_laid_in_can_be_changed_replaced_or_removed(run_cells):
    ran = run_cells(
        CHANGES,
        "done",
        "open('marks.csv').read(), open('more/deep/old.txt').read()",
        "sorted(os.listdir()), os.listdir('more'), os.listdir('more/deep')",
        files=FILES,
    )

    assert results_of(ran)[1:] == [
        "[]",
        "('name,mark\\nRim,17\\n', 'old')",
        "(['marks.csv', 'mine', 'more', 'run.sh'], ['deep'], ['old.txt'])",
    ]


def test_beside_them_a_notebook_writes_what_it_likes(run_cells):
    ran = run_cells(
        "open('own.txt', 'w').write('ours')\nimport os\nos.mkdir('plots')",
        "open('plots/a.txt', 'w').write(open('marks.csv').readline())",
        "open('more/deep/new.txt', 'w').write(open('more/deep/old.txt').read())",
        "os.rename('own.txt', 'plots/b.txt'), os.listdir('plots').sort()",
        files=FILES,
    )

    assert [cell.error for cell in ran.cells] == [None] * 4
