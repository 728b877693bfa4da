"""A fork server's memory lies in large pages where the host can lay it so."""

import platform
import subprocess
import sys

import pytest

_GATHERING = """
from sandboxes.inside import linux

def large():
    with open("/proc/self/smaps_rollup") as told:
        return next(int(line.split()[1]) for line in told if line.startswith("AnonHugePages"))

kept = bytearray(64 * 2**20)
kept[::4096] = b"x" * (len(kept) // 4096)
before = large()
linux.gather_pages()
print(large() - before, kept.count(b"x") == len(kept) // 4096)
"""


def test_pages_are_gathered_and_hold_what_they_held():
    if tuple(map(int, platform.release().split(".")[:2])) < (6, 1):
        pytest.skip("this host's Linux is older than 6.1 and leaves pages as they are")
    done = subprocess.run(
        [sys.executable, "-c", _GATHERING], capture_output=True, text=True, check=True
    )

    gathered, is_intact = done.stdout.split()
    assert is_intact == "True"
    assert int(gathered) >= 32 * 1024
