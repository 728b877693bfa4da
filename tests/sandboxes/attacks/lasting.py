"""Going on for longer than is allowed, asleep or at work, and not listening to signals."""

from . import observers
from .attack import Attack

# Without walls it goes on when we lose patience; behind them it has ended long before, however
# busy the machine that tests.
_PATIENCE, _LONG = 2.6, 12.0

_CELL = {"cell_seconds": 1}
_STUBBORN = """
import signal
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
"""


def _attack(name: str, code: str, limits: dict | None = None) -> Attack:
    return Attack(
        name,
        code,
        observers.outlasting(_LONG),
        ("timeout", "finished"),  # What can be interrupted is, and the run goes on.
        limits or _CELL,
        patience=_PATIENCE,
    )


def _stubborn(name: str, code: str) -> Attack:
    code = f"publish(bait)\n{_STUBBORN}\n{code}"
    return Attack(name, code, observers.survivors(), ("timeout",), _CELL, patience=1)


ATTACKS = (
    _attack("sleeping", "import time\ntime.sleep(20)"),
    _attack("spinning", "while True: pass"),
    _attack("spinning where Python cannot be interrupted", "sum(range(10**11))"),
    _attack("waiting for what never comes", "import threading\nthreading.Event().wait()"),
    _attack("waiting for a child", "import subprocess\nsubprocess.run(['sleep', '20'])"),
    _attack("stopping itself", "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)", _CELL),
    _attack(
        "spinning in many processes",
        "import os\nos.fork()\nos.fork()\nwhile True: pass",
        {"cpu_seconds": 1, "cell_seconds": 8},
    ),
    _attack(
        "spinning in threads that hold no lock",
        """
import hashlib, threading
def work():
    while True: hashlib.sha256(bytes(2**20))
for _ in range(3): threading.Thread(target=work, daemon=True).start()
work()
""",
        {"cpu_seconds": 1, "cell_seconds": 8},
    ),
    _stubborn("deaf to signals", "while True: pass"),
    _stubborn(
        "deaf to exceptions",
        """
while True:
    try:
        while True: pass
    except BaseException:
        pass
""",
    ),
    _stubborn(
        "deaf in C",
        """
import ctypes
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
ctypes.CDLL(None).sleep(20)
""",
    ),
)
