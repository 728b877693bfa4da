"""`lms publish`."""

import json
import shutil
from pathlib import Path

import pytest

from lms.catalogue import queries as catalogue
from lms.commands.parts import GivenSandbox
from lms.grading.quality import Quality
from lms.grading.runs import Ending

COURSE = Path(__file__).parents[1] / "courses" / "first-numbers"


@pytest.fixture
def changed(tmp_path):
    """The published course, of other hours and with more in course.toml."""
    place = shutil.copytree(COURSE, tmp_path / "elsewhere" / "first-numbers")

    def change(more=""):
        manifest = place / "course.toml"
        text = manifest.read_text("utf-8").replace("hours = 2", f"hours = 3\n{more}")
        manifest.write_text(text, "utf-8")
        return place

    return change


@pytest.fixture
def publish(run, folder, sandbox):
    """Publishes with a sandbox that runs nothing, and in which everything passes."""

    def publish(*arguments):
        return run("publish", "--data", folder, *arguments, given=GivenSandbox(sandbox))

    return publish


@pytest.fixture
def quality(session):
    """What is kept of the latest version's assignment, or None."""

    def found():
        version = catalogue.latest_version(session, "first-numbers")
        (double,) = version.modules[0].assignments
        (only,) = double.notebooks
        return Quality.from_json(only.quality) if only.quality else None

    return found


def test_publish_makes_a_version_of_what_has_changed_only(publish, session, changed):
    same = publish("--no-quality", COURSE)

    new = publish("--no-quality", changed())

    assert same.stdout == "first-numbers: unchanged, still version 1.\n"
    assert new.stdout == (
        "double: 1 of 1 test cells are sealed.\nfirst-numbers: published as version 2.\n"
    )
    assert catalogue.latest_version(session, "first-numbers").hours == 3


def test_what_trying_the_tests_shows_is_told_and_kept(publish, strict, changed, quality):
    done = publish("--mutants", 3, changed())

    assert done.exit_code == 0
    assert "  The solution earns full marks, the same in 5 runs.\n" in done.stdout
    assert (
        "The tests notice 0 of 3 small mistakes in the solution (0%). Not tried: 1" in done.stdout
    )
    assert "    answer, line 3: return 2 * n  ->  return " in done.stdout
    assert (quality().runs, len(quality().tried), quality().there) == (5, 3, 4)


def test_a_version_that_is_there_is_tried_once_and_again_when_asked(publish, sandbox, quality):
    publish(COURSE)
    first, ran = quality(), len(sandbox.ran)
    publish(COURSE)
    assert (first is not None, len(sandbox.ran)) == (True, ran)

    publish("--quality", "--mutants", 0, COURSE)

    assert quality().tried == ()
    assert len(sandbox.ran) > ran


def test_without_trying_nothing_is_kept(publish, changed, quality):
    publish("--no-quality", changed())

    assert quality() is None


def test_tests_that_are_not_sound_are_a_warning(publish, changed, quality):
    done = publish(changed())

    assert done.exit_code == 0
    assert "WARNING tests: a blank notebook earns 4 of 4 points." in done.stdout
    assert "published as version 2" in done.stdout
    assert not quality().is_sound


def test_tests_that_are_not_sound_keep_a_course_from_being_published_that_demands_it(
    publish, session, changed
):
    done = publish(changed('quality = "sound"'))

    assert done.exit_code == 1
    assert "double.ipynb: The course demands that its solutions earn all points" in done.stderr
    assert "Mend the tests of: tests." in done.stderr
    assert catalogue.latest_version(session, "first-numbers").number == 1


def test_a_course_that_demands_it_is_published_when_its_tests_are_sound(publish, strict, changed):
    assert "published as version 2" in publish(changed('quality = "sound"')).stdout


def test_where_nothing_can_be_run_a_course_is_published_and_nothing_said_of_its_tests(
    publish, sandbox, changed, quality
):
    sandbox.ending = Ending.UNAVAILABLE

    done = publish(changed())

    assert done.exit_code == 0
    assert "double: not examined yet: " in done.stderr
    assert "full marks" not in done.stdout
    assert quality() is None


@pytest.fixture
def faulty(tmp_path):
    """A course with two faults in two files."""
    place = shutil.copytree(COURSE, tmp_path / "faulty-numbers")
    manifest = place / "course.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('"beginner"', '"easy"'), "utf-8")
    (place / "modules" / "02-reasons" / "why.ipynb").write_text("{\n\n")
    return place


@pytest.mark.parametrize("check", [["--check"], []], ids=["checking", "publishing"])
def test_every_fault_is_told_at_once_with_file_and_line(publish, session, faulty, check):
    done = publish(*check, faulty, COURSE)

    assert done.exit_code == 1
    assert "course.toml:4: " in done.stderr
    assert "modules/02-reasons/why.ipynb:" in done.stderr
    assert catalogue.latest_version(session, "faulty-numbers") is None
    assert "first-numbers" in done.stdout


def test_checking_needs_no_site_and_makes_none(run, tmp_path, monkeypatch):
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)

    done = run("publish", "--check", COURSE)

    assert (done.exit_code, done.stdout) == (0, f"{COURSE}: no faults.\n")
    assert list(empty.iterdir()) == []


def test_publishing_nothing_or_what_is_not_there_is_wrong_usage(run, tmp_path):
    assert run("publish").exit_code == 2
    assert run("publish", tmp_path / "gone").exit_code == 2


@pytest.fixture
def limited(tmp_path):
    """A course whose author sets a limit for a cell, in seconds."""
    place = shutil.copytree(COURSE, tmp_path / "limited" / "first-numbers")

    def limit(seconds):
        manifest = place / "course.toml"
        text = manifest.read_text("utf-8")
        limits = f"[limits]\ncell_seconds = {seconds}\n[title]"
        manifest.write_text(text.replace("[title]", limits, 1), "utf-8")
        return place

    return limit


def test_checking_tells_of_a_limit_that_the_profile_does_not_grant(run, limited):
    done = run("publish", "--check", limited(500))

    assert done.exit_code == 0
    assert "cell_seconds is 500, but the profile" in done.stderr
    assert "grants 30.0 at most" in done.stderr


@pytest.mark.parametrize(("seconds", "told"), [(500, "grants 30.0 at most"), (5, "")])
def test_checking_tells_of_a_cell_s_own_limit_only_if_it_is_not_granted(
    run, tmp_path, seconds, told
):
    place = shutil.copytree(COURSE, tmp_path / "first-numbers")
    path = next(place.glob("modules/*/double.ipynb"))
    source = json.loads(path.read_text("utf-8"))
    number, cell = next(
        (n, c) for n, c in enumerate(source["cells"], start=1) if c["cell_type"] == "code"
    )
    cell["metadata"]["jazari"] = {"limits": {"cell_seconds": seconds}}
    path.write_text(json.dumps(source), "utf-8")

    done = run("publish", "--check", place)

    assert done.exit_code == 0
    assert told in done.stderr
    assert (f"double.ipynb: cell {number}: cell_seconds is 500" in done.stderr) is bool(told)


def test_checking_says_nothing_of_a_limit_that_holds(run, limited):
    done = run("publish", "--check", limited(5))

    assert (done.exit_code, done.stderr) == (0, "")
