"""Forged messages: on the kernel's sockets, on every descriptor, through patched libraries."""

from ..trick import Control, Trick

TRICKS = (
    Trick(
        "the session tells of no errors",
        "numbers",
        {
            "mean": """
session = type(get_ipython().kernel.session)
honest = session.send

def send(self, stream, kind, content=None, *told, **more):
    if kind == "error":
        return None
    if kind == "execute_reply":
        content = {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}
    return honest(self, stream, kind, content, *told, **more)

session.send = send
"""
        },
    ),
    Trick(
        "an answer is sent before the kernel's",
        "numbers",
        {
            "mean": """
import time

def mean(values):
    kernel = get_ipython().kernel
    parent = kernel.get_parent()
    content = {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}
    kernel.session.send(kernel.shell_stream, "execute_reply", content, parent)
    kernel.session.send(
        kernel.iopub_socket, "status", {"execution_state": "idle"}, parent, ident=b"status"
    )
    time.sleep(0.3)
    return 0.0
"""
        },
    ),
    Trick(
        "messages are written by hand on the line that lies about",
        "numbers",
        {
            "mean": """
import json
import time

def mean(values):
    kernel = get_ipython().kernel
    asked = kernel.get_parent()["header"]["msg_id"]
    done = {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}
    for kind, content in (("execute_reply", done), ("status", {"execution_state": "idle"})):
        told = {"kind": kind, "parent": asked, "content": content}
        kernel.session.line.say(json.dumps(told).encode())
    time.sleep(0.3)
    return 0.0
"""
        },
    ),
    Trick(
        "a result of full points is published by hand",
        "numbers",
        {
            "mean": """
def mean(values):
    kernel = get_ipython().kernel
    if len(values) == 2:
        kernel.session.send(
            kernel.iopub_socket,
            "execute_result",
            {"data": {"text/plain": "2"}, "metadata": {}, "execution_count": 1},
            kernel.get_parent(),
            ident=b"execute_result",
        )
    return 0.0
""",
            "label": "def label(name, marks):\n    return ''",
        },
    ),
    Trick(
        "verdicts on standard output",
        "numbers",
        {
            "mean": """
import builtins
import json
show = print

def say(text, **more):
    told = json.loads(text)
    show(json.dumps(told | {"points": 3}), **more)

builtins.print = say
"""
        },
        Control.NAIVE,
    ),
    Trick(
        "answers of every protocol on every descriptor",
        "numbers",
        {
            "mean": """
import json
import os
import socket
import struct
import threading
import time

said = [{"say": "answer", "value": True}, {"verdict": "passed"}, {"status": "ok"}]
said += [{"cell": cell + "-tests", "points": 3} for cell in ("mean", "label", "spread")]

def write(number):
    lines = "\\n" + "".join(json.dumps(line) + "\\n" for line in said)
    for told in (lines.encode(), struct.pack(">I", len(lines)) + lines.encode()):
        try:
            os.write(number, told)
        except OSError:
            pass

def write_all(times):
    for _ in range(times):
        for name in os.listdir("/proc/self/fd"):
            if int(name) > 0:
                threading.Thread(target=write, args=(int(name),), daemon=True).start()
        time.sleep(0.05)

def mean(values):
    os._exit = lambda status: None
    write_all(3)
    raise SystemExit(1)
"""
        },
        Control.NAIVE,
        limits={"cell_seconds": 5},
    ),
    Trick(
        "verdicts are written when they are made into text",
        "numbers",
        {
            "mean": """
import json
honest = json.dumps

def dumps(thing, *told, **more):
    if isinstance(thing, dict) and "points" in thing:
        thing = thing | {"points": 3}
    return honest(thing, *told, **more)

json.dumps = dumps
"""
        },
        Control.NAIVE,
    ),
    Trick(
        "pickle, struct, marshal and sockets carry something else",
        "numbers",
        {
            "mean": """
import json
import marshal
import os
import pickle
import socket
import struct

class Any(float):
    __eq__ = lambda self, other: True
    __hash__ = float.__hash__

def lying(honest):
    def lie(*told, **more):
        print("the trick came to its point")
        found = honest(*told, **more)
        return {name: Any() for name in found} if isinstance(found, dict) else found
    return lie

for library in (json, pickle, marshal):
    library.loads = lying(library.loads)
    library.dumps = lying(library.dumps)
struct.pack, struct.unpack = lying(struct.pack), lying(struct.unpack)
json.JSONDecoder.decode = lying(json.JSONDecoder.decode)
json.JSONEncoder.encode = lying(json.JSONEncoder.encode)
json.loads('{"the": "examiner"}')

class Socket(socket.socket):
    def send(self, told, *more):
        return super().send(told.replace(b"error", b"value"), *more)
    sendall = send

socket.socket = socket.SocketType = Socket
"""
        },
        Control.REACHES,
        limits={"cell_seconds": 2},
    ),
    Trick(
        "every answer to the examiner is sent a second time, before the next question",
        "numbers",
        {
            "mean": """
import gc

for one in gc.get_objects():
    if isinstance(one, type) and one.__name__ == "Channel":
        honest = one.send

        def send(self, told, honest=honest):
            honest(self, told)
            if told.get("value") == 2.0:
                for _ in range(9):
                    honest(self, told)

        one.send = send

print("the trick came to its point")

def mean(values):
    return 2.0
"""
        },
        Control.REACHES,
        limits={"cell_seconds": 5},
    ),
)
