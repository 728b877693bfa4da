"""Showing more than anybody wants to read, without end or in one go."""

from . import observers
from .attack import Attack

_MOST = observers.MIB
_LIMITS = {"cell_output_bytes": 2**16, "cell_seconds": 8, "wall_seconds": 15}


def _attack(name: str, code: str, *, jupyter: bool = False, limits: dict | None = None) -> Attack:
    limits = {**_LIMITS, **(limits or {})}
    return Attack(name, code, observers.flood(_MOST), ("output",), limits, jupyter, patience=10)


ATTACKS = (
    _attack("printing", "while True: print('x' * 1000, flush=True)"),
    _attack(
        "printing single letters",
        "while True:\n    for _ in range(1000): print(end='x')\n    print(end='', flush=True)",
    ),
    _attack(
        "complaining", "import sys\nwhile True: print('x' * 1000, file=sys.stderr, flush=True)"
    ),
    _attack("writing past Python", "import os\nwhile True: os.write(1, b'x' * 1000)"),
    _attack(
        "a program of the system",
        "import subprocess, sys\nprint('begun', flush=True)\nsubprocess.run(['yes', 'x' * 1000])",
    ),
    _attack("one huge line", "print('x' * 3_000_000)"),
    _attack(
        "one line larger than a frame", "print('x' * 3_000_000)", limits={"frame_bytes": 2**17}
    ),
    _attack("a huge error", "raise ValueError('x' * 3_000_000)"),
    _attack(
        "threads that print",
        """
import threading
def shout():
    while True: print("x" * 1000, flush=True)
for _ in range(4): threading.Thread(target=shout, daemon=True).start()
shout()
""",
    ),
    _attack("a huge result", "'x' * 3_000_000", jupyter=True),
    _attack("displaying", "while True: display('x' * 1000)", jupyter=True),
    _attack(
        "displaying and clearing",
        """
from IPython.display import clear_output
while True:
    print("x" * 1000)
    clear_output(wait=True)
""",
        jupyter=True,
    ),
    _attack(
        "changing what is displayed",
        """
shown = display("x", display_id=True)
while True: shown.update("x" * 1000)
""",
        jupyter=True,
    ),
    _attack(
        "a huge picture",
        "from IPython.display import Image\ndisplay(Image(b'x' * 3_000_000, format='png'))",
        jupyter=True,
    ),
    _attack(
        "comms",
        "import ipykernel.comm\nwhile True: ipykernel.comm.Comm(data={'x': 'x' * 1000})",
        jupyter=True,
    ),
    _attack(
        "messages on one comm",
        """
import ipykernel.comm
comm = ipykernel.comm.Comm()
while True: comm.send({"x": "x" * 1000}, buffers=[b"x" * 1000])
""",
        jupyter=True,
    ),
    _attack(
        "messages of a kind that nobody knows",
        """
kernel = get_ipython().kernel
parent = kernel.get_parent()
while True:
    kernel.session.send(kernel.iopub_socket, "nonsense", {"x": "x" * 1000}, parent=parent)
""",
        jupyter=True,
    ),
)
