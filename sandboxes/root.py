"""The read-only root that a profile's kernels see: what is shared with it, and where."""

import os
import resource
import sys
import sysconfig
from pathlib import Path
from typing import Any

from sandboxes.environments import Environment, base_interpreter
from sandboxes.limits import Limits

_ENVIRONMENT = "/opt/environment"
_BASE = "/opt/python"
_INSIDE = "/opt/sandbox/inside"
_WORK = "/scratch/work"

_ETC = {
    "passwd": f"learner:x:1000:1000:learner:{_WORK}:/bin/sh\n"
    "nobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n",
    "group": "learner:x:1000:\nnogroup:x:65534:\n",
    "hosts": "127.0.0.1 localhost\n::1 localhost\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}
# Taken from the host as they are: where libraries lie, what time it is, which awk is meant.
_SHARED_ETC = ("/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives", "/etc/timezone")
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_DEVICE_LINKS = {
    "fd": "/proc/self/fd",
    "stdin": "/proc/self/fd/0",
    "stdout": "/proc/self/fd/1",
    "stderr": "/proc/self/fd/2",
    "ptmx": "pts/ptmx",
}
# Where each kernel mounts what is its own.
_OWN = ("/scratch", "/dev/shm", "/dev/pts")

_VARIABLES = {
    "PATH": f"{_ENVIRONMENT}/bin:/usr/local/bin:/usr/bin:/bin",
    "HOME": _WORK,
    "TMPDIR": "/scratch/tmp",
    "LANG": "C.UTF-8",
    "XDG_CACHE_HOME": "/scratch/cache",
    "IPYTHONDIR": "/scratch/ipython",
    "MPLCONFIGDIR": "/scratch/cache/matplotlib",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    # Figures as what they show: plotly's other way is HTML with a script of four megabytes.
    "PLOTLY_RENDERER": "plotly_mimetype",
    # Numeric libraries start threads when they are loaded, and a fork copies no thread; and
    # many kernels share the machine's processors.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}


def plan(environment: Environment) -> dict[str, Any]:
    """What ``inside.launch`` lays out, and with which command and variables the server starts.

    ``shared`` and ``live`` are pairs of a source on the host and a place in the root: the first
    read-only, the second as they are.
    """
    shared = [("/usr", "/usr"), *_system_folders(), *_shared_etc()]
    shared += [
        (str(environment.libraries), f"{_ENVIRONMENT}/lib"),
        (str(environment.warm), f"{_ENVIRONMENT}/warm"),
        (str(Path(__file__).with_name("inside")), _INSIDE),
    ]
    if not _base_is_system():
        shared.append((sys.base_prefix, _BASE))
    start = "import sys; sys.path.insert(0, '/opt/sandbox'); from inside.server import main; main()"
    return {
        "shared": shared,
        "live": [("/proc", "/proc"), *((f"/dev/{name}", f"/dev/{name}") for name in _DEVICES)],
        "folders": ["/run", *_OWN],
        "links": _links(),
        "files": _files(),
        "hidden": _hidden(),
        "command": [f"{_ENVIRONMENT}/bin/python", "-c", start],
        "environment": _variables(),
    }


def _system_folders() -> list[tuple[str, str]]:
    return [(path, path) for path in _roots() if not os.path.islink(path)]


def _roots() -> list[str]:
    paths = [f"/{name}" for name in ("bin", "sbin", "lib", "lib32", "lib64")]
    return [path for path in paths if os.path.isdir(path)]


def _shared_etc() -> list[tuple[str, str]]:
    found = [(os.path.realpath(path), path) for path in _SHARED_ETC]
    return [(source, place) for source, place in found if os.path.exists(source)]


def _links() -> list[tuple[str, str]]:
    links = [(os.readlink(path), path) for path in _roots() if os.path.islink(path)]
    links += [(target, f"/dev/{name}") for name, target in _DEVICE_LINKS.items()]
    base = base_interpreter()
    python = str(base if _base_is_system() else Path(_BASE, "bin", base.name))
    links += [(python, f"{_ENVIRONMENT}/bin/{name}") for name in ("python", "python3", base.name)]
    return [
        *links,
        ("lib", f"{_ENVIRONMENT}/lib64"),
        ("scratch/tmp", "/tmp"),
        ("../scratch/tmp", "/var/tmp"),
    ]


def _files() -> dict[str, str]:
    home = base_interpreter().parent if _base_is_system() else Path(_BASE, "bin")
    version = ".".join(str(part) for part in sys.version_info[:3])
    told = f"home = {home}\ninclude-system-site-packages = false\nversion = {version}\n"
    files = {f"/etc/{name}": text for name, text in _ETC.items()}
    return {**files, f"{_ENVIRONMENT}/pyvenv.cfg": told}


def _hidden() -> list[str]:
    own = Path(__file__).resolve().parents[1]
    return [str(own)] if own.is_relative_to("/usr") else []


def _variables() -> dict[str, str]:
    if not _base_is_system() and sysconfig.get_config_var("Py_ENABLE_SHARED"):
        return {**_VARIABLES, "LD_LIBRARY_PATH": f"{_BASE}/lib"}
    return dict(_VARIABLES)


def _base_is_system() -> bool:
    return Path(sys.base_prefix).resolve().is_relative_to("/usr")


def rlimits(limits: Limits) -> list[tuple[int, int, int]]:
    """Limits on each process, as (kind, soft, hard); memory is the control group's to bound."""
    cpu = max(1, round(limits.cpu_seconds))
    return [
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_CPU, cpu, cpu + 2),
        (resource.RLIMIT_FSIZE, limits.file_bytes, limits.file_bytes),
        (resource.RLIMIT_NOFILE, 1024, 1024),
        (resource.RLIMIT_MEMLOCK, 2**16, 2**16),
        (resource.RLIMIT_MSGQUEUE, 0, 0),
        (resource.RLIMIT_NICE, 0, 0),
        (resource.RLIMIT_RTPRIO, 0, 0),
    ]
