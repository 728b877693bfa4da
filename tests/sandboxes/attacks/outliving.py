"""Living on when the run is over, however it ended."""

from . import observers
from .attack import Attack

_DEAF = """
import os, signal, time
def leave(stay=lambda: time.sleep(30)):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in range(1, 65):
                try:
                    signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError):
                    pass
            publish(bait)
            nowhere = os.open(os.devnull, os.O_RDWR)
            for descriptor in range(3):
                os.dup2(nowhere, descriptor)
            stay()
        os._exit(0)
"""


def _attack(name: str, code: str, ending: str = "finished") -> Attack:
    code = f"{_DEAF}{code}\n"
    # What ends by itself may take its time on a busy machine.
    patience = 2.5 if ending == "timeout" else 10.0
    limits = {"cell_seconds": 2}
    # A cell that never ends is stopped, and the run then finishes.
    endings = (ending, "finished") if ending == "timeout" else (ending,)
    return Attack(name, code, observers.survivors(), endings, limits, patience=patience)


ATTACKS = (
    _attack("a child of a child in a session of its own", "leave()\ntime.sleep(0.5)"),
    _attack("when the kernel leaves", "leave()\ntime.sleep(0.5)\nos._exit(0)", "crashed"),
    _attack("when the cell never ends", "leave()\nwhile True: time.sleep(1)", "timeout"),
    _attack(
        "by fleeing into ever new processes",
        """
def flee():
    while True:
        if os.fork():
            os._exit(0)
        time.sleep(0.03)
leave(flee)
time.sleep(0.5)
""",
    ),
    _attack(
        "asleep by a signal",
        "leave(lambda: os.kill(os.getpid(), signal.SIGSTOP))\ntime.sleep(0.5)",
    ),
    _attack(
        "as another program",
        """
import subprocess
subprocess.Popen(
    ["bash", "-c", 'trap "" 1 2 3 15; exec -a "$0" sleep 30', bait],
    start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
)
time.sleep(0.5)
""",
    ),
    _attack(
        "as a sibling instead of a child",
        """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
CLONE_PARENT = 0x8000
publish(bait)
if libc.syscall(56, CLONE_PARENT | signal.SIGCHLD, 0, 0, 0, 0) == 0:
    libc.sleep(30)
    libc._exit(0)
publish("over")
time.sleep(0.5)
""",
    ),
)
