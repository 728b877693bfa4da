"""The system calls a kernel may make: an allow-list, compiled by libseccomp."""

import ctypes
import errno
import os
import socket
from functools import cache
from typing import ClassVar, Self

from sandboxes.errors import SandboxUnavailable

# What ordinary programs use: files, memory, processes, threads, time, signals, sockets.
# Left out, and so refused: bpf, io_uring, keyctl, ptrace, perf_event_open, userfaultfd,
# mount and its new family, unshare, setns, modules, kexec, clocks, quotas, other
# processes' memory, inotify (it would show which files other runs read), and whatever a
# newer host adds before we have looked at it.
_ALLOWED = """
accept accept4 access alarm arch_prctl brk capget capset chdir chmod chown clock_getres
clock_gettime clock_nanosleep close close_range copy_file_range creat dup dup2 dup3
epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait
epoll_wait_old eventfd eventfd2 execve execveat exit exit_group faccessat faccessat2 fadvise64
fallocate fchdir fchmod fchmodat fchmodat2 fchown fchownat fcntl fdatasync fgetxattr flistxattr
flock fork fremovexattr fsetxattr fstat fstatfs fsync ftruncate futex futex_waitv futimesat
get_robust_list get_thread_area getcpu getcwd getdents getdents64 getegid geteuid getgid
getgroups getitimer getpeername getpgid getpgrp getpid getppid getpriority getrandom getresgid
getresuid getrlimit getrusage getsid getsockname getsockopt gettid gettimeofday getuid getxattr
ioctl ioprio_get ioprio_set kill
lchown lgetxattr link linkat listen listxattr llistxattr lremovexattr lseek lsetxattr lstat
madvise membarrier memfd_create mincore mkdir mkdirat mknod mknodat mlock mlock2 mlockall mmap
mprotect mremap msgctl msgget msgrcv msgsnd msync munlock munlockall munmap nanosleep newfstatat
open openat openat2 pause pidfd_open pidfd_send_signal pipe pipe2 pkey_alloc pkey_free
pkey_mprotect poll ppoll prctl pread64 preadv preadv2 prlimit64 pselect6 pwrite64 pwritev
pwritev2 read readahead readlink readlinkat readv recvfrom recvmmsg recvmsg removexattr rename
renameat renameat2 restart_syscall rmdir rseq rt_sigaction rt_sigpending rt_sigprocmask
rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo
sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam
sched_getscheduler sched_rr_get_interval sched_setaffinity sched_setattr sched_setparam
sched_setscheduler sched_yield seccomp select semctl semget semop semtimedop sendfile sendmmsg
sendmsg sendto set_robust_list set_thread_area set_tid_address setfsgid setfsuid setgid
setgroups setitimer setpgid setpriority setregid setresgid setresuid setreuid setrlimit setsid
setsockopt setuid setxattr shmat shmctl shmdt shmget shutdown sigaltstack signalfd signalfd4
socketpair splice stat statfs statx symlink symlinkat sync sync_file_range syncfs sysinfo tee
tgkill time timer_create timer_delete timer_getoverrun timer_gettime timer_settime
timerfd_create timerfd_gettime timerfd_settime times tkill truncate ugetrlimit umask uname unlink
unlinkat utime utimensat utimes vfork vmsplice wait4 waitid waitpid write writev bind connect
"""

# Refused by name with "not permitted", which is what programs expect to read; all else
# is answered "no such call", as by an older host, so that programs take their other way.
_FORBIDDEN = """
acct add_key adjtimex bpf chroot clock_adjtime clock_settime delete_module fanotify_init
finit_module fsconfig fsmount fsopen fspick get_mempolicy init_module io_uring_enter
io_uring_register io_uring_setup kcmp kexec_file_load kexec_load keyctl lookup_dcookie mbind
migrate_pages mount mount_setattr move_mount move_pages name_to_handle_at nfsservctl
open_by_handle_at open_tree perf_event_open personality pivot_root process_madvise
process_vm_readv process_vm_writev ptrace quotactl quotactl_fd reboot request_key
set_mempolicy setdomainname sethostname setns settimeofday stime swapoff swapon syslog umount
umount2 unshare userfaultfd vhangup
"""

_NEW_NAMESPACES = 0x7E020000
_BY_VALUE = "personality"
_KEPT_PERSONALITIES = (0, 0xFFFFFFFF)  # The ordinary one, and asking which one it is.
_TERMINAL_PUSHES = (0x5412, 0x541C)  # TIOCSTI and TIOCLINUX type into a terminal.
_TYPE_BITS = 0xF  # A socket's type shares its argument with two flags.
# A socket's kinds with the protocols that ordinary programs ask for; 0 is the usual one.
_PROTOCOLS = {
    socket.SOCK_STREAM: (0, socket.IPPROTO_TCP),
    socket.SOCK_DGRAM: (0, socket.IPPROTO_UDP),
    socket.SOCK_SEQPACKET: (0,),
}
_INT_BITS = 0xFFFFFFFF

# libseccomp's own numbers.
_ALLOW = 0x7FFF0000
_KILL_PROCESS = 0x80000000
_OTHER_NUMBERS = 2
_ERRNO = 0x00050000
_EQUAL, _MASKED_EQUAL = 4, 7


class _Comparison(ctypes.Structure):
    """One condition on an argument, as libseccomp lays it out."""

    _fields_: ClassVar = [
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("first", ctypes.c_uint64),
        ("second", ctypes.c_uint64),
    ]


def _equal(argument: int, value: int) -> _Comparison:
    return _Comparison(argument, _EQUAL, value, 0)


def _masked(argument: int, mask: int, value: int) -> _Comparison:
    return _Comparison(argument, _MASKED_EQUAL, mask, value)


@cache
def kernel_filters() -> tuple[bytes, ...]:
    """What kernels may call, as compiled filters; of several the strictest answer counts.

    Raises SandboxUnavailable where libseccomp is missing.
    """
    library = _library()
    families = socket.AF_UNIX, socket.AF_INET, socket.AF_INET6
    return (_allow_list(library, families), _terminal_list(library))


def refused_calls() -> tuple[tuple[str, int], ...]:
    """The calls that kernels are refused by name, with their numbers on this processor."""
    resolve = _library().seccomp_syscall_resolve_name
    numbered = ((name, int(resolve(name.encode()))) for name in _FORBIDDEN.split())
    # One that does not exist here has a number below nought; one is refused by its argument.
    return tuple((name, number) for name, number in numbered if number >= 0 and name != _BY_VALUE)


@cache
def reader_filters() -> tuple[bytes, ...]:
    """What the programs that read kernels may call: no programs, and no way to any other."""
    library = _library()
    programs = ("execve", "execveat", "fork", "vfork", "kill", "tkill")
    ways = ("socket", "connect", "shmget", "shmat", "semget", "msgget", "mq_open")
    return (_allow_list(library, ()), _refusals(library, (*programs, *ways)))


class _Filter:
    """A filter under construction; used as a context so that it is released."""

    def __init__(self, library: ctypes.CDLL, default: int) -> None:
        self._library = library
        self._held = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(default)))
        # A call by another processor's numbers would end one thread and hang the rest.
        library.seccomp_attr_set(self._held, _OTHER_NUMBERS, ctypes.c_uint32(_KILL_PROCESS))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._library.seccomp_release(self._held)

    def rule(self, action: int, name: str, *conditions: _Comparison) -> None:
        """Answer ``action`` to the call; a call this libseccomp does not know is left out."""
        number = self._library.seccomp_syscall_resolve_name(name.encode())
        if number == -1:
            return
        array = (_Comparison * len(conditions))(*conditions)
        told = self._library.seccomp_rule_add_array(
            self._held, ctypes.c_uint32(action), number, len(conditions), array
        )
        if told < 0 and told != -errno.EDOM:  # EDOM: the call does not exist on this processor.
            raise SandboxUnavailable(f"libseccomp refuses a rule for {name}: error {-told}.")

    def compiled(self) -> bytes:
        """The filter as the host loads it."""
        file = os.memfd_create("filter", os.MFD_CLOEXEC)
        with os.fdopen(file, "rb") as readable:
            told = self._library.seccomp_export_bpf(self._held, readable.fileno())
            if told < 0:
                raise SandboxUnavailable(f"libseccomp cannot compile: error {-told}.")
            readable.seek(0)
            return readable.read()


def _library() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        raise SandboxUnavailable(
            "The library libseccomp is missing.", "apt-get install libseccomp2"
        ) from None
    library.seccomp_init.restype = ctypes.c_void_p
    return library


def _allow_list(library: ctypes.CDLL, families: tuple[int, ...]) -> bytes:
    with _Filter(library, _ERRNO | errno.ENOSYS) as made:
        for name in _ALLOWED.split():
            made.rule(_ALLOW, name)
        for name in _FORBIDDEN.split():
            if name != _BY_VALUE:
                made.rule(_ERRNO | errno.EPERM, name)
        for value in _KEPT_PERSONALITIES:
            made.rule(_ALLOW, _BY_VALUE, _equal(0, value))
        # clone3 hides its flags behind a pointer; refused, libc falls back to clone.
        made.rule(_ALLOW, "clone", _masked(0, _NEW_NAMESPACES, 0))
        for family in families:
            for kind, protocols in _PROTOCOLS.items():
                for protocol in protocols:
                    conditions = _equal(0, family), _masked(1, _TYPE_BITS, kind)
                    made.rule(_ALLOW, "socket", *conditions, _equal(2, protocol))
        # libzmq and getaddrinfo ask the host for its interfaces, of which there is one.
        made.rule(_ALLOW, "socket", _equal(0, socket.AF_NETLINK), _equal(2, 0))
        return made.compiled()


def _refusals(library: ctypes.CDLL, names: tuple[str, ...]) -> bytes:
    with _Filter(library, _ALLOW) as made:
        for name in names:
            made.rule(_ERRNO | errno.EPERM, name)
        return made.compiled()


def _terminal_list(library: ctypes.CDLL) -> bytes:
    # A second filter: libseccomp cannot except two values of one argument from a rule.
    with _Filter(library, _ALLOW) as made:
        for request in _TERMINAL_PUSHES:
            made.rule(_ERRNO | errno.EPERM, "ioctl", _masked(1, _INT_BITS, request))
        return made.compiled()
