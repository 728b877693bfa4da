"""What runs take from the host is given back, by the next one if need be."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandboxes import Limits, SandboxUnavailable, cgroups

pytestmark = pytest.mark.kernel


@pytest.fixture
def of_a_dead_caller() -> cgroups.Cgroup:
    """A control group whose maker was killed before it could remove it."""
    program = (
        "import os\n"
        "from sandboxes import Limits, cgroups\n"
        "group = cgroups.make(Limits(), os.getppid())\n"
        "print(group.version, *(f'{k}={v}' for k, v in group.folders.items()))\n"
    )
    try:
        cgroups.in_force(os.getpid())
    except SandboxUnavailable as missing:
        pytest.skip(missing.reason)
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    version, *folders = done.stdout.split()
    told = dict(folder.split("=", 1) for folder in folders)
    return cgroups.Cgroup(int(version), {kind: Path(place) for kind, place in told.items()})


@pytest.mark.parametrize(("age", "left"), [(120, False), (10, True)])
def test_a_group_that_a_dead_caller_left_goes_when_it_is_old(of_a_dead_caller, age, left):
    folders = set(of_a_dead_caller.folders.values())
    for folder in folders:
        os.utime(folder, (time.time() - age,) * 2)

    cgroups.sweep(os.getpid())

    assert [folder.exists() for folder in folders] == [left] * len(folders)
    of_a_dead_caller.kill()


def test_a_group_of_a_caller_that_lives_stays_however_old():
    group = cgroups.make(Limits(), os.getpid())
    folders = set(group.folders.values())
    for folder in folders:
        os.utime(folder, (time.time() - 10_000,) * 2)

    cgroups.sweep(os.getpid())

    assert all(folder.exists() for folder in folders)
    assert group.kill()
    assert not any(folder.exists() for folder in folders)


def test_the_limits_of_a_run_are_those_of_its_group():
    limits = Limits(memory_bytes=200 * 2**20, processes=50, processors=0.5)

    group = cgroups.make(limits, os.getpid())

    memory, share = (
        ("memory.limit_in_bytes", "cpu.cfs_quota_us")
        if group.version == 1
        else ("memory.max", "cpu.max")
    )
    told = [
        (group.folders["memory"] / memory).read_text().strip(),
        (group.folders["pids"] / "pids.max").read_text().strip(),
        (group.folders.get("cpu", group.folders["cpuacct"]) / share).read_text().split()[0],
    ]
    group.kill()
    assert told == [str(200 * 2**20), "50", "50000"]
