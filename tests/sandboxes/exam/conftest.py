"""Two sides between which values cross, without processes or sandboxes."""

import json

import pytest

from sandboxes.inside.exam import codec
from sandboxes.inside.exam.channel import BrokenMessage
from sandboxes.inside.exam.ledger import Ledger


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
