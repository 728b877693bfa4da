"""Plays what kernels and examiners do before any is forked, so that none pays for it again.

What Python loads, looks up and specialises when code runs for the first time lies from then on
in memory that every fork shares.
"""

# ipykernel is the sandbox's, not ours: it may be missing where this file is checked.
# mypy: disable-error-code="import-not-found, misc, no-untyped-call, unused-ignore"

import asyncio
import importlib
import secrets
import shutil
import socket
import sys
from typing import Any

import jedi
import zmq
from zmq.eventloop.zmqstream import ZMQStream

from .exam import asserting, data
from .exam.channel import Channel
from .exam.codec import Packing, Unfit, Unpacking
from .exam.ledger import Ledger

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


class _Nowhere(ZMQStream):
    """In the place of a socket: what is sent here is lost."""

    def __init__(self) -> None:
        pass  # There is neither a socket nor a loop.

    def send_multipart(self, msg: Any, *_: Any, **__: Any) -> None:
        """Lose a message."""

    def flush(self, *_: Any, **__: Any) -> int:
        """Send nothing, which is all there is."""
        return 0


def cells(kernel: Any) -> None:
    """Have the kernel, which has no sockets yet, run cells for nobody and forget them."""
    for name in _LOADED_LATE:
        importlib.import_module(name)
    shell, session = kernel.shell, kernel.session
    publishers = (shell.displayhook, shell.display_pub)
    names = dict(shell.user_ns)
    session.key = secrets.token_bytes(32)
    kernel.shell_stream = kernel.iopub_socket = _Nowhere()
    for publisher in publishers:
        publisher.session, publisher.pub_socket = session, kernel.iopub_socket
    asyncio.run(_run(kernel))
    shell.user_ns.clear()
    shell.user_ns.update(names)
    kernel.shell_stream = kernel.iopub_socket = None
    for publisher in publishers:
        publisher.pub_socket = None
    session.digest_history.clear()
    _show_an_error(shell)


def _show_an_error(shell: Any) -> None:
    """The first one takes ten times as long as those after it."""
    try:
        raise LookupError
    except LookupError:
        shell.InteractiveTB.text(*sys.exc_info())


async def _run(kernel: Any) -> None:
    content = {
        **{"code": _CELL, "silent": False, "store_history": False},
        **{"user_expressions": {}, "allow_stdin": False, "stop_on_error": False},
    }
    for _ in range(_TIMES):
        for kind, orders in (("kernel_info_request", {}), ("execute_request", content)):
            message = kernel.session.msg(kind, orders)
            frames = kernel.session.serialize(message, ident=b"rehearsal")
            await kernel.shell_main(None, [zmq.Frame(frame) for frame in frames])


def looks(kernel: Any) -> None:
    """Have code completed and explained, so that what this parses is parsed for every kernel."""
    for module, codes in _LOOKS.items():
        for code in codes if module in sys.modules else ():
            kernel.do_complete(code, len(code))
    kernel.do_inspect("len", 3)
    # The parsed sources are in memory; their files would be of use to nobody.
    shutil.rmtree(jedi.settings.cache_directory, ignore_errors=True)


def connections() -> None:
    """Have sockets made that hear something and go, as a kernel makes them once it is forked."""
    for _ in range(_TIMES):
        asyncio.run(_connect())


async def _connect() -> None:
    context = zmq.Context()
    try:
        inside, outside = context.socket(zmq.ROUTER), context.socket(zmq.DEALER)
        inside.linger = 1000
        inside.router_handover = 1
        inside.bind("inproc://rehearsal")
        outside.connect("inproc://rehearsal")
        heard: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        stream = ZMQStream(inside)
        stream.on_recv(heard.set_result, copy=False)
        outside.send_multipart([b"a word"])
        await heard
        stream.on_recv(None)
        outside.send_multipart([b"a word"])
        stream.close()
    finally:
        context.destroy(linger=0)


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
