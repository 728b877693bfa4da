"""Tampering with Jupyter's sockets and messages, to mislead or to choke who reads them."""

from . import observers
from .attack import Attack, Observer

_BROKEN = ("crashed",)
_LIMITS = {"cell_seconds": 2, "wall_seconds": 3, "frame_bytes": 2**17}

# Sends bytes in the place of a message's content, signed as all messages are.
_SEND = """
import time
kernel = get_ipython().kernel
def send(kind, content):
    kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent())
    time.sleep(0.3)
"""
# Writes a message by hand, so that anything may stand in it.
_BY_HAND = """
import json, time
kernel = get_ipython().kernel
def send(header, content, signature):
    parent = json.dumps(kernel.get_parent()["header"], default=str).encode()
    frames = [b"stream", b"<IDS|MSG>", signature, header, parent, b"{}", content]
    kernel.iopub_thread.send_multipart(frames)
    time.sleep(0.3)
HEADER = json.dumps({"msg_type": "stream", "msg_id": "1", "version": "5.3"}).encode()
"""


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
    _attack(
        "another key",
        "get_ipython().kernel.session.key = b'another'\nprint('unsigned')",
        observers.says("unsigned"),
    ),
    _attack(
        "no signature",
        _BY_HAND + 'send(HEADER, b\'{"name": "stdout", "text": "forged"}\', b\'\')',
        observers.says("forged"),
    ),
    _attack(
        "a made-up signature",
        _BY_HAND + 'send(HEADER, b\'{"name": "stdout", "text": "forged"}\', b\'0\' * 64)',
        observers.says("forged"),
    ),
    _attack(
        "a message seen before with another content",
        """
import time
kernel = get_ipython().kernel
message = kernel.session.msg("stream", {"name": "stdout", "text": "true"}, kernel.get_parent())
frames = kernel.session.serialize(message)
frames[-1] = frames[-1].replace(b"true", b"forged")
kernel.iopub_thread.send_multipart(frames)
time.sleep(0.3)
""",
        observers.says("forged"),
    ),
    _attack(
        "gibberish",
        "import time\nget_ipython().kernel.iopub_thread.send_multipart([b'gibber' + b'ish'])\n"
        "time.sleep(0.3)",
        observers.says("gibberish"),
    ),
    _attack(
        "a frame larger than is allowed",
        "import time\nget_ipython().kernel.iopub_thread.send_multipart([bytes(3_000_000)])\n"
        "time.sleep(1)",
        observers.flood(observers.MIB),
        "output",
    ),
    _attack(
        "more frames than anybody counts",
        "import time\nframes = [b'gibberish' * 30] * 10_000\n"
        "get_ipython().kernel.iopub_thread.send_multipart(frames)\ntime.sleep(1.5)",
        observers.flood(observers.MIB),
        "output",
        "crashed",
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
        "a header that is a list",
        _BY_HAND + "send(b'[]', b'{}', kernel.session.sign([b'[]', b'{}', b'{}', b'{}']))",
        observers.death_of_the_reader(),
    ),
    _deafening(
        "closing the socket that answers",
        "kernel = get_ipython().kernel\n"
        "import zmq\n"
        "for stream in (kernel.shell_stream, ): stream and stream.socket.close(linger=0)",
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
