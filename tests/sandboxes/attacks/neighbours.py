"""Saying a secret in one run and hearing it in another that runs at the same time."""

from .attack import Whisper
from .leftovers import LEFTOVERS

# The listener asks a few times. What can only be seen or not seen says one bit of the
# secret's beginning for each of these files, which every run sees.
_PATIENTLY = """
import glob, os, time
readable = [path for path in sorted(glob.glob("/usr/bin/*")) if os.access(path, os.R_OK)]
PLACES = sorted({os.stat(path).st_ino: path for path in readable}.values())[-24:]
def number(bits):
    return f"{sum(bit << place for place, bit in enumerate(bits)):06x}"
def listen(attempt):
    for _ in range(5):
        try:
            print(attempt())
            return
        except OSError:
            time.sleep(0.1)
"""
_BITS = """
import glob, os
readable = [path for path in sorted(glob.glob("/usr/bin/*")) if os.access(path, os.R_OK)]
PLACES = sorted({os.stat(path).st_ino: path for path in readable}.values())[-24:]
value = int(bait.removeprefix("secret-")[:6], 16)
CHOSEN = [path for place, path in enumerate(PLACES) if value >> place & 1]
"""


def _again(leftover: str) -> Whisper:
    """What is left for the next run may also be found by one that runs at the same time."""
    found = next(whisper for whisper in LEFTOVERS if whisper.name == leftover)
    listens = "".join(f"    {line}\n" for line in found.listens.strip().splitlines())
    listens = f"{_PATIENTLY}def attempt():\n{listens}    return ''\nlisten(attempt)"
    return Whisper(found.name, found.tells, listens)


NEIGHBOURS = (
    _again("a file for what does not last"),
    _again("a file in shared memory"),
    _again("a segment of shared memory"),
    _again("a message in a queue"),
    _again("an abstract socket that is kept open"),
    Whisper(
        "a port of the loopback",
        """
import socket, threading
server = socket.create_server(("127.0.0.1", 41973))
def answer():
    while True: server.accept()[0].sendall(bait.encode())
threading.Thread(target=answer, daemon=True).start()
""",
        f"""{_PATIENTLY}
import socket
listen(lambda: socket.create_connection(("127.0.0.1", 41973), 1).recv(100))
""",
    ),
    Whisper(
        "datagrams to everybody",
        """
import socket, threading, time
def call():
    caller = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    while True:
        try:
            caller.sendto(bait.encode(), ("127.0.0.1", 41974))
        except OSError:
            pass
        time.sleep(0.05)
threading.Thread(target=call, daemon=True).start()
""",
        f"""{_PATIENTLY}
import socket
ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
ear.settimeout(0.2)
ear.bind(("127.0.0.1", 41974))
listen(lambda: ear.recv(100))
""",
    ),
    Whisper(
        "a socket by its path",
        """
import os, socket, threading
server = socket.socket(socket.AF_UNIX)
server.bind("/tmp/meet")
server.listen()
def answer():
    while True: server.accept()[0].sendall(bait.encode())
threading.Thread(target=answer, daemon=True).start()
""",
        f"""{_PATIENTLY}
import socket
caller = socket.socket(socket.AF_UNIX)
def attempt():
    caller.connect("/tmp/meet")
    return caller.recv(100)
listen(attempt)
""",
    ),
    Whisper(
        "the name of a process",
        "import os, time\nif os.fork() == 0:\n    publish(bait.removeprefix('secret-')[:12])\n"
        "    time.sleep(60)\n    os._exit(0)",
        """
import glob
for place in glob.glob("/proc/[0-9]*/comm"):
    try:
        print(open(place).read())
    except OSError:
        pass
""",
    ),
    Whisper(
        "signals",
        """
import os, signal, threading, time
def call():
    others = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    while True:
        for pid in {*others, *range(2, 3000)} - {os.getpid()}:
            try:
                os.kill(pid, signal.SIGURG)
            except OSError:
                pass
        time.sleep(0.05)
threading.Thread(target=call, daemon=True).start()
""",
        """
import signal, time
def hear(*_):
    global heard
    heard = True
heard = False
signal.signal(signal.SIGURG, hear)
time.sleep(0.5)
signal.signal(signal.SIGURG, signal.SIG_DFL)
if heard: print("a signal was heard")
""",
    ),
    # Locks on files that both can read are missing here: docs/threat-model.md says why.
    Whisper(
        "a watch over files that both can read",
        f"""{_BITS}
import threading, time
def open_and_close():
    while True:
        for path in CHOSEN:
            open(path, "rb").close()
        time.sleep(0.05)
threading.Thread(target=open_and_close, daemon=True).start()
""",
        f"""{_PATIENTLY}
import collections, ctypes, select, struct
libc = ctypes.CDLL(None, use_errno=True)
eye = libc.inotify_init1(os.O_NONBLOCK)
if eye < 0:
    raise OSError(ctypes.get_errno(), "no watch")
watches = [libc.inotify_add_watch(eye, path.encode(), 0x20) for path in PLACES]
# A program that is started opens its file too, but not every moment.
select.select([eye], [], [], 2)
for _ in range(4):
    time.sleep(0.5)
    opened = collections.Counter()
    try:
        told = os.read(eye, 65536)
        while told:
            watch, _, _, length = struct.unpack_from("iIII", told)
            opened[watch] += 1
            told = told[16 + length:]
    except BlockingIOError:
        break
    print(number([opened[watch] > 2 for watch in watches]))
""",
    ),
)
