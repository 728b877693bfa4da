"""Listeners out here: an observer that is contacted knows that somebody got out."""

import errno
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .attack import Watch, World
from .observers import observer, public_folder

_NO_SUCH_NAME = b"\x81\x83"


@observer
def tcp(world: World, family: int = socket.AF_INET) -> Iterator[Watch]:
    """A server on this host's loopback."""
    with socket.socket(family) as server:
        server.bind(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0))
        with _greeting(server) as called:
            yield Watch(server.getsockname()[:2], lambda seen: called.wait(0.2))


@observer
def tcp_on_every_address(world: World) -> Iterator[Watch]:
    """A server at the address by which other machines know this one."""
    with socket.socket() as server, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asks:
        asks.connect(("192.0.2.1", 9))  # Sends nothing; the host chooses the address.
        server.bind((asks.getsockname()[0], 0))
        with _greeting(server) as called:
            yield Watch(server.getsockname(), lambda seen: called.wait(0.2))


@observer
def udp(world: World) -> Iterator[Watch]:
    """A receiver of datagrams."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(0.2)
        yield Watch(receiver.getsockname(), lambda seen: _received(receiver))


@observer
def abstract(world: World, kind: int = socket.SOCK_STREAM) -> Iterator[Watch]:
    """A Unix socket with a name and no file."""
    with socket.socket(socket.AF_UNIX, kind) as server:
        server.bind("\0bait-" + secrets.token_hex(8))
        if kind == socket.SOCK_DGRAM:
            server.settimeout(0.2)
            yield Watch(server.getsockname().decode(), lambda seen: _received(server))
            return
        with _greeting(server) as called:
            yield Watch(server.getsockname().decode(), lambda seen: called.wait(0.2))


@observer
def path(world: World) -> Iterator[Watch]:
    """A Unix socket in a folder that everybody may enter."""
    with public_folder() as folder, socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "socket"))
        (folder / "socket").chmod(0o777)
        with _greeting(server) as called:
            yield Watch(server.getsockname(), lambda seen: called.wait(0.2))


@observer
def names(world: World, address: str = "127.0.0.1") -> Iterator[Watch]:
    """A server of names, which knows none; at first where a resolver without settings asks."""
    name = secrets.token_hex(8) + ".example"
    asked: list[bytes] = []

    def answer() -> None:
        while True:
            question, sender = server.recvfrom(2048)
            if question == b"enough":
                return
            asked.append(question)
            server.sendto(question[:2] + _NO_SUCH_NAME + question[4:], sender)

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        _bind_in_turn(server, (address, 53))
        with _in_a_thread(answer):
            try:
                yield Watch(name, lambda seen: any(name[:16].encode() in one for one in asked))
            finally:
                server.sendto(b"enough", server.getsockname())


def _bind_in_turn(server: socket.socket, address: tuple[str, int]) -> None:
    """Bind where there is but one place, which another test beside us may hold for a moment."""
    until = time.monotonic() + 60
    while True:
        try:
            server.bind(address)
        except OSError as fault:
            if fault.errno != errno.EADDRINUSE or time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


@contextmanager
def _greeting(server: socket.socket) -> Iterator[threading.Event]:
    """Let the server take calls; the event is set by the first."""
    called, over = threading.Event(), threading.Event()

    def take() -> None:
        while not over.is_set():
            try:
                server.accept()[0].close()
            except TimeoutError:
                continue
            called.set()

    server.settimeout(0.05)
    server.listen()
    with _in_a_thread(take):
        try:
            yield called
        finally:
            over.set()


@contextmanager
def _in_a_thread(work: Callable[[], None]) -> Iterator[None]:
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def _received(receiver: socket.socket) -> bool:
    try:
        return bool(receiver.recv(64))
    except TimeoutError:
        return False
