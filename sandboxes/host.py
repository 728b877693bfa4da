"""What the host must have for a sandbox, and the line that mends what is missing."""

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

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
_NOBODY = 65534


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


def try_namespaces() -> None:
    """Enter namespaces for a moment; SandboxUnavailable where the host forbids them."""
    words = ["--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"]
    root = os.geteuid() == 0
    tried = subprocess.run(
        [bubblewrap(), *words, "true"],
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
        user=_NOBODY if root else None,
        group=_NOBODY if root else None,
        extra_groups=[] if root else None,
    )
    if tried.returncode:
        raise explained(tried.stderr.strip())


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
