"""The walls around one kernel, as a command line for bubblewrap and the limits beside it."""

import os
import resource
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path

from sandboxes.environments import Environment, base_interpreter
from sandboxes.launch import STAGE
from sandboxes.limits import Limits

WORK = "/scratch/work"
WARM = "/opt/environment/warm"
# What runs inside; the number of the descriptor with its orders is to be added.
COMMAND = ("/opt/environment/bin/python", "/opt/start/inside.py")

_ENVIRONMENT = "/opt/environment"
_BASE = "/opt/python"
_INNER_ID = "1000"

_ETC = {
    "passwd": "learner:x:1000:1000:learner:/scratch/work:/bin/sh\n"
    "nobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n",
    "group": "learner:x:1000:\nnogroup:x:65534:\n",
    "hosts": "127.0.0.1 localhost\n::1 localhost\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}
# Taken from the host as they are: where libraries lie, what time it is, which awk is meant.
_SHARED_ETC = ("/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives", "/etc/timezone")

_VARIABLES = {
    "PATH": f"{_ENVIRONMENT}/bin:/usr/local/bin:/usr/bin:/bin",
    "HOME": WORK,
    "TMPDIR": "/scratch/tmp",
    "LANG": "C.UTF-8",
    "XDG_CACHE_HOME": "/scratch/cache",
    "IPYTHONDIR": "/scratch/ipython",
    "MPLCONFIGDIR": "/scratch/cache/matplotlib",
    # Numeric libraries start a thread per processor they see; on a large host that
    # alone would use up the processes that a kernel may have.
    "OMP_NUM_THREADS": "2",
    "OPENBLAS_NUM_THREADS": "2",
}


def readable_folders(environment: Environment) -> dict[str, str]:
    """The folders a kernel reads beside /usr, by the name they have on the stage."""
    folders = {"libraries": str(environment.libraries), "warm": str(environment.warm)}
    if not _base_is_system():
        folders["base"] = sys.base_prefix
    return folders


def staged(folders: Mapping[str, str]) -> dict[str, str]:
    """The same folders where the launcher lays them for another user to read."""
    return {name: f"{STAGE}/{name}" for name in folders}


def small_files() -> dict[str, bytes]:
    """The files we write for the sandbox, by their place in it."""
    home = base_interpreter().parent if _base_is_system() else Path(_BASE, "bin")
    version = ".".join(str(part) for part in sys.version_info[:3])
    files = {f"/etc/{name}": text.encode() for name, text in _ETC.items()}
    files[f"{_ENVIRONMENT}/pyvenv.cfg"] = (
        f"home = {home}\ninclude-system-site-packages = false\nversion = {version}\n".encode()
    )
    return {**files, COMMAND[1]: Path(__file__).with_name("inside.py").read_bytes()}


def arguments(
    limits: Limits,
    folders: Mapping[str, str],
    fixed: Mapping[str, int],
    files: Mapping[str, int],
    seccomp: tuple[int, ...],
    info: int,
) -> list[str]:
    """Bubblewrap's arguments: every wall that it builds, in the order it builds them.

    ``fixed`` and ``files`` are descriptors by place; the first become read-only files,
    the second lie in the working folder and may be changed.
    """
    return [
        *_namespaces(),
        *_system(),
        *_devices(limits),
        *(word for place, fd in fixed.items() for word in ("--ro-bind-data", str(fd), place)),
        *_python(folders),
        *_scratch(limits),
        *(word for name, fd in files.items() for word in ("--file", str(fd), f"{WORK}/{name}")),
        *("--remount-ro", "/", "--chdir", WORK, "--info-fd", str(info)),
        *(word for fd in seccomp for word in ("--add-seccomp-fd", str(fd))),
    ]


def rlimits(limits: Limits, grouped: bool) -> list[tuple[int, int, int]]:
    """Limits on each process, as (kind, soft, hard); memory only without a control group.

    The number of processes is not among them: counted before the new user namespace,
    it would count an ordinary user's whole desktop. The first program inside sets it.
    """
    cpu = max(1, round(limits.cpu_seconds))
    # Address space is always more than memory used; this is the backstop behind the
    # watch on what the whole tree really holds.
    space = resource.RLIM_INFINITY if grouped else 2 * limits.memory_bytes + 2**30
    return [
        (resource.RLIMIT_AS, space, space),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_CPU, cpu, cpu + 2),
        (resource.RLIMIT_FSIZE, limits.file_bytes, limits.file_bytes),
        (resource.RLIMIT_NOFILE, 1024, 1024),
        (resource.RLIMIT_MEMLOCK, 2**16, 2**16),
    ]


def _namespaces() -> list[str]:
    kinds = ("user", "pid", "net", "ipc", "uts", "cgroup")
    variables = dict(_VARIABLES)
    if not _base_is_system() and sysconfig.get_config_var("Py_ENABLE_SHARED"):
        variables["LD_LIBRARY_PATH"] = f"{_BASE}/lib"
    return [
        *(f"--unshare-{kind}" for kind in kinds),
        *("--uid", _INNER_ID, "--gid", _INNER_ID, "--hostname", "sandbox"),
        *("--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv"),
        *(word for name, value in variables.items() for word in ("--setenv", name, value)),
    ]


def _system() -> list[str]:
    words = ["--ro-bind", "/usr", "/usr"]
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        folder = Path("/", name)
        if folder.is_symlink():
            words += ["--symlink", os.readlink(folder).lstrip("/"), str(folder)]
        elif folder.is_dir():
            words += ["--ro-bind", str(folder), str(folder)]
    own = Path(__file__).resolve().parents[1]
    if own.is_relative_to("/usr"):
        words += ["--tmpfs", str(own), "--remount-ro", str(own)]
    for name in _SHARED_ETC:
        words += ["--ro-bind-try", os.path.realpath(name), name]
    return words


def _devices(limits: Limits) -> list[str]:
    size = str(limits.scratch_bytes)
    shared = ("--size", size, "--perms", "1777", "--tmpfs", "/dev/shm")
    return ["--proc", "/proc", "--dev", "/dev", *shared, "--remount-ro", "/dev"]


def _python(folders: Mapping[str, str]) -> list[str]:
    base = base_interpreter()
    words = ["--ro-bind", folders["libraries"], f"{_ENVIRONMENT}/lib"]
    words += ["--ro-bind", folders["warm"], WARM]
    if "base" in folders:
        words += ["--ro-bind", folders["base"], _BASE]
        base = Path(_BASE, "bin", base.name)
    for name in ("python", "python3", base.name):
        words += ["--symlink", str(base), f"{_ENVIRONMENT}/bin/{name}"]
    return [*words, "--symlink", "lib", f"{_ENVIRONMENT}/lib64"]


def _scratch(limits: Limits) -> list[str]:
    size = str(limits.scratch_bytes)
    words = ["--size", size, "--perms", "0700", "--tmpfs", "/scratch"]
    for name in (WORK, "/scratch/tmp", "/scratch/cache"):
        words += ["--perms", "0700", "--dir", name]
    return [*words, "--symlink", "scratch/tmp", "/tmp", "--symlink", "../scratch/tmp", "/var/tmp"]


def _base_is_system() -> bool:
    return Path(sys.base_prefix).resolve().is_relative_to("/usr")
