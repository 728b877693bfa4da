"""A run's line: what its kernel says comes whole, and one that keeps no rule is heard no more."""

import os
import select
import socket
import struct
import time
from collections.abc import Iterator

import pytest

from sandboxes.inside import packets
from sandboxes.line import Line

LARGEST = 300_000


@pytest.fixture
def ends() -> Iterator[tuple[Line, socket.socket]]:
    ours, kernels = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    line = Line(ours, LARGEST)
    with kernels:
        yield line, kernels
    line.close()


def heard(line: Line, count: int = 1) -> list[bytes]:
    """So many messages; fewer where the line breaks or falls silent."""
    found: list[bytes] = []
    until = time.monotonic() + 5
    while len(found) < count and not line.is_broken and time.monotonic() < until:
        select.select([line], [], [], 0.02)
        found += line.received()
    return found


def packet(is_last: bool, number: int, body: bytes) -> bytes:
    return struct.pack("!?Q", is_last, number) + body


def test_a_question_of_any_length_is_sent_without_waiting(ends):
    line, kernel = ends
    gathering = packets.Gathering(1 << 24)
    number = line.ask("execute_request", {"code": "x" * 4_000_000})
    assert line.is_sending

    asked = None
    while asked is None:
        asked = gathering.add(kernel.recv(packets.LARGEST))
        line.flush()

    assert number.encode() in asked
    assert len(asked) > 4_000_000
    assert not line.is_sending


@pytest.mark.parametrize("size", [0, 1, packets.LARGEST - 9, packets.LARGEST - 8, LARGEST])
def test_a_message_comes_as_it_was_sent(ends, size):
    line, kernel = ends
    message = os.urandom(size)
    sent = packets.packets(message)

    came: list[bytes] = []
    for each in sent:
        kernel.send(each)
        came += line.received()

    assert came + heard(line, 1 - len(came)) == [message]
    assert all(len(each) <= packets.LARGEST for each in sent)
    assert len(sent) == max(1, -(-size // (packets.LARGEST - 9)))


def test_messages_that_are_sent_at_the_same_time_come_whole(ends):
    line, kernel = ends
    for each in ((False, 1, b"on"), (False, 2, b"tw"), (True, 3, b"three"), (True, 2, b"o")):
        kernel.send(packet(*each))
    kernel.send(packet(True, 1, b"e"))

    assert heard(line, 3) == [b"three", b"two", b"one"]


def test_what_came_whole_before_the_kernel_hung_up_is_told_and_then_the_line_is_broken(ends):
    line, kernel = ends
    kernel.send(packet(True, 1, b"last words"))
    kernel.send(packet(False, 2, b"and a piece"))
    kernel.close()

    assert heard(line, 2) == [b"last words"]
    assert line.is_broken
    line.ask("execute_request", {})
    assert not line.is_sending


@pytest.mark.parametrize(
    "sent",
    [
        [b""],
        [b"\1"],
        [packet(False, 1, b"x" * 60_000)] * 6,
        [packet(False, number, b"x" * 60_000) for number in range(6)],
        [packet(False, number, b"") for number in range(100)],
    ],
    ids=["nothing", "no packet", "a long message", "long messages", "messages without an end"],
)
def test_a_kernel_that_keeps_no_rule_is_heard_no_more(ends, sent):
    line, kernel = ends
    kernel.settimeout(5)
    heard_before = []
    for each in sent:
        kernel.send(each)
        heard_before += line.received()
    kernel.send(packet(True, 1000, b"more"))

    assert heard(line) == heard_before == []
    assert line.is_broken
