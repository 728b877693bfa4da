"""What can be known without running the product: style, types, and who may import whom."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as check; check()"

CHECKS = {
    "ruff finds no fault": ["-m", "ruff", "check", "--quiet", "--output-format=concise", "."],
    "mypy finds no fault in strict mode": ["-m", "mypy"],
    "every import points where it may": ["-c", LINT_IMPORTS],
}


@pytest.mark.parametrize("command", CHECKS.values(), ids=CHECKS.keys())
def test_static_check(command):
    answer = subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_a_new_package_fails_until_somebody_places_it_on_the_ladder():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]

    ladder = next(c for c in contracts["contracts"] if c.get("containers") == ["lms"])

    assert ladder["exhaustive"] is True


def test_every_module_of_pages_is_among_those_that_never_query():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    listed = next(c for c in contracts["contracts"] if c["name"] == "Pages never query")

    pages = {
        f"lms.web.{path.stem}"
        for path in (ROOT / "lms" / "web").glob("*.py")
        if "Blueprint(" in path.read_text("utf-8")
    }
    tables = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in ROOT.glob("lms/**/*_models.py")
    }

    assert pages <= set(listed["source_modules"])
    assert tables <= set(listed["forbidden_modules"])


def test_only_pages_import_what_they_merely_name_in_annotations():
    sources = [*ROOT.glob("lms/**/*.py"), *ROOT.glob("sandboxes/**/*.py")]

    naming = {path for path in sources if "TYPE_CHECKING" in path.read_text("utf-8")}

    assert {path.parent for path in naming} <= {ROOT / "lms" / "web"}


def test_an_import_that_points_upwards_is_found(tmp_path):
    package = tmp_path / "lms"
    for name in ("core", "grading"):
        (package / name).mkdir(parents=True)
        (package / name / "__init__.py").touch()
    (package / "__init__.py").touch()
    (package / "core" / "db.py").write_text("import lms.grading\n")
    (tmp_path / "pyproject.toml").write_text(
        "[tool.importlinter]\nroot_package = 'lms'\n"
        "[[tool.importlinter.contracts]]\nname = 'Packages import downwards only'\n"
        "type = 'layers'\ncontainers = ['lms']\nlayers = ['grading', 'core']\n"
    )

    answer = subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS, "--no-cache"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 1
    assert "lms.core.db -> lms.grading" in answer.stdout
