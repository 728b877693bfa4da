"""Holding more memory than is allowed, in every way there is to hold some."""

from . import observers
from .attack import Attack

LIMIT = 200 * observers.MIB
_ASKED = 600  # MiB; without walls all of it is held for a moment.
_SEEN = 400

_LIMITS = {"memory_bytes": LIMIT, "cell_seconds": 10}


def _attack(name: str, code: str, *endings: str) -> Attack:
    code = f"import time\nasked = {_ASKED}\npublish(bait)\n{code}\ntime.sleep(0.4)\npublish('over')"
    return Attack(name, code, observers.held(_SEEN), endings or ("memory",), _LIMITS)


# What these may hold in files is bounded by the size of the folder: the cell gets an error,
# or a signal when it holds the file as memory.
_FULL = ("finished", "crashed", "memory")

ATTACKS = (
    _attack(
        "bit by bit",
        """
kept = []
for number in range(asked // 10):
    kept.append(b"x" * 10 * 2**20)
    publish(f"{bait}.{10 * (number + 1)}")
""",
    ),
    _attack(
        "at once",
        "kept = b'x' * (asked * 2**20)\npublish(f'{bait}.{asked}')",
    ),
    _attack(
        "mapped memory",
        """
import mmap
kept = mmap.mmap(-1, asked * 2**20, mmap.MAP_SHARED | mmap.MAP_ANONYMOUS)
for number in range(0, asked * 2**20, 4096):
    kept[number] = 1
    if number % 2**22 == 0:
        publish(f"{bait}.{number // 2**20}")
""",
    ),
    _attack(
        "files in memory",
        """
import os
kept = [os.memfd_create(str(number)) for number in range(asked // 20)]
for number, file in enumerate(kept):
    os.write(file, bytes(20 * 2**20))
    publish(f"{bait}.{20 * (number + 1)}")
""",
    ),
    _attack(
        "System V's shared memory",
        """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
for number in range(asked // 20):
    segment = libc.shmget(0, 20 * 2**20, 0o1600)
    place = libc.shmat(segment, None, 0)
    if segment < 0 or place in (None, 2**64 - 1):
        raise OSError(ctypes.get_errno(), "no segment")
    ctypes.memset(place, 1, 20 * 2**20)
    publish(f"{bait}.{20 * (number + 1)}")
""",
    ),
    _attack(
        "POSIX's shared memory",
        """
from multiprocessing.shared_memory import SharedMemory
kept = []
for number in range(asked // 10):
    segment = SharedMemory(create=True, size=10 * 2**20)
    segment.buf[:] = b"x" * segment.size
    kept.append(segment)
    publish(f"{bait}.{10 * (number + 1)}")
""",
        *_FULL,
    ),
    _attack(
        "files in the folders kept in memory",
        """
import os, tempfile
written = 0
for folder in ("/dev/shm", "/tmp", tempfile.gettempdir(), os.path.expanduser("~"), "."):
    for number in range(asked // 40):
        try:
            with open(f"{folder}/fill-{number}", "wb") as file:
                file.write(b"x" * 10 * 2**20)
        except OSError:
            break
        written += 10
        publish(f"{bait}.{written}")
""",
        *_FULL,
    ),
    _attack(
        "many processes with a little each",
        """
import os
for number in range(12):
    if os.fork() == 0:
        publish("waits")
        kept = b"x" * (asked // 12 * 2**20)
        publish(f"{bait}.{asked // 12}")
        time.sleep(2)
        os._exit(0)
time.sleep(2)
""",
        "memory",
        "crashed",
        "finished",  # When the host chose the children to die, and the kernel lived on.
    ),
    _attack(
        "what is under way in sockets",
        """
import socket
kept, sent = [], 0
for number in range(480):
    for one in socket.socketpair():
        one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**22)
        one.setblocking(False)
        kept.append(one)
        try:
            while True:
                sent += one.send(bytes(2**16))
        except BlockingIOError:
            pass
    publish(f"{bait}.{sent // 2**20}")
    if sent > asked * 2**20:
        break
""",
        "memory",
        "crashed",
        "finished",
    ),
)
