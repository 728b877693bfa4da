"""Becoming more than a learner: another user, another namespace, a master of the host."""

from . import observers
from .attack import Attack

_WON = "succeeded"


def _attack(name: str, code: str) -> Attack:
    return Attack(name, f"{code}\nprint({_WON!r})", observers.says(_WON), needs_root=True)


def _program(name: str, *command: str) -> Attack:
    code = f"""
import subprocess
told = subprocess.run({command!r}, capture_output=True, text=True)
if told.returncode:
    raise OSError(told.stderr)"""
    return _attack(name, code)


ATTACKS = (
    _attack("the user root", "import os\nos.setuid(0)"),
    _attack("the effective user root", "import os\nos.setresuid(-1, 0, -1)"),
    _attack("the group root", "import os\nos.setgid(0)"),
    _attack("another user", "import os\nos.setreuid(1, 1)"),
    _attack("groups of its own choice", "import os\nos.setgroups([0, 4, 6])"),
    _attack("a higher priority", "import os\nos.setpriority(os.PRIO_PROCESS, 0, -5)"),
    _attack(
        "to be spared when memory runs out",
        "open('/proc/self/oom_score_adj', 'w').write('-900')",
    ),
    _attack("another root", "import os\nos.chroot('/')"),
    _attack("another name for the host", "import socket\nsocket.sethostname('taken')"),
    _attack(
        "a setting of the host",
        "open('/proc/sys/kernel/hostname', 'w').write('taken')",
    ),
    _attack(
        "a disk",
        "import os\nos.close(os.open('/dev/' + os.listdir('/sys/block')[0], os.O_RDONLY))",
    ),
    _attack(
        "a disk by a device file of its own",
        "import os, stat\n"
        "for name in sorted(os.listdir('/sys/block'), reverse=True):\n"
        "    if name[:2] in ('vd', 'sd', 'nv', 'xv', 'lo', 'ra'): break\n"
        "numbers = open(f'/sys/block/{name}/dev').read().split(':')\n"
        "os.mknod('disk', stat.S_IFBLK | 0o600, os.makedev(*map(int, numbers)))",
    ),
    _attack("the log of the host", "open('/dev/kmsg', 'rb')"),
    _program("root in a user namespace", "unshare", "-Ur", "true"),
    _program("a network in a user namespace", "unshare", "-Urn", "true"),
    _program("a mount", "mount", "-t", "tmpfs", "none", "/mnt"),
    _program("a mount in a user namespace", "unshare", "-Urm", "mount", "-t", "tmpfs", "x", "/mnt"),
    _program("a second view of a folder", "mount", "--bind", "/tmp", "/mnt"),
    _program("the namespaces of the first process", "nsenter", "-t", "1", "-m", "-u", "-i", "true"),
)

# Tries to become more, then stands still for whoever looks at it from outside.
GRAB = """
import ctypes, os, time
libc = ctypes.CDLL(None, use_errno=True)
for become in (os.setuid, os.setgid, os.seteuid):
    try:
        become(0)
    except OSError:
        pass
class Head(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]
libc.capset(ctypes.byref(Head(0x20080522, 0)), (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6))
libc.prctl(38, 0, 0, 0, 0)
publish(bait)
time.sleep(1)
"""
