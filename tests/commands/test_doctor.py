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


def test_what_is_not_well_is_told_with_the_line_that_mends_it(examine, lms, folder):
    (lms.keys.path / "fez" / "key-2026-1.pem").unlink()
    (folder / "session.key").chmod(0o644)

    found = examine()

    ill = {part: mend for part, (is_well, mend) in found.items() if part in PARTS and not is_well}
    assert ill.keys() == {"key of fez", "session key"}
    assert "lms keys new fez" in ill["key of fez"]
    assert ill["session key"] == f"chmod 600 {folder / 'session.key'}"
    assert "clock" in found


def test_a_site_that_is_not_there_is_told_and_not_made(run, tmp_path):
    done = run("doctor", "--data", tmp_path / "new")

    assert done.exit_code == 1
    assert "does not exist" in done.stdout
    assert "lms init" in done.stdout
    assert not (tmp_path / "new").exists()


def test_help_tells_the_exit_status():
    assert "Exits with 0 when all is well" in doctor.help
