"""What docs/operating.md promises to operators is what the product reads and offers."""

import re
from dataclasses import fields
from pathlib import Path

from lms.bootstrap import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "operating.md").read_text("utf-8")


def documented():
    """The rows of the page's settings table: variable -> (default, purpose)."""
    section = PAGE.split("\n## Settings\n")[1].split("The sandboxes read")[0]
    rows = re.findall(r"^\| `(\w+)` \| ?`?([^`|]*?)`? ?\| (.+) \|$", section, re.MULTILINE)
    return {variable: (default, purpose) for variable, default, purpose in rows}


def test_every_setting_is_documented_with_its_default_and_purpose():
    known = {PREFIX + f.name.upper(): (f.default, f.metadata["purpose"]) for f in fields(Settings)}

    assert documented() == known


def test_every_make_command_that_the_documents_name_exists():
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    text = "\n".join(page.read_text("utf-8") for page in pages)
    offered = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)

    said = set(re.findall(r"(?:`|\$ |-- )make (?:-C \S+ )?([a-z]+)", text))

    assert {"serve", "test", "ready"} <= said
    assert said <= set(offered)
