"""Ending abruptly, and hurting those that look after the code or stand nearby."""

from . import observers
from .attack import Attack

_ANY = ("finished", "crashed", "timeout")
_LIMITS = {"cell_seconds": 2, "wall_seconds": 6}


def _end(name: str, code: str) -> Attack:
    """Without walls, whoever runs the code in his own process dies with it."""
    return Attack(name, code, observers.death_of_the_reader(), ("crashed",), {"cell_seconds": 10})


def _harm(name: str, code: str) -> Attack:
    code = f"import os, signal, time\npublish(bait)\n{code}"
    return Attack(name, code, observers.harm(), _ANY, _LIMITS, patience=2)


ATTACKS = (
    _end("leaving", "import os\nos._exit(3)"),
    _end("killing itself", "import os\nos.kill(os.getpid(), 9)"),
    _end("a segmentation fault", "import ctypes\nctypes.string_at(0)"),
    _end("aborting", "import os\nos.abort()"),
    _end(
        "a stack without end",
        """
import sys
sys.setrecursionlimit(10**9)
def deeper():
    return [*map(lambda _: deeper(), [0])]
deeper()
""",
    ),
    _end("another program in its place", "import os\nos.execvp('true', ['true'])"),
    _end(
        "an alarm", "import signal, time\nsignal.setitimer(signal.ITIMER_REAL, 0.1)\ntime.sleep(9)"
    ),
    _harm("killing all that can be seen", "os.kill(-1, signal.SIGKILL)"),
    _harm("stopping all that can be seen", "os.kill(-1, signal.SIGSTOP)"),
    _harm(
        "killing its parent",
        """
for pid in (1, os.getppid()):
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError:
        pass
time.sleep(1)
""",
    ),
    _harm(
        "stopping its parent",
        """
for pid in (1, os.getppid()):
    try:
        os.kill(pid, signal.SIGSTOP)
    except OSError:
        pass
""",
    ),
    _harm(
        "sending every signal to its parent and the first of all",
        """
for number in range(1, 65):
    for pid in {1, os.getppid()}:
        try:
            os.kill(pid, number)
        except OSError:
            pass
time.sleep(0.5)
""",
    ),
    _harm("stopping its own group", "os.killpg(os.getpgid(os.getppid()), signal.SIGSTOP)"),
    _harm(
        "killing every number there is",
        """
for pid in range(2, 2**15):
    if pid != os.getpid():
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            pass
""",
    ),
    _harm(
        "killing its parent by a handle",
        """
signal.pidfd_send_signal(os.pidfd_open(os.getppid()), signal.SIGKILL)
time.sleep(1)
""",
    ),
    _harm(
        "strangling its parent by limits",
        """
import resource
resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (0, 0))
resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (0, 0))
os.kill(os.getppid(), signal.SIGSTOP)
""",
    ),
)
