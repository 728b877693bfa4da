"""The first process of a world without walls: runs what it is told to and minds the time.

A program of its own, run as ``keeper.py FOLDER``. When its caller goes, so does it, and
with it everything in its process namespace.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

_TOO_MUCH = 2 * 2**20
# The program is looked after as a worker looks after what it runs.
_SUPERVISOR = "import subprocess, sys; subprocess.run(sys.argv[1:], close_fds=False)"


def main() -> None:
    """Obey one line of JSON after another until there are no more."""
    signal.signal(signal.SIGINT, lambda *_: None)  # The host spares it all other signals.
    for line in sys.stdin:
        order = json.loads(line)
        if "spawn" in order:
            spawn(**order)
            answer = {}
        else:
            answer = execute(**order)
        print(json.dumps(answer), flush=True)


def spawn(spawn: list[str], variables: dict[str, str]) -> None:
    """Start a bystander."""
    subprocess.Popen(spawn, env={**os.environ, **variables}, stdin=subprocess.DEVNULL)


def execute(command: list[str], out: str, err: str, patience: float) -> dict:
    """Run a program to its end, or until it has run or written too long."""
    begun = time.monotonic()
    with open(out, "wb") as shown, open(err, "wb") as complained:
        supervisor = subprocess.Popen(
            [sys.executable, "-c", _SUPERVISOR, *command],
            stdin=subprocess.DEVNULL,
            stdout=shown,
            stderr=complained,
            close_fds=False,
        )
    while supervisor.poll() is None and time.monotonic() < begun + patience:
        if Path(out).stat().st_size + Path(err).stat().st_size > _TOO_MUCH:
            break
        time.sleep(0.02)
    ended = supervisor.poll() is not None
    seconds = time.monotonic() - begun
    if not ended:
        ask_to_end(supervisor.pid)
    return {"ended": ended, "seconds": seconds}


def ask_to_end(supervisor: int) -> None:
    """What whoever has no walls can do about a program that does not end: ask."""
    children = Path(f"/proc/{supervisor}/task/{supervisor}/children")
    for number in children.read_text().split():
        for kind in (signal.SIGINT, signal.SIGTERM):
            try:
                os.kill(int(number), kind)
            except ProcessLookupError:
                return
            time.sleep(0.1)


if __name__ == "__main__":
    main()
