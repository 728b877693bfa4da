"""Starting more processes and threads than are allowed; the bombs here stop by themselves."""

from . import observers
from .attack import Attack

_MOST = 40
_SEEN = 120
_LIMITS = {"processes": _MOST, "cell_seconds": 2}

ATTACKS = (
    Attack(
        "processes that fork as fast as they can",
        """
import os, time
publish(bait)
for _ in range(8):
    try:
        os.fork()
    except OSError:
        pass
time.sleep(3)
""",
        observers.crowd(_SEEN),
        ("processes",),
        _LIMITS,
    ),
    Attack(
        "a chain of processes, each of which leaves its parent",
        """
import os, time
publish(bait)
if os.fork() == 0:
    for number in range(400):
        try:
            if os.fork() == 0:
                os.setsid()
                time.sleep(2)
                os._exit(0)
        except OSError:
            time.sleep(0.01)
    os._exit(0)
time.sleep(3)
""",
        observers.crowd(_SEEN),
        ("processes",),
        _LIMITS,
    ),
    Attack(
        "threads",
        """
import threading, time
publish(bait)
started = 0
for _ in range(400):
    try:
        threading.Thread(target=time.sleep, args=(2,), daemon=True).start()
        started += 1
    except RuntimeError:
        pass
time.sleep(3)
""",
        observers.crowd(_SEEN),
        ("processes",),
        _LIMITS,
    ),
    Attack(
        "a shell that forks",
        """
import subprocess
publish(bait)
code = '''
printf %s "$0" > /proc/$$/comm
mkfifo pipe
for number in $(seq 200); do (read -t 2 nothing <> pipe) & done
wait
'''
subprocess.run(["bash", "-c", code, bait], stderr=subprocess.DEVNULL)
""",
        observers.crowd(_SEEN),
        ("processes", "finished", "timeout"),
        _LIMITS,
    ),
)
