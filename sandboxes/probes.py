"""Forbidden acts, as notebook cells: what the self-test tries behind the walls."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from sandboxes.outcome import Ending

# Each cell of ACTS prints "held" or what it managed to do. They share one kernel, and
# {names in braces} are filled in with what exists on the host at hand.
ACTS: dict[str, str] = {
    "reading outside": """
import os
reached = []
for path in {outside!r}:
    try:
        open(path, "rb").read(1)
        reached.append("read " + path)
    except OSError:
        pass
reached += ["entered " + path for path in ("/root", "/home") if os.path.exists(path)]
print(", ".join(reached) or "held")
""",
    "writing outside": """
import os
reached = []
for folder in ("/", "/usr", "/usr/lib", "/etc", "/opt", "/opt/environment/lib", "/dev", "/var"):
    try:
        open(folder + "/sandbox-self-test", "w").close()
        reached.append("wrote into " + folder)
        os.remove(folder + "/sandbox-self-test")
    except OSError:
        pass
print(", ".join(reached) or "held")
""",
    "network": """
import socket
reached = [name for _, name in socket.if_nameindex() if name != "lo"]
for family, kind, address in (
    (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", {port})),
    (socket.AF_INET, socket.SOCK_DGRAM, ("192.0.2.1", 9)),
    (socket.AF_UNIX, socket.SOCK_STREAM, {abstract!r}),
):
    with socket.socket(family, kind) as tried:
        tried.settimeout(1)
        try:
            tried.connect(address)
            reached.append("connected to " + repr(address))
        except OSError:
            pass
print(", ".join(reached) or "held")
""",
    "other processes": """
import os
seen = [name for name in os.listdir("/proc") if name.isdigit()]
print("held" if len(seen) < 5 and "1" in seen else "saw " + str(len(seen)) + " processes")
""",
    "privileges": """
import os
status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines())
reached = [n for n in ("CapPrm", "CapEff", "CapBnd", "CapAmb") if int(status[n], 16)]
wanted = {{"NoNewPrivs": 1, "Seccomp": 2}}
reached += [n + " " + status[n] for n in wanted if int(status[n]) != wanted[n]]
try:
    os.setuid(0)
    reached.append("became root")
except OSError:
    pass
print(", ".join(reached) or "held")
""",
    "system calls": """
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
reached = []
for name, number in {calls!r}:
    ctypes.set_errno(0)
    answer = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(0)] * 6)
    if answer != -1 or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS):
        reached.append(name)
print(", ".join(reached) or "held")
""",
    "new namespaces": """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
kinds = (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000)
reached = [hex(kind) for kind in kinds if libc.unshare(kind) == 0]
print(", ".join(reached) or "held")
""",
    "sockets": """
import socket
reached = []
for family, kind, protocol in (
    (16, 3, 15), (16, 3, 9), (17, 3, 0), (38, 5, 0), (40, 1, 0), (2, 3, 1), (10, 3, 58), (44, 3, 0)
):
    try:
        socket.socket(family, kind, protocol).close()
        reached.append("family " + str(family))
    except OSError:
        pass
print(", ".join(reached) or "held")
""",
    "control of the first process": """
import os
reached = []
for name in ("mem", "environ", "fd/0", "fd/3", "cwd"):
    try:
        os.close(os.open("/proc/1/" + name, os.O_RDONLY))
        reached.append("opened its " + name)
    except OSError:
        pass
# Whether or not the host takes them: if one worked, no more is told.
for signal in (1, 2, 3, 6, 10, 11, 12, 13, 14, 15, 17, 19, 20, 9):
    try:
        os.kill(1, signal)
    except OSError:
        pass
if open("/proc/1/stat").read().rpartition(")")[2].split()[0] in "Tt":
    reached.append("stopped it")
print(", ".join(reached) or "held")
""",
    "environment": """
import os
kept = {{"PATH", "HOME", "TMPDIR", "LANG", "PWD", "TERM", "PAGER", "LD_LIBRARY_PATH"}}
ours = ("XDG_", "IPYTHON", "MPL", "PLOTLY_", "OMP_", "OPENBLAS_", "JE_")
ours += ("CLICOLOR", "GIT_", "FORCE_")
other = [name for name in os.environ if name not in kept and not name.startswith(ours)]
print(", ".join(other) or "held")
""",
    "file size": """
reached = "a file of " + str({file_bytes}) + " bytes"
try:
    with open("large", "wb") as large:
        for _ in range({file_bytes} // 65536 + 2):
            large.write(bytes(65536))
    print(reached)
except OSError:
    print("held")
""",
    "scratch size": """
import os
written = 0
try:
    for number in range({scratch_bytes} // 65536 + 2):
        with open("part-" + str(number), "wb") as part:
            written += part.write(bytes(65536))
    print(str(written) + " bytes written")
except OSError:
    print("held")
for name in os.listdir("."):
    os.remove(name)
""",
    "scratch inodes": """
import os
os.mkdir("many")
try:
    for number in range({scratch_inodes} + 2):
        open("many/" + str(number), "w").close()
    print(str(number) + " files made")
except OSError:
    print("held")
""",
}


class Excess(NamedTuple):
    """A cell that goes beyond a limit, the ending it must come to and words of its message."""

    code: str
    ending: Ending
    told: str
    limits: Mapping[str, float] = MappingProxyType({})


EXCESSES: dict[str, Excess] = {
    "cell time": Excess(
        # One that could be interrupted would end, and the run go on.
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
        Ending.timeout,
        "A cell ran longer",
        {"cell_seconds": 1},
    ),
    "run time": Excess(
        "import time\ntime.sleep(60)", Ending.timeout, "notebook ran longer", {"wall_seconds": 1}
    ),
    "processor time": Excess(
        "import os\nfor _ in range(3): os.fork()\nwhile True: pass",
        Ending.timeout,
        "processor time",
        {"cpu_seconds": 1},
    ),
    "memory": Excess(
        "held = [bytearray(16 * 2**20) for _ in range(4096)]", Ending.memory, "memory"
    ),
    "memory in files": Excess(
        """
import os
held = []
while True:
    held.append(os.memfd_create("held"))
    os.write(held[-1], bytes(2**19))
""",
        Ending.memory,
        "memory",
    ),
    "output": Excess("while True: print('x' * 1000, flush=True)", Ending.output, "bytes of output"),
    "size of one output": Excess("print('x' * 300_000)", Ending.output, "output"),
    "processes": Excess(
        """
import os, time
try:
    while True:
        if os.fork() == 0:
            time.sleep(60)
except OSError:
    os._exit(1)
""",
        Ending.processes,
        "processes or threads",
    ),
}
