"""What the host must have for a sandbox, and the line that mends what is missing."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from sandboxes import launch
from sandboxes.descriptors import Descriptors
from sandboxes.errors import SandboxUnavailable

_SWITCHES = (
    ("kernel/unprivileged_userns_clone", "0", "1"),
    ("user/max_user_namespaces", "0", "15000"),
    ("kernel/apparmor_restrict_unprivileged_userns", "1", "0"),
)
_IN_A_CONTAINER = (
    "run outside this container, or let it make namespaces: "
    "docker run --security-opt seccomp=unconfined --security-opt systempaths=unconfined "
    "--cap-add SYS_ADMIN"
)

# No account of the host has these numbers: Debian leaves 62000 to 62999 unassigned, and
# containers that map 65536 users still have them.
FIRST_USER, USERS = 62000, 1000


def bubblewrap() -> str:
    """The path of bubblewrap; SandboxUnavailable where it is not installed."""
    found = shutil.which("bwrap", path=f"/usr/bin:/bin:{os.environ.get('PATH', '')}")
    if found is None:
        raise SandboxUnavailable("bubblewrap is not installed.", "apt-get install bubblewrap")
    return found


def bubblewrap_version() -> str:
    """What bubblewrap calls itself."""
    told = subprocess.run([bubblewrap(), "--version"], capture_output=True, text=True, check=False)
    return told.stdout.strip() or "unknown"


def may_become_others() -> bool:
    """Whether we are root, of the host or of a container that has numbers for enough users."""
    if os.geteuid():
        return False
    with suppress(OSError, ValueError):
        for line in Path("/proc/self/uid_map").read_text().splitlines():
            first, _, count = (int(word) for word in line.split())
            if first <= FIRST_USER and first + count >= FIRST_USER + USERS:
                return True
    return False


def try_namespaces() -> None:
    """Enter namespaces for a moment, by the road that kernels take; or SandboxUnavailable."""
    words = [
        "--unshare-user",
        "--unshare-all",
        "--ro-bind",
        "/",
        "/",
        "--proc",
        "/proc",
        "--dev",
        "/dev",
    ]
    plan: dict[str, Any] = {
        "cgroup": [],
        "rlimits": [],
        "uid": FIRST_USER if may_become_others() else None,
        "stage": {},
        "command": [bubblewrap(), *words, "/usr/bin/env", "true"],
    }
    with Descriptors() as held:
        tried = launched(held.file(json.dumps(plan).encode()), held.inside)
    said = tried.communicate()[1].decode(errors="replace").strip()
    if tried.returncode:
        raise explained(said)


def launched(plan: int, descriptors: Sequence[int]) -> subprocess.Popen[bytes]:
    """The launcher at work on the plan that this descriptor holds, with only these at hand."""
    return subprocess.Popen(
        [sys.executable, "-I", "-S", launch.__file__, str(plan)],
        pass_fds=descriptors,
        env={},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def explained(said: str) -> SandboxUnavailable:
    """What a launch that failed with these last words means, and how it is mended."""
    last = said.splitlines()[-1] if said else "it did not start in time"
    lowered = last.lower()
    if any(word in lowered for word in ("namespace", "uid map", "unshare", "rtm_newaddr")):
        return SandboxUnavailable(
            f"This host forbids the namespaces that the walls are made of ({last}).", _mend()
        )
    if "proc" in lowered and "mount" in lowered:
        return SandboxUnavailable(
            f"This host forbids a process list of our own, as containers do ({last}).",
            _IN_A_CONTAINER,
        )
    return SandboxUnavailable(f"The sandbox could not be set up ({last}).")


def _mend() -> str:
    for name, wrong, right in _SWITCHES:
        with suppress(OSError):
            if Path("/proc/sys", name).read_text().strip() == wrong:
                return f"sysctl -w {name.replace('/', '.')}={right}"
    return _IN_A_CONTAINER
