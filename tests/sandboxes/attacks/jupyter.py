"""Tampering with Jupyter's sockets and messages, to mislead or to choke who reads them."""

from . import observers
from .attack import Attack, Observer

_BROKEN = ("crashed",)
_LIMITS = {"cell_seconds": 2, "wall_seconds": 3, "frame_bytes": 2**17}

# What a kernel says by hand: to the reader of a run, or where there is none, on Jupyter's socket.
_SAY = """
import json, time
kernel = get_ipython().kernel
line = getattr(kernel.session, "line", None)
def say(*frames):
    if line:
        line.say(b"".join(frames))
    else:
        kernel.iopub_thread.send_multipart(list(frames))
    time.sleep(0.3)
"""
# The same with bytes in the place of a message's content.
_SEND = (
    _SAY
    + """
def send(kind, content):
    if line is None:
        kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent())
        time.sleep(0.3)
    else:
        head = json.dumps({"kind": kind, "parent": kernel.get_parent()["header"]["msg_id"]})
        say(head[:-1].encode(), b', "content": ', content, b"}")
"""
)


def _attack(
    name: str, code: str, observer: Observer, *endings: str, patience: float = 20
) -> Attack:
    return Attack(name, code, observer, endings or _BROKEN, _LIMITS, True, patience)


def _deafening(name: str, code: str) -> Attack:
    """Whoever waits for the answer waits for ever."""
    return _attack(
        name,
        code,
        observers.outlasting(12.0),
        "crashed",
        "timeout",
        "output",
        "finished",  # It was stopped.
        patience=6,
    )


ATTACKS = (
    _attack("gibberish", _SAY + "say(b'gibber' + b'ish')", observers.says("gibberish")),
    _attack(
        "a message larger than is allowed",
        _SAY + "say(bytes(3_000_000))\ntime.sleep(1)",
        observers.flood(observers.MIB),
        "output",
    ),
    _attack(
        "more pieces than anybody counts",
        _SAY + "say(*[b'gibberish' * 30] * 10_000)\ntime.sleep(1.5)",
        observers.flood(observers.MIB),
        "output",
        "crashed",
    ),
    _attack(
        "more messages that never end than anybody keeps",
        _SAY
        + """
import struct
if line is None:
    say(*[b'gibberish' * 30] * 10_000)
else:
    for number in range(10_000):
        line._end.send(struct.pack("!?Q", False, number) + b"gibberish" * 30)
time.sleep(1.5)
""",
        observers.flood(observers.MIB),
        "output",
    ),
    _attack(
        "content nested too deeply",
        _SEND + "send('stream', b'[' * 50_000 + b']' * 50_000)",
        observers.death_of_the_reader(),
    ),
    _attack(
        "content that is not JSON",
        _SEND + "send('stream', b'{')",
        observers.death_of_the_reader(),
    ),
    _attack(
        "content of another kind",
        _SEND + "send('stream', b'[1, 2]')",
        observers.death_of_the_reader(),
    ),
    _attack(
        "content with half a character",
        _SEND + r"""send('stream', b'{"name": "stdout", "text": "\\ud800"}')""",
        observers.death_of_the_reader(),
        "finished",
        "crashed",
    ),
    _attack(
        "content with a number that is too long",
        _SEND
        + r"""send('stream', b'{"name": "stdout", "text": "x", "n": ' + b'9' * 5000 + b'}')""",
        observers.death_of_the_reader(),
        "finished",
        "crashed",
    ),
    _attack(
        "a text that is no number",
        _SEND
        + r"""send('display_data', b'{"data": {"a/b": NaN}, "metadata": {}, "transient": {}}')""",
        observers.says("nan", "NaN"),
        "finished",
        "crashed",
    ),
    _attack(
        "a message that is a list",
        _SAY
        + """
parts = [b"[]", b"{}", b"{}", b"{}"]
say(b"[]") if line else say(b"stream", b"<IDS|MSG>", kernel.session.sign(parts), *parts)
""",
        observers.death_of_the_reader(),
    ),
    _deafening(
        "closing the socket that answers",
        "kernel = get_ipython().kernel\n"
        "line = getattr(kernel.session, 'line', None)\n"
        "line._end.close() if line else kernel.shell_stream.socket.close(linger=0)",
    ),
    _deafening(
        "closing every descriptor",
        "import os\nos.closerange(3, 4096)",
    ),
    _deafening(
        "hanging up on every connection",
        """
import os, socket
for name in os.listdir("/proc/self/fd"):
    try:
        connection = socket.socket(fileno=int(name))
        connection.shutdown(socket.SHUT_RDWR)
        connection.detach()
    except OSError:
        pass
import time
time.sleep(20)
""",
    ),
    _deafening(
        "answering another question",
        """
import time
kernel = get_ipython().kernel
kernel.session.send(kernel.shell_stream, "execute_reply", {"status": "ok"}, ident=b"nobody")
while True: time.sleep(1)
""",
    ),
    _deafening(
        "answering never",
        "get_ipython().kernel.session.send = lambda *_, **__: None",
    ),
)
