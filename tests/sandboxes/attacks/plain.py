"""Runs cells in plain Python, as IPython would: a program of its own, ``plain.py CELLS``."""

import json
import sys
import traceback
from pathlib import Path


def main() -> None:
    """Run one cell after the other, going on after an exception."""
    cells = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    space = {"__name__": "__main__"}
    for cell in cells:
        try:
            exec(compile(cell, "cell", "exec"), space)
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
    Path(sys.argv[1]).with_suffix(".told").touch()


if __name__ == "__main__":
    main()
