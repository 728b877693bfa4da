"""Our end of ZeroMQ's protocol: against the library itself, and against peers that mean ill."""

import asyncio
import struct

import pytest
import zmq
import zmq.asyncio

from sandboxes.zmtp import BrokenPeer, Channel
from tests.looping import finished

LARGEST = 100_000
GREETING = b"\xff" + bytes(8) + b"\x7f" + b"\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
READY = b"\x04\x06\x05READY"


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "socket")


async def within(awaited):
    return await asyncio.wait_for(awaited, 5)


async def beside_the_library(path, kind, deed):
    """Run ``deed`` with a socket of the library that listens at ``path``."""
    with zmq.asyncio.Context() as context, context.socket(kind) as socket:
        socket.linger = 0
        socket.bind(f"ipc://{path}")
        await within(deed(socket))


@pytest.mark.parametrize("length", [0, 255, 256, 70_000])
def test_messages_come_and_go_whole(path, length):
    sent = [b"first", bytes(length), b""]

    async def deed(router):
        channel = await Channel.opened(path, "DEALER", identity=b"salma", largest=LARGEST)
        channel.send(sent)
        assert await router.recv_multipart() == [b"salma", *sent]
        await router.send_multipart([b"salma", *sent])
        assert (await channel.receive()).frames == tuple(sent)
        channel.close()

    finished(beside_the_library(path, zmq.ROUTER, deed))


def test_a_subscriber_hears_everything(path):
    async def deed(publisher):
        channel = await Channel.opened(path, "SUB", largest=LARGEST)
        assert await publisher.recv() == b"\x01"
        await publisher.send_multipart([b"topic", b"word"])
        assert (await channel.receive()).frames == (b"topic", b"word")
        channel.close()

    finished(beside_the_library(path, zmq.XPUB, deed))


def test_what_is_too_large_is_passed_over_and_the_next_message_is_heard(path):
    async def deed(router):
        channel = await Channel.opened(path, "DEALER", identity=b"s", largest=LARGEST)
        channel.send([b"hello"])  # A router sends nothing to whom it has not heard.
        await router.recv_multipart()
        for frames in ([bytes(LARGEST + 1)], [bytes(60_000)] * 2, [b""] * 20, [b"small"]):
            await router.send_multipart([b"s", *frames])
        told = [await channel.receive() for _ in range(4)]
        assert [one.frames for one in told] == [None, None, None, (b"small",)]
        assert [one.size for one in told] == [LARGEST + 1, 120_000, 0, 5]
        channel.close()

    finished(beside_the_library(path, zmq.ROUTER, deed))


async def beside_an_impostor(path, words, deed):
    """Run ``deed`` beside a peer that says ``words``, hears us out and does nothing more."""

    async def speak(reader, writer):
        for word in words:
            writer.write(word)
            await writer.drain()
        await reader.read()

    async with await asyncio.start_unix_server(speak, path):
        return await within(deed())


@pytest.mark.parametrize(
    "words",
    [[b"HTTP/1.1 400 Bad Request\r\n" + bytes(64)], [GREETING, b"\x00\x05hello"],
     [GREETING, b"\x04\x06\x05ERROR"], [GREETING, b"\x06" + struct.pack(">Q", 2**40)],
     [GREETING.replace(b"\x03\x00", b"\x01\x00")]],
    ids=["another protocol", "no command", "an error", "an endless command", "an older version"],
)  # fmt: skip
def test_a_peer_that_does_not_greet_properly_is_left(path, words):
    async def deed():
        with pytest.raises(BrokenPeer):
            await Channel.opened(path, "DEALER", largest=LARGEST)

    finished(beside_an_impostor(path, words, deed))


def test_nobody_at_the_door_is_told(path):
    with pytest.raises(BrokenPeer):
        finished(Channel.opened(path, "DEALER", largest=LARGEST))


def test_a_message_that_never_ends_takes_no_memory(path):
    """The library would keep it all, waiting for the last frame."""
    endless = b"\x03" + struct.pack(">Q", 50_000) + bytes(50_000)

    async def deed():
        channel = await Channel.opened(path, "DEALER", largest=LARGEST)
        assert (await channel.receive()).frames is None
        heard = asyncio.ensure_future(channel.receive())
        await asyncio.sleep(0.3)
        kept = len(channel._reader._buffer)
        heard.cancel()
        channel.close()
        return kept

    assert finished(beside_an_impostor(path, [GREETING, READY, endless * 400], deed)) < 300_000


def test_what_is_too_large_is_told_before_it_has_come(path):
    async def deed():
        channel = await Channel.opened(path, "DEALER", largest=LARGEST)
        return await channel.receive()

    told = finished(
        beside_an_impostor(path, [GREETING, READY, b"\x02" + struct.pack(">Q", 2**40)], deed)
    )

    assert told.frames is None
    assert told.size == 2**40


def test_every_byte_and_every_frame_has_its_toll(path):
    words = [GREETING, READY, b"\x01\x05hello\x00\x00", b"\x00" + b"\xff" + bytes(255)]
    paid = []

    async def toll(cost):
        paid.append(cost)

    async def deed():
        channel = await Channel.opened(path, "DEALER", largest=100, toll=toll)
        return [await channel.receive() for _ in range(2)]

    kept, passed_over = finished(beside_an_impostor(path, words, deed))

    assert kept.frames == (b"hello", b"")
    assert passed_over.frames is None
    assert sum(paid) == 5 + 3 * 512


def test_commands_among_messages_are_passed_over(path):
    words = [GREETING, READY, b"\x04\x07\x04PING\0\0", b"\x00\x02ok"]

    async def deed():
        channel = await Channel.opened(path, "DEALER", largest=LARGEST)
        return await channel.receive()

    assert finished(beside_an_impostor(path, words, deed)).frames == (b"ok",)


def test_a_peer_that_takes_nothing_in_is_left_before_we_drown(path):
    async def deed():
        async def ignore(reader, writer):
            writer.write(GREETING + READY)
            await asyncio.sleep(10)

        async with await asyncio.start_unix_server(ignore, path + "2", limit=1024):
            channel = await Channel.opened(path + "2", "DEALER", largest=LARGEST)
            channel.send([bytes(2**20)] * 16)
            with pytest.raises(BrokenPeer):
                channel.send([b"one more"])
            channel.close()

    finished(within(deed()))
