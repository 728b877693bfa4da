"""The two places where an attack is run: behind the walls, and without any.

Without walls it runs as the user of the tests. Only the machine is guarded: a process
namespace of its own, so that nothing outlives the test and ``kill(-1)`` kills no more
than that, and for what would stay behind a file system and a set of IPC objects of its own.
"""

import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from sandboxes import Profile, Run, run
from sandboxes.environments import environments_folder
from sandboxes.selftest import notebook

from .attack import Seen

_HERE = Path(__file__).parent
_APART = ("unshare", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child", "--mount-proc")
# Names are asked for at 127.0.0.1, where only an observer of these tests answers.
_FURNISH = """
mkdir ../tmp
mount -t tmpfs tmpfs ../tmp
for place in $KEPT; do
    mkdir -p "../$place"
    mount --rbind "$place" "../$place"
done
mount --rbind ../tmp /tmp
mount -t tmpfs tmpfs /dev/shm
echo nameserver 127.0.0.1 > /tmp/resolv.conf
mount --bind /tmp/resolv.conf "$(readlink -f /etc/resolv.conf)"
exec "$@"
"""
# What the world itself is made of stays in it, wherever the checkout lies.
_MADE_OF = (Path(__file__).parents[3], Path(sys.prefix), environments_folder())
_GRACE = 5.0
# Letters of what a program shows; no watch looks for a word behind them.
_LEGIBLE = 2**24


class Sandboxed:
    """Behind the walls; bystanders stand on the host."""

    def __init__(self, profile: Profile, **limits: float) -> None:
        self._profile = profile.tightened(**limits)
        self._held = ExitStack()
        self.ran: Run | None = None

    def __enter__(self) -> "Sandboxed":
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def spawn(self, *command: str, **variables: str) -> None:
        bystander = subprocess.Popen(command, env={**os.environ, **variables})
        self._held.callback(bystander.wait)
        self._held.callback(bystander.kill)

    def execute(self, *cells: str) -> Seen:
        begun = time.monotonic()
        self.ran = run(notebook(*cells), self._profile)
        seconds = time.monotonic() - begun
        outputs = [output for cell in self.ran.cells for output in cell.outputs]
        good_time = self._profile.limits.wall_seconds + _GRACE
        size = len(json.dumps(outputs))
        told = len(self.ran.cells) == len(cells)
        return Seen(shown(self.ran), size, seconds, seconds < good_time, told)


def shown(ran: Run, *places: int) -> str:
    """What the cells showed, or those at the places; a traceback shows what they tried only."""
    cells = [ran.cells[place] for place in places] if places else ran.cells
    return "".join(
        json.dumps(output)
        for cell in cells
        for output in cell.outputs
        if output["output_type"] != "error"
    )


class Bare:
    """Without walls, in plain Python or in a Jupyter kernel read by who believes everything."""

    def __init__(self, python: Path | None = None, *, patience: float = 10.0) -> None:
        self._command = [sys.executable, "-u", str(_HERE / "plain.py")]
        if python is not None:
            self._command = [str(python), str(_HERE / "trusting.py")]
        self._patience = patience
        self._folder = Path(tempfile.mkdtemp(prefix="bare-", dir="/var/tmp"))
        self._keeper: subprocess.Popen[str] | None = None

    def __enter__(self) -> "Bare":
        return self

    def __exit__(self, *_: object) -> None:
        if self._keeper is not None:
            self._keeper.kill()
            self._keeper.communicate()
        # Not by Python, which folders in folders would take beyond its depth.
        subprocess.run(["rm", "-rf", str(self._folder)], check=True)

    def spawn(self, *command: str, **variables: str) -> None:
        self._order(spawn=command, variables=variables)

    def execute(self, *cells: str) -> Seen:
        number = secrets.token_hex(4)
        source, out, err = (self._folder / f"{kind}-{number}" for kind in ("cells", "out", "err"))
        source.write_text(json.dumps(cells))
        told = self._order(
            command=[*self._command, str(source)],
            out=str(out),
            err=str(err),
            patience=self._patience,
        )
        size = out.stat().st_size + err.stat().st_size
        # A child of the program may write on for as long as the world lasts.
        with out.open(errors="replace") as shown_so_far:
            text = shown_so_far.read(_LEGIBLE)
        last_words = source.with_suffix(".told").exists()
        return Seen(text, size, told["seconds"], told["ended"], last_words)

    def complaints(self) -> str:
        """What the code wrote to its stderr, for whoever asks why nothing fired."""
        return "".join(file.read_text(errors="replace") for file in self._folder.glob("err-*"))

    def _order(self, **order: Any) -> dict[str, Any]:
        keeper = self._started()
        assert keeper.stdin is not None
        assert keeper.stdout is not None
        keeper.stdin.write(json.dumps(order) + "\n")
        keeper.stdin.flush()
        return json.loads(keeper.stdout.readline())

    def _started(self) -> subprocess.Popen[str]:
        """The keeper; started late, so that it inherits what an observer has opened."""
        if self._keeper is None:
            work = self._folder / "work"
            work.mkdir()
            keep = (sys.executable, str(_HERE / "keeper.py"))
            apart = _APART if os.geteuid() == 0 else (*_APART, "--user", "--map-root-user")
            self._keeper = subprocess.Popen(
                [*apart, "sh", "-ec", _FURNISH, "sh", *keep],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                cwd=work,
                env={**os.environ, "HOME": str(work), "KEPT": _kept()},
                close_fds=False,
                start_new_session=True,  # Also what is done to its group is done to no other.
            )
        return self._keeper


def _kept() -> str:
    """Places beneath /tmp, which a world covers, that it cannot do without."""
    return " ".join(str(place) for place in _MADE_OF if place.is_relative_to("/tmp"))


class Plain:
    """Not even that: plain Python, for code that does no harm and is only looked at."""

    def __enter__(self) -> "Plain":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def execute(self, *cells: str) -> Seen:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder, "cells")
            source.write_text(json.dumps(cells))
            begun = time.monotonic()
            told = subprocess.run(
                [sys.executable, str(_HERE / "plain.py"), str(source)],
                capture_output=True,
                text=True,
                cwd=folder,
                timeout=20,
            )
            seconds = time.monotonic() - begun
            last_words = source.with_suffix(".told").exists()
        return Seen(told.stdout, len(told.stdout), seconds, True, last_words)
