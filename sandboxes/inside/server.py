"""The fork server of a profile: loads its packages once, then forks a kernel for each request."""

import base64
import importlib
import json
import os
import socket
import sys
import warnings
from functools import partial
from typing import Any

from . import arenas, first, forking, ipython, rehearsing, walls
from .exam import examiner

# While packages are loaded some of them write caches; each kernel gets a scratch of its own.
_OWN_SCRATCH = {"scratch_bytes": 64 * 1024 * 1024, "scratch_inodes": 4096}
# More than packages fill; what stays empty is given back.
_ARENAS = 192 * 1024 * 1024
_KINDS = ("user", "mount", "pid", "net", "ipc", "uts")


def main() -> None:
    """Serve as the descriptors in the arguments say: the control socket, then our orders."""
    kept = arenas.taken(_ARENAS)
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    caller = forking.meet(control)
    with os.fdopen(int(sys.argv[2]), "rb") as told:
        orders: dict[str, Any] = json.load(told)
    del sys.argv[1:]
    filters = [base64.b64decode(program) for program in orders["filters"]]
    walls.make_scratch(_OWN_SCRATCH)
    try:
        for name in orders["preload"]:
            importlib.import_module(name)
        app = ipython.prepare()
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # One that was given now would be given to nobody.
            exec(orders["rehearsal"], {"__name__": "rehearsal"})
            rehearsing.crossings()
    except Exception as fault:
        told_fault = f"Preparing the profile failed: {type(fault).__name__}: {fault}"
        control.send(json.dumps({"fault": told_fault}).encode())
        return
    _be_silent()
    del kept
    body = partial(first.run, filters=filters, kernel=partial(_play, app=app))
    forking.serve(control, caller, _KINDS, body)


def _play(orders: dict[str, Any], descriptors: list[int], app: ipython.App) -> None:
    """Be what the orders ask for: a kernel for the learner's code, or an examiner."""
    ipython.become_single(orders)
    if orders["role"] == "examiner":
        paper, bridge, turns, verdicts = descriptors
        examiner.run(paper, bridge, turns, verdicts, app.shell.transform_cell)
    else:
        ipython.run(orders, descriptors, app)


def _be_silent() -> None:
    """From here on nobody reads our own streams: what cells print goes by socket."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
