"""What a fork of a profile's fork server is: a kernel for the learner's code, or an examiner."""

import base64
import importlib
import os
import warnings
from functools import partial
from typing import Any

from . import ipython, rehearsing, second
from .exam import examiner
from .template import Body


def prepared(orders: dict[str, Any]) -> Body:
    """Load what the orders name and rehearse it; gives what a fork does, as `second.run` tells."""
    for name in orders["preload"]:
        importlib.import_module(name)
    app = ipython.prepare()
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # One that was given now would be given to nobody.
        exec(orders["rehearsal"], {"__name__": "rehearsal"})
        rehearsing.crossings()
    if orders["looks"]:
        rehearsing.looks(app.kernel)
    _be_silent()
    filters = [base64.b64decode(program) for program in orders["filters"]]
    return partial(second.run, filters=filters, role=partial(_play, app=app))


def _play(orders: dict[str, Any], descriptors: list[int], app: ipython.App) -> None:
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
