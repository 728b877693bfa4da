"""A fork server's memory lies in large pages where the host can lay it so."""

import json
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

# Some live on between others that do not; then come a few new ones of every size.
_GAPS = """
import json
from sandboxes.inside import arenas

def places(objects):
    return len({id(one) // 2**21 for one in objects})

def new():
    return [bytes(size) for size in (*range(1, 480, 16), *range(500, 5000, 500)) for _ in range(9)]

kept = [bytes(1 + number * 37 % 2000) for number in range(50_000)]
del kept[::7]
before = new()
filled = arenas.filled()
print(json.dumps([places(before), places(new())]))
"""

_LOADING = """
import json, mmap
from itertools import pairwise
from sandboxes.inside import arenas

def used():
    with open("/proc/self/statm") as told:
        return int(told.read().split()[1]) * 4096

before = used()
taken = arenas.taken(64 * 2**20)
most = used() - before
loaded = [(bytes(300), number % 500 or mmap.mmap(-1, 3 * 2**20)) for number in range(30_000)]
del taken
places = sorted(id(one) for one, _ in loaded)
print(json.dumps([most, used() - before, sum(b - a > 2**20 for a, b in pairwise(places))]))
"""


def _told(program):
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert not done.stderr
    return json.loads(done.stdout)


def test_what_is_loaded_lies_side_by_side_and_what_it_leaves_is_given_back():
    most, left, gaps = _told(_LOADING)

    assert gaps < 5
    assert most > 60 * 2**20
    assert left < 40 * 2**20


def test_new_objects_lie_in_few_places_once_gaps_are_filled():
    before, after = _told(_GAPS)

    assert after < before * 0.7


def test_pages_are_gathered_and_hold_what_they_held():
    if tuple(map(int, platform.release().split(".")[:2])) < (6, 1):
        pytest.skip("this host's Linux is older than 6.1 and leaves pages as they are")
    done = subprocess.run(
        [sys.executable, "-c", _GATHERING], capture_output=True, text=True, check=True
    )

    gathered, is_intact = done.stdout.split()
    assert is_intact == "True"
    assert int(gathered) >= 32 * 1024
