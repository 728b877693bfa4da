"""Locks: a profile's packages with what they need, each by version and hash.

A lock that we make records, in its first line, what it was made from. One without that
line was made by other means, as the shipped ones are, and is taken as it is.
"""

import hashlib
import json
import os
import re
import sys
import sysconfig
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from sandboxes.errors import BuildFailed
from sandboxes.profiles import Profile

_FIRST_LINE = re.compile(r"# Made by python -m sandboxes build from ([0-9a-f]{64})\b")


def is_current(profile: Profile) -> bool:
    """Whether there is a lock and it answers the profile's list of packages."""
    try:
        with profile.lock.open(encoding="utf-8", errors="replace") as lock:
            made = _FIRST_LINE.match(lock.readline(200))
    except OSError:
        return False
    return made is None or made[1] == _made_from(profile)


def check_place(profile: Profile) -> None:
    """Raise BuildFailed unless a lock can be written beside the profile."""
    _written(profile, "").unlink()


def write(profile: Profile, report: Mapping[str, Any]) -> None:
    """Write the lock from pip's report of an installation; BuildFailed if that cannot be."""
    pins = sorted(_pin(one) for one in report["install"])
    first = f"# Made by python -m sandboxes build from {_made_from(profile)}\n"
    os.replace(_written(profile, first + "".join(pins)), profile.lock)


def normal(name: str) -> str:
    """The one spelling of a package's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _made_from(profile: Profile) -> str:
    # Which wheels fit depends on the Python and the machine as well as on the list.
    told = [sorted(profile.packages), sys.version_info[:2], sysconfig.get_platform()]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _written(profile: Profile, text: str) -> Path:
    """A new file beside the profile with this text, to take the lock's place."""
    folder = profile.lock.parent
    try:
        number, name = tempfile.mkstemp(prefix=f".{profile.name}-", suffix=".lock", dir=folder)
    except OSError as fault:
        raise BuildFailed(
            f"The lock of the profile {profile.name} has to be made, and {folder} "
            f"cannot be written to: {fault.strerror}."
        ) from None
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(name, 0o644)
    return Path(name)


def _pin(told: Mapping[str, Any]) -> str:
    """One package of pip's report, without the address that it comes from."""
    name, version = told["metadata"]["name"], told["metadata"]["version"]
    digest = _digest(told["download_info"])
    if not digest:
        raise BuildFailed(f"pip names no hash for {name} {version}, so it cannot be locked.")
    return f"{normal(name)}=={version} \\\n    --hash=sha256:{digest}\n"


def _digest(source: Mapping[str, Any]) -> str:
    """The SHA-256 of what pip would install; pip before 23.1 tells none of a local file."""
    told = source.get("archive_info", {})
    older_kind, _, older = told.get("hash", "").partition("=")
    digest = told.get("hashes", {}).get("sha256") or (older if older_kind == "sha256" else "")
    address = urlsplit(source.get("url", ""))
    if not digest and address.scheme == "file":
        with open(unquote(address.path), "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    return str(digest)
