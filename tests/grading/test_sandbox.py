"""The door to the true sandboxes: limits of authors, and what a run was executed with."""

import json
import os
import shutil

import pytest

from lms.grading.runs import Ending
from lms.grading.sandbox import BehindWalls, UnknownProfile, wider
from sandboxes import load_profile


def notebook(*sources):
    cells = [
        {
            "cell_type": "code",
            "id": f"c{number}",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for number, source in enumerate(sources)
    ]
    told = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(told).encode()


@pytest.fixture
def walls():
    """The true sandbox, where the host has one."""
    found = BehindWalls().check("python")
    if not found.stand:
        if os.environ.get("CI") == "true":
            pytest.fail(f"walls are needed here: {found.found}; {found.mend}")
        pytest.skip(f"this host cannot sandbox: {found.found}")
    return BehindWalls()


@pytest.fixture
def own_profiles(tmp_path, monkeypatch):
    """An operator's folder, with a profile named ``python`` that says ``limits``."""

    def own(limits, name="python"):
        shutil.copy(load_profile("python").lock, tmp_path / f"{name}.lock")
        text = f'packages = ["ipykernel"]\n[limits]\n{limits}\n'
        (tmp_path / f"{name}.toml").write_text(text)
        monkeypatch.setenv("JAZARI_PROFILES", str(tmp_path))

    return own


@pytest.mark.parametrize(
    ("limits", "granted"),
    [
        ({}, {}),
        ({"cell_seconds": 5}, {}),
        ({"cell_seconds": 30}, {}),
        ({"cell_seconds": 31, "processes": 40}, {"cell_seconds": 30}),
    ],
    ids=["none", "a stricter one", "the same", "a wider one"],
)
def test_limits_wider_than_the_profile_are_told_with_what_it_grants(limits, granted):
    assert wider("python", limits) == granted


def test_what_an_operator_widens_is_granted(own_profiles):
    own_profiles("cell_seconds = 60")

    assert wider("python", {"cell_seconds": 45}) == {}
    assert wider("python", {"cell_seconds": 90}) == {"cell_seconds": 60}


@pytest.mark.parametrize("limits", [{"memory_bytes": 1000}, {"cell_seconds": 0}])
def test_a_limit_below_which_nothing_runs_is_refused_before_anything_is_run(limits):
    with pytest.raises(UnknownProfile, match=next(iter(limits))):
        BehindWalls().run(notebook("1"), "python", limits=limits)


@pytest.mark.kernel
def test_an_author_s_stricter_limit_holds(walls):
    ran = walls.run(notebook("while True: pass"), "python", limits={"cell_seconds": 1})

    assert (ran.ending, ran.cells[0].stopped) == (Ending.FINISHED, True)
    assert ran.seconds < 15


@pytest.mark.kernel
def test_an_author_s_wider_limit_does_not_hold(walls, own_profiles):
    own_profiles("cell_seconds = 1")

    ran = walls.run(notebook("while True: pass"), "python", limits={"cell_seconds": 100})

    assert (ran.ending, ran.cells[0].stopped) == (Ending.FINISHED, True)
    assert ran.seconds < 15


@pytest.mark.kernel
def test_a_run_tells_what_the_kernel_itself_found(walls):
    code = (
        "import json, platform, re\n"
        "from importlib.metadata import distributions\n"
        "found = {re.sub('[-_.]+', '-', d.name).lower(): d.version for d in distributions()}\n"
        "print(json.dumps([platform.python_version(), found]))"
    )

    ran = walls.run(notebook(code), "python")

    python, packages = json.loads(ran.cells[0].outputs[0]["text"])
    assert ran.environment.profile == "python"
    assert ran.environment.python == python
    assert ran.environment.packages == packages
    assert "ipykernel" in packages


@pytest.mark.kernel
def test_what_was_refused_was_executed_with_nothing(walls):
    ran = walls.run(b"{", "python")

    assert (ran.ending, ran.environment) == (Ending.REFUSED, None)


@pytest.mark.kernel
def test_a_profile_that_is_not_built_is_told_with_the_command_that_builds_it(walls, own_profiles):
    own_profiles("", name="statistics")

    (told,) = (wall for wall in walls.inspect() if wall.name.endswith(" statistics"))

    assert not told.holds
    assert told.mend.endswith("-m sandboxes build statistics")


@pytest.mark.kernel
def test_a_profile_that_cannot_be_read_is_told(walls, own_profiles):
    own_profiles("speed = 3", name="fast")

    (told,) = (wall for wall in walls.inspect() if wall.name.endswith(" fast"))

    assert not told.holds
    assert "speed is no limit" in told.found
    assert told.mend
