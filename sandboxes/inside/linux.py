"""The host's calls that Python does not offer: namespaces, mounts, rights and filters.

Sources: the manual pages clone(2), mount(2), mount_setattr(2), pivot_root(2), capabilities(7),
prctl(2), seccomp(2). Each call raises OSError with the host's own error number.
"""

import ctypes
import fcntl
import os
import platform
import socket
import struct
from collections.abc import Callable

NEW_NAMESPACES = {
    "mount": 0x00020000,
    "cgroup": 0x02000000,
    "uts": 0x04000000,
    "ipc": 0x08000000,
    "user": 0x10000000,
    "pid": 0x20000000,
    "net": 0x40000000,
}

NO_SUID, NO_DEVICES, NO_EXECUTION, BIND, DETACH = 2, 4, 8, 4096, 2
_READ_ONLY, _RECURSIVE, _PRIVATE = 1, 16384, 1 << 18

# Numbers from 424 on are the same on every processor.
_CLONE3, _OPENAT2, _MOUNT_SETATTR = 435, 437, 442
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41, "ppc64le": 203, "s390x": 217, "riscv64": 41}

_AT_RECURSIVE = 0x8000
# NO_XDEV, NO_MAGICLINKS, NO_SYMLINKS and BENEATH.
_RESOLVE_STRICTLY = 0x01 | 0x02 | 0x04 | 0x08
_SIGCHLD = 17
_SET_PARENT_DEATH_SIGNAL, _SET_DUMPABLE, _SET_SECCOMP, _DROP_FROM_BOUNDS = 1, 4, 22, 24
_SET_SECURE_BITS, _SET_NO_NEW_PRIVILEGES, _AMBIENT = 28, 38, 47
_FILTER_MODE = 2
_AMBIENT_CLEAR_ALL = 4
# NOROOT, NO_SETUID_FIXUP, KEEP_CAPS off and NO_CAP_AMBIENT_RAISE, all of them locked.
_SECURE_BITS = 0x2F | 0xC0
_CAPABILITIES_VERSION = 0x20080522
_LARGE_PAGE, _COLLAPSE = 2 * 1024 * 1024, 25

# Calls that copy the process must not let go of the interpreter's lock, as os.fork does not.
_libc = ctypes.PyDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def _checked(answer: int, deed: str) -> int:
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{deed}: {os.strerror(number)}")
    return answer


def syscall(number: int, deed: str, *arguments: object) -> int:
    """Make the call by its number; ``deed`` names it in an OSError."""
    return _checked(_libc.syscall(ctypes.c_long(number), *arguments), deed)


def flags(*kinds: str) -> int:
    """The flags that make new namespaces of these kinds."""
    return sum(NEW_NAMESPACES[kind] for kind in kinds)


def unshare(*kinds: str) -> None:
    """Move this process into new namespaces."""
    _checked(_libc.unshare(flags(*kinds)), f"unshare {' '.join(kinds)}")


def forker(*kinds: str) -> Callable[[], int]:
    """A call that forks into new namespaces; the child gets 0, the parent its number.

    For a process of one thread. What Python does around a fork is done here too; what the C
    library does is not, so the child should fork once more before it runs anything of size.
    All that the call needs is made here: a process that forks often should write to little.
    """
    arguments = struct.pack("=11Q", flags(*kinds), 0, 0, 0, _SIGCHLD, *(0, 0, 0, 0, 0, 0))
    number, size = ctypes.c_long(_CLONE3), ctypes.c_size_t(len(arguments))
    python = ctypes.pythonapi

    def fork() -> int:
        python.PyOS_BeforeFork()
        pid = int(_libc.syscall(number, arguments, size))
        if pid == 0:
            python.PyOS_AfterFork_Child()
            return 0
        fault = ctypes.get_errno()
        python.PyOS_AfterFork_Parent()
        if pid < 0:
            raise OSError(fault, f"a fork into new namespaces: {os.strerror(fault)}")
        return pid

    return fork


def enter(process: int, *kinds: str) -> None:
    """Move this process into those namespaces in which the process of this pidfd is.

    Of the kind ``pid`` only what is forked from here on is in there. Source: setns(2), which takes
    a pidfd since Linux 5.8.
    """
    _checked(_libc.setns(process, flags(*kinds)), f"entering {' '.join(kinds)}")


def number_of(pidfd: int) -> int:
    """The number of the process that this pidfd stands for, as it is counted here."""
    with open(f"/proc/self/fdinfo/{pidfd}") as told:
        return next(int(line.split()[1]) for line in told if line.startswith("Pid:"))


def trimmed_heap() -> int:
    """Give back what is free at the end of the C library's heap; the address where it ends now."""
    _libc.malloc_trim(ctypes.c_size_t(0))
    _libc.sbrk.restype = ctypes.c_void_p
    return int(_libc.sbrk(ctypes.c_ssize_t(0)))


def gather_pages() -> None:
    """Let our memory lie in large pages where it can: a fork then copies one entry for 512.

    It changes nothing but the time that forks take. Source: MADV_COLLAPSE in madvise(2), since
    Linux 6.1; an older host leaves the pages as they are.
    """
    with open("/proc/self/maps") as told:
        lines = [line.split() for line in told]
    for place, rights, *_, name in (line for line in lines if len(line) in (5, 6)):
        if not rights.startswith("rw") or name.startswith("/"):
            continue
        first, end = (int(part, 16) for part in place.split("-"))
        for start in range(
            -(-first // _LARGE_PAGE) * _LARGE_PAGE, end - _LARGE_PAGE + 1, _LARGE_PAGE
        ):
            _libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(_LARGE_PAGE), _COLLAPSE)


def mount(source: str, place: str, kind: str = "", how: int = 0, options: str = "") -> None:
    """Mount ``source`` on ``place``."""
    texts = [os.fsencode(text) or None for text in (source, place, kind)]
    answer = _libc.mount(*texts, ctypes.c_ulong(how), options.encode() or None)
    _checked(answer, f"mount {kind or source} on {place}")


def bind(source: str, place: str) -> None:
    """Show what lies at ``source``, with what is mounted beneath, at ``place`` as well."""
    mount(source, place, how=BIND | _RECURSIVE)


def keep_mounts_to_ourselves() -> None:
    """From here on no mount of ours is seen outside, nor one from outside here."""
    mount("", "/", how=_RECURSIVE | _PRIVATE)


def seal(place: str, *, devices: bool = False) -> None:
    """Make everything mounted at and beneath ``place`` read-only, without set-user files."""
    attributes = _READ_ONLY | NO_SUID | (0 if devices else NO_DEVICES)
    wanted = struct.pack("=4Q", attributes, 0, 0, 0)
    syscall(
        _MOUNT_SETATTR,
        f"sealing {place}",
        ctypes.c_int(-100),
        os.fsencode(place),
        ctypes.c_uint(_AT_RECURSIVE),
        wanted,
        ctypes.c_size_t(len(wanted)),
    )


def enter_root(place: str) -> None:
    """Make the mount at ``place`` the root, and let go of the old one altogether."""
    os.chdir(place)
    syscall(_PIVOT_ROOT[platform.machine()], "pivot_root", b".", b".")
    _checked(_libc.umount2(b".", DETACH), "letting go of the old root")
    os.chdir("/")


def open_beneath(folder: int, name: str, how: int) -> int:
    """Open ``name`` beneath the folder that the descriptor holds, and through no link at all.

    Source: openat2(2).
    """
    if "\0" in name:
        raise ValueError("a name with a null byte")
    wanted = struct.pack("=3Q", how | os.O_CLOEXEC, 0, _RESOLVE_STRICTLY)
    arguments = ctypes.c_int(folder), os.fsencode(name), wanted, ctypes.c_size_t(len(wanted))
    return syscall(_OPENAT2, f"opening {name!r}", *arguments)


def raise_loopback() -> None:
    """Bring the network's only interface up."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        request = struct.pack("16sh14x", b"lo", 0x1 | 0x40)  # IFF_UP, IFF_RUNNING
        fcntl.ioctl(asked, 0x8914, request)  # SIOCSIFFLAGS


def name_host(name: str) -> None:
    """Give the host, as seen in here, this name."""
    socket.sethostname(name)


def become(user: int) -> None:
    """Become this user and group and no other, keeping the rights inside our namespaces."""
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def die_with_parent() -> None:
    """Be killed when the thread that forked us ends. To be asked again after `become`."""
    _prctl(_SET_PARENT_DEATH_SIGNAL, 9)


def show_to_ourselves(shown: bool) -> None:
    """Let processes of the same user look into this one, or keep them out."""
    _prctl(_SET_DUMPABLE, int(shown))


def give_up_rights() -> None:
    """Give up every capability for good, and gain none by any program: no_new_privs."""
    _prctl(_AMBIENT, _AMBIENT_CLEAR_ALL)
    for capability in range(64):
        if _libc.prctl(_DROP_FROM_BOUNDS, capability, 0, 0, 0):
            break  # The host knows no more of them.
    _prctl(_SET_SECURE_BITS, _SECURE_BITS)
    header = struct.pack("=Ii", _CAPABILITIES_VERSION, 0)
    _checked(_libc.capset(header, bytes(24)), "giving up capabilities")
    _prctl(_SET_NO_NEW_PRIVILEGES, 1)


def load_filter(program: bytes) -> None:
    """Have the host judge every further call by this seccomp program, for ever."""
    held = ctypes.create_string_buffer(program, len(program))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    told = Program(len(program) // 8, ctypes.addressof(held))
    answer = _libc.prctl(_SET_SECCOMP, _FILTER_MODE, ctypes.byref(told), 0, 0)
    _checked(answer, "loading a filter of system calls")


def _prctl(option: int, value: int) -> None:
    arguments = [ctypes.c_ulong(one) for one in (value, 0, 0, 0)]
    _checked(_libc.prctl(ctypes.c_int(option), *arguments), f"prctl {option}")
