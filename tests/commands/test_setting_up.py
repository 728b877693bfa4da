"""`lms init`, `lms migrate` and `lms publish`."""

import json
import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from lms.catalogue import queries as catalogue

COURSE = Path(__file__).parents[1] / "courses" / "first-numbers"


def test_init_prepares_a_site_and_the_second_time_finds_all_in_place(run, tmp_path):
    new = tmp_path / "new"

    first, second = run("init", "--data", new), run("init", "--data", new)

    assert first.exit_code == second.exit_code == 0
    assert "administrator@jazari.example" in first.stdout
    assert second.stdout == "Everything is in place.\n"
    assert (new / "session.key").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_written_is_one_sentence(run, tmp_path):
    (tmp_path / "file").touch()

    done = run("init", "--data", tmp_path / "file" / "data")

    assert done.exit_code == 1
    assert "cannot be written. Choose another with --data" in done.stderr
    assert "Traceback" not in done.stderr


def test_migrate_makes_the_tables_and_says_when_there_is_nothing_to_do(run, tmp_path):
    told = [run("migrate", "--data", tmp_path / "new").stdout for _ in range(2)]

    assert told == ["The database is migrated.\n", "The database was up to date.\n"]


@pytest.mark.parametrize(
    "command", [["migrate"], ["init"], ["publish", COURSE], ["keys", "list"]], ids=lambda c: c[0]
)
def test_a_newer_database_is_refused_by_every_command(run, session, folder, command):
    session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    done = run(*command, "--data", folder)

    assert done.exit_code == 1
    assert "newer release of Jazari (revision 9999)" in done.stderr


@pytest.mark.parametrize(
    "command", [["publish", COURSE], ["keys", "list"], ["user", "add", "a@b.example", "A"]]
)
def test_without_a_prepared_site_the_way_to_prepare_one_is_told(run, tmp_path, command):
    done = run(*command, "--data", tmp_path / "new")

    assert done.exit_code == 1
    assert "Run: lms init" in done.stderr
    assert not (tmp_path / "new").exists()


def test_publish_makes_a_version_of_what_has_changed_only(run, session, folder, tmp_path):
    changed = shutil.copytree(COURSE, tmp_path / "elsewhere" / "first-numbers")
    same = run("publish", "--data", folder, changed)
    manifest = changed / "course.toml"
    manifest.write_text(manifest.read_text("utf-8").replace("hours = 2", "hours = 3"), "utf-8")

    new = run("publish", "--data", folder, changed)

    assert same.stdout == "first-numbers: unchanged, still version 1.\n"
    assert new.stdout == (
        "double: 1 of 1 test cells are sealed.\nfirst-numbers: published as version 2.\n"
    )
    assert catalogue.latest_version(session, "first-numbers").hours == 3


@pytest.fixture
def faulty(tmp_path):
    """A course with two faults in two files."""
    place = shutil.copytree(COURSE, tmp_path / "faulty-numbers")
    manifest = place / "course.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('"beginner"', '"easy"'), "utf-8")
    (place / "modules" / "02-reasons" / "why.ipynb").write_text("{\n\n")
    return place


@pytest.mark.parametrize("check", [["--check"], []], ids=["checking", "publishing"])
def test_every_fault_is_told_at_once_with_file_and_line(run, session, folder, faulty, check):
    done = run("publish", "--data", folder, *check, faulty, COURSE)

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
