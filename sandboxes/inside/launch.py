"""The program that lays out a fork server's root and starts the server in it.

Started outside with ``python -I -S`` and the server's two descriptors: its control socket, and its
orders in JSON, of which ``plan`` says what to lay out and how the server is started. As root
it lays the root out while it may still enter every folder, and only then steps into a user
namespace where the server is root over numbers that no account of the host has. For anybody
else a user namespace comes first.
"""

import json
import os
import sys
from typing import Any

from . import linux

_STAGE = "/tmp"
_EVERY_KIND = ("user", "mount", "pid", "net", "ipc", "uts", "cgroup")


def main() -> None:
    """Start the server, wait for its end, and end with its status; 1 where it cannot start."""
    descriptors = [int(word) for word in sys.argv[1:]]
    # Read in place: the server will read it again from its beginning.
    told = os.pread(descriptors[1], os.fstat(descriptors[1]).st_size, 0)
    plan: dict[str, Any] = json.loads(told)["plan"]
    try:
        status = _served(plan, descriptors)
    except OSError as fault:
        print(f"{fault.strerror}: {fault.filename or 'no file'}", file=sys.stderr)
        sys.exit(1)
    sys.exit(status)


def _served(plan: dict[str, Any], descriptors: list[int]) -> int:
    users, groups = plan["users"], plan["groups"]
    if users is None:
        users, groups = _enter_own_namespace()
    linux.unshare("mount")
    linux.keep_mounts_to_ourselves()
    processes = os.open("/proc", os.O_PATH | os.O_DIRECTORY)
    _lay_out(plan)
    linux.enter_root(_STAGE)
    gate_inside, gate = os.pipe()
    pid = linux.forker(*_EVERY_KIND)()
    if pid == 0:
        os.close(gate)
        os.close(processes)
        if os.read(gate_inside, 1):
            os.close(gate_inside)
            _become_server(plan, descriptors)
        os._exit(1)
    _map(processes, pid, users, groups)
    os.write(gate, b"1")
    for descriptor in (gate_inside, gate, processes, *descriptors):
        os.close(descriptor)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) & 0xFF


def _enter_own_namespace() -> tuple[str, str]:
    """As an ordinary user: become root of a namespace that holds no user but ourselves."""
    user, group = os.getuid(), os.getgid()
    linux.unshare("user")
    for name, line in (
        ("setgroups", "deny"),
        ("uid_map", f"0 {user} 1"),
        ("gid_map", f"0 {group} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(line)
    return "0 0 1", "0 0 1"


def _map(processes: int, pid: int, users: str, groups: str) -> None:
    for name, line in (("uid_map", users), ("gid_map", groups)):
        file = os.open(f"{pid}/{name}", os.O_WRONLY, dir_fd=processes)
        try:
            os.write(file, line.encode())
        finally:
            os.close(file)


def _become_server(plan: dict[str, Any], descriptors: list[int]) -> None:
    if plan["users"] is not None:
        os.setgroups([])
    linux.become(0)
    linux.die_with_parent()
    linux.mount("proc", "/proc", "proc", linux.NO_SUID | linux.NO_DEVICES | linux.NO_EXECUTION)
    for descriptor in descriptors:
        os.set_inheritable(descriptor, True)
    command = [*plan["command"], *map(str, descriptors)]
    os.execve(command[0], command, plan["environment"])


def _lay_out(plan: dict[str, Any]) -> None:
    """Put the root together at the stage: what is shared read-only, then what must be written."""
    # Held open, sources stay reachable when the stage covers the place where they lie.
    shared = [(_held(source), place) for source, place in plan["shared"]]
    live = [(_held(source), place) for source, place in plan["live"]]
    linux.mount("tmpfs", _STAGE, "tmpfs", linux.NO_SUID | linux.NO_DEVICES, "mode=0755,size=1m")
    os.umask(0o022)
    for place in plan["folders"]:
        os.makedirs(_STAGE + place, exist_ok=True)
    for target, place in plan["links"]:
        os.makedirs(os.path.dirname(_STAGE + place), exist_ok=True)
        os.symlink(target, _STAGE + place)
    for place, text in plan["files"].items():
        os.makedirs(os.path.dirname(_STAGE + place), exist_ok=True)
        with open(_STAGE + place, "w") as file:
            file.write(text)
    for descriptor, place in shared + live:
        _make_place(descriptor, _STAGE + place)
    _bind(shared)
    for place in plan["hidden"]:
        linux.mount("tmpfs", _STAGE + place, "tmpfs", 0, "mode=0755,size=4k")
    linux.seal(_STAGE)
    _bind(live)


def _held(source: str) -> int:
    return os.open(source, os.O_PATH)


def _make_place(descriptor: int, place: str) -> None:
    if os.path.isdir(f"/proc/self/fd/{descriptor}"):
        os.makedirs(place, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "a"):
            pass


def _bind(held: list[tuple[int, str]]) -> None:
    for descriptor, place in held:
        linux.bind(f"/proc/self/fd/{descriptor}", _STAGE + place)
        os.close(descriptor)
