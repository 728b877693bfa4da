"""Plays what kernels and examiners do before any is forked, so that none pays for it again.

What Python loads, looks up and specialises when code runs for the first time lies from then on
in memory that every fork shares.
"""

# ipykernel is the sandbox's, not ours: it may be missing where this file is checked.
# mypy: disable-error-code="import-not-found, misc, no-untyped-call, unused-ignore"

import asyncio
import importlib
import json
import shutil
import socket
import sys
from contextlib import suppress
from typing import Any

import jedi

from . import packets
from .exam import asserting, data
from .exam.channel import Channel
from .exam.codec import Packing, Unfit, Unpacking
from .exam.ledger import Ledger
from .line import Line

# Loaded only when a kernel is connected, or runs its first cell.
_LOADED_LATE = ("tornado.platform.asyncio", "IPython.core.logger")
# Python specialises code that has run some ten times, each part of it in its turn.
_TIMES = 24
_CELL = """\
rehearsed = []


def rehearse(value):
    return value + 1


rehearsed.append(rehearse(1))
assert rehearsed
"""
_TESTS = """\
assert rehearse(1) == 2, "one more"
assert isinstance(rehearse(1), int) and rehearsed
rehearse(2)
"""
# What is looked for first: where the module is loaded, code with the cursor at its end. To look
# into a library for the first time its sources are parsed, which takes a second or more.
_LOOKS = {
    "builtins": ("impo", "import o", "text = 'a'\ntext.up"),
    "numpy": ("import numpy as np\nnp.lin", "import numpy as np\nnp.arange(3).me"),
    "pandas": ("import pandas as pd\npd.DataFrame().desc",),
    "matplotlib.pyplot": ("import matplotlib.pyplot as plt\nplt.pl",),
    "sklearn": ("from sklearn.linear_model import Lin",),
}


def cells(kernel: Any) -> None:
    """Have the kernel, to which nobody is connected, run cells for nobody and forget them."""
    for name in _LOADED_LATE:
        importlib.import_module(name)
    shell, session = kernel.shell, kernel.session
    publishers = (shell.displayhook, shell.display_pub)
    names = dict(shell.user_ns)
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with here, there:
        session.line = kernel.shell_stream = kernel.iopub_socket = Line(there)
        for publisher in publishers:
            publisher.session = session
        asyncio.run(_run(kernel, here))
    shell.user_ns.clear()
    shell.user_ns.update(names)
    session.line = kernel.shell_stream = kernel.iopub_socket = None
    _show_an_error(shell)


def _show_an_error(shell: Any) -> None:
    """The first one takes ten times as long as those after it."""
    try:
        raise LookupError
    except LookupError:
        shell.InteractiveTB.text(*sys.exc_info())


async def _run(kernel: Any, reader: socket.socket) -> None:
    content = {
        **{"code": _CELL, "silent": False, "store_history": False},
        **{"user_expressions": {}, "allow_stdin": False, "stop_on_error": False},
    }
    kernel.start()
    for number in range(_TIMES):
        request = {"id": f"rehearsal {number}", "kind": "execute_request", "content": content}
        for packet in packets.packets(json.dumps(request).encode()):
            reader.send(packet)
        heard = b""
        while b'"idle"' not in heard:
            await asyncio.sleep(0)
            with suppress(BlockingIOError):
                heard = reader.recv(packets.LARGEST, socket.MSG_DONTWAIT)


def looks(kernel: Any) -> None:
    """Have code completed and explained, so that what this parses is parsed for every kernel."""
    for module, codes in _LOOKS.items():
        for code in codes if module in sys.modules else ():
            kernel.do_complete(code, len(code))
    kernel.do_inspect("len", 3)
    # The parsed sources are in memory; their files would be of use to nobody.
    shutil.rmtree(jedi.settings.cache_directory, ignore_errors=True)


def crossings() -> None:
    """Have values of every common kind cross to and fro, as between a kernel and an examiner."""
    data.load()
    values = _values()
    here, there = socket.socketpair()
    with here, there:
        for _ in range(_TIMES):
            asserting.prepared(_TESTS, "rehearsal")
            _cross(values, Channel(here), Channel(there))


def _cross(values: list[Any], here: Channel, there: Channel) -> None:
    packing = Packing(Ledger(1), _unfit)
    told = [packing.pack(value) for value in values]
    packing.watched()
    here.send({"value": told, "objects": packing.objects})
    heard = there.receive()
    unpacking = Unpacking(Ledger(2), _unfit)
    unpacking.objects(heard["objects"])
    for node in heard["value"]:
        unpacking.unpack(node)


def _values() -> list[Any]:
    found: list[Any] = [None, True, 1, 0.5, "text", (1, "a"), [1, [2.0]], {"a": {1}}]
    numpy, pandas = sys.modules.get("numpy"), sys.modules.get("pandas")
    if numpy is not None:
        found += [numpy.arange(4.0), numpy.float64(1.0), numpy.array(["a", None], dtype=object)]
    if pandas is not None:
        table = pandas.DataFrame({"number": [1.0, 2.0], "text": ["a", "b"]})
        found += [table, table["text"], table.groupby("text")["number"].mean(), table.index]
    return found


def _unfit(thing: Any, _: Any) -> Any:
    raise Unfit(type(thing).__name__)
