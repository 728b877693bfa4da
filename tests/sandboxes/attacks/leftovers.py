"""Leaving a secret behind in one run, for the next one to find."""

from .attack import Whisper

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
