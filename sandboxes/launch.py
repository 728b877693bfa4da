"""A small program between us and bubblewrap: joins the control group, gives up root, executes.

Started with ``python -I -S`` and told what to do in JSON through a descriptor. When we are
root it copies the folders the kernel may read into a mount namespace of its own, under
places that anybody may enter, because bubblewrap then runs as a user who may not enter
a folder such as root's home, where they may well lie.
"""

import ctypes
import json
import os
import resource
import sys
from contextlib import suppress
from typing import Any

STAGE = "/tmp"

_CLONE_NEWNS = 0x00020000
_MS_BIND, _MS_REC, _MS_PRIVATE, _MS_NOSUID, _MS_NODEV = 4096, 16384, 1 << 18, 2, 4
_HIGHEST_OOM_SCORE = "1000"


def main() -> None:
    """Do as told and become bubblewrap; says what went wrong on stderr and exits with 1."""
    with os.fdopen(int(sys.argv[1]), "rb") as told:
        plan: dict[str, Any] = json.load(told)
    try:
        _join(plan["cgroup"])
        _limit(plan["rlimits"])
        if plan["uid"] is not None:
            _stage(plan["stage"])
            _give_up_root(plan["uid"])
        os.chdir("/")
        os.execve(plan["command"][0], plan["command"], {})
    except OSError as fault:
        print(f"{fault.strerror}: {fault.filename or 'no file'}", file=sys.stderr)
        sys.exit(1)


def _join(groups: list[str]) -> None:
    for group in groups:
        with open(f"{group}/cgroup.procs", "w") as procs:
            procs.write("0")
    # When the machine itself runs out of memory, a kernel goes before the site does;
    # and what raises its own score needs no right that is given up below.
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write(_HIGHEST_OOM_SCORE)


def _limit(rlimits: list[list[int]]) -> None:
    for kind, soft, hard in rlimits:
        highest = resource.getrlimit(kind)[1]
        if highest != resource.RLIM_INFINITY:
            hard = highest if hard == resource.RLIM_INFINITY else min(hard, highest)
            soft = hard if soft == resource.RLIM_INFINITY else min(soft, hard)
        resource.setrlimit(kind, (soft, hard))


def _stage(folders: dict[str, str]) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    _must(libc.unshare(_CLONE_NEWNS), "unshare")
    _mount(libc, None, "/", None, _MS_REC | _MS_PRIVATE)
    # Held open, they stay reachable when the stage covers the place where they lie.
    held = {name: os.open(folder, os.O_PATH) for name, folder in folders.items()}
    _mount(libc, "tmpfs", STAGE, "tmpfs", _MS_NOSUID | _MS_NODEV, "mode=0755,size=64k")
    for name, descriptor in held.items():
        place = f"{STAGE}/{name}"
        os.mkdir(place, 0o755)
        _mount(libc, f"/proc/self/fd/{descriptor}", place, None, _MS_BIND | _MS_REC)
        os.close(descriptor)


def _mount(
    libc: ctypes.CDLL, source: str | None, place: str, kind: str | None, flags: int, data: str = ""
) -> None:
    texts = [None if text is None else text.encode() for text in (source, place, kind)]
    _must(libc.mount(*texts, ctypes.c_ulong(flags), data.encode()), f"mount on {place}")


def _must(answer: int, deed: str) -> None:
    if answer:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), deed)


def _give_up_root(uid: int) -> None:
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


if __name__ == "__main__":
    main()
