"""Landlock, a second lock on files: what a process may do with them, whatever it mounts or is.

Source: the kernel's documentation, userspace-api/landlock.rst.
"""

import ctypes
import os
import struct
from collections.abc import Iterable

from . import linux

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_TELL_VERSION = 1
_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_FOLDER = 1, 2, 4, 8
_TRUNCATE, _DEVICE_CONTROLS = 1 << 14, 1 << 15
# Rights on files by the version that brought them: 13 at first, then refer, truncate, ioctl.
_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _DEVICE_CONTROLS
_READING = _EXECUTE | _READ_FILE | _READ_FOLDER
# From version 6: no abstract socket and no signal leaves the domain.
_SCOPES = 3


def version() -> int:
    """The version that the host offers; 0 where it offers none."""
    try:
        return linux.syscall(_CREATE, "landlock", None, ctypes.c_size_t(0), ctypes.c_uint(1))
    except OSError:
        return 0


def restrict(
    readable: Iterable[str] = (), writable: Iterable[str] = (), listable: Iterable[str] = ()
) -> None:
    """Bar this process, for good, from all files but those beneath these places.

    ``no_new_privs`` must be set. A place that does not exist is left out.
    """
    offered = version()
    handled = next((rights for since, rights in sorted(_RIGHTS.items())[::-1] if since <= offered))
    attributes = struct.pack("=3Q", handled, 0, _SCOPES if offered >= 6 else 0)
    size = 24 if offered >= 6 else 8
    rules = linux.syscall(_CREATE, "landlock", attributes, ctypes.c_size_t(size), ctypes.c_uint(0))
    try:
        for places, rights in ((readable, _READING), (writable, handled), (listable, _READ_FOLDER)):
            for place in places:
                _allow(rules, place, rights & handled)
        linux.syscall(_RESTRICT, "landlock", ctypes.c_int(rules), ctypes.c_uint(0))
    finally:
        os.close(rules)


def _allow(rules: int, place: str, rights: int) -> None:
    try:
        held = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not os.path.isdir(place):
            rights &= _ON_FILES
        rule = struct.pack("=Qi", rights, held)
        linux.syscall(_ADD_RULE, "landlock", ctypes.c_int(rules), _BENEATH, rule, ctypes.c_uint(0))
    finally:
        os.close(held)
