"""What the host must have for a sandbox, and the line that mends what is missing."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from sandboxes.errors import SandboxUnavailable
from sandboxes.inside import landlock

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

_LANDLOCK = (
    "add landlock to the list lsm= of the kernel's command line (see /sys/kernel/security/lsm) "
    "and start the machine again"
)

# Run without the application's packages: all that launching needs lies in one folder.
_IMPORT = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); from inside import "

# No account of the host has these numbers: Debian leaves 62000 to 62999 unassigned, and
# containers that map 65536 users still have them.
FIRST_USER, USERS = 62000, 1000


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


def landlock_version() -> str:
    """Which Landlock the host offers; SandboxUnavailable where it offers none."""
    found = landlock.version()
    if not found:
        raise SandboxUnavailable("This host has no Landlock, the second lock on files.", _LANDLOCK)
    return f"version {found}"


def inner_numbers(user: int, group: int) -> tuple[int, int]:
    """How a kernels' fork server counts the host's user and group that are set aside for a run."""
    if may_become_others():
        return user - FIRST_USER, group - FIRST_USER
    return 0, 0  # The only ones in its namespace: our own.


def whom_kernels_are() -> str:
    """Which of the host's users kernels run as, in words."""
    if may_become_others():
        last = FIRST_USER + USERS - 1
        return f"each kernel is a user of its own, {FIRST_USER + 1} to {last}"
    return "kernels are our own user, as we are not root"


def try_namespaces() -> None:
    """Enter new namespaces of every kind for a moment; or SandboxUnavailable."""
    start = f"{_IMPORT}linux; linux.unshare(*linux.NEW_NAMESPACES)"
    tried = subprocess.run(
        [sys.executable, "-I", "-S", "-c", start], env={}, capture_output=True, check=False
    )
    if tried.returncode:
        raise explained(tried.stderr.decode(errors="replace").strip())


def launcher(plan: Mapping[str, Any]) -> Callable[[int, int], list[str]]:
    """The command that lays the plan's root out and starts its server with two descriptors."""

    def command(control: int, orders: int) -> list[str]:
        told = {
            **plan,
            "command": [*plan["command"], str(control), str(orders)],
            "descriptors": [control, orders],
        }
        start = f"{_IMPORT}launch; launch.main()"
        words = [sys.executable, "-I", "-S", "-c", start, json.dumps(told)]
        return [*_scope(), *words]

    return command


def variables_for_launch() -> dict[str, str]:
    """What systemd must be told to find a user's manager; the server itself never sees it."""
    wanted = ("XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS") if _scope() else ()
    return {name: os.environ[name] for name in wanted if name in os.environ}


def _scope() -> list[str]:
    """For an ordinary user of a systemd host: a scope with control groups of its own."""
    manager = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}", "systemd")
    found = shutil.which("systemd-run")
    if os.geteuid() == 0 or found is None or not manager.is_dir():
        return []
    return [found, "--user", "--scope", "--quiet", "--collect", "--property=Delegate=yes", "--"]


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
