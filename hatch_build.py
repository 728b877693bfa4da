"""Compile the translations into the wheel, so that an installed copy speaks every language."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileTranslations(BuildHookInterface[Any]):
    """Turns every ``.po`` below ``lms/locale`` into the ``.mo`` that gettext reads."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile in place; CalledProcessError when a catalogue has a fault."""
        folder = Path(self.root, "lms", "locale")
        if self.target_name != "wheel" or not folder.is_dir():
            return
        babel = [sys.executable, "-m", "babel.messages.frontend"]
        subprocess.run([*babel, "compile", "--directory", str(folder)], check=True)
