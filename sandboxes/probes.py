"""Forbidden acts, as notebook cells: what the self-test tries behind the walls."""

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
import ctypes, socket
libc = ctypes.CDLL(None, use_errno=True)
reached = []
for name, arguments in (
    ("unshare", (0x10000000,)),
    ("mount", (b"none", b"/scratch", b"tmpfs", 0, None)),
    ("ptrace", (0, 0, None, None)),
    ("setns", (0, 0)),
    ("personality", (0x0040000,)),
    ("process_vm_readv", (1, None, 0, None, 0, 0)),
):
    ctypes.set_errno(0)
    if getattr(libc, name)(*arguments) != -1 or ctypes.get_errno() not in (1, 38):
        reached.append(name)
for family, kind, protocol in ((16, 3, 15), (17, 3, 0), (38, 5, 0), (40, 1, 0), (2, 3, 1)):
    try:
        socket.socket(family, kind, protocol).close()
        reached.append("socket family " + str(family))
    except OSError:
        pass
print(", ".join(reached) or "held")
""",
    "environment": """
import os
kept = {{"PATH", "HOME", "TMPDIR", "LANG", "PWD", "TERM", "PAGER", "LD_LIBRARY_PATH"}}
ours = ("XDG_", "IPYTHON", "MPL", "OMP_", "OPENBLAS_", "CLICOLOR", "GIT_", "FORCE_")
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
}

# Each of these must end its run in the way that is named beside it.
EXCESSES: dict[str, str] = {
    "timeout": "while True: pass",
    "memory": "held = [bytearray(16 * 2**20) for _ in range(4096)]",
    "output": "while True: print('x' * 1000, flush=True)",
    "processes": """
import os, time
while True:
    try:
        if os.fork() == 0:
            time.sleep(60)
    except OSError:
        pass
""",
}
