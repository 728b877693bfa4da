"""Saying a secret in one run and hearing it in another: in the next, or in one beside it."""

from .attack import Whisper

# Left by one run for the next.
LEFTOVERS = (
    Whisper(
        "a file in the working folder",
        "open('left', 'w').write(bait)",
        "print(open('left').read())",
    ),
    Whisper(
        "a file in the home folder",
        "import os\nopen(os.path.expanduser('~/.left'), 'w').write(bait)",
        "import os\nprint(open(os.path.expanduser('~/.left')).read())",
    ),
    Whisper(
        "a file for what does not last",
        "open('/tmp/left', 'w').write(bait)",
        "print(open('/tmp/left').read())",
    ),
    Whisper(
        "a file in shared memory",
        "open('/dev/shm/left', 'w').write(bait)",
        "print(open('/dev/shm/left').read())",
    ),
    Whisper(
        "the start-up folder of IPython",
        "import os\nfolder = os.environ.get('IPYTHONDIR', os.path.expanduser('~/.ipython'))\n"
        "os.makedirs(folder + '/profile_default/startup', exist_ok=True)\n"
        "open(folder + '/profile_default/startup/left.py', 'w').write(f'print({bait!r})')",
        "import os\nfolder = os.environ.get('IPYTHONDIR', os.path.expanduser('~/.ipython'))\n"
        "print(open(folder + '/profile_default/startup/left.py').read())",
    ),
    Whisper(
        "a segment of shared memory",
        """
import ctypes
libc = ctypes.CDLL(None)
libc.shmat.restype = ctypes.c_void_p
place = libc.shmat(libc.shmget(0x1EF7, 4096, 0o1666), None, 0)
ctypes.memmove(place, bait.encode(), len(bait))
""",
        """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
segment = libc.shmget(0x1EF7, 0, 0)
if segment < 0:
    raise OSError(ctypes.get_errno(), "no segment")
print(ctypes.string_at(libc.shmat(segment, None, 0), 64))
""",
    ),
    Whisper(
        "a message in a queue",
        """
import ctypes
libc = ctypes.CDLL(None)
message = (1).to_bytes(8, "little") + bait.encode()
libc.msgsnd(libc.msgget(0x1EF7, 0o1666), message, len(bait), 0o4000)
""",
        """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
room = ctypes.create_string_buffer(200)
if libc.msgrcv(libc.msgget(0x1EF7, 0), room, 100, 0, 0o4000) < 0:
    raise OSError(ctypes.get_errno(), "no message")
print(room.raw)
""",
    ),
    Whisper(
        "an abstract socket that is kept open",
        """
import os, socket, threading
server = socket.socket(socket.AF_UNIX)
server.bind("\\0left")
server.listen()
if os.fork() == 0:
    while True: server.accept()[0].sendall(bait.encode())
""",
        "import socket\nwith socket.socket(socket.AF_UNIX) as caller:\n"
        "    caller.connect('\\0left')\n    print(caller.recv(100))",
    ),
    Whisper(
        "a changed built-in",
        "import builtins\nbuiltins.left = bait",
        "try: print(left)\nexcept NameError: pass",
    ),
    Whisper(
        "a changed module",
        "import calendar\ncalendar.leapdays = lambda *_: bait",
        "import calendar\nprint(calendar.leapdays(1, 2))",
    ),
    Whisper(
        "a module that was put in",
        "import sys, types\nsys.modules['left'] = types.SimpleNamespace(secret=bait)",
        "import sys\nprint(getattr(sys.modules.get('left'), 'secret', ''))",
    ),
    Whisper(
        "a variable of the environment",
        "import os\nos.environ['LEFT'] = bait",
        "import os\nprint(os.environ.get('LEFT'))",
    ),
    Whisper(
        "a file among the packages",
        """
import os, site, sys
for folder in sys.path:
    try:
        if "bare-" not in folder: continue
        open(folder + "/left_behind.py", "w").write(f"secret = {bait!r}")
    except OSError:
        pass
for folder in ("/opt/environment/lib/python3.11/site-packages", "."):
    try:
        open(folder + "/left_behind.py", "w").write(f"secret = {bait!r}")
    except OSError:
        pass
""",
        """
import sys
sys.path.append(".")
try:
    import left_behind
    print(left_behind.secret)
except ImportError:
    pass
""",
    ),
    Whisper(
        "memory that was used before",
        "kept = [(bait + '.').encode() * 50 for _ in range(50)]",
        """
import re
memory = open("/proc/self/mem", "rb", buffering=0)
for line in open("/proc/self/maps"):
    words = line.split()
    if not words[1].startswith("rw"):
        continue
    begin, end = (int(word, 16) for word in words[0].split("-"))
    try:
        memory.seek(begin)
        found = re.search(rb"secret-[0-9a-f]{32}[.]", memory.read(end - begin))
    except OSError:
        continue
    if found:
        print(found[0])
        break
""",
    ),
)

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
    Whisper(
        "locks on files that both can read",
        f"""{_BITS}
import fcntl
kept = [open(path, "rb") for path in CHOSEN]
for file in kept:
    fcntl.flock(file, fcntl.LOCK_EX)
""",
        f"""{_PATIENTLY}
import fcntl
def locked(path):
    with open(path, "rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
print(number([locked(path) for path in PLACES]))
""",
    ),
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
import ctypes, struct
libc = ctypes.CDLL(None, use_errno=True)
eye = libc.inotify_init1(os.O_NONBLOCK)
if eye < 0:
    raise OSError(ctypes.get_errno(), "no watch")
watches = [libc.inotify_add_watch(eye, path.encode(), 0x20) for path in PLACES]
time.sleep(0.5)
seen = set()
try:
    told = os.read(eye, 65536)
    while told:
        watch, _, _, length = struct.unpack_from("iIII", told)
        seen.add(watch)
        told = told[16 + length:]
except BlockingIOError:
    pass
print(number([watch in seen for watch in watches]))
""",
    ),
)
