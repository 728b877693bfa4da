"""Two sides between which values cross, without processes or sandboxes."""

import contextlib
import json
import socket
import threading

import pytest

from sandboxes.inside.exam import codec
from sandboxes.inside.exam.answering import Answering
from sandboxes.inside.exam.bridge import Bridge
from sandboxes.inside.exam.channel import BrokenMessage, Channel
from sandboxes.inside.exam.ledger import Ledger
from sandboxes.inside.exam.record import Recorder


def refuse(thing, packing):
    raise codec.Unfit(type(thing).__name__)


def unknown(tag, parts):
    raise BrokenMessage(tag)


class Sides:
    """Two sides with a ledger each."""

    def __init__(self):
        self.ledgers = {"kernel": Ledger(1), "examiner": Ledger(2)}

    def told(self, value, side="kernel"):
        """The message in which this side tells of the value."""
        packing = codec.Packing(self.ledgers[side], refuse)
        node = packing.pack(value)
        return json.loads(json.dumps({"value": node, "objects": packing.objects}))

    def cross(self, value, side="kernel"):
        """What arrives at the other side."""
        told = self.told(value, side)
        self.sent = told["objects"]
        return self.arrive(told, "examiner" if side == "kernel" else "kernel")

    def arrive(self, told, side="examiner", **how):
        """What a message stands for at this side."""
        unpacking = codec.Unpacking(self.ledgers[side], unknown, **how)
        unpacking.objects(told["objects"])
        return unpacking.unpack(told["value"])


@pytest.fixture
def sides():
    return Sides()


@pytest.fixture
def ends():
    examiner, kernel = socket.socketpair()
    with examiner, kernel:
        yield examiner, kernel


@pytest.fixture
def begun(ends):
    """Gives the examiner's end of a way whose other end is served by ``serve``, in a thread."""
    threads = []

    def begin(serve):
        threads.append(threading.Thread(target=serve, args=(Channel(ends[1]),), daemon=True))
        threads[-1].start()
        bridge = Bridge(Channel(ends[0]), lambda name: None)
        bridge.begin(Recorder(), [])
        return bridge

    yield begin
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
    for thread in threads:
        thread.join(5)


@pytest.fixture
def kernel(begun):
    """An honest kernel with these variables."""
    return lambda **space: begun(lambda way: honest(way, space))


def honest(way, space):
    answering = Answering(way, space)
    with contextlib.suppress(Exception):
        while True:
            answering.serve()
