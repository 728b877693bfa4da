"""Calls to the host that no learner needs: each is made, and its answer is printed.

The arguments are such that the host does nothing where it permits the call: it succeeds
without effect, or finds fault with an argument. What it finds first is whether the caller
may, so a permitted call and a refused one have different answers.
"""

import errno

# By name: the number (x86-64) and the arguments.
CALLS: dict[str, tuple[int, ...]] = {
    "bpf": (321, 99999, 0, 0),
    "io_uring_setup": (425, 0, 0),
    "io_uring_enter": (426, -1, 0, 0, 0, 0, 0),
    "io_uring_register": (427, -1, 0, 0, 0),
    "keyctl": (250, 99999, 0, 0, 0, 0),
    "add_key": (248, 0, 0, 0, 0, 0),
    "request_key": (249, 0, 0, 0, 0),
    "ptrace, looking": (101, 2, 99999999, 0, 0),
    "ptrace, attaching": (101, 0x4206, 99999999, 0, 0),
    "process_vm_readv": (310, 99999999, 0, 0, 0, 0, 0),
    "process_vm_writev": (311, 99999999, 0, 0, 0, 0, 0),
    "process_madvise": (440, -1, 0, 0, 0, 0),
    "kcmp": (312, 99999999, 99999999, 0, 0, 0),
    "pidfd_getfd": (438, -1, 0, 0),
    "perf_event_open": (298, 0, 0, 0, 0, 0),
    "userfaultfd": (323, 0xFFFF),
    "mount": (165, 0, 0, 0, 0, 0),
    "umount2": (166, 0, 0xFFFF),
    "pivot_root": (155, 0, 0),
    "chroot": (161, 0),
    "open_tree": (428, -1, 0, 0),
    "move_mount": (429, -1, 0, -1, 0, 0xFFFF),
    "fsopen": (430, 0, 0),
    "fsconfig": (431, -1, 99, 0, 0, 0),
    "fsmount": (432, -1, 0, 0),
    "fspick": (433, -1, 0, 0),
    "mount_setattr": (442, -1, 0, 0, 0, 0),
    "unshare, nothing": (272, 0),
    "unshare, a user namespace": (272, 0x10000000),
    "unshare, a mount namespace": (272, 0x00020000),
    "unshare, a network": (272, 0x40000000),
    "setns": (308, -1, 0),
    "clone3": (435, 0, 0),
    "open_by_handle_at": (304, -1, 0, 0),
    "name_to_handle_at": (303, -1, 0, 0, 0, 0xFFFF),
    "personality": (135, 0x0040000),
    "typing into a terminal": (16, -1, 0x5412, 0),
    "typing into a terminal, in disguise": (16, -1, 0x1_0000_5412, 0),
    "pasting into a console": (16, -1, 0x541C, 0),
    "kexec_load": (246, 0, 0, 0, 0xFFFF),
    "kexec_file_load": (320, -1, -1, 0, 0, 0xFFFF),
    "reboot": (169, 0, 0, 0, 0),
    "init_module": (175, 0, 0, 0),
    "finit_module": (313, -1, 0, 0xFFFF),
    "delete_module": (176, 0, 0),
    "acct": (163, 1),
    "swapon": (167, 0, 0),
    "swapoff": (168, 0),
    "quotactl": (179, 0xFFFFFFFF, 0, 0, 0),
    "quotactl_fd": (443, -1, 0, 0, 0),
    "syslog": (103, 99, 0, 0),
    "sethostname": (170, 0, -1),
    "setdomainname": (171, 0, -1),
    "settimeofday": (164, 0, 0),
    "clock_settime": (227, 99, 0),
    "adjtimex": (159, 0),
    "clock_adjtime": (305, 99, 0),
    "fanotify_init": (300, 0xFFFFFFFF, 0),
    "move_pages": (279, 99999999, 0, 0, 0, 0, 0),
    "migrate_pages": (256, 99999999, 0, 0, 0),
    "mbind": (237, 0, 0, 99, 0, 0, 0),
    "set_mempolicy": (238, 99, 0, 0),
    "iopl": (172, 99),
    "ioperm": (173, 0x10000, 1, 1),
}

# By name: the family, the type and the protocol.
SOCKETS: dict[str, tuple[int, int, int]] = {
    "vsock": (40, 1, 0),
    "vsock, datagrams": (40, 2, 0),
    "packets": (17, 3, 0),
    "packets without a header": (17, 2, 0),
    "raw": (2, 3, 1),
    "raw, the newer protocol": (10, 3, 58),
    "netlink, events": (16, 3, 15),
    "netlink, audit": (16, 3, 9),
    "netlink, firewall": (16, 3, 12),
    "netlink, generic": (16, 3, 16),
    "netlink, sockets": (16, 3, 4),
    "netlink, transformations": (16, 3, 6),
    "the host's ciphers": (38, 5, 0),
    "express data path": (44, 3, 0),
    "keys": (15, 3, 2),
    "clusters": (30, 1, 0),
    "vehicles": (29, 3, 1),
    "bluetooth": (31, 3, 1),
    "near fields": (39, 5, 0),
    "multipath": (2, 1, 262),
}

REFUSALS = (errno.EPERM, errno.ENOSYS, errno.EACCES)


def call(name: str) -> str:
    """A cell that makes the call and prints how it was answered: 0, or the fault's number."""
    arguments = ", ".join(f"ctypes.c_long({number})" for number in CALLS[name])
    return (
        "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\nctypes.set_errno(0)\n"
        f"libc.syscall({arguments})\nprint(ctypes.get_errno())"
    )


def socket(name: str) -> str:
    """A cell that opens the socket and prints how that was answered."""
    return f"""
import socket
try:
    socket.socket(*{SOCKETS[name]!r}).close()
    print(0)
except OSError as fault:
    print(fault.errno)
"""


def clone(flags: int) -> str:
    """A cell that forks with flags and prints how that was answered."""
    return f"""
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
ctypes.set_errno(0)
child = libc.syscall(56, ctypes.c_long({flags} | 17), 0, 0, 0, 0)
if child == 0:
    libc._exit(0)
print(ctypes.get_errno())
if child > 0:
    os.waitpid(child, 0)
"""


def clone3(flags: int) -> str:
    """The same by the newer call, whose flags no filter can see."""
    return f"""
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
orders = (ctypes.c_uint64 * 11)({flags}, 0, 0, 0, 17)
ctypes.set_errno(0)
child = libc.syscall(435, orders, 88)
if child == 0:
    libc._exit(0)
print(ctypes.get_errno())
if child > 0:
    os.waitpid(child, 0)
"""


CELLS = {
    **{name: call(name) for name in CALLS},
    **{f"socket: {name}": socket(name) for name in SOCKETS},
    "clone, a user namespace": clone(0x10000000),
    "clone, a mount namespace": clone(0x00020000),
    "clone, a network": clone(0x40000000),
    "clone, processes of its own": clone(0x20000000),
    "clone, a control group of its own": clone(0x02000000),
    "clone3, an ordinary child": clone3(0),
    "clone3, a user namespace": clone3(0x10000000),
    "clone3, a time of its own": clone3(0x00000080),
}

# Another way to make the same calls: the door for programs of the 32-bit kind.
OLD_DOOR = """
import ctypes, mmap
room = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
room.write(bytes.fromhex("53 b8 14 00 00 00 cd 80 5b c3"))  # getpid, by interrupt 0x80.
answer = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(room)))()
print("was let in" if answer > 0 else answer)
"""
