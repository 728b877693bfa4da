"""Profiles and limits: what a file may say, and that a wish can only tighten."""

import subprocess

import pytest

from sandboxes import BadProfile, Limits, load_profile
from sandboxes.environments import build
from sandboxes.profiles import profile_names


def test_the_shipped_profiles_have_the_documented_limits():
    assert set(profile_names()) >= {"python", "python-ml"}
    assert load_profile("python").limits == Limits()
    assert load_profile("python").limits.scratch_inodes == 4096
    assert load_profile("python").packages == ("ipykernel",)
    assert "scikit-learn" in load_profile("python-ml").packages


def test_every_pin_in_a_shipped_lock_has_a_hash_and_no_address():
    for name in ("python", "python-ml"):
        lock = load_profile(name).lock.read_text()

        assert "://" not in lock
        pins = [line for line in lock.splitlines() if "==" in line]
        assert pins
        assert all(line.endswith("\\") for line in pins)


def test_a_profile_names_what_is_imported_before_kernels_are_forked(tmp_path, monkeypatch):
    monkeypatch.setenv("JAZARI_PROFILES", str(tmp_path))
    (tmp_path / "own.toml").write_text('packages = ["scipy>=1", "a[b]"]\npreload = ["scipy.stats"]')
    (tmp_path / "bare.toml").write_text('packages = ["scipy"]')

    assert load_profile("own").preload == ("scipy.stats",)
    assert load_profile("bare").preload == ()


COUNT = """
import importlib, os, sys
for name in sys.argv[2:]:
    importlib.import_module(name)
exec(sys.argv[1], {})
print(len(os.listdir("/proc/self/task")))
"""
KERNEL = ("ipykernel.ipkernel", "ipykernel.kernelapp", "ipykernel.zmqshell")


@pytest.mark.parametrize("name", ["python", "python-ml"])
def test_what_a_shipped_profile_preloads_starts_no_thread(name):
    profile = load_profile(name)
    python = build(profile).folder / "bin" / "python"
    inline = ("matplotlib_inline.backend_inline",) if "matplotlib" in profile.packages else ()
    alone = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

    counted = subprocess.run(
        [python, "-I", "-c", COUNT, profile.rehearsal, *KERNEL, *profile.preload, *inline],
        env=alone,
        capture_output=True,
        text=True,
    )

    assert (counted.stdout, counted.stderr) == ("1\n", "")


def test_a_profile_of_the_operators_own_comes_first(tmp_path, monkeypatch):
    monkeypatch.setenv("JAZARI_PROFILES", str(tmp_path))
    (tmp_path / "python.toml").write_text('packages = ["x"]\n[limits]\nprocesses = 64\n')

    profile = load_profile("python")

    assert profile.limits.processes == 64
    assert profile.limits.wall_seconds == 120


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "'packages' is missing"),
        ("packages = 3", "packages must be a list"),
        ("packages = [", "python.toml"),
        ('packages = ["x"]\ncolour = 1', "unknown: colour"),
        ('packages = ["x"]\n[limits]\nspeed = 3', "speed is no limit"),
        ('packages = ["x"]\n[limits]\nprocesses = 2.5', "whole number"),
        ('packages = ["x"]\n[limits]\nprocesses = 0', "above 0"),
        ('packages = ["x"]\n[limits]\nprocesses = 3', "at least 24"),
        ('packages = ["x"]\n[limits]\ncell_seconds = true', "number above 0"),
        ('packages = ["x"]\n[limits]\ncell_seconds = nan', "above 0"),
        ('packages = ["x"]\n[limits]\nscratch_inodes = 63', "at least 64"),
        ('packages = ["x"]\n[limits]\nprocessors = 0.05', "at least 0.1"),
        ('packages = ["--index-url=x"]', "not '--index-url=x'"),
        ('packages = ["x @ file:///x.whl"]', "packages must be names such as numpy"),
        ('packages = [""]', "packages must be names"),
        ('packages = ["x"]\npreload = "numpy"', "preload must be a list"),
        ('packages = ["x"]\npreload = [1]', "preload must be a list"),
        ('packages = ["x"]\npreload = ["scipy..stats"]', "not 'scipy..stats'"),
        ('packages = ["x"]\npreload = ["os; x()"]', "preload must be names such as numpy"),
        ('packages = ["x"]\nrehearsal = 1', "rehearsal must be Python code"),
        ('packages = ["x"]\nrehearsal = "a\\n("', "rehearsal: line 2: "),
    ],
)
def test_a_fault_in_a_profile_is_told(tmp_path, monkeypatch, text, told):
    monkeypatch.setenv("JAZARI_PROFILES", str(tmp_path))
    (tmp_path / "python.toml").write_text(text)

    with pytest.raises(BadProfile, match=told):
        load_profile("python")


@pytest.mark.parametrize("name", ["../python", "Python", "", "none-such"])
def test_there_is_no_such_profile(name):
    with pytest.raises(BadProfile, match="There is no profile"):
        load_profile(name)


def test_a_wish_tightens_and_never_widens():
    profile = load_profile("python").tightened(cell_seconds=5, wall_seconds=1e6)

    assert profile.limits.cell_seconds == 5
    assert profile.limits.wall_seconds == 120
