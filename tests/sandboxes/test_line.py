"""A reader's connection: with the library, and with a peer that does not keep the protocol."""

import select
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import zmq

from sandboxes import frames
from sandboxes.line import Line

LARGEST = 300_000
READY = frames.ready("ROUTER")


@contextmanager
def served(kind: int, path: str) -> Iterator[zmq.Socket[bytes]]:
    context = zmq.Context()
    try:
        peer = context.socket(kind)
        peer.bind(f"ipc://{path}")
        yield peer
    finally:
        context.destroy(linger=0)


@contextmanager
def connected(path: str, kind: str) -> Iterator[Line]:
    line = Line(path, kind, LARGEST)
    try:
        yield line
    finally:
        line.close()


def heard(line: Line, count: int = 1) -> list[list[bytes]]:
    """So many messages; fewer where the line breaks or falls silent."""
    found: list[list[bytes]] = []
    heard_while(line, lambda: len(found) < count, found)
    return found


def heard_while(line: Line, goes_on: Callable[[], bool], found: list[list[bytes]]) -> None:
    until = time.monotonic() + 5
    while goes_on() and not line.is_broken and time.monotonic() < until:
        select.select([line], [line] if line.is_sending else [], [], 0.02)
        line.flush()
        found += line.received()


@pytest.fixture
def place(tmp_path) -> str:
    return str(tmp_path / "k")


def test_a_dealer_asks_before_anybody_greets_it_and_is_answered(place):
    before: list[list[bytes]] = []
    with served(zmq.ROUTER, place) as peer, connected(place, "DEALER") as line:
        line.send([b"one", b"", b"x" * LARGEST])
        heard_while(line, lambda: not peer.poll(0), before)
        who, *told = peer.recv_multipart()
        peer.send_multipart([who, b"two"])

        answer = heard(line)

    assert before == []
    assert told == [b"one", b"", b"x" * LARGEST]
    assert answer == [[b"two"]]


def test_a_subscriber_hears_everything(place):
    with served(zmq.XPUB, place) as peer, connected(place, "SUB") as line:
        heard_while(line, lambda: not peer.poll(0), [])
        asked = peer.recv()
        peer.send_multipart([b"a", b"b" * LARGEST])
        peer.send_multipart([b"c"])

        told = heard(line, 2)

    assert asked == b"\x01"
    assert told == [[b"a", b"b" * LARGEST], [b"c"]]


@contextmanager
def spoken(place: str, content: bytes) -> Iterator[Line]:
    """A line to somebody who says this and hangs up."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(place)
        listening.listen()
        with connected(place, "DEALER") as line:
            peer, _ = listening.accept()
            with peer:
                peer.sendall(content)
            yield line


def test_what_came_whole_before_a_peer_hung_up_is_told_and_then_the_line_is_broken(place):
    said = frames.GREETING + READY + frames.message([b"a", b"b"]) + frames.message([b"cut"])[:3]

    with spoken(place, said) as line:
        told = heard(line, 2)

        assert told == [[b"a", b"b"]]
        assert line.is_broken


def test_commands_among_messages_are_passed_over(place):
    said = frames.GREETING + READY + READY + frames.message([b"a"])

    with spoken(place, said) as line:
        assert heard(line) == [[b"a"]]


TOO_LARGE = bytes([frames.LONG]) + (LARGEST + 1).to_bytes(8, "big")
LONG_COMMAND = bytes([frames.LONG | frames.COMMAND]) + (5000).to_bytes(8, "big")
MANY = bytes([frames.MORE, 1]) + b"x"


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\n" + bytes(60),
        frames.GREETING[:10] + b"\x01" + frames.GREETING[11:] + READY,
        frames.GREETING + frames.message([b"before it is ready"]),
        frames.GREETING + READY + TOO_LARGE,
        frames.GREETING + READY + LONG_COMMAND,
        frames.GREETING + READY + MANY * 100,
    ],
    ids=["no ZMTP", "an old version", "unready", "large", "a long command", "many frames"],
)
def test_a_peer_that_does_not_keep_the_protocol_is_heard_no_more(place, said):
    with spoken(place, said + frames.message([b"later"]) * 50) as line:
        told = heard(line)

        assert told == []
        assert line.is_broken
        assert list(line.received()) == []


def test_what_is_sent_to_a_peer_that_hung_up_is_given_up(place):
    with spoken(place, frames.GREETING + READY) as line:
        heard(line)

        line.send([b"x" * LARGEST])

        assert not line.is_sending
