"""`lms doctor`: what was found of every part, and the line that mends it."""

import pytest

from lms.commands.doctor import doctor

PARTS = ("python", "data folder", "session key", "database", "key of fez", "key of rabat", "fonts")


@pytest.fixture
def examine(run, folder):
    """What the doctor says of every part but the walls, which depend on the host."""

    def examine():
        lines = run("doctor", "--data", folder).stdout.splitlines()
        return {
            line[4:24].strip(): (line[:3] == "ok ", after.partition("mend it:")[2].strip())
            for line, after in zip(lines, [*lines[1:], ""], strict=True)
            if not line.startswith("    ")
        }

    return examine


def test_every_part_of_a_prepared_site_is_well(examine):
    found = examine()

    assert [part for part in PARTS if not found[part][0]] == []
    assert "clock" in found


def test_what_is_not_well_is_told_with_the_line_that_mends_it(examine, lms, folder):
    (lms.keys.path / "fez" / "key-2026-1.pem").unlink()
    (folder / "session.key").chmod(0o644)

    found = examine()

    assert not found["key of fez"][0]
    assert "lms keys new fez" in found["key of fez"][1]
    assert found["session key"] == (False, f"chmod 600 {folder / 'session.key'}")
    assert found["key of rabat"][0]


def test_a_site_that_is_not_there_is_told_and_not_made(run, tmp_path):
    done = run("doctor", "--data", tmp_path / "new")

    assert done.exit_code == 1
    assert "does not exist" in done.stdout
    assert "lms init" in done.stdout
    assert not (tmp_path / "new").exists()


def test_help_tells_the_exit_status():
    assert "Exits with 0 when all is well" in doctor.help
