"""The walls around one kernel, built by its first process before anything hostile is there."""

import os
import resource
import shutil
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

from . import landlock, linux

WORK = "/scratch/work"
TEMPORARY = "/scratch/tmp"
CACHE = "/scratch/cache"
_SHARED = "/scratch/shm"
_WARM = "/opt/environment/warm"

_READABLE = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc", "/opt", "/proc")
_WRITABLE = ("/scratch", "/dev/shm", "/dev/pts", "/dev/ptmx")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty")
# When the machine itself runs out of memory, a kernel goes before the site does.
_HIGHEST_OOM_SCORE = 1000


def build(limits: dict[str, Any], files: dict[str, int], contents: int) -> None:
    """Build the walls that all processes in here share.

    ``files`` are names and sizes; their bytes lie one after the other in ``contents``.
    """
    make_scratch(limits)
    safe = linux.NO_SUID | linux.NO_DEVICES
    linux.mount("proc", "/proc", "proc", safe | linux.NO_EXECUTION)
    linux.mount("devpts", "/dev/pts", "devpts", linux.NO_SUID, "newinstance,ptmxmode=0666")
    linux.raise_loopback()
    linux.name_host("sandbox")
    for name, size in files.items():
        _lay(f"{WORK}/{name}", size, contents)
    _protect(files)


def enter(limits: dict[str, Any]) -> None:
    """Put this process behind those that it does not share, but for the last two.

    Those are `lock_files` and the filters of system calls.
    """
    linux.show_to_ourselves(True)
    with open("/proc/self/oom_score_adj", "w") as score:
        score.write(str(_HIGHEST_OOM_SCORE))
    os.umask(0o022)
    os.chdir(WORK)
    _limit(limits["rlimits"])
    linux.give_up_rights()


def lock_files() -> None:
    """The second lock: from here on only the scratch can be written, and only our root read."""
    landlock.restrict(_READABLE, (*_WRITABLE, *_DEVICES), listable=("/",))


def make_scratch(limits: dict[str, Any]) -> None:
    """Mount an empty scratch of limited size, with folders and the profile's caches in it."""
    safe = linux.NO_SUID | linux.NO_DEVICES
    size, inodes = limits["scratch_bytes"], limits["scratch_inodes"]
    linux.mount("tmpfs", "/scratch", "tmpfs", safe, f"mode=0700,size={size},nr_inodes={inodes}")
    os.umask(0o022)
    for folder in (WORK, TEMPORARY, CACHE, _SHARED):
        os.mkdir(folder, 0o700)
    linux.bind(_SHARED, "/dev/shm")  # One quota for both.
    if os.path.isdir(_WARM):
        shutil.copytree(_WARM, CACHE, dirs_exist_ok=True)


def _lay(place: str, size: int, contents: int) -> None:
    os.makedirs(os.path.dirname(place), exist_ok=True)
    with open(place, "wb") as file:
        left = size
        while left:
            left -= os.sendfile(file.fileno(), contents, None, left)


def _protect(names: Iterable[str]) -> None:
    """Keep every file that was laid in as it is: it can be read, and nothing else.

    Each is made a read-only mount of its own, in which no right can be changed. The folders on
    the way to it are mounts too, in which others may be written: no mount can be removed,
    renamed or replaced, and so each file stays where it is.
    """
    listed = list(names)
    parents = {parent for name in listed for parent in PurePosixPath(name).parents}
    for folder in sorted(str(parent) for parent in parents - {PurePosixPath()}):
        linux.bind(f"{WORK}/{folder}", f"{WORK}/{folder}")
    for name in listed:
        linux.bind(f"{WORK}/{name}", f"{WORK}/{name}")
        linux.seal(f"{WORK}/{name}")


def _limit(rlimits: list[list[int]]) -> None:
    for kind, soft, hard in rlimits:
        highest = resource.getrlimit(kind)[1]
        if highest != resource.RLIM_INFINITY:
            hard = highest if hard == resource.RLIM_INFINITY else min(hard, highest)
            soft = hard if soft == resource.RLIM_INFINITY else min(soft, hard)
        resource.setrlimit(kind, (soft, hard))
