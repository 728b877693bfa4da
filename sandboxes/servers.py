"""The fork servers of this process: one for each profile, and one for the programs that read."""

import atexit
import base64
import logging
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

log = logging.getLogger("sandboxes")

#: A server is replaced after so many forks, so that nothing can pile up in it for ever. It takes
#: seconds, for which runs wait.
MOST_FORKS = 10_000

_PACKAGES = Path(__file__).resolve().parents[1]
_READERS = "readers"

_servers: dict[str, ForkServer] = {}
_released: list[ForkServer] = []
_coming: set[str] = set()
_turn = threading.Lock()


def kernels(profile: Profile) -> ForkServer:
    """The server that forks the profile's kernels; started, or replaced, when need be.

    Raises SandboxUnavailable where this host cannot sandbox.
    """
    return _current(_key(profile), lambda: _kernel_server(profile))


def live_kernels(profile: Profile) -> ForkServer:
    """The server whose kernels complete and explain code at once, as soon as there is one.

    It takes some seconds more to prepare. Nobody waits for that: until it is there, and while it
    is replaced, `kernels` is the server. Raises SandboxUnavailable as that does.
    """
    key = f"live-{_key(profile)}"
    with _turn:
        found = _usable(key)
        if found is not None:
            return found
        is_new = key not in _coming
        _coming.add(key)
    plain = kernels(profile)
    if is_new:
        # Only now, or both would be prepared at once and the one that is waited for be late.
        threading.Thread(target=_prepare_live, args=(key, profile), daemon=True).start()
    return plain


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
        _coming.clear()


def _key(profile: Profile) -> str:
    stamp = locate(profile).stamp
    return f"{profile.name} {stamp} {' '.join(profile.preload)} {profile.rehearsal}"


def _usable(key: str) -> ForkServer | None:
    found = _servers.get(key)
    return found if found and found.lives() and found.forks < MOST_FORKS else None


def _current(key: str, start: Callable[[], ForkServer]) -> ForkServer:
    with _turn:
        return _usable(key) or _put(key, start())


def _put(key: str, made: ForkServer) -> ForkServer:
    """Let ``made`` take the place of its like, of which the environment may be another by now."""
    _released[:] = [server for server in _released if not server.bury()]
    for other in [name for name in _servers if name.split()[0] == key.split()[0]]:
        _release(_servers.pop(other))
    _servers[key] = made
    return made


def _prepare_live(key: str, profile: Profile) -> None:
    try:
        made = _kernel_server(profile, looks=True)
    except SandboxUnavailable as fault:
        # It would fail again, and cost as much: it stays among those that are to come.
        log.warning("completions of profile %s are not rehearsed: %s", profile.name, fault)
        return
    with _turn:
        if key not in _coming:  # All servers were closed meanwhile.
            made.kill()
            return
        _coming.discard(key)
        _put(key, made)
        if (plain := _servers.pop(_key(profile), None)) is not None:
            _release(plain)


def _release(server: ForkServer) -> None:
    server.release()
    _released.append(server)


def _kernel_server(profile: Profile, *, looks: bool = False) -> ForkServer:
    host.landlock_version()  # Without it every kernel would end at its second lock.
    filters = [base64.b64encode(program).decode() for program in syscalls.kernel_filters()]
    users = f"0 {host.FIRST_USER} {host.USERS}" if host.may_become_others() else None
    plan = {**root.plan(locate(profile)), "users": users, "groups": users}
    return ForkServer(
        host.launch_command(),
        {
            **{"plan": plan, "filters": filters},
            **{"preload": list(profile.preload), "rehearsal": profile.rehearsal, "looks": looks},
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
    _coming.clear()


os.register_at_fork(after_in_child=_forget)
atexit.register(close)
