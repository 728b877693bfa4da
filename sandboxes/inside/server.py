"""The fork server of a profile, whose template loads its packages once."""

import base64
import importlib
import json
import os
import socket
import sys
from functools import partial
from typing import Any

from . import arenas, first, forking, walls
from .template import Body

# While packages are loaded some of them write caches; each kernel gets a scratch of its own.
_OWN_SCRATCH = {"scratch_bytes": 64 * 1024 * 1024, "scratch_inodes": 4096}
# More than packages fill; what stays empty is given back.
_ARENAS = 192 * 1024 * 1024


def main() -> None:
    """Serve as the descriptors in the arguments say: the control socket, then our orders."""
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    caller = forking.meet(control)
    with os.fdopen(int(sys.argv[2]), "rb") as told:
        orders: dict[str, Any] = json.load(told)
    del sys.argv[1:]
    forking.serve(
        control,
        caller,
        first.NAMESPACES,
        partial(_small, orders),
        beside=partial(_large, orders),
    )


def _small(orders: dict[str, Any]) -> Body:
    return partial(first.run, filters=[base64.b64decode(one) for one in orders["filters"]])


def _large(orders: dict[str, Any]) -> Body:
    taken = arenas.taken(_ARENAS)
    walls.make_scratch(_OWN_SCRATCH)
    # Only now, and only in here: the server itself stays small, and its template lies together.
    body: Body = importlib.import_module(".roles", __package__).prepared(orders)
    del taken
    return body
