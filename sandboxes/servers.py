"""The fork servers of this process: one for each profile, and one for the programs that read."""

import atexit
import base64
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from sandboxes import host, root, syscalls
from sandboxes.environments import locate
from sandboxes.errors import SandboxUnavailable
from sandboxes.forkserver import ForkServer
from sandboxes.profiles import Profile

#: A server is replaced after so many forks, so that nothing can pile up in it for ever.
MOST_FORKS = 500

_PACKAGES = Path(__file__).resolve().parents[1]
_READERS = "readers"

_servers: dict[str, ForkServer] = {}
_released: list[ForkServer] = []
_turn = threading.Lock()


def kernels(profile: Profile) -> ForkServer:
    """The server that forks the profile's kernels; started, or replaced, when need be.

    Raises SandboxUnavailable where this host cannot sandbox.
    """
    environment = locate(profile)
    key = f"{profile.name} {environment.stamp} {' '.join(profile.preload)} {profile.rehearsal}"
    return _current(key, lambda: _kernel_server(profile))


def readers() -> ForkServer:
    """The server that forks a program to read each kernel; raises SandboxUnavailable."""
    return _current(_READERS, _reader_server)


def close() -> None:
    """End every server of this process and what they forked."""
    with _turn:
        for server in (*_servers.values(), *_released):
            server.kill()
        _servers.clear()
        _released.clear()


def _current(key: str, start: Callable[[], ForkServer]) -> ForkServer:
    with _turn:
        found = _servers.get(key)
        if found is not None and found.lives() and found.forks < MOST_FORKS:
            return found
        _released[:] = [server for server in _released if not server.bury()]
        made = start()
        _servers[key] = made
        for other in [name for name in _servers if name.split()[0] == key.split()[0]]:
            if other != key:  # Its environment has been built anew since.
                _release(_servers.pop(other))
        if found is not None:
            _release(found)
        return made


def _release(server: ForkServer) -> None:
    server.release()
    _released.append(server)


def _kernel_server(profile: Profile) -> ForkServer:
    host.landlock_version()  # Without it every kernel would end at its second lock.
    filters = [base64.b64encode(program).decode() for program in syscalls.kernel_filters()]
    users = f"0 {host.FIRST_USER} {host.USERS}" if host.may_become_others() else None
    plan = {**root.plan(locate(profile)), "users": users, "groups": users}
    return ForkServer(
        host.launch_command(),
        {
            **{"plan": plan, "filters": filters},
            **{"preload": list(profile.preload), "rehearsal": profile.rehearsal},
        },
        host.explained,
        environment=host.variables_for_launch(),
    )


def _reader_server() -> ForkServer:
    orders = {"filters": [base64.b64encode(p).decode() for p in syscalls.reader_filters()]}

    return ForkServer(
        [sys.executable, "-P", "-m", "sandboxes.reader"],
        orders,
        lambda said: SandboxUnavailable(f"The program that reads kernels does not start ({said})."),
        environment={"PYTHONPATH": str(_PACKAGES), "LANG": "C.UTF-8"},
    )


def _forget() -> None:
    """In a fork of this process: leave its servers to it, and its lock to who held it."""
    global _turn
    _turn = threading.Lock()
    for server in (*_servers.values(), *_released):
        server.abandon()
    _servers.clear()
    _released.clear()


os.register_at_fork(after_in_child=_forget)
atexit.register(close)
