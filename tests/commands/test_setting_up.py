"""`lms init` and `lms migrate`."""

from pathlib import Path

import pytest
from sqlalchemy import text

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
    assert f"Run: lms init --data {tmp_path / 'new'}" in done.stderr
    assert not (tmp_path / "new").exists()
