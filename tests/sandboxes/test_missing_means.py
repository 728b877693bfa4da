"""A host that lacks a means is told so with the line that mends it, and runs nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandboxes.selftest import notebook

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root may take a means away from a test"),
]

ROOT = Path(__file__).parents[2]
WITHOUT = {
    "namespaces": (
        "unshare --user --map-root-user",
        "echo 0 >/proc/sys/user/max_user_namespaces",
        "sysctl -w user.max_user_namespaces=15000",
    ),
    "libseccomp": (
        "unshare --mount",
        "for each in /usr/lib/*/libseccomp.so.2; do mount --bind /dev/null $each; done",
        "apt-get install libseccomp2",
    ),
    "control group": (
        "unshare --mount",
        "mount -t tmpfs none /sys/fs/cgroup",
        "mount -t cgroup2 none /sys/fs/cgroup",
    ),
}


def without(means: str, *words: str) -> subprocess.CompletedProcess[str]:
    """The sandboxes' command on a host that lacks one means, which only we see."""
    apart, taking_away, _ = WITHOUT[means]
    line = f'{taking_away} && exec "$0" -m sandboxes "$@"'
    return subprocess.run(
        [*apart.split(), "sh", "-c", line, sys.executable, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("means", WITHOUT)
def test_what_is_missing_is_named_with_the_line_that_mends_it(python, means):
    told = without(means, "check")

    lines = told.stdout.splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith(f"FAILS  {means}"))
    assert told.returncode == 1
    assert lines[place + 1].endswith(f"mend it with: {WITHOUT[means][2]}")


@pytest.mark.parametrize("means", WITHOUT)
def test_nothing_is_run_where_a_means_is_missing(python, means, tmp_path):
    file = tmp_path / "one.ipynb"
    file.write_bytes(notebook("print('ran')"))

    told = without(means, "run", str(file), "--json", "-")

    assert told.returncode == 1
    assert told.stdout == ""
    assert "Cannot sandbox" in told.stderr


def test_a_host_without_landlock_is_told_so_and_runs_nothing(python):
    # Kernels' own filters refuse its calls, as a host does that has none.
    program = (
        "import json\n"
        "from sandboxes import SandboxUnavailable, host, load_profile, run, syscalls\n"
        "from sandboxes.selftest import notebook\n"
        "from sandboxes.inside import linux\n"
        "found = [host.landlock_version()]\n"
        "filters = syscalls.kernel_filters()\n"
        "linux.give_up_rights()\n"
        "for one in filters: linux.load_filter(one)\n"
        "try:\n"
        "    found.append(run(notebook('1'), load_profile('python')).message)\n"
        "except SandboxUnavailable as missing:\n"
        "    found.append([missing.reason, missing.mend])\n"
        "print(json.dumps(found))\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    before, (reason, mend) = json.loads(done.stdout)
    assert before.startswith("version")
    assert "no Landlock" in reason
    assert "landlock" in mend


def test_every_wall_stands_for_who_is_not_root_of_the_host(python, python_ml):
    told = subprocess.run(
        ["unshare", "--user", "--map-root-user", sys.executable, "-m", "sandboxes", "check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert [line for line in told.stdout.splitlines() if not line.startswith("holds")] == []
    assert "kernels are our own user" in told.stdout
    assert told.returncode == 0
